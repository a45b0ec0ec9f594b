"""Decisions for tests, and a contact ready to be decided on: rated, everybody in it settled."""

import uuid
from datetime import timedelta

import factory

from mash.contact.models import ContactPerson, Settlement
from mash.decision.models import (
    Decision,
    Dissent,
    DissentStage,
    Letter,
    LetterVersion,
    Outcome,
    SchoolNotice,
    Strategy,
)
from mash.people.models import Involvement, Person
from mash.triage.models import Agreement, Episode, EpisodeContact, Rating
from tests.factories.base import Factory
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory


class SettledPersonFactory(Factory):
    class Meta:
        model = Person

    given = "Daniel"
    family = "Okafor"
    recorded_at = MONDAY_9AM


class RatingFactory(Factory):
    class Meta:
        model = Rating

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    colour = "amber"
    change = "first"
    why = "A growing worry about neglect."
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM


class InvolvementFactory(Factory):
    class Meta:
        model = Involvement

    hub = factory.SelfAttribute("person.hub")
    person = factory.SubFactory(SettledPersonFactory)
    source = "open_cases"
    agency = "Children's social care"
    plan = "Child in need"
    tier = 3
    worker_name = "Bea Lund"
    worker_email = "bea.lund@council.example"
    manager_name = "Omar Diaz"
    manager_email = "omar.diaz@council.example"
    from_on = "2026-06-01"
    as_at = MONDAY_9AM


class DecisionFactory(Factory):
    """A decision that stands; `waiting=True` for one that waits for both its approvals."""

    class Meta:
        model = Decision

    class Params:
        waiting = factory.Trait(made_at=None, closes=True, needs_second=True, needs_clearance=True)

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    key = factory.LazyFunction(uuid.uuid4)
    colour = "amber"
    reasons = "Help is needed at home, and the family want it."
    snapshot = factory.LazyFunction(dict)
    closes = False
    needs_second = False
    needs_clearance = False
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"), decider=True)
    at = MONDAY_9AM
    made_at = MONDAY_9AM


class OutcomeFactory(Factory):
    class Meta:
        model = Outcome

    hub = factory.SelfAttribute("decision.hub")
    decision = factory.SubFactory(DecisionFactory)
    person = factory.SubFactory(SettledPersonFactory, hub=factory.SelfAttribute("..hub"))
    outcome = "early_help"
    level = 2
    direction = "first"


class StrategyFactory(Factory):
    class Meta:
        model = Strategy

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    key = factory.LazyFunction(uuid.uuid4)
    held_at = MONDAY_9AM
    chair = "Rosa Klein"
    chair_role = "team_manager"
    information = "What each agency knew."
    decisions = "A joint visit today."
    record_due_at = MONDAY_9AM
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"), decider=True)
    at = MONDAY_9AM


def people_of(contact):
    """Return the people of a contact in the order it names them."""
    found = list(ContactPerson.objects.using("builder").filter(contact=contact).order_by("ref"))
    for one in found:
        one._state.db, one.contact, one.hub = "default", contact, contact.hub
    return found


def settle(contact):
    """Settle everybody in a contact on a person of their own; return those persons in the order they are named."""
    found = []
    for one in people_of(contact):
        person = SettledPersonFactory(hub=contact.hub, given=one.given, family=one.family)
        SettlementFactory(contact_person=one, person=person, answer="known")
        found.append(person)
    return found


def who_is(contact_person):
    """Return the person somebody in a contact was settled on; None where nobody can tell."""
    words = Settlement.objects.using("builder").select_related("person")
    person = words.get(contact_person=contact_person).person
    if person:
        person._state.db, person.hub = "default", contact_person.hub
    return person


def ready(colour="amber", **options):
    """Return a contact on which somebody may decide: rated, and everybody in it settled."""
    contact = ContactFactory(**options)
    if colour:
        RatingFactory(contact=contact, colour=colour)
    settle(contact)
    return contact


def agreed(contact):
    """Let the family of a contact agree to everything, for everybody in it."""
    for one in people_of(contact):
        AgreementFactory(contact=contact, about=one)


class AgreementFactory(Factory):
    class Meta:
        model = Agreement

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    sought = "given"
    given_by = "parent"
    words = "His mother, by telephone."
    scopes = ["agency_checks", "early_help", "panel", "service"]
    said_at = MONDAY_9AM
    at = MONDAY_9AM


def one_event(*contacts):
    """Link contacts as one event."""
    by = StaffFactory(hub=contacts[0].hub, screener=True)
    episode = _EpisodeFactory(hub=contacts[0].hub, by=by)
    for contact in contacts:
        _EpisodeContactFactory(hub=contact.hub, episode=episode, contact=contact, by=by)


class _EpisodeFactory(Factory):
    class Meta:
        model = Episode

    words = "One night at one address."
    at = MONDAY_9AM


class _EpisodeContactFactory(Factory):
    class Meta:
        model = EpisodeContact

    why = "Same event reference."
    at = MONDAY_9AM


class LetterVersionFactory(Factory):
    class Meta:
        model = LetterVersion

    hub = factory.SelfAttribute("letter.hub")
    number = 1
    words = "Dear Grace Okafor,"
    by = factory.SelfAttribute("letter.by")
    at = MONDAY_9AM


class LetterFactory(Factory):
    """A draft to somebody, with the first version of its words."""

    class Meta:
        model = Letter

    hub = factory.SelfAttribute("decision.hub")
    decision = factory.SubFactory(DecisionFactory)
    contact = factory.SelfAttribute("decision.contact")
    key = factory.LazyFunction(uuid.uuid4)
    template = "family_outcome"
    by = factory.SelfAttribute("decision.by")
    at = MONDAY_9AM
    version = factory.RelatedFactory(LetterVersionFactory, factory_related_name="letter")


class DissentFactory(Factory):
    """Somebody disagrees with a decision; its first stage has begun."""

    class Meta:
        model = Dissent

    hub = factory.SelfAttribute("decision.hub")
    decision = factory.SubFactory(DecisionFactory)
    contact = factory.SelfAttribute("decision.contact")
    reference = factory.SelfAttribute("contact.reference")
    key = factory.LazyFunction(uuid.uuid4)
    who = "The ward"
    words = "The bruise behind the ear was not looked at."
    at = MONDAY_9AM


class DissentStageFactory(Factory):
    class Meta:
        model = DissentStage

    hub = factory.SelfAttribute("dissent.hub")
    dissent = factory.SubFactory(DissentFactory)
    number = 1
    place = "colleague"
    who = "the two people who disagree talk"
    at = MONDAY_9AM
    due_at = MONDAY_9AM + timedelta(days=1)


class SchoolNoticeFactory(Factory):
    class Meta:
        model = SchoolNotice

    contact = factory.SubFactory(ContactFactory)
    hub = factory.SelfAttribute("contact.hub")
    reference = factory.SelfAttribute("contact.reference")
    child = "Ama Boateng"
    subject_line = "Confidential: for the key adult only"
    words = "Police were called to a domestic abuse incident."
    day_starts_at = MONDAY_9AM + timedelta(days=1)
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM
