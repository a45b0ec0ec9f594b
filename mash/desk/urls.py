from django.urls import include, path

from mash.desk import views
from mash.desk.moving import views as moving

desk = [
    path("worklist/", views.worklist, name="worklist"),
    path("worklist/assign/", views.assign, name="assign"),
    path("given/", moving.given, name="given"),
    path("moving/<uuid:staff_id>/", moving.moving, name="moving"),
    path("cases/<uuid:contact_id>/", views.case, name="case"),
    path("cases/<uuid:contact_id>/print/", views.print_page, name="print"),
    path("cases/<uuid:contact_id>/written/", views.written, name="written"),
    path("search/", views.search, name="search"),
    path("outbox/", views.outbox, name="outbox"),
    path("referral/", views.referral, name="referral"),
    path("referral/code/", views.ask_code, name="ask_code"),
    path("referral/open/", views.open_referral, name="open_referral"),
    path("referral/add/", views.add_words, name="add_words"),
    path("referral/how-it-went/", views.say_how_it_went, name="say_how_it_went"),
    path("referral/close/", views.close_referral, name="close_referral"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("", include((desk, "desk"))),
]
