"""A hub's name, colour, hours and closures."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.colour import LEAST_CONTRAST, contrast_with_white
from mash.common.verdict import require
from mash.partnership.actions import close_on
from mash.partnership.models import Closure, Hub, Staff
from mash.setup import policy
from mash.setup.actions.clocks import order_a_recount
from mash.setup.actions.log import note
from mash.setup.differences import Difference, between
from mash.setup.models import Part

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LABELS = {
    "name": "Name",
    "prefix": "Prefix",
    "colour": "Colour",
    "telephone": "Telephone",
    "out_of_hours_telephone": "Out-of-hours telephone",
    "email": "E-mail address",
    "family_first": "Family name first",
}


class HardToRead(Exception):
    """White words on this colour cannot be read; the message says the figure."""


class NameTaken(Exception):
    """Another hub has this name or prefix; the message says which."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"Another hub has this {field}")


class NoSuchClosure(Exception):
    """The day is not a closure of this hub, or it is past."""


def described(hub: Hub) -> dict[str, Any]:
    """Return a hub's name, colour and how to reach it, as they are."""
    return {name: getattr(hub, name) for name in LABELS}


def week_in_words(hours: Mapping[str, list[str]]) -> dict[str, str]:
    """Return each weekday's hours in words, Monday first."""
    return {
        name: f"{hours[str(day)][0]} to {hours[str(day)][1]}" if str(day) in hours else "closed"
        for day, name in enumerate(DAYS)
    }


@transaction.atomic
def describe(*, hub: Hub, particulars: Mapping[str, Any], by: Staff, at: datetime) -> None:
    """Change a hub's name, prefix, colour or how to reach it.

    particulars: every key of `LABELS`.

    Raises HardToRead for a colour on which white words have less than 4.5 to 1, and NameTaken.

    Source: docs/rules.md, "Setting up a hub".
    """
    require(policy.may_set_up_hub(by, hub))
    hub = Hub.objects.select_for_update().get(pk=hub.pk)
    refuse_a_faint_colour(particulars["colour"])
    for field in ("name", "prefix"):
        if Hub.objects.filter(**{f"{field}__iexact": particulars[field]}).exclude(pk=hub.pk).exists():
            raise NameTaken(field)
    found: list[Difference] = [
        (LABELS[place], was, now) for place, was, now in between(described(hub), dict(particulars))
    ]
    if not found:
        return
    for name in LABELS:
        setattr(hub, name, particulars[name])
    hub.save(update_fields=list(LABELS))
    note(Part.HUB, "Name, colour or how to reach the hub", hub=hub, by=by, at=at, differences=found)


def refuse_a_faint_colour(colour: str) -> None:
    """Refuse a colour on which white words cannot be read.  Raises HardToRead with the figure."""
    contrast = contrast_with_white(colour)
    if contrast < LEAST_CONTRAST:
        raise HardToRead(
            f"White words on this colour have a contrast of {contrast:.1f} to 1. "
            f"Choose a darker one: at least {LEAST_CONTRAST} to 1"
        )


@transaction.atomic
def set_hours(*, hub: Hub, hours: Mapping[str, list[str]], why: str, by: Staff, at: datetime) -> None:
    """Change when a hub is staffed; clocks in working time are then worked out afresh.

    hours: weekday ("0" is Monday) to [opens, closes]; a day left out is closed.

    Source: docs/rules.md, "Clocks".
    """
    require(policy.may_set_up_hub(by, hub))
    hub = Hub.objects.select_for_update().get(pk=hub.pk)
    found = between(week_in_words(hub.hours), week_in_words(hours))
    if not found:
        return
    hub.hours = dict(hours)
    hub.save(update_fields=["hours"])
    note(Part.HOURS, "Opening hours", hub=hub, by=by, at=at, why=why, differences=found)
    order_a_recount(hub)


@transaction.atomic
def close_for_a_day(*, hub: Hub, on: date, reason: str, by: Staff, at: datetime) -> None:
    """Close a hub on a day although its week says open.  Safe to repeat."""
    require(policy.may_set_up_hub(by, hub))
    if Closure.objects.filter(hub=hub, on=on).exists():
        return
    close_on(hub=hub, on=on, reason=reason, at=at)
    difference = (f"{on:%A} {on.day} {on:%B %Y}", "open", f"closed: {reason}")
    note(Part.CLOSURES, "A closure", hub=hub, by=by, at=at, why=reason, differences=[difference])
    order_a_recount(hub)


@transaction.atomic
def open_after_all(*, hub: Hub, on: date, by: Staff, at: datetime) -> None:
    """Take back a closure that is still to come.

    Raises NoSuchClosure for a day that is no closure, or is past: what clocks counted then stays counted.
    """
    require(policy.may_set_up_hub(by, hub))
    closure = Closure.objects.filter(hub=hub, on=on, on__gt=localdate(at)).first()
    if closure is None:
        raise NoSuchClosure(on)
    difference = (f"{on:%A} {on.day} {on:%B %Y}", f"closed: {closure.reason}", "open")
    closure.delete()
    note(Part.CLOSURES, "A closure taken back", hub=hub, by=by, at=at, differences=[difference])
    order_a_recount(hub)
