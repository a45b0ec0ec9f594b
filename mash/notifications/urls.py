"""Addresses of notifications."""

from django.urls import path

from mash.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.listed, name="listed"),
    path("read/", views.read_all, name="read_all"),
    path("settings/", views.settings, name="settings"),
    path("<uuid:email_id>/", views.read, name="read"),
]
