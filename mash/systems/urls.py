"""Addresses of the pages about systems."""

from django.urls import path

from mash.systems import views

app_name = "systems"
urlpatterns = [
    path("", views.systems, name="systems"),
    path("ours/", views.own, name="own"),
    path("ours/<uuid:system_id>/key/", views.give, name="give"),
    path("<uuid:system_id>/", views.system, name="system"),
    path("<uuid:system_id>/end/", views.end, name="end"),
    path("keys/<uuid:system_key_id>/end/", views.end_key, name="end_key"),
]
