"""Addresses of the pages of a bad day."""

from django.urls import path

from mash.outage import views

app_name = "outage"
urlpatterns = [
    path("", views.packs, name="packs"),
    path("passphrase/", views.passphrase, name="passphrase"),
]
