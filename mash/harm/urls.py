"""Addresses of what harm comes back to."""

from django.urls import path

from mash.harm.views import grouping, looking, mapping, reducing, watching

app_name = "harm"
urlpatterns = [
    path("", looking.home, name="home"),
    path("times/", looking.times, name="times"),
    path("map/", mapping.hotspots, name="map"),
    path("map/boundaries/", mapping.put_map, name="put_map"),
    path("map/postcodes/", mapping.put_postcodes, name="put_postcodes"),
    path("groups/", looking.groups, name="groups"),
    path("groups/new/", grouping.name_group, name="name_group"),
    path("groups/people/<uuid:person_id>/", grouping.count_to, name="count_to"),
    path("groups/members/<uuid:counted_id>/leave/", grouping.leave_group, name="leave_group"),
    path("groups/<uuid:group_id>/end/", grouping.end_group, name="end_group"),
    path("watched/", watching.watched, name="watched"),
    path("watched/<uuid:watch_id>/", watching.watch_one, name="watch_one"),
    path("watched/<uuid:watch_id>/review/", watching.review, name="review"),
    path("watched/<uuid:watch_id>/end/", watching.end_watch, name="end_watch"),
    path("done/", reducing.reductions, name="reductions"),
    path("done/<uuid:reduction_id>/", reducing.reduction, name="reduction"),
    path("done/<uuid:reduction_id>/note/", reducing.note, name="note"),
    path("done/<uuid:reduction_id>/close/", reducing.close, name="close"),
    path("of/<slug:about>/<uuid:subject>/", looking.one, name="one"),
    path("of/<slug:about>/<uuid:subject>/watch/", watching.watch, name="watch"),
    path("of/<slug:about>/<uuid:subject>/do/", reducing.take_up, name="take_up"),
]
