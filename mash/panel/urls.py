"""Addresses of the multi-agency panel."""

from django.urls import path

from mash.panel.views import bringing, holding, keeping, listing, minuting, papers

app_name = "panel"
urlpatterns = [
    path("", listing.home, name="home"),
    path("new/", keeping.new, name="new"),
    path("<uuid:panel_id>/", listing.panel_page, name="panel"),
    path("<uuid:panel_id>/seats/", keeping.seats, name="seats"),
    path("<uuid:panel_id>/meetings/", keeping.plan, name="plan"),
    path("seats/<uuid:seat_id>/end/", keeping.end_seat, name="end_seat"),
    path("seats/<uuid:seat_id>/terms/", keeping.terms, name="terms"),
    path("people/<uuid:person_id>/", bringing.bring, name="bring"),
    path("items/<uuid:item_id>/", bringing.item, name="item"),
    path("items/<uuid:item_id>/check/", bringing.check, name="check"),
    path("items/<uuid:item_id>/needed/", bringing.needed, name="needed"),
    path("items/<uuid:item_id>/off/", bringing.take_off, name="take_off"),
    path("meetings/<uuid:meeting_id>/", listing.meeting_page, name="meeting"),
    path("meetings/<uuid:meeting_id>/add/", bringing.add, name="add"),
    path("meetings/<uuid:meeting_id>/put-on/", bringing.put_on, name="put_on"),
    path("meetings/<uuid:meeting_id>/move/", bringing.move, name="move"),
    path("meetings/<uuid:meeting_id>/time/", bringing.time, name="time"),
    path("meetings/<uuid:meeting_id>/change/", keeping.change, name="change"),
    path("meetings/<uuid:meeting_id>/call-off/", keeping.call_off, name="call_off"),
    path("meetings/<uuid:meeting_id>/invite/", keeping.invite, name="invite"),
    path("meetings/<uuid:meeting_id>/invitation.ics", papers.invitation, name="invitation"),
    path("meetings/<uuid:meeting_id>/attendance/", holding.attendance, name="attendance"),
    path("meetings/<uuid:meeting_id>/room/<uuid:item_id>/", holding.room, name="room"),
    path("meetings/<uuid:meeting_id>/room/<uuid:item_id>/decide/", holding.decide, name="decide"),
    path("meetings/<uuid:meeting_id>/room/<uuid:item_id>/action/", holding.action, name="action"),
    path("meetings/<uuid:meeting_id>/room/<uuid:item_id>/take-over/", holding.take_over, name="take_over"),
    path("meetings/<uuid:meeting_id>/review/<uuid:plan_id>/", bringing.review, name="review"),
    path("items/<uuid:item_id>/actions/<uuid:action_id>/", holding.progress, name="progress"),
    path("actions/<uuid:action_id>/", holding.tick, name="tick"),
    path("decisions/<uuid:concluded_id>/confirm/", holding.confirm, name="confirm"),
    path("meetings/<uuid:meeting_id>/pack/", papers.pack, name="pack"),
    path("meetings/<uuid:meeting_id>/pack/<uuid:agency_id>/pdf/", papers.pack_pdf, name="pack_pdf"),
    path("meetings/<uuid:meeting_id>/minutes/", minuting.minutes, name="minutes"),
    path("meetings/<uuid:meeting_id>/minutes/write/", minuting.write, name="write_minutes"),
    path("meetings/<uuid:meeting_id>/minutes/agree/", minuting.agree, name="agree"),
    path("meetings/<uuid:meeting_id>/minutes/pdf/", minuting.minutes_pdf, name="minutes_pdf"),
    path("items/<uuid:item_id>/correct/", minuting.correct, name="correct"),
]
