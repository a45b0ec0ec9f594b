from django.urls import path

from mash.triage import adult_views, confirm_views, pause_views, reading_views, views

app_name = "triage"
urlpatterns = [
    path("next/", views.take_next, name="next"),
    path("<uuid:contact_id>/", views.page, name="page"),
    path("<uuid:contact_id>/saved/", views.saved, name="saved"),
    path("<uuid:contact_id>/take/", views.take, name="take"),
    path("<uuid:contact_id>/let-go/", views.let_go, name="let_go"),
    path("<uuid:contact_id>/rating/", views.rating, name="rating"),
    path("<uuid:contact_id>/rating/confirm/", confirm_views.confirm, name="confirm"),
    path("<uuid:contact_id>/agreement/", views.agreement, name="agreement"),
    path("<uuid:contact_id>/agreement/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:contact_id>/ground/", views.ground, name="ground"),
    path("<uuid:contact_id>/ground/approve/", views.approve, name="approve"),
    path("<uuid:contact_id>/adults/<uuid:contact_person_id>/", adult_views.adult, name="adult"),
    path("<uuid:contact_id>/event/", views.event, name="event"),
    path("<uuid:contact_id>/event/unlink/", views.unlink, name="unlink"),
    path("clocks/", reading_views.clocks_running, name="clocks_running"),
    path("<uuid:contact_id>/clocks/", reading_views.clocks, name="clocks"),
    path("<uuid:contact_id>/pause/", pause_views.pause, name="pause"),
    path("<uuid:contact_id>/pause/<uuid:key>/end/", pause_views.run_on, name="run_on"),
    path("<uuid:contact_id>/repeats/<slug:rule>/", reading_views.repeat, name="repeat"),
    path("<uuid:contact_id>/notice/take-up/", reading_views.take_up_notice, name="take_up_notice"),
    path("<uuid:contact_id>/notice/pass/", reading_views.pass_notice, name="pass_notice"),
    path("<uuid:contact_id>/return/", views.send_back, name="return"),
    path("<uuid:contact_id>/return/take-back/", views.take_back, name="take_back"),
]
