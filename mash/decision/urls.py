"""Addresses of decisions."""

from django.urls import path

from mash.decision.views import answering, deciding, discussing, measuring

app_name = "decision"
urlpatterns = [
    path("waiting/", answering.waiting, name="waiting"),
    path("turnaround/", measuring.turnaround, name="turnaround"),
    path("on/<uuid:contact_id>/", deciding.decide, name="decide"),
    path("on/<uuid:contact_id>/pass/", answering.pass_on, name="pass"),
    path("on/<uuid:contact_id>/strategy/", discussing.strategy, name="strategy"),
    path("strategy/<uuid:strategy_id>/", discussing.strategy_page, name="strategy_page"),
    path("<uuid:decision_id>/", answering.page, name="page"),
    path("<uuid:decision_id>/second/", answering.second, name="second"),
    path("<uuid:decision_id>/clear/", answering.clear, name="clear"),
    path("<uuid:decision_id>/take-back/", answering.take_back, name="take_back"),
    path("<uuid:decision_id>/disagree/", answering.disagree, name="disagree"),
]
