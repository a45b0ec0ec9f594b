"""Letting a system speak with the hub, and giving and ending its keys."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff
from mash.partnership.system_keys import signed_key
from mash.setup.actions.log import note
from mash.setup.models import Part
from mash.systems import policy
from mash.systems.actions.refusals import NotWhole
from mash.systems.models import Key, KeyUsed, Scope, System

LONGEST_DAYS = 366
MOST_LIVE = 2  # the one in use and the one that takes its place
_noted: dict[uuid.UUID, datetime] = {}  # by key: the hour in which this process last noted that it was shown


@transaction.atomic
def let_speak(
    *, agency: Agency, name: str, organisation: str, scopes: Sequence[str], by: Staff, at: datetime
) -> System:
    """Let a system of an agency speak with the hub.  It opens nothing until somebody of the agency gives it a key.

    Raises PermissionDenied; NotWhole without its names, or where a system of that name speaks with the hub already.

    Source: docs/rules.md, "Systems of agencies".
    """
    require(policy.may_set_up_systems(by))
    _refuse_unless_whole(name, organisation)
    if System.objects.filter(hub=by.hub_id, name=name.strip(), ended_at=None).exists():
        raise NotWhole("A system of this name speaks with the hub already.")
    system = System(
        hub_id=by.hub_id,
        agency=agency,
        name=name.strip(),
        organisation=organisation.strip(),
        scopes=_in_order(scopes),
        by=by,
        at=at,
    )
    System.objects.bulk_create([system])
    said = [(system.name, "does not speak with the hub", _in_words(system))]
    note(Part.SYSTEMS, f"{system.name} of {agency.name}", hub=by.hub, by=by, at=at, differences=said)
    return system


@transaction.atomic
def say_anew(*, system: System, organisation: str, scopes: Sequence[str], by: Staff, at: datetime) -> None:
    """Change what a system may do, and in whose name it sends.  It counts from its next request on.

    Raises PermissionDenied; NotWhole without a name, or once the system has ended.
    """
    require(policy.may_set_up_systems(by))
    held = _held(system, by)
    _refuse_unless_whole(held.name, organisation)
    if held.ended_at:
        raise NotWhole("It no longer speaks with the hub.")
    before = _in_words(held)
    held.organisation, held.scopes = organisation.strip(), _in_order(scopes)
    if _in_words(held) == before:
        return
    held.save(update_fields=["organisation", "scopes"])
    said = [(held.name, before, _in_words(held))]
    note(Part.SYSTEMS, f"What {held.name} may do", hub=by.hub, by=by, at=at, differences=said)


@transaction.atomic
def end_system(*, system: System, why: str, by: Staff, at: datetime) -> None:
    """End that a system speaks with the hub: none of its keys opens anything any more.  Twice changes nothing.

    Raises PermissionDenied, and NotWhole without a reason.
    """
    require(policy.may_set_up_systems(by))
    if not why.strip():
        raise NotWhole("Say why it ends.")
    held = _held(system, by)
    if held.ended_at:
        return
    said = [(held.name, _in_words(held), "does not speak with the hub")]
    held.ended_at, held.ended_by = at, by
    held.save(update_fields=["ended_at", "ended_by"])
    note(Part.SYSTEMS, f"{held.name} ended", hub=by.hub, by=by, at=at, why=why.strip(), differences=said)


@transaction.atomic
def give_key(*, system: System, label: str, days: int, by: Staff, at: datetime) -> tuple[Key, str]:
    """Give a system a key in one's own name; return it with the words to be copied, which are shown once.

    days: how long it lasts.  Two may last at once, so that one takes the other's place without a gap.

    Raises PermissionDenied; NotWhole without a label, for a time that is none, or for a third.

    Source: docs/rules.md, "Systems of agencies".
    """
    require(policy.may_give_key(by, system))
    if not label.strip():
        raise NotWhole("Say which key this is.")
    if not 1 <= days <= LONGEST_DAYS:
        raise NotWhole(f"A key lasts 1 to {LONGEST_DAYS} days.")
    take_turn(f"system_keys:{system.pk}")
    if Key.objects.filter(system=system, ended_at=None, expires_at__gt=at).count() >= MOST_LIVE:
        raise NotWhole(f"{system.name} has {MOST_LIVE} keys that count: end one first.")
    key = Key(
        hub_id=by.hub_id,
        system=system,
        post=by,
        label=label.strip(),
        expires_at=at + timedelta(days=days),
        by=by,
        at=at,
    )
    Key.objects.bulk_create([key])
    record("system_key.given", about=key, at=at, hub_id=by.hub_id, detail={"system": str(system.pk)})
    return key, signed_key(key=key.pk, post=by.pk)


@transaction.atomic
def end_key(*, key: Key, by: Staff, at: datetime) -> None:
    """End a key: its next request is refused.  Twice changes nothing.  Raises PermissionDenied."""
    require(policy.may_end_key(by, key))
    held = Key.objects.select_for_update(of=("self",)).filter(pk=key.pk, ended_at=None).first()
    if held:
        held.ended_at, held.ended_by = at, by
        held.save(update_fields=["ended_at", "ended_by"])
        record("system_key.ended", about=held, at=at, hub_id=held.hub_id)


def note_use(*, key: Key, at: datetime) -> None:
    """Note that a key was shown, once an hour; a reading may do this.  What this process noted, it does not again."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if _noted.get(key.pk) == hour:
        return
    transaction.on_commit(lambda: _noted.update({key.pk: hour}))
    KeyUsed.objects.bulk_create([KeyUsed(hub_id=key.hub_id, key=key, hour=hour)], ignore_conflicts=True)


def _held(system: System, by: Staff) -> System:
    found = System.objects.select_related("agency").filter(pk=system.pk, hub=by.hub_id, ended_at=None)
    return found.select_for_update(of=("self",)).first() or system


def _refuse_unless_whole(name: str, organisation: str) -> None:
    if not (name.strip() and organisation.strip()):
        raise NotWhole("Say what the system is called, and in whose name it sends.")


def _in_order(scopes: Sequence[str]) -> list[str]:
    return [one for one in Scope.values if one in scopes]


def _in_words(system: System) -> str:
    return f"Sends as {system.organisation}. {'; '.join(system.may) or 'May do nothing'}."
