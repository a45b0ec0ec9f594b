"""Addresses of the pages about e-mail."""

from django.urls import path

from mash.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.waiting, name="waiting"),
    path("acknowledging/", views.acknowledging, name="acknowledging"),
    path("<uuid:mail_id>/", views.settle, name="settle"),
    path("<uuid:mail_id>/add/", views.add, name="add"),
    path("<uuid:mail_id>/not-a-referral/", views.not_a_referral, name="not_a_referral"),
]
