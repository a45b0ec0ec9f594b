"""Two hubs that may know the same child, and whoever works in each."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from mash.boroughs import actions
from mash.boroughs.models import Asked, Known
from mash.partnership.models import Hub
from tests.factories.base import signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import DecisionFactory, OutcomeFactory, people_of
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.people import a_known_person

CHILD = {
    "given": "Tamsin",
    "family": "Quillfeather",
    "born_on": MONDAY_9AM.date().replace(year=2016),
    "phones": ("020 7946 0991",),
}
SUMMARY = "She was seen weekly until June."
WHY = "He says they lived there until the summer, and nobody here knows them."


@dataclass
class Side:
    """A hub with a child on record, named in a contact.  posts: whoever works there already, by duty."""

    hub: Hub = field(default_factory=lambda: HubFactory(telephone="020 7946 0100"))
    details: dict = field(default_factory=lambda: dict(CHILD))
    at_risk: dict = field(default_factory=dict)
    posts: dict = field(default_factory=dict)

    def __post_init__(self):
        self.person = a_known_person(self.hub, **self.details)
        said = {
            "role": "child",
            "given": self.details["given"],
            "family": self.details["family"],
        } | self.at_risk
        self.contact = ContactFactory(hub=self.hub, people=[said])
        self.named = people_of(self.contact)[0]
        SettlementFactory(contact_person=self.named, person=self.person, answer="known")
        for duty in ("decider", "manager", "cleared", "screener"):
            setattr(self, duty, self.posts.get(duty) or StaffFactory(hub=self.hub, **{duty: True}))


def ask(side, by=None, **changed):
    """Ask as the hub's screener; return the question."""
    said = {
        "key": uuid.uuid4(),
        "contact": side.contact,
        "person": side.person,
        "why": WHY,
        "at": MONDAY_9AM,
    } | changed
    return doing(by or side.screener, actions.ask, **said)


def known_to(side, question):
    """Return the keys of hubs that the asking hub reads "known" of."""
    with signed_in_as(side.screener):
        return set(Known.objects.filter(question=question).values_list("elsewhere", flat=True))


def asked_of(side, by=None):
    """Return what a post of the asked hub sees."""
    with signed_in_as(by or side.decider):
        return list(Asked.objects.filter(hub=side.hub).select_related("person", "from_hub", "hub"))


def every_row(question):
    return list(Asked.objects.using("builder").filter(question_id=question.pk).order_by("hub_id"))


def grant(side, asked, **changed):
    said = {
        "asked": asked,
        "follows": 0,
        "words": "She was seen weekly until June.",
        "why": "To keep her safe.",
        "days": 7,
    }
    said |= {"words": SUMMARY, "at": MONDAY_9AM}
    return doing(side.decider, actions.grant, **said | changed)


def a_moved_family(side):
    """Return the decision to transfer the child of a hub's contact to another authority."""
    decision = DecisionFactory(contact=side.contact, by=side.decider)
    return OutcomeFactory(
        decision=decision, about=side.named, person=side.person, outcome="to_other_authority", level=None
    )


def send(side, to, outcome, **changed):
    said = {
        "key": uuid.uuid4(),
        "outcome": outcome,
        "to": to.hub,
        "lives": "With her aunt, near the station",
        "worries": "She has not been to school since September.",
        "safety": "Our social worker rings the aunt each day.",
        "reach": "020 7946 0101",
        "at": MONDAY_9AM,
    }
    return doing(side.decider, actions.send, **said | changed)


LATER = MONDAY_9AM + timedelta(days=8)
