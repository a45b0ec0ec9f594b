"""The tier history of whom a contact is about and of those they live with, read by one question each."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from mash.common.prepared import SEVERAL_KEYS, prepared
from mash.contact.models import Contact
from mash.decision.bouncing import Bounced
from mash.decision.direction import Spell
from mash.decision.queries.bouncing import History, histories
from mash.decision.queries.naming import day_of
from mash.decision.strip import Strip, drawn
from mash.decision.tiers import Change, Helped, Stretch, changes, stretches, while_together
from mash.people.joined import counts, records_that_count_as
from mash.people.models import Involvement, Person, Resident

OF_OLD = date.min  # where nobody wrote down when they moved in


@dataclass(frozen=True, slots=True)
class Told:
    """A day of a household's strip, and through whom it came.  others: of them, who is not the person in hand."""

    change: Change
    others: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class ToAndFro:
    """What is shown of one person: tiers, the rules that fired, and the household's tiers.

    household: empty where nobody else who lives or lived with them was ever helped then.  moves: of the household.
    household_as: the name of somebody shown before whose household's tiers are the same; "" where they are shown here.
    """

    name: str
    stretches: Sequence[Stretch]
    strip: Strip
    bounced: Sequence[Bounced]
    household: Sequence[Stretch] = ()
    household_strip: Strip | None = None
    moves: Sequence[Told] = ()
    household_as: str = ""

    @property
    def is_shown(self) -> bool:
        """Tell whether there is anything to show."""
        return bool(self.stretches or self.household or self.bounced)


def to_and_fro_on(contact: Contact, at: datetime) -> list[ToAndFro]:
    """Return the tier histories of whom a contact is about, each with their household's.

    Source: docs/rules.md, "Tier history", "Bouncing".
    """
    today = day_of(at)
    about = {one.who: one for one in histories([contact.pk]) if one.is_at_risk and one.who}
    living = _living_with([key for key in about if key])
    each = (_of_one(one, living.get(key, []), today) for key, one in about.items() if key)
    shown = [one for one in each if one.is_shown]
    first: dict[tuple[Stretch, ...], str] = {}
    return [replace(one, household_as=_said_before(one, first)) for one in shown]


def _said_before(one: ToAndFro, first: dict[tuple[Stretch, ...], str]) -> str:
    """Return who was shown before with the same household's tiers, "" for nobody; remember this one."""
    name = first.setdefault(tuple(one.household), one.name)
    return name if one.household and name != one.name else ""


@dataclass(frozen=True, slots=True)
class _Member:
    """Somebody who lives or lived with a person: their name, and their help in the times when both lived there."""

    key: uuid.UUID
    name: str
    spells: Sequence[Spell]


def _of_one(one: History, living: Sequence[_Member], today: date) -> ToAndFro:
    own = stretches(one.spells, today)
    helped = [Helped(one.who, spell) for spell in one.spells]
    helped += [Helped(member.key, spell) for member in living for spell in member.spells]
    strip, bounced = drawn(own, today), one.bounced(today)
    if not any(member.spells for member in living):
        return ToAndFro(one.name, own, strip, bounced)
    names = {member.key: member.name for member in living}
    moved = [
        Told(change, tuple(name for key, name in names.items() if key in change.by), one.who in change.by)
        for change in changes(helped, today)
    ]
    together = stretches((each.spell for each in helped), today)
    return ToAndFro(one.name, own, strip, bounced, together, drawn(together, today), moved)


def _living_with(people: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[_Member]]:
    """Return who else lives or lived in a home of each of these people, with their help while both lived there."""
    homes = _homes.rows(people=people) if people else []
    others = {who for _, who, *_ in homes} | set(people)
    spells: dict[uuid.UUID, list[Spell]] = {}
    for who, tier, from_on, until_on in _work.rows(people=others) if others else []:
        spells.setdefault(who, []).append(Spell(tier, from_on, until_on))
    names = {one.pk: str(one) for one in Person.objects.filter(pk__in=others)} if others else {}
    found: dict[uuid.UUID, list[_Member]] = {}
    for person in people:
        mine = [row for row in homes if row[1] == person]
        for other in sorted(others - {person}, key=str):
            times = list(_together(mine, [row for row in homes if row[1] == other]))
            shared = while_together(spells.get(other, []), times)
            if shared:
                found.setdefault(person, []).append(_Member(other, names.get(other, ""), shared))
    return found


def _together(mine: Iterable[Any], theirs: Iterable[Any]) -> Iterable[Spell]:
    """Yield the times in which two people lived in one household, as spells of no tier."""
    for home, _, from_on, until_on in mine:
        own = Spell(0, from_on or OF_OLD, until_on)
        same = [Spell(0, begun or OF_OLD, ended) for there, _, begun, ended in theirs if there == home]
        yield from while_together(same, [own])


@prepared(people=SEVERAL_KEYS)
def _homes(people: Any) -> "QuerySet[Resident, Any]":
    """Return household, person, from and until of everybody who ever lived where one of these did."""
    theirs = Resident.objects.filter(person__in=records_that_count_as(people)).values("household")
    rows = Resident.objects.filter(household__in=theirs).annotate(who=counts())
    return rows.order_by("household", "who", "from_on", "pk").values_list(
        "household_id", "who", "from_on", "until_on"
    )


@prepared(people=SEVERAL_KEYS)
def _work(people: Any) -> "QuerySet[Involvement, Any]":
    rows = Involvement.objects.filter(person__in=records_that_count_as(people)).annotate(who=counts())
    return rows.order_by("from_on", "pk").values_list("who", "tier", "from_on", "until_on")
