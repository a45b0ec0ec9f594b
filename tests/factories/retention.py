"""Records that are due, proposals, words and holds for tests."""

import uuid
from datetime import UTC, date, datetime, timedelta

import factory

from mash.contact.models import ContactPerson
from mash.retention.models import Disposed, Hold, Lifting, Proposal, Standing, Word
from tests.factories.base import Factory
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import DecisionFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.people import PersonFactory

LONG_GONE = datetime(1990, 5, 4, 10, tzinfo=UTC)
TODAY = MONDAY_9AM.date()


class StandingFactory(Factory):
    class Meta:
        model = Standing

    hub = factory.SelfAttribute("person.hub")
    person = factory.SubFactory(PersonFactory)
    period = "no_further_action"
    own_due_on = date(2020, 1, 1)
    due_on = date(2020, 1, 1)
    at = MONDAY_9AM


class ProposalFactory(Factory):
    """A manager's proposal to dispose of a person's record."""

    class Meta:
        model = Proposal

    hub = factory.SelfAttribute("person.hub")
    person = factory.SubFactory(PersonFactory)
    key_of_form = factory.LazyFunction(uuid.uuid4)
    what = "dispose"
    period = "no_further_action"
    due_on = date(2020, 1, 1)
    why = "Nothing of it is needed any more."
    by = factory.SubFactory(StaffFactory, manager=True, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM - timedelta(days=2)


class WordFactory(Factory):
    class Meta:
        model = Word

    hub = factory.SelfAttribute("proposal.hub")
    proposal = factory.SubFactory(ProposalFactory)
    agreed = True
    by = factory.SubFactory(StaffFactory, second_person=True, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM - timedelta(days=1)


class HoldFactory(Factory):
    """A hold on everything of a hub; `person=`, `household=` or `period=` narrows it."""

    class Meta:
        model = Hold

    hub = factory.SelfAttribute("by.hub")
    key = factory.LazyFunction(uuid.uuid4)
    ground = "inquiry"
    why = "The inquiry asked for every record of those years."
    ordered_by = "Head of legal services"
    from_on = date(2026, 1, 1)
    review_on = date(2027, 1, 1)
    by = factory.SubFactory(StaffFactory, manager=True)
    at = MONDAY_9AM


class LiftingFactory(Factory):
    """One person's word that a hold can end."""

    class Meta:
        model = Lifting

    hub = factory.SelfAttribute("hold.hub")
    hold = factory.SubFactory(HoldFactory)
    why = "The inquiry has reported."
    by = factory.SubFactory(StaffFactory, manager=True, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM


class DisposedFactory(Factory):
    """A certificate, as the database writes it."""

    class Meta:
        model = Disposed

    hub = factory.SelfAttribute("proposed_by.hub")
    kind_of_record = "person"
    period = "notice_only"
    label = "Notices"
    due_on = date(2020, 1, 1)
    proposed_by = factory.SubFactory(StaffFactory, manager=True)
    proposed_at = MONDAY_9AM - timedelta(days=2)
    agreed_by = factory.SubFactory(StaffFactory, second_person=True, hub=factory.SelfAttribute("..hub"))
    agreed_at = MONDAY_9AM - timedelta(days=1)
    at = MONDAY_9AM
    counts = factory.LazyFunction(lambda: {"people_person": 1, "contact_contact": 1, "people_token": 12})
    people_gone = 1
    contacts_gone = 1


def a_family(hub, *people, received_at=LONG_GONE, decided=True):
    """Return a contact of long ago about these people, each settled on a record; children first, the rest parents.

    people: of `PersonFactory`; the first is whom the contact is about.
    """
    said = [
        {"role": "child" if place == 0 else "parent_or_carer", "given": one.given, "family": one.family}
        for place, one in enumerate(people)
    ]
    contact = ContactFactory(hub=hub, people=said, received_at=received_at, sent_at=received_at)
    named = ContactPerson.objects.using("builder").filter(contact=contact.pk).order_by("ref")
    for one, somebody in zip(people, named, strict=True):
        somebody._state.db = "default"
        SettlementFactory(hub=hub, contact_person=somebody, person=one, answer="known", at=received_at)
    if decided:
        DecisionFactory(contact=contact, hub=hub, at=received_at, made_at=received_at)
    return contact
