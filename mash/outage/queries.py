"""What is read about a hub's packs, and about what was entered from paper."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet, UUIDField
from django.utils.timezone import localdate

from mash.common.clock import LONDON
from mash.common.prepared import prepared
from mash.common.templates import moment
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.outage import policy
from mash.outage.models import Away, Became, Entered, Pack, PackEnd, Passphrase
from mash.partnership.models import Hub, Staff

EVERY = timedelta(hours=1)
LATE = timedelta(hours=2)  # then a pack is older than it should be
TRIED_AGAIN = timedelta(minutes=15)
WHO_LOOKS = "Whoever runs the product looks whether its worker runs."
WHO_SEES_TO_IT = (
    "Whoever runs the product sees to it that the folder is there, has room and takes files: tell them."
)
SHOWN = 30  # packs on the page, and whatever else is listed on one
MOST_DAYS = 366  # that are offered for what was on paper
SLACK = timedelta(minutes=6)  # the timetable looks every five minutes


def passphrase_of(hub_id: uuid.UUID) -> Passphrase | None:
    """Return the passphrase that a hub's packs are made under, with who set it."""
    found = Passphrase.objects.filter(hub=hub_id).select_related("by__account", "by__agency", "by__hub")
    return found.order_by("-at", "-pk").first()


def packs(staff: Staff) -> list[Pack]:
    """Return the newest packs of this worker's hub, the newest first, with what became of each."""
    found = _with_ends(Pack.objects.filter(policy.packs_readable_by(staff))).select_related("passphrase")
    return list(found.order_by("-at", "-pk")[:SHOWN])


def newest_written(hub_id: uuid.UUID) -> Pack | None:
    """Return the newest pack of a hub that was laid into the folder."""
    written = PackEnd.objects.filter(hub=hub_id, what=Became.WRITTEN).values("pack")
    return Pack.objects.filter(hub=hub_id, pk__in=written).order_by("-at", "-pk").first()


def _with_ends(found: QuerySet[Pack]) -> QuerySet[Pack]:
    return found.prefetch_related(Prefetch("ends", queryset=PackEnd.objects.order_by("at", "pk")))


def not_removed(hub_id: uuid.UUID, numbers: Sequence[str]) -> list[Pack]:
    """Return those packs of a hub with these numbers that nobody said were removed."""
    removed = PackEnd.objects.filter(hub=hub_id, what=Became.REMOVED).values("pack")
    return list(
        Pack.objects.filter(hub=hub_id, number__in=numbers).exclude(pk__in=removed).order_by("at", "pk")
    )


def live_hubs() -> list[Hub]:
    """Return every hub that works for real or in the demo: those of exercises are none."""
    return list(Hub.objects.filter(exercise_for=None).order_by("name"))


def is_due(hub_id: uuid.UUID, passphrase: Passphrase, at: datetime) -> bool:
    """Tell whether a hub's next pack is due: an hour after the newest, at once under another passphrase.

    One that could not be made is tried again after a quarter of an hour.
    """
    newest = newest_written(hub_id)
    fresh = newest and newest.passphrase_id == passphrase.pk and newest.at > at - EVERY + SLACK
    tried = Pack.objects.filter(hub=hub_id, at__gt=at - TRIED_AGAIN, at__gte=passphrase.at).exists()
    return not fresh and not tried


@dataclass(frozen=True, slots=True)
class Kept:
    """How a hub stands with its packs.  wrong: what is wrong, in words that say what to do; () where nothing is."""

    passphrase: Passphrase | None
    newest: Pack | None
    wrong: Sequence[str]


def standing(hub: Hub, at: datetime) -> Kept:
    """Return how a hub stands with its packs.  Source: docs/rules.md, "Outage packs"."""
    passphrase, newest = passphrase_of(hub.pk), newest_written(hub.pk)
    return Kept(passphrase, newest, tuple(_wrong(hub, passphrase, newest, at)))


def _wrong(hub: Hub, passphrase: Passphrase | None, newest: Pack | None, at: datetime) -> list[str]:
    if passphrase is None:
        return [
            "No passphrase is set, so no pack is made. Set one: the first pack follows within some minutes."
        ]
    found = []
    if not policy.still_keeps(passphrase, at):
        found.append(
            "Whoever set the passphrase does not manage the hub any more, so no pack is made: set another."
        )
    began = max(passphrase.at, newest.at) if newest else passphrase.at
    if began <= at - LATE:
        found.append(
            f"The newest pack is of {moment(newest.at)}, older than it should be. {WHO_LOOKS}"
            if newest
            else f"No pack has been written yet. {WHO_LOOKS}"
        )
    since = Pack.objects.filter(hub=hub.pk, at__gte=passphrase.at)
    tried = since.order_by("-at", "-pk").prefetch_related("ends").first()
    if tried and tried.refused:
        found.append(tried.refused)
    elif tried:
        found += [f"{one.why}. {WHO_SEES_TO_IT}" for one in tried.ends.all() if one.what == Became.FAILED]
    return found


# What was on paper


def aways(staff: Staff) -> list[Away]:
    """Return when this worker's hub was without the product, the newest first."""
    found = Away.objects.filter(policy.entered_readable_by(staff)).select_related("by__account")
    return list(found.order_by("-began_at", "-pk")[:SHOWN])


def away_at(hub_id: uuid.UUID, moment: datetime) -> Away | None:
    """Return the time without the product that a moment lies in, as it was said last; None where it lies in none."""
    return (
        Away.objects.filter(hub=hub_id, began_at__lte=moment, ended_at__gte=moment)
        .order_by("-at", "-pk")
        .first()
    )


def aways_on(hub_id: uuid.UUID, on: date) -> list[Away]:
    """Return the times without the product that touch a day, the first first, three at most."""
    begins = datetime.combine(on, time(), LONDON)
    ends = datetime.combine(on + timedelta(days=1), time(), LONDON)
    found = Away.objects.filter(hub=hub_id, began_at__lt=ends, ended_at__gte=begins)
    return list(found.order_by("began_at", "pk")[:3])


def days_away(hub_id: uuid.UUID) -> list[date]:
    """Return the days on which a hub was without the product, the newest first, `MOST_DAYS` at most."""
    said = Away.objects.filter(hub=hub_id).order_by("-began_at", "-pk").values_list("began_at", "ended_at")
    days: set[date] = set()
    for began_at, ended_at in said[:SHOWN]:
        on, first = localdate(ended_at, LONDON), localdate(began_at, LONDON)
        while on >= first and len(days) < MOST_DAYS:
            days.add(on)
            on -= timedelta(days=1)
    return sorted(days, reverse=True)


def entered_on(contact: Contact) -> list[Entered]:
    """Return what of a contact was entered from paper, in the order in which it happened."""
    return _entered_on.rows(contact=contact.pk)


@prepared(contact=UUIDField())
def _entered_on(contact: Any) -> QuerySet[Entered]:
    found = Entered.objects.filter(contact=contact).select_related("by__account")
    return found.order_by("happened_at", "pk")


def entered_lately(staff: Staff) -> list[Entered]:
    """Return what was entered from paper in this worker's hub, the newest first, of contacts that they may read."""
    readable = Contact.objects.filter(contacts.readable_by(staff)).values("pk")
    found = Entered.objects.filter(policy.entered_readable_by(staff), contact__in=readable)
    return list(found.select_related("contact", "by__account").order_by("-at", "-pk")[:SHOWN])


def times_on_paper(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return the time on the paper of each of these rows that was entered from one."""
    return dict(Entered.objects.filter(of__in=keys).values_list("of", "happened_at"))


def find_to_enter(staff: Staff, reference: str) -> Contact | None:
    """Return the contact with a reference that this worker may read; None for any other."""
    found = Contact.objects.filter(contacts.readable_by(staff), reference=reference.strip().upper())
    return found.first()
