"""Addresses of the pages about systems."""

from django.urls import path

from mash.systems import views

app_name = "systems"
urlpatterns = [
    path("", views.systems, name="systems"),
    path("ours/", views.own, name="own"),
    path("ours/<uuid:system_id>/key/", views.give, name="give"),
    path("ours/<uuid:system_id>/calls/", views.calls, name="calls"),
    path("ours/<uuid:system_id>/calls/renew/", views.renew, name="renew"),
    path("<uuid:system_id>/calls/let-in/", views.let_in, name="let_in"),
    path("<uuid:system_id>/calls/end/", views.end_calls, name="end_calls"),
    path("<uuid:system_id>/", views.system, name="system"),
    path("<uuid:system_id>/end/", views.end, name="end"),
    path("keys/<uuid:system_key_id>/end/", views.end_key, name="end_key"),
]
