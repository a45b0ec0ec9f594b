from django.urls import path

from mash.sealed import views

app_name = "sealed"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/add/", views.add, name="add"),
    path("people/<uuid:subject_id>/", views.person, name="person"),
    path("people/<uuid:subject_id>/end/", views.end, name="end"),
]
