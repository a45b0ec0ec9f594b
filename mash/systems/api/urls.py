"""Addresses for agencies' systems."""

from django.urls import path

from mash.systems.api import document, referrals

app_name = "api"
urlpatterns = [
    path("docs", document.docs, name="docs"),
    path("v1/openapi.json", document.document, name="document"),
    path("v1/referrals", referrals.referrals, name="referrals"),
    path("v1/referrals/batch", referrals.batch, name="batch"),
    path("v1/referrals/<slug:reference>", referrals.referral, name="referral"),
]
