"""Addresses of returns."""

from django.urls import path

from mash.returns import views

app_name = "returns"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/<slug:return_kind>/", views.new, name="new"),
    path("<uuid:run_id>/", views.run, name="run"),
    path("<uuid:run_id>/take-out/", views.take_out, name="take_out"),
]
