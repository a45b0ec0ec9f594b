"""Addresses of performance."""

from django.urls import path

from mash.insight import views

app_name = "insight"
urlpatterns = [
    path("", views.now, name="now"),
    path("waiting/", views.waiting, name="waiting"),
    path("demand/", views.demand, name="demand"),
    path("report/", views.report, name="report"),
    path("over-time/", views.over_time, name="over_time"),
    path("over-time/<slug:measure>/", views.measure, name="measure"),
    path("over-time/<slug:measure>/list/", views.behind, name="behind"),
    path("over-time/<slug:measure>/share/", views.share, name="share"),
]
