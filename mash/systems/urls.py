"""Addresses of the pages about systems."""

from django.urls import path

from mash.systems.views import letting_in, mapping, open_cases

app_name = "systems"
urlpatterns = [
    path("", letting_in.systems, name="systems"),
    path("open-cases/", open_cases.waiting, name="open_cases"),
    path("open-cases/<uuid:case_like_id>/", open_cases.settle, name="settle_case"),
    path("ours/", letting_in.own, name="own"),
    path("ours/<uuid:system_id>/key/", letting_in.give, name="give"),
    path("ours/<uuid:system_id>/calls/", letting_in.calls, name="calls"),
    path("ours/<uuid:system_id>/calls/again/", letting_in.again, name="again"),
    path("ours/<uuid:system_id>/calls/renew/", letting_in.renew, name="renew"),
    path("<uuid:system_id>/calls/let-in/", letting_in.let_in, name="let_in"),
    path("<uuid:system_id>/calls/end/", letting_in.end_calls, name="end_calls"),
    path("<uuid:system_id>/words/", mapping.mapping, name="mapping"),
    path("<uuid:system_id>/words/try/", mapping.try_out, name="try_mapping"),
    path("<uuid:system_id>/words/adopt/", mapping.adopt, name="adopt_mapping"),
    path("<uuid:system_id>/", letting_in.system, name="system"),
    path("<uuid:system_id>/end/", letting_in.end, name="end"),
    path("keys/<uuid:system_key_id>/end/", letting_in.end_key, name="end_key"),
]
