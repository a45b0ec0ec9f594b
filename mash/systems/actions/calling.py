"""Calling systems: what is new is noted for each address, called, tried again, and at last given up with a word."""

import time
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from mash.check.models import Enquiry
from mash.common.patience import MOST_TRIES, try_again_at
from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.contact.models import Reply, ReplyKind
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Staff
from mash.systems import policy, queries
from mash.systems.calling import NotCalled, body_of, call, secret_of
from mash.systems.models import NEEDS, Call, CallAgain, Hook, News

BACK = timedelta(days=2)  # how far is looked back for what is new: longer than a worker stands still
BOTH_SECRETS = timedelta(days=1)
AT_ONCE = 200
KEPT = timedelta(days=90)
SECONDS = 40  # that one round may take; the next begins after a minute


@transaction.atomic
def note_news(*, at: datetime) -> int:
    """Note for each address that is called what is new for it; return how much.  Safe to repeat.

    Acts as the service `calls`.

    Source: docs/rules.md, "Calls to systems".
    """
    done = 0
    for hook in queries.live_hooks():
        since = max(hook.let_in.at, at - BACK)
        found = [one for kind in hook.kinds for one in _new(hook, News(kind), since)]
        rows = [
            Call(hub_id=hook.hub_id, hook=hook, kind=kind, about=about, reference=said, at=at, next_at=at)
            for kind, about, said in found
        ]
        Call.objects.bulk_create(rows, ignore_conflicts=True)
        done += len(rows)
    return done


def _new(hook: Hook, kind: News, since: datetime) -> Iterable[tuple[News, uuid.UUID, str]]:
    if NEEDS[kind] not in hook.system.scopes:
        return []
    known = Call.objects.filter(hook=hook, kind=kind).values("about")
    if kind == News.TOLD:
        told = Reply.objects.filter(
            hub=hook.hub_id, at__gte=since, contact__came_by_system__system=hook.system_id
        )
        told = told.exclude(kind__in=[ReplyKind.RECEIVED, ReplyKind.DISAGREEMENT]).exclude(pk__in=known)
        rows = list(told.order_by("at", "pk").values_list("pk", "contact__reference")[:AT_ONCE])
    else:
        asked = Enquiry.objects.filter(hub=hook.hub_id, agency=hook.system.agency_id)
        at = "sent_at" if kind == News.ASKED else "withdrawn_at"
        asked = asked.filter(**{f"{at}__gte": since}).exclude(pk__in=known)
        rows = list(asked.order_by(at, "pk").values_list("pk", "reference")[:AT_ONCE])
    return [(kind, pk, reference) for pk, reference in rows]


@transaction.atomic
def send_again(*, call: Call, by: Staff, at: datetime) -> None:
    """Have a call that was given up sent again, with the same patience as a new one; once.

    Raises PermissionDenied, also where somebody else has just had it sent again.

    Source: docs/rules.md, "Calls to systems".
    """
    take_turn(f"call_again:{call.pk}")
    held = queries.find_call(call.hook.system, str(call.pk))
    require(policy.may_send_again(by, held))
    CallAgain.objects.bulk_create([CallAgain(hub_id=held.hub_id, call=held, by=by, at=at)])
    record("system_call.again", about=held, at=at, hub_id=held.hub_id)


@transaction.atomic
def take_up_again(*, at: datetime) -> int:
    """Make due what somebody had sent again; return how many.  Safe to repeat.  Acts as the service `calls`."""
    wanted = Call.objects.filter(given_up_at__lte=F("again__at"), next_at=None, taken_at=None)
    keys = list(wanted.values_list("pk", flat=True))
    return Call.objects.filter(pk__in=keys).update(next_at=at, given_up_at=None, tries=0)


@transaction.atomic
def make_calls(*, at: datetime, most: int = AT_ONCE) -> int:
    """Make the calls that are due, oldest first; return how many were taken.

    An address that does not take one is asked nothing more in this round.  What is not taken is tried again, later each
    time, and given up after three days: whoever asked for the address is told.  Two rounds never make the same call at
    once; one that was taken while this transaction failed is made again.  Acts as the service `calls`.
    """
    due = Call.objects.filter(next_at__lte=at, hook__ended_at=None, hook__system__ended_at=None)
    rows = due.select_related("hook__system", "hook__asked_by__account").order_by("next_at", "at", "pk")
    failed: set[object] = set()
    done, begun = 0, time.monotonic()
    for one in rows.select_for_update(skip_locked=True, of=("self",))[:most]:
        if one.hook_id in failed or time.monotonic() - begun > SECONDS:
            continue
        try:
            one.answered = _call(one, at)
        except NotCalled as why:
            failed.add(one.hook_id)
            _put_off(one, why, at)
        else:
            one.taken_at, one.next_at, one.why_not = at, None, ""
            one.tries += 1
            one.save(update_fields=["taken_at", "next_at", "why_not", "tries", "answered"])
            record("system.called", about=one, at=at, hub_id=one.hub_id, detail={"status": one.answered})
            done += 1
    return done


def _call(one: Call, at: datetime) -> int:
    hook = one.hook
    numbers = [hook.round]
    if hook.renewed_at and at - hook.renewed_at < BOTH_SECRETS:
        numbers.append(hook.round - 1)
    return call(
        hook.address,
        key=str(one.pk),
        body=body_of(kind=one.kind, reference=one.reference, at=one.at),
        secrets=[secret_of(hook.pk, number) for number in numbers],
        at=at,
    )


def _put_off(one: Call, why: NotCalled, at: datetime) -> None:
    one.tries, one.why_not, one.answered = one.tries + 1, str(why)[:120], why.status
    one.next_at = try_again_at(at, one.tries)
    if one.tries >= MOST_TRIES:
        one.next_at, one.given_up_at = None, at
        _say_given_up(one, at)
    one.save(update_fields=["tries", "why_not", "answered", "next_at", "given_up_at"])


def _say_given_up(one: Call, at: datetime) -> None:
    record("system.given_up", about=one, at=at, hub_id=one.hub_id)
    notify(
        hub_id=one.hub_id,
        to=one.hook.asked_by.account.email,
        subject=f"{one.hook.system.name} does not answer",
        body="Calls to it were tried for three days and given up. Look at the page of its calls.",
        page=reverse("systems:calls", args=[one.hook.system_id]),
        at=at,
    )


@transaction.atomic
def forget_calls(*, at: datetime) -> int:
    """Delete calls that were taken or given up long ago; return how many.  Acts as the service `calls`."""
    old = Call.objects.filter(at__lt=at - KEPT, next_at=None)
    keys = list(old.values_list("pk", flat=True))
    CallAgain.objects.filter(call__in=keys).delete()
    return Call.objects.filter(pk__in=keys).delete()[0]
