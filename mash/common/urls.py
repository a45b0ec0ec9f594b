"""Pages that every installation serves, whoever asks, and the gallery of components."""

from django.urls import path

from mash.common import views

urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("help/", views.help_page, name="help"),
    path("gallery/", views.gallery, name="gallery"),
]
