"""What is recorded of an adult at risk: the Care Act's three-part test, what they want, and their capacity.

Source: docs/rules.md, "Adults at risk".
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Q
from django.shortcuts import get_object_or_404

from mash.common.clock import LONDON, Clock
from mash.common.clock import Target as Limit
from mash.contact.models import Contact, ContactPerson, Settlement
from mash.people.joined import counts
from mash.triage import content
from mash.triage.models import AboutAdult, Asked, Capacity, EpisodeContact, Stage, ThreePartTest, Wishes
from mash.triage.queries import clock_for, counts_from, history_of, hub_time, limit_of

SPOKEN_TO, TEST_DECIDED = "adult_person_spoken_to", "adult_three_part_test_decided"
LABELS = {SPOKEN_TO: "Asked what they want", TEST_DECIDED: "Three-part test answered"}
ADULT = "adult_at_risk"
Row = TypeVar("Row", bound=AboutAdult)


@dataclass(frozen=True, slots=True)
class AdultRecord:
    """What is recorded of one adult at risk; None for what nobody has recorded yet.

    clocks: label and clock of each of the hub's own limits for an adult; none for one that does not apply.
    """

    person: ContactPerson
    test: ThreePartTest | None
    wishes: Wishes | None
    capacity: Capacity | None
    clocks: Sequence[tuple[str, Clock]] = ()


def find_adult(contact: Contact, person_id: uuid.UUID) -> ContactPerson:
    """Return an adult at risk whom a contact names.  Raises Http404 for anybody else, a parent or a child too."""
    return get_object_or_404(ContactPerson, contact=contact, role=ADULT, pk=person_id)


def adults_of(contact: Contact, at: datetime) -> list[AdultRecord]:
    """Return what is recorded of each adult at risk in a contact."""
    people = ContactPerson.objects.filter(contact=contact, role=ADULT).order_by("ref")
    return [record_of(one, at) for one in people]


def record_of(person: ContactPerson, at: datetime) -> AdultRecord:
    """Return what is recorded of one adult at risk, the newest of each."""
    tests, wishes = _all(ThreePartTest, person), _all(Wishes, person)
    return AdultRecord(
        person=person,
        test=tests[-1] if tests else None,
        wishes=wishes[-1] if wishes else None,
        capacity=next(reversed(_all(Capacity, person)), None),
        clocks=tuple(_clocks(person.contact, tests, wishes, at)),
    )


def history_of_adult(person: ContactPerson) -> list[AboutAdult]:
    """Return everything recorded of an adult, newest first."""
    rows: list[AboutAdult] = [*_all(ThreePartTest, person), *_all(Wishes, person), *_all(Capacity, person)]
    return sorted(rows, key=lambda one: (one.at, str(one.pk)), reverse=True)


def clocks_by_subject(
    contact: Contact, at: datetime, *, ended_at: datetime | None = None
) -> list[tuple[str, Clock]]:
    """Return the running clock of a contact's children and of its adults, each by its own limits, side by side.

    One clock alone where a contact is about children or about adults only.

    Source: docs/rules.md, "Adults at risk", "Clocks".
    """
    if contact.subject != "both":
        clock = clock_for(contact, at).clock
        return [(contact.get_subject_display(), clock)] if clock else []
    ratings, pauses, began = list(contact.ratings.all()), list(contact.pauses.all()), counts_from(contact)
    stage = Stage.HUB_DECISION if ratings else Stage.TRIAGE
    found = [
        (
            label,
            history_of(
                contact, ratings, pauses, at, stage=stage, ended_at=ended_at, subject=subject, began=began
            ).clock,
        )
        for subject, label in (("child", "Child"), ("adult", "Adult"))
    ]
    return [(label, clock) for label, clock in found if clock]


def _all(model: type[Row], person: ContactPerson) -> list[Row]:
    rows = model._default_manager.filter(_about(person)).select_related("by__account")
    return list(rows.order_by("at", "pk"))


def _about(person: ContactPerson) -> Q:
    """Return "of this adult", as this or another report of the same event names them."""
    who = Settlement.objects.filter(contact_person=person, undone_at=None, person__isnull=False)
    own = EpisodeContact.objects.filter(contact=person.contact_id, undone_at=None).values("episode")
    event = EpisodeContact.objects.filter(episode__in=own, undone_at=None).values("contact")
    same = Settlement.objects.alias(who=counts()).filter(
        who__in=who.values(who=counts()), undone_at=None, contact_person__contact__in=event
    )
    return Q(about=person) | Q(about__in=same.values("contact_person"))


def _clocks(
    contact: Contact, tests: Sequence[ThreePartTest], wishes: Sequence[Wishes], at: datetime
) -> list[tuple[str, Clock]]:
    answered = next((one.at for one in tests if one.is_answered), None)
    spoken = next((one.at for one in wishes if one.asked in {Asked.ADULT, Asked.ADVOCATE}), None)
    unsafe = bool(wishes) and wishes[-1].asked == Asked.UNSAFE
    ends = {TEST_DECIDED: answered} if unsafe else {SPOKEN_TO: spoken, TEST_DECIDED: answered}
    week = hub_time(contact.hub, at.astimezone(LONDON).date()).week
    return [
        (LABELS[name], Clock.start(contact.received_at, _limit(name), week, ended_at=ended_at))
        for name, ended_at in ends.items()
    ]


def _limit(name: str) -> Limit:
    limit = limit_of(content.clocks()[name].limit)
    assert limit  # noqa: S101 - every clock of content has one
    return limit
