"""Addresses of questions between hubs, and of families that move."""

from django.urls import path

from mash.boroughs.views import answering, asking, moving

app_name = "boroughs"
urlpatterns = [
    path("", answering.asked, name="asked"),
    path("choice/", answering.choice, name="choice"),
    path("ask/<uuid:contact_id>/<uuid:contact_person_id>/", asking.ask, name="ask"),
    path("questions/<uuid:question_id>/", asking.question, name="question"),
    path("questions/<uuid:question_id>/summary/<uuid:reply_id>/", asking.summary, name="summary"),
    path("asked/<uuid:asked_id>/", answering.answer, name="answer"),
    path("grants/<uuid:reply_id>/end/", answering.end, name="end"),
    path("families/", moving.on_their_way, name="transfers"),
    path("families/send/<uuid:outcome_id>/", moving.send, name="send"),
    path("families/<uuid:transfer_id>/", moving.transfer, name="transfer"),
    path("families/<uuid:transfer_id>/accept/", moving.accept, name="accept"),
    path("families/<uuid:transfer_id>/decline/", moving.decline, name="decline"),
    path("families/<uuid:transfer_id>/back/", moving.take_back, name="take_back"),
]
