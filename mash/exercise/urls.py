"""Addresses of exercises."""

from django.urls import path

from mash.exercise.views import keeping, playing, running

app_name = "exercise"
urlpatterns = [
    path("", keeping.home, name="home"),
    path("put-in/", keeping.put_in, name="put_in"),
    path("take/<slug:code>/", keeping.take, name="take"),
    path("feed/", playing.feed, name="feed"),
    path("feed/now/", playing.feed_part, name="feed_part"),
    path("meeting/", playing.meeting, name="meeting"),
    path("versions/<uuid:version_id>/", keeping.version, name="version"),
    path("versions/<uuid:version_id>/file/", keeping.download, name="download"),
    path("versions/<uuid:version_id>/text/", keeping.text, name="text"),
    path("versions/<uuid:version_id>/injects/new/", keeping.inject, name="new_inject"),
    path("versions/<uuid:version_id>/injects/<int:number>/", keeping.inject, name="inject"),
    path("versions/<uuid:version_id>/injects/<int:number>/remove/", keeping.remove, name="remove"),
    path("versions/<uuid:version_id>/run/", running.begin, name="begin"),
    path("versions/<uuid:version_id>/<slug:part>/", keeping.part, name="part"),
    path("runs/<uuid:play_id>/", running.run, name="run"),
    path("runs/<uuid:play_id>/now/", running.board_part, name="board_part"),
    path("runs/<uuid:play_id>/seats/", running.seats, name="seats"),
    path("runs/<uuid:play_id>/clock/", running.clock, name="clock"),
    path("runs/<uuid:play_id>/give/", running.give, name="give"),
    path("runs/<uuid:play_id>/groups/<int:number>/", running.group, name="group"),
    path("runs/<uuid:play_id>/groups/<int:number>/score/", running.score, name="score"),
    path("runs/<uuid:play_id>/debrief/", running.debriefing, name="debrief"),
    path("runs/<uuid:play_id>/came/", running.came, name="came"),
    path("runs/<uuid:play_id>/end/", running.end, name="end"),
    path("runs/<uuid:play_id>/again/", running.again, name="again"),
]
