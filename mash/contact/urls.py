from django.urls import path

from mash.contact.views import settling

app_name = "contact"
urlpatterns = [
    path("<uuid:contact_id>/people/", settling.settle, name="settle"),
    path("people/<uuid:contact_person_id>/", settling.settle_person, name="settle_person"),
    path("people/<uuid:contact_person_id>/undo/", settling.undo, name="undo_settlement"),
]
