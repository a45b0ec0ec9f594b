"""Addresses of what goes alongside a decision."""

from django.urls import path

from mash.alongside import views

app_name = "alongside"
urlpatterns = [
    path("", views.listed, name="listed"),
    path("cases/<uuid:contact_id>/", views.on_case, name="on_case"),
    path("cases/<uuid:contact_id>/open/<slug:kind>/", views.open_one, name="open"),
    path("<uuid:alongside_id>/", views.one, name="one"),
    path("<uuid:alongside_id>/paper/", views.paper, name="paper"),
    path("<uuid:alongside_id>/sent/", views.send, name="send"),
    path("<uuid:alongside_id>/received/", views.receive, name="receive"),
    path("<uuid:alongside_id>/result/", views.say_result, name="result"),
]
