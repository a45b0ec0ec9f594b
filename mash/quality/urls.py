"""Addresses of quality."""

from django.urls import path

from mash.quality.own import urls as own
from mash.quality.views import acting, dipping, following, grading, leading, taking

app_name = "quality"
urlpatterns = [
    path("", following.home, name="home"),
    path("grades/", following.grades, name="grades"),
    path("grades/changes/", following.mark, name="mark"),
    path("grades/earlier/", following.earlier, name="earlier"),
    path("grades/hints/", following.hints, name="hints"),
    path("not-needed/", following.not_needed, name="not_needed"),
    path("ours/", following.ours, name="ours"),
    path("incidents/", taking.files, name="incident_files"),
    path("incidents/put-in/", taking.put_in, name="put_incidents_in"),
    path("incidents/<uuid:incident_file_id>/columns/", taking.columns, name="incident_columns"),
    path("incidents/<uuid:incident_file_id>/", taking.look, name="incident_file"),
    path("incidents/<uuid:incident_file_id>/take/", taking.take, name="take_incidents"),
    path("incidents/<uuid:incident_file_id>/go-on/", taking.go_on, name="go_on_reading"),
    path("incidents/<uuid:incident_file_id>/leave/", taking.leave, name="leave_incidents"),
    path("incidents/<uuid:incident_file_id>/how-far/", taking.how_far, name="how_far"),
    *own.urlpatterns,
    path("dips/", dipping.dips, name="dips"),
    path("dips/new/", dipping.new_dip, name="new_dip"),
    path("dips/<uuid:dip_id>/", dipping.dip, name="dip"),
    path("dips/<uuid:dip_id>/close/", dipping.close_dip, name="close_dip"),
    path("dips/<uuid:dip_id>/raise/", acting.raise_from_dip, name="raise_from_dip"),
    path("dips/incidents/<uuid:card_id>/", dipping.card, name="dip_card"),
    path("dips/incidents/<uuid:card_id>/give/", dipping.give_card, name="give_card"),
    path("dips/incidents/<uuid:card_id>/review/", dipping.review, name="review"),
    path("dips/incidents/<uuid:card_id>/told/", dipping.tell_hub, name="tell_hub"),
    path("dips/incidents/<uuid:card_id>/raise/", acting.raise_from_card, name="raise_from_card"),
    path("actions/", acting.tasks, name="tasks"),
    path("actions/new/", acting.raise_from_figures, name="raise_from_figures"),
    path("actions/<uuid:raised_id>/", acting.task, name="task"),
    path("compliance/", acting.compliance, name="compliance"),
    path("compliance/earlier/", acting.earlier_shares, name="earlier_shares"),
    path("rounds/new/", leading.new_round, name="new_round"),
    path("rounds/<uuid:round_id>/", leading.round_page, name="round"),
    path("rounds/<uuid:round_id>/open/", leading.open_it, name="open_round"),
    path("rounds/<uuid:round_id>/close/", leading.close, name="close_round"),
    path("referrals/<uuid:sheet_id>/", leading.sheet, name="sheet"),
    path("referrals/<uuid:sheet_id>/cover/", leading.cover, name="cover"),
    path("referrals/<uuid:sheet_id>/off/", leading.take_off, name="take_off"),
    path("referrals/<uuid:sheet_id>/settle/", leading.settle, name="settle"),
    path("referrals/<uuid:sheet_id>/graders/<uuid:staff_id>/", leading.another, name="another"),
    path("referrals/<uuid:sheet_id>/grade/", grading.grade, name="grade"),
    path("referrals/<uuid:sheet_id>/aside/", grading.aside, name="aside"),
]
