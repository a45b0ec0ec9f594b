from django.urls import path

from mash.people import views

app_name = "people"
urlpatterns = [
    path("", views.search, name="search"),
    path("<uuid:person_id>/", views.page, name="page"),
    path("<uuid:person_id>/correct/", views.correct, name="correct"),
    path("<uuid:person_id>/add/", views.add, name="add"),
    path("<uuid:person_id>/alert/", views.alert, name="alert"),
    path("<uuid:person_id>/court-order/", views.court_order, name="court_order"),
    path("<uuid:person_id>/relationship/", views.relate, name="relate"),
]
