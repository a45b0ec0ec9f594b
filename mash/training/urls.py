"""Addresses of training."""

from django.urls import path

from mash.training.views import learning, programmes, records, sessions

app_name = "training"
urlpatterns = [
    path("", learning.home, name="home"),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/<slug:offer_id>/", programmes.offer, name="offer"),
    path("programmes/<slug:offer_id>/results/", programmes.offer_results, name="results"),
    path("programmes/<slug:offer_id>/plan/", sessions.plan, name="plan"),
    path("sessions/", sessions.listed, name="sessions"),
    path("sessions/<uuid:session_id>/", sessions.session, name="session"),
    path("sessions/<uuid:session_id>/change/", sessions.change, name="change"),
    path("sessions/<uuid:session_id>/call-off/", sessions.call_off, name="call_off"),
    path("sessions/<uuid:session_id>/book/", sessions.book, name="book"),
    path("sessions/<uuid:session_id>/book-somebody/", sessions.book_other, name="book_other"),
    path("sessions/<uuid:session_id>/attendance/", sessions.attendance, name="attendance"),
    path("sessions/<uuid:session_id>/register/", sessions.register, name="register"),
    path("sessions/<uuid:session_id>/session.ics", sessions.invitation, name="invitation"),
    path("sessions/<uuid:session_id>/say/<slug:moment>/", programmes.say, name="say"),
    path("bookings/<uuid:booking_id>/give-back/", sessions.give_back, name="give_back"),
    path("bookings/<uuid:booking_id>/swap/", sessions.swap, name="swap"),
    path("learners/", learning.listed, name="learners"),
    path("learners/new/", learning.new, name="new_learner"),
    path("learners/<uuid:learner_id>/", learning.learner, name="learner"),
    path("learners/<uuid:learner_id>/log/", records.log, name="log"),
    path("learners/<uuid:learner_id>/sign/<slug:path_id>/<slug:step>/", records.sign, name="sign"),
    path("learners/<uuid:learner_id>/paper/", records.paper, name="paper"),
    path("learners/<uuid:learner_id>/record.pdf", records.record_pdf, name="record_pdf"),
    path("logged/<uuid:done_id>/seen/", records.see, name="see"),
    path("bookings/<uuid:booking_id>/certificate/", records.certificate, name="certificate"),
    path("bookings/<uuid:booking_id>/certificate.pdf", records.certificate_pdf, name="certificate_pdf"),
    path("team/", records.team, name="team"),
    path("coverage/", records.coverage, name="coverage"),
    path("take-over/", records.put_in, name="put_in"),
    path("take-over/<uuid:list_id>/columns/", records.columns, name="columns"),
    path("take-over/<uuid:list_id>/", records.look, name="look"),
    path("learners/<uuid:learner_id>/change/", learning.change, name="change_learner"),
]
