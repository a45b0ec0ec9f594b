from django.urls import path

from mash.contact.views import consulting, family, files, joining, settling, telephone

app_name = "contact"
urlpatterns = [
    path("by-telephone/", telephone.telephone, name="telephone"),
    path("sent-again/", settling.disputed, name="disputed"),
    path("files/<uuid:file_id>/", files.open_file, name="open_file"),
    path("<uuid:contact_id>/taken/", telephone.taken, name="taken"),
    path("<uuid:contact_id>/people/", settling.settle, name="settle"),
    path("<uuid:contact_id>/family/", family.family, name="family"),
    path("people/<uuid:contact_person_id>/", settling.settle_person, name="settle_person"),
    path("people/<uuid:contact_person_id>/not-same/undo/", settling.undo_not_same, name="undo_not_same"),
    path("people/<uuid:contact_person_id>/undo/", settling.undo, name="undo_settlement"),
    path("records/", joining.suspected, name="suspected"),
    path("records/<uuid:person_id>/same/", joining.find, name="find_same"),
    path("records/<uuid:person_id>/same/<uuid:other_id>/", joining.compare, name="compare_records"),
    path("records/joined/<uuid:joining_id>/", joining.separate, name="separate_records"),
    path("records/apart/<uuid:apart_id>/undo/", joining.undo_apart, name="undo_apart"),
    path("consultations/", consulting.consultations, name="consultations"),
    path("consultations/record/", consulting.record_consultation, name="record_consultation"),
    path("consultations/search/", consulting.search_consultations, name="search_consultations"),
    path("consultations/<uuid:consultation_id>/", consulting.consultation, name="consultation"),
    path("consultations/<uuid:consultation_id>/link/", consulting.link, name="link_consultation"),
    path("consultations/<uuid:consultation_id>/guide/", consulting.of_the_guide, name="of_the_guide"),
    path("consultations/<uuid:consultation_id>/follow-up/", consulting.follow_up, name="follow_up"),
    path("consultations/links/<uuid:link_id>/", consulting.unlink, name="unlink_consultation"),
]
