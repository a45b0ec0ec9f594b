"""Addresses of registers that are compared between hubs."""

from django.urls import path

from mash.region import views

app_name = "region"
urlpatterns = [
    path("", views.waiting, name="waiting"),
    path("grant/", views.grant, name="grant"),
    path("grant/end/", views.end, name="end"),
    path("<uuid:met_id>/", views.say, name="say"),
]
