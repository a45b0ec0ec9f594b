from django.urls import path

from mash.check.views import answering, desk, picturing, released, releasing, room

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
    path("contacts/<uuid:contact_id>/release/", releasing.begin, name="begin_release"),
    path("releases/", releasing.releases, name="releases"),
    path("releases/register/", releasing.register, name="release_register"),
    path("releases/<uuid:release_id>/", releasing.release, name="release"),
    path("releases/<uuid:release_id>/write/", releasing.write, name="write_release"),
    path("releases/<uuid:release_id>/approve/", releasing.approve, name="approve_release"),
    path("releases/<uuid:release_id>/recall/", releasing.recall, name="recall_release"),
    path("releases/<uuid:release_id>/answer/", released.answer, name="answer_release"),
    path("releases/<uuid:release_id>/veto/", released.veto, name="veto"),
    path("releases/<uuid:release_id>/read/", released.read, name="read_release"),
    path("releases/<uuid:release_id>/sheet/<uuid:recipient_id>/", releasing.sheet, name="release_sheet"),
    path("<uuid:check_id>/", desk.board, name="board"),
    path("<uuid:check_id>/ask/", desk.ask, name="ask"),
    path("<uuid:check_id>/approve/", desk.approve, name="approve"),
    path("<uuid:check_id>/close/", desk.close, name="close"),
    path("<uuid:check_id>/enquiries/<uuid:enquiry_id>/chase/", desk.chase, name="chase"),
    path("<uuid:check_id>/enquiries/<uuid:enquiry_id>/withdraw/", desk.withdraw, name="withdraw"),
]
