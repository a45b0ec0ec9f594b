from django.urls import path

from mash.drafts import views

app_name = "drafts"
urlpatterns = [
    path("", views.save, name="save"),
    path("again/", views.again, name="again"),
    path("session/", views.session, name="session"),
]
