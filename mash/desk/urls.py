from django.urls import include, path

from mash.desk import printing_views, referring, views
from mash.desk.access import views as access
from mash.desk.alerts import views as alerts
from mash.desk.auditing import views as auditing
from mash.desk.chasing import views as chasing
from mash.desk.exports import views as exports
from mash.desk.hand_over import views as hand_over
from mash.desk.long_papers import views as long_papers
from mash.desk.moving import views as moving
from mash.desk.night import views as night
from mash.desk.opening import views as opening
from mash.desk.saved_views import views as views_kept

desk = [
    path("worklist/", views.worklist, name="worklist"),
    path("night/", night.tonight, name="night"),
    path("worklist/assign/", views.assign, name="assign"),
    path("hand-over/", hand_over.hand_overs_page, name="hand_overs"),
    path("hand-over/<uuid:hand_over_id>/", hand_over.hand_over, name="hand_over"),
    path("hand-over/<uuid:hand_over_id>/write/", hand_over.write, name="hand_over_write"),
    path("hand-over/<uuid:hand_over_id>/add/", hand_over.add, name="hand_over_add"),
    path("hand-over/<uuid:hand_over_id>/answer/", hand_over.answer, name="hand_over_answer"),
    path("hand-over/<uuid:hand_over_id>/settle/", hand_over.settle, name="hand_over_settle"),
    path("hand-over/<uuid:hand_over_id>/accept/", hand_over.accept, name="hand_over_accept"),
    path("worklist/views/let-go/", views.let_view_go, name="let_view_go"),
    path("worklist/views/kept/", views_kept.kept, name="views"),
    path("worklist/views/keep/<slug:of>/", views_kept.keep, name="keep_list"),
    path("worklist/views/<uuid:view_id>/", views_kept.look, name="view"),
    path("worklist/views/<uuid:view_id>/change/", views_kept.change, name="change_view"),
    path("worklist/views/<uuid:view_id>/watch/", views_kept.watch, name="watch_view"),
    path("lists/", exports.exports, name="exports"),
    path("lists/take-out/", exports.export_new, name="export_new"),
    path("lists/<uuid:export_id>/", exports.export, name="export"),
    path("lists/<uuid:export_id>/word/", exports.export_word, name="export_word"),
    path("lists/<uuid:export_id>/make/", exports.export_make, name="export_make"),
    path("lists/<uuid:export_id>/file/", exports.export_file, name="export_file"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("chasing/", chasing.chasing, name="chasing"),
    path("given/", moving.given, name="given"),
    path("moving/<uuid:staff_id>/", moving.moving, name="moving"),
    path("cases/<uuid:contact_id>/", views.case, name="case"),
    path("cases/<uuid:contact_id>/print/", printing_views.print_page, name="print"),
    path("cases/<uuid:contact_id>/print/<uuid:printing_id>/", printing_views.print_pdf, name="print_pdf"),
    path("cases/<uuid:contact_id>/print/<uuid:printing_id>/make/", long_papers.have_made, name="have_made"),
    path("papers/<uuid:paper_id>/", long_papers.long_paper, name="long_paper"),
    path("papers/<uuid:paper_id>/file/", long_papers.file, name="long_paper_file"),
    path("cases/<uuid:contact_id>/written/", views.written, name="written"),
    path("cases/<uuid:contact_id>/conflict/", access.conflict, name="conflict"),
    path("cases/<uuid:contact_id>/access/", access.who_may_open, name="access"),
    path("cases/<uuid:contact_id>/access/end/", access.end, name="end_access"),
    path("passed/", access.passed, name="passed"),
    path("passed/<uuid:contact_id>/", access.passed_contact, name="passed_contact"),
    path("restricted/", opening.open_restricted, name="open_restricted"),
    path("openings/", opening.openings, name="openings"),
    path("openings/<uuid:opening_id>/", opening.opening, name="opening"),
    path("audit/", auditing.audit, name="audit"),
    path("audit/cases/<uuid:contact_id>/", auditing.case, name="audit_case"),
    path("audit/people/", auditing.people, name="audit_people"),
    path("audit/people/<uuid:person_id>/", auditing.person, name="audit_person"),
    path("audit/workers/<uuid:staff_id>/", auditing.worker, name="audit_worker"),
    path("audit/refusals/", auditing.refusals, name="audit_refusals"),
    path("audit/searches/", auditing.searches, name="audit_searches"),
    path("audit/unusual/", auditing.unusual, name="audit_unusual"),
    path("audit/unusual/<uuid:signal_id>/", auditing.conclude, name="audit_conclude"),
    path("search/", views.search, name="search"),
    path("outbox/", views.outbox, name="outbox"),
    path("referral/", views.referral, name="referral"),
    path("referral/code/", views.ask_code, name="ask_code"),
    path("referral/open/", views.open_referral, name="open_referral"),
    path("referral/add/", views.add_words, name="add_words"),
    path("referral/how-it-went/", views.say_how_it_went, name="say_how_it_went"),
    path("referral/close/", views.close_referral, name="close_referral"),
    path("referral/disagree/", referring.disagree_by_code, name="disagree_by_code"),
    path("my-referrals/", referring.my_referrals, name="my_referrals"),
    path("my-referrals/<uuid:contact_id>/", referring.my_referral, name="my_referral"),
    path("my-referrals/<uuid:contact_id>/disagree/", referring.disagree, name="disagree"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("", include((desk, "desk"))),
]
