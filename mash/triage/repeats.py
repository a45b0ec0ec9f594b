"""Repeats: so many contacts within so many days ask a person to look.  Pure; it never sets a rating.

Source: docs/rules.md, "Repeats".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mash.common.clock import LONDON
from mash.contact.content import categories
from mash.triage.content import RepeatRule


@dataclass(frozen=True, slots=True)
class Told:
    """A contact as a repeat counts it.

    colour: our rating, or the sender's suggestion while nobody has rated it (`rated` says which).
    same_person, same_household: how it is about the people of the contact in hand.
    """

    contact_id: UUID
    reference: str
    received_at: datetime
    event_at: datetime | None
    event_reference: str
    place: str
    episode: UUID | None
    colour: str
    rated: bool
    categories: tuple[str, ...]
    same_person: bool = True
    same_household: bool = True

    @property
    def event(self) -> str:
        """A name for the event it tells of: two contacts with one name are one event."""
        if self.episode:
            return f"episode {self.episode}"
        if self.event_reference:
            return f"reference {self.event_reference.casefold().strip()}"
        if self.event_at and self.place:
            return f"{self.event_at.astimezone(LONDON).date()} {self.place.casefold().strip()}"
        return f"contact {self.contact_id}"


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, and the facts it fired on.

    by_event_date, by_receipt: how many events there are when counted by the day they happened, and by the day
        the hub was told.
    """

    rule: RepeatRule
    told: tuple[Told, ...]
    by_event_date: int
    by_receipt: int


def fired(rules: Mapping[str, RepeatRule], this: Told, others: Iterable[Told]) -> tuple[Fired, ...]:
    """Return the rules that fire on this contact and those before it, with what they fired on."""
    before = [one for one in others if one.contact_id != this.contact_id]
    found = (_look(rule, this, before) for rule in rules.values())
    return tuple(one for one in found if one is not None)


def _look(rule: RepeatRule, this: Told, before: Sequence[Told]) -> Fired | None:
    if not _counted(rule, this):
        return None
    shared = [this, *(one for one in before if _shares(rule, one) and _counted(rule, one))]
    window = timedelta(days=rule.within_days)
    happened = this.event_at or this.received_at
    by_event = [one for one in shared if one.event_at and _within(one.event_at, happened, window)]
    by_receipt = [one for one in shared if _within(one.received_at, this.received_at, window)]
    counts = _events(by_event), _events(by_receipt)
    if max(counts) < rule.count:
        return None
    chosen = {one.contact_id: one for one in (*by_event, *by_receipt)}
    told = tuple(sorted(chosen.values(), key=lambda one: (one.event_at or one.received_at, one.reference)))
    return Fired(rule, told, *counts)


def _within(then: datetime, now: datetime, window: timedelta) -> bool:
    return timedelta(0) <= now - then <= window


def _events(told: Iterable[Told]) -> int:
    return len({one.event for one in told})


def _shares(rule: RepeatRule, one: Told) -> bool:
    return {
        "same_person": one.same_person,
        "same_household": one.same_household or one.same_person,
        "same_person_or_household": one.same_person or one.same_household,
    }[rule.applies_to]


def _counted(rule: RepeatRule, one: Told) -> bool:
    low_enough = not rule.ratings_counted or one.colour in rule.ratings_counted
    return low_enough and (not rule.categories or _about(one, rule.categories))


def _about(one: Told, wanted: Iterable[str]) -> bool:
    """Tell whether a contact is about one of these categories; a sender may name only the group."""
    known = categories()
    accepted = {name for one_wanted in wanted for name in (one_wanted, known[one_wanted].group)}
    return bool(accepted & set(one.categories))
