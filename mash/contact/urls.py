from django.urls import path

from mash.contact.views import settling, telephone

app_name = "contact"
urlpatterns = [
    path("by-telephone/", telephone.telephone, name="telephone"),
    path("sent-again/", settling.disputed, name="disputed"),
    path("<uuid:contact_id>/taken/", telephone.taken, name="taken"),
    path("<uuid:contact_id>/people/", settling.settle, name="settle"),
    path("people/<uuid:contact_person_id>/", settling.settle_person, name="settle_person"),
    path("people/<uuid:contact_person_id>/undo/", settling.undo, name="undo_settlement"),
]
