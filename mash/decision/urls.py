"""Addresses of decisions."""

from django.urls import path

from mash.decision.views import answering, deciding, discussing, handing, lettering, measuring, schooling

app_name = "decision"
urlpatterns = [
    path("waiting/", answering.waiting, name="waiting"),
    path("turnaround/", measuring.turnaround, name="turnaround"),
    path("on/<uuid:contact_id>/", deciding.decide, name="decide"),
    path("on/<uuid:contact_id>/pass/", answering.pass_on, name="pass"),
    path("on/<uuid:contact_id>/strategy/", discussing.strategy, name="strategy"),
    path("on/<uuid:contact_id>/schools/", schooling.schools_on, name="schools"),
    path("schools/children/<uuid:child_id>/", schooling.tell_school, name="tell_school"),
    path("schools/notices/", schooling.notices, name="school_notices"),
    path("schools/notices/<uuid:notice_id>/", schooling.notice, name="school_notice"),
    path("strategy/<uuid:strategy_id>/", discussing.strategy_page, name="strategy_page"),
    path("<uuid:decision_id>/", answering.page, name="page"),
    path("<uuid:decision_id>/second/", answering.second, name="second"),
    path("<uuid:decision_id>/clear/", answering.clear, name="clear"),
    path("<uuid:decision_id>/reopen/", answering.reopen, name="reopen"),
    path("<uuid:decision_id>/take-back/", answering.take_back, name="take_back"),
    path("<uuid:decision_id>/disagree/", answering.disagree, name="disagree"),
    path("outcomes/<uuid:outcome_id>/accepted/", handing.accepted, name="accepted"),
    path("outcomes/<uuid:outcome_id>/ended/", handing.work_ended, name="work_ended"),
    path("outcomes/<uuid:outcome_id>/passed-back/", handing.passed_back, name="passed_back"),
    path("outcomes/<uuid:outcome_id>/passed-back/mistake/", handing.not_passed_back, name="not_passed_back"),
    path("letters/", lettering.waiting_letters, name="letters_waiting"),
    path("letters/words/", lettering.hub_words, name="letters_words"),
    path("<uuid:decision_id>/letters/", lettering.letters_on, name="letters_on"),
    path("letters/<uuid:letter_id>/", lettering.letter, name="letter"),
    path("letters/<uuid:letter_id>/write/", lettering.write_letter, name="write_letter"),
    path("letters/<uuid:letter_id>/clear/", lettering.clear_letter, name="clear_letter"),
    path("letters/<uuid:letter_id>/second/", lettering.read_letter_second, name="second_letter"),
    path("letters/<uuid:letter_id>/give/", lettering.give_letter, name="give_letter"),
    path("letters/<uuid:letter_id>/take-back/", lettering.take_back_letter, name="take_back_letter"),
    path("letters/<uuid:letter_id>/feedback/", lettering.feedback_on_letter, name="feedback_on_letter"),
    path("letters/<uuid:letter_id>/print/", lettering.print_letter, name="print_letter"),
]
