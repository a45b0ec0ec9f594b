"""Addresses of the pages of a bad day."""

from django.urls import path

from mash.outage import views

app_name = "outage"
urlpatterns = [
    path("", views.packs, name="packs"),
    path("passphrase/", views.passphrase, name="passphrase"),
    path("from-paper/", views.entering, name="entering"),
    path("from-paper/away/", views.away, name="away"),
    path("from-paper/contact/", views.contact, name="contact"),
]
