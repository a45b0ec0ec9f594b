from django.urls import path

from mash.retention import views

app_name = "retention"
urlpatterns = [
    path("", views.due, name="due"),
    path("waiting/", views.waiting, name="waiting"),
    path("agreed/", views.agreed, name="agreed"),
    path("records/<uuid:standing_id>/", views.record_page, name="record"),
    path("records/<uuid:standing_id>/propose/", views.propose, name="propose"),
    path("records/<uuid:standing_id>/answer/", views.answer, name="answer"),
    path("records/<uuid:standing_id>/stop/", views.take_back, name="take_back"),
    path("records/<uuid:standing_id>/class/", views.place, name="place"),
    path("people/<uuid:person_id>/", views.of_person, name="of_person"),
    path("people/<uuid:person_id>/hold/", views.hold_person, name="hold_person"),
    path("holds/", views.holds, name="holds"),
    path("holds/new/", views.new_hold, name="new_hold"),
    path("holds/<uuid:hold_id>/", views.hold, name="hold"),
    path("holds/<uuid:hold_id>/still-needed/", views.still_needed, name="still_needed"),
    path("holds/<uuid:hold_id>/lift/", views.propose_lifting, name="propose_lifting"),
    path("holds/<uuid:hold_id>/answer/", views.answer_lifting, name="answer_lifting"),
    path("disposed/", views.register, name="register"),
    path("disposed/<uuid:disposed_id>/", views.disposed, name="disposed"),
]
