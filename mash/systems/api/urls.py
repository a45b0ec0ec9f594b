"""Addresses for agencies' systems."""

from django.urls import path

from mash.systems.api import directory, document, enquiries, hand_overs, open_cases, referrals

app_name = "api"
urlpatterns = [
    path("docs", document.docs, name="docs"),
    path("v1/openapi.json", document.document, name="document"),
    path("v1/referrals", referrals.referrals, name="referrals"),
    path("v1/referrals/batch", referrals.batch, name="batch"),
    path("v1/referrals/<slug:reference>", referrals.referral, name="referral"),
    path("v1/hand-overs", hand_overs.accepted, name="hand_overs"),
    path("v1/hand-overs/<uuid:pack_id>/export", hand_overs.exports, name="export"),
    path("v1/hand-overs/<uuid:pack_id>/number", hand_overs.numbers, name="number"),
    path("v1/services", directory.services, name="services"),
    path("v1/open-cases", open_cases.open_cases, name="open_cases"),
    path("v1/enquiries", enquiries.enquiries, name="enquiries"),
    path("v1/enquiries/<uuid:enquiry_id>", enquiries.enquiry, name="enquiry"),
    path("v1/enquiries/<uuid:enquiry_id>/acknowledge", enquiries.acknowledged, name="acknowledge"),
    path("v1/enquiries/<uuid:enquiry_id>/answer", enquiries.answered, name="answer"),
    path("v1/enquiries/<uuid:enquiry_id>/withhold", enquiries.withheld, name="withhold"),
]
