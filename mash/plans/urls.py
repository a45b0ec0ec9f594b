"""Addresses of plans."""

from django.urls import path

from mash.plans.views import ending, reading, writing

app_name = "plans"
urlpatterns = [
    path("", reading.plans, name="plans"),
    path("ask/", reading.ask, name="ask"),
    path("on/<uuid:contact_id>/", reading.on_case, name="on_case"),
    path("begin/<uuid:outcome_id>/", writing.begin, name="begin"),
    path("<uuid:plan_id>/", reading.plan, name="plan"),
    path("<uuid:plan_id>/history/", reading.history, name="history"),
    path("<uuid:plan_id>/paper/", reading.paper, name="paper"),
    path("<uuid:plan_id>/words/", writing.write, name="write"),
    path("<uuid:plan_id>/agreement/", writing.agree, name="agree"),
    path("<uuid:plan_id>/lead/", writing.lead, name="lead"),
    path("<uuid:plan_id>/open-to/", writing.open_to, name="open_to"),
    path("<uuid:plan_id>/copy/", writing.copy, name="copy"),
    path("<uuid:plan_id>/to-panel/", writing.to_panel, name="to_panel"),
    path("<uuid:plan_id>/need/", writing.need, name="need"),
    path("<uuid:plan_id>/look/", ending.look, name="look"),
    path("<uuid:plan_id>/step-up/", ending.step_up, name="step_up"),
    path("<uuid:plan_id>/close/", ending.close, name="close"),
    path("members/<uuid:member_id>/wants/", writing.wants, name="wants"),
    path("agreements/<uuid:agreement_id>/taken-back/", writing.withdraw, name="withdraw"),
    path("needs/<uuid:need_id>/", writing.change_need, name="change_need"),
    path("needs/<uuid:need_id>/act/", writing.act, name="act"),
    path("actions/<uuid:action_id>/", writing.change_action, name="change_action"),
    path("actions/<uuid:action_id>/progress/", writing.progress, name="progress"),
    path("closings/<uuid:closure_id>/answer/", ending.answer, name="answer"),
    path("closings/<uuid:closure_id>/after/", ending.after, name="after"),
]
