"""A plan with a family, in the words of the field: each step through the real actions."""

import uuid
from datetime import date, timedelta

from mash.decision.models import Outcome
from mash.plans import actions
from mash.plans.models import FamilyMember, Plan, PlanAction
from tests.decision.story import decide
from tests.factories.base import signed_in_as
from tests.factories.decision import agreed, ready
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, MembershipFactory, StaffFactory

TODAY = date(2026, 11, 2)  # MONDAY_9AM
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
CLOSING = {
    "reason": "outcomes_met",
    "detail": "",
    "what_changed": "She is at school by nine, four days of five.",
    "what_helped": "One person who rang back.",
    "watch_for": "A week of mornings missed.",
    "call_whom": "The school’s safeguarding lead.",
    "told_child_by": "Her form tutor",
    "told_child_how": "Over breakfast, with a card to keep.",
    "closed_on": TODAY,
}


def doing(by, act, /, **words):
    """Let a worker do one thing, in a transaction of its own."""
    with signed_in_as(by):
        return act(by=by, **words)


def fresh(model, row):
    """Return a row as it stands now, for the app to go on with."""
    found = model.objects.using("builder").get(pk=row.pk)
    found._state.db = "default"
    return found


def outcomes_of(decision):
    found = Outcome.objects.using("builder").select_related("decision__contact__hub", "about", "person")
    rows = list(found.filter(decision_id=decision.pk, alongside=False).order_by("about__ref"))
    for one in rows:
        for row in (one, one.decision, one.decision.contact, one.decision.contact.hub, one.about, one.person):
            if row is not None:
                row._state.db = "default"
    return rows


def agency_in(hub, kind="education", *, email="school@agency.example"):
    agency = AgencyFactory(kind=kind)
    MembershipFactory(hub=hub, agency=agency, email=email)
    return agency


def decided(outcome="early_help", *, agree=True, **options):
    contact = ready(**options)
    if agree:
        agreed(contact)
    return decide(contact, StaffFactory(hub=contact.hub, whole_desk=True), outcome)


class Told:
    """A plan that began, its desk worker, and a lead at a school with a post of their own."""

    def __init__(
        self, outcome="early_help", *, agree=True, with_lead=True, lead=None, worker=None, **options
    ):
        self.decision = decided(outcome, agree=agree, **options)
        self.hub = self.decision.hub
        self.worker = worker or StaffFactory(hub=self.hub, decider=True)
        self.school = lead.agency if lead else agency_in(self.hub)
        self.lead = lead or StaffFactory(hub=self.hub, agency=self.school, answerer=True)
        self.outcomes = outcomes_of(self.decision)
        named = actions.Named(self.school, "Marta Silva", "020 7946 0111", self.lead)
        self.key = uuid.uuid4()
        self.plan = self.begin(named if with_lead else None)

    def begin(self, lead, by=None, **changes):
        said = {
            "key": self.key,
            "outcome": self.outcomes[0],
            "children": self.outcomes,
            "adults": ["Grace Okafor"],
            "lead": lead,
            "started_on": TODAY,
            "at": MONDAY_9AM,
        } | changes
        return doing(by or self.worker, actions.begin_plan, **said)

    @property
    def now(self):
        return fresh(Plan, self.plan)

    def members(self, *, child=True):
        rows = FamilyMember.objects.using("builder").filter(plan=self.plan, is_child=child)
        found = list(rows.order_by("born_on", "pk"))
        for one in found:
            one._state.db = "default"
        return found

    def need(self, by=None, **changes):
        said = {
            "plan": self.plan,
            "whom": self.members()[0],
            "words": "Mornings are hard and school is missed.",
            "outcome": "At school by nine on four days of five.",
            "at": MONDAY_9AM,
        } | changes
        return doing(by or self.lead, actions.add_need, **said)

    def action(self, need=None, by=None, **changes):
        said = {
            "need": need or self.need(),
            "words": "Walks to breakfast club with her on Tuesdays and Thursdays.",
            "agency": self.school,
            "person_name": "Jo Adler",
            "due_on": TODAY + WEEK,
            "look_again_on": TODAY + 2 * WEEK,
            "at": MONDAY_9AM,
        } | changes
        return doing(by or self.lead, actions.add_action, **said)

    def progress(self, action, status="done", by=None, **changes):
        said = {
            "action": action,
            "version": fresh(PlanAction, action).version,
            "status": status,
            "difference": "She was on time all week.",
            "difference_by": "Her tutor",
            "at": MONDAY_9AM,
        } | changes
        return doing(by or self.lead, actions.say_progress, **said)

    def look(self, by=None, *, follows=0, held_on=TODAY, at=MONDAY_9AM, **changes):
        said = {
            "key": uuid.uuid4(),
            "plan": self.plan,
            "follows": follows,
            "held_on": held_on,
            "present": "Grace, Daniel, Marta Silva",
            "different": "yes",
            "different_words": "She laughs in the mornings, says her tutor.",
            "family_says": "It is calmer.",
            "not_done": "",
            "onward": "on",
            "why": "It begins to work.",
            "next_on": held_on + 8 * WEEK,
            "at": at,
        } | changes
        return doing(by or self.lead, actions.hold_review, **said)

    def propose(self, by=None, **changes):
        said = {"key": uuid.uuid4(), "plan": self.plan, "at": MONDAY_9AM} | CLOSING | changes
        return doing(by or self.lead, actions.propose_close, **said)

    today = TODAY

    def end(self, by=None):
        closure = self.propose()
        doing(by or self.cleared(), actions.pass_closing, closure=closure, at=MONDAY_9AM)
        return closure

    def cleared(self):
        return StaffFactory(hub=self.hub, cleared=True)

    def sees(self, staff):
        """Return whether row-level security alone shows this post the plan."""
        with signed_in_as(staff):
            return Plan.objects.filter(pk=self.plan.pk).exists()
