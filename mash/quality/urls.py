"""Addresses of quality."""

from django.urls import path

from mash.quality.views import following, grading, leading

app_name = "quality"
urlpatterns = [
    path("", following.home, name="home"),
    path("grades/", following.grades, name="grades"),
    path("grades/changes/", following.mark, name="mark"),
    path("grades/earlier/", following.earlier, name="earlier"),
    path("grades/hints/", following.hints, name="hints"),
    path("not-needed/", following.not_needed, name="not_needed"),
    path("ours/", following.ours, name="ours"),
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
