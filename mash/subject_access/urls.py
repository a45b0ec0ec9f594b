"""Addresses of requests for one's own information."""

from django.urls import path

from mash.subject_access.views import answering, marking, recording

app_name = "subject_access"
urlpatterns = [
    path("", recording.requests, name="requests"),
    path("people/<uuid:person_id>/", recording.record_one, name="record"),
    path("<uuid:request_id>/", recording.page, name="request"),
    path("<uuid:request_id>/identity/asked/", recording.identity_asked, name="identity_asked"),
    path("<uuid:request_id>/identity/seen/", recording.identity_seen, name="identity_seen"),
    path("<uuid:request_id>/extend/", recording.extend, name="extend"),
    path("<uuid:request_id>/give/", recording.give, name="give"),
    path("<uuid:request_id>/end/", recording.end, name="end"),
    path("<uuid:request_id>/gather/", marking.gather, name="gather"),
    path("<uuid:request_id>/owners/<uuid:agency_id>/", marking.owner, name="owner"),
    path("<uuid:request_id>/hand/", marking.hand, name="hand"),
    path("texts/<uuid:text_id>/", marking.text, name="text"),
    path("texts/<uuid:text_id>/whole/", marking.whole, name="whole"),
    path("<uuid:request_id>/unit/", answering.unit_page, name="unit"),
    path("<uuid:request_id>/back/", answering.back, name="back"),
    path("<uuid:request_id>/answer/", answering.answer, name="answer"),
    path("answers/<uuid:output_id>/second/", answering.second, name="second"),
    path("answers/<uuid:output_id>/send/", answering.send, name="send"),
    path("answers/<uuid:output_id>/html/", answering.html_file, name="html_file"),
    path("answers/<uuid:output_id>/pdf/", answering.pdf_file, name="pdf_file"),
]
