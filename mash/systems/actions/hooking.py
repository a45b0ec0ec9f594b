"""Addresses of systems that the hub calls: asked for by the agency, let in by the hub, renewed and ended."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.setup.actions.log import note
from mash.setup.models import Part
from mash.systems import policy
from mash.systems.actions.refusals import NotWhole
from mash.systems.calling import secret_of, what_is_wrong_with
from mash.systems.models import NEEDS, Hook, HookLetIn, News, System


@transaction.atomic
def ask_for_hook(
    *, system: System, address: str, kinds: Sequence[str], by: Staff, at: datetime
) -> tuple[Hook, str]:
    """Ask that a system be called at an address; return it with its secret, which is shown once.

    Nothing is called until whoever sets up the hub lets it in.  What was asked for before and not let in ends.

    Raises PermissionDenied; NotWhole for an address that cannot be called, or what the system may not read.

    Source: docs/rules.md, "Calls to systems".
    """
    require(policy.may_give_key(by, system))
    wrong = what_is_wrong_with(address.strip())
    if wrong:
        raise NotWhole(wrong)
    chosen = [one for one in News if one in kinds]
    if not chosen:
        raise NotWhole("Say what it is called about.")
    barred = [one.label for one in chosen if NEEDS[one] not in system.scopes]
    if barred:
        raise NotWhole(f"{system.name} may not read: {'; '.join(barred)}.")
    take_turn(f"system_hooks:{system.pk}")
    for one in Hook.objects.filter(system=system, ended_at=None, let_in=None):
        _end(one, by, at)
    hook = Hook(
        hub_id=by.hub_id, system=system, address=address.strip(), kinds=chosen, asked_by=by, asked_at=at
    )
    Hook.objects.bulk_create([hook])
    record("system_hook.asked", about=hook, at=at, hub_id=by.hub_id, detail={"system": str(system.pk)})
    return hook, secret_of(hook.pk, hook.round)


@transaction.atomic
def let_hook_in(*, hook: Hook, by: Staff, at: datetime) -> None:
    """Let an address in that somebody else asked for; what was called before is called no more.  Safe to repeat.

    Raises PermissionDenied; NotWhole once it has ended.
    """
    require(policy.may_let_in(by, hook))
    take_turn(f"system_hooks:{hook.system_id}")
    held = Hook.objects.select_related("system__agency").get(pk=hook.pk)
    if held.ended_at:
        raise NotWhole("It is not asked for any more.")
    if HookLetIn.objects.filter(hook=held).exists():
        return
    before = list(Hook.objects.filter(system=held.system_id, ended_at=None, let_in__isnull=False))
    HookLetIn.objects.bulk_create([HookLetIn(hub_id=by.hub_id, hook=held, by=by, at=at)])
    for one in before:
        _end(one, by, at)
    said = [(held.system.name, ", ".join(one.address for one in before) or "is not called", held.address)]
    note(
        Part.SYSTEMS,
        f"Where {held.system.name} of {held.system.agency.name} is called",
        hub=by.hub,
        by=by,
        at=at,
        differences=said,
    )
    record("system_hook.let_in", about=held, at=at, hub_id=by.hub_id)


@transaction.atomic
def renew_secret(*, hook: Hook, by: Staff, at: datetime) -> str:
    """Give a hook another secret, and return it; calls are signed with the one before as well, for a day.

    Raises PermissionDenied; NotWhole once it has ended.
    """
    require(policy.may_give_key(by, hook.system))
    held = Hook.objects.select_for_update(of=("self",)).filter(pk=hook.pk, ended_at=None).first()
    if held is None:
        raise NotWhole("It is not called any more.")
    held.round, held.renewed_at = held.round + 1, at
    held.save(update_fields=["round", "renewed_at"])
    record("system_hook.renewed", about=held, at=at, hub_id=held.hub_id)
    return secret_of(held.pk, held.round)


@transaction.atomic
def end_hook(*, hook: Hook, by: Staff, at: datetime) -> None:
    """End that an address is called.  Twice changes nothing.  Raises PermissionDenied."""
    require(policy.may_end_hook(by, hook))
    held = Hook.objects.select_for_update(of=("self",)).filter(pk=hook.pk, ended_at=None).first()
    if held:
        _end(held, by, at)


def _end(hook: Hook, by: Staff, at: datetime) -> None:
    hook.ended_at, hook.ended_by = at, by
    hook.save(update_fields=["ended_at", "ended_by"])
    record("system_hook.ended", about=hook, at=at, hub_id=hook.hub_id)
