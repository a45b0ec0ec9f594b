"""Addresses of the hub's own decisions, within those of quality."""

from django.urls import path

from mash.quality.own.views import deciding, leading

urlpatterns = [
    path("own-decisions/", leading.months, name="own"),
    path("own-decisions/draw/", leading.draw, name="own_draw"),
    path("own-decisions/months/<uuid:month_id>/", leading.month, name="own_month"),
    path("own-decisions/months/<uuid:month_id>/close/", leading.close, name="own_close"),
    path("own-decisions/cases/<uuid:again_id>/", leading.case, name="own_case"),
    path("own-decisions/cases/<uuid:again_id>/follow/", leading.follow, name="own_follow"),
    path("own-decisions/cases/<uuid:again_id>/off/", leading.take_off, name="own_off"),
    path("own-decisions/again/<uuid:copy_id>/", deciding.decide, name="own_decide"),
    path("own-decisions/again/<uuid:copy_id>/aside/", deciding.aside, name="own_aside"),
]
