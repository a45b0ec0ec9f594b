"""The address of a network."""

from django.urls import path

from mash.harm.network import views

app_name = "network"
urlpatterns = [path("<slug:about>/<uuid:subject>/", views.network, name="page")]
