from django.urls import path

from mash.check.views import answering, desk, picturing, room

app_name = "check"
urlpatterns = [
    path("inbox/", answering.inbox, name="inbox"),
    path("enquiries/<uuid:enquiry_id>/", answering.enquiry, name="enquiry"),
    path("enquiries/<uuid:enquiry_id>/people/<uuid:person_id>/", answering.answer, name="answer"),
    path("enquiries/<uuid:enquiry_id>/copy/", answering.copy, name="copy"),
    path("enquiries/<uuid:enquiry_id>/withhold/", answering.withhold, name="withhold"),
    path("enquiries/<uuid:enquiry_id>/add/<uuid:key>/", answering.supplement, name="supplement"),
    path("enquiries/<uuid:enquiry_id>/telephone/", answering.telephone, name="telephone"),
    path("contacts/<uuid:contact_id>/open/", desk.open_check, name="open"),
    path("contacts/<uuid:contact_id>/chronology/", picturing.chronology, name="chronology"),
    path("contacts/<uuid:contact_id>/chronology/answers/", picturing.tick_in, name="tick_in"),
    path("contacts/<uuid:contact_id>/chronology/event/", picturing.write_event, name="event"),
    path("contacts/<uuid:contact_id>/chronology/<uuid:key>/mark/", picturing.mark, name="mark"),
    path("contacts/<uuid:contact_id>/risk/", picturing.risk, name="risk"),
    path("contacts/<uuid:contact_id>/risk/view/", picturing.view, name="view"),
    path("contacts/<uuid:contact_id>/sealed-room/", room.held, name="held"),
    path("<uuid:check_id>/", desk.board, name="board"),
    path("<uuid:check_id>/ask/", desk.ask, name="ask"),
    path("<uuid:check_id>/approve/", desk.approve, name="approve"),
    path("<uuid:check_id>/close/", desk.close, name="close"),
    path("<uuid:check_id>/enquiries/<uuid:enquiry_id>/chase/", desk.chase, name="chase"),
    path("<uuid:check_id>/enquiries/<uuid:enquiry_id>/withdraw/", desk.withdraw, name="withdraw"),
]
