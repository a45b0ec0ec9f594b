from django.urls import path

from mash.drafts import views

app_name = "drafts"
urlpatterns = [
    path("", views.save, name="save"),
    path("again/", views.again, name="again"),
    path("by-code/", views.save_by_code, name="save_by_code"),
    path("by-code/again/", views.again_by_code, name="again_by_code"),
    path("session/", views.session, name="session"),
]
