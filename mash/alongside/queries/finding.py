"""What goes alongside in a case and in a hub, and how each stands."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, UUIDField
from django.shortcuts import get_object_or_404

from mash.alongside import policy
from mash.alongside.models import Alongside, Happening, What
from mash.common.prepared import prepared
from mash.contact.models import Contact
from mash.decision import queries as decisions
from mash.decision.models import Outcome
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Staff

LISTED_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class State:
    """How one stands.  sent, received: the first of each.  results: oldest first.  end: what ended it."""

    one: Alongside
    sent: Happening | None
    received: Happening | None
    results: tuple[Happening, ...]
    end: Happening | None

    @property
    def due_at(self) -> datetime | None:
        """By when the next thing should be there: that somebody has it, then what came of it; None once it ended."""
        if self.end:
            return None
        return self.one.result_due_at if self.received else self.one.receipt_due_at

    @property
    def awaits(self) -> str:
        """Say what is awaited next; "" once it ended."""
        if self.end:
            return ""
        if self.received:
            return "What came of it"
        return "That somebody has it" if self.sent else "That it is sent"

    def is_overdue(self, at: datetime) -> bool:
        """Tell whether what is awaited next should be there by now.  What came of it may be overdue before."""
        return bool(self.overdue_since(at))

    def overdue_since(self, at: datetime) -> datetime | None:
        """Return since when something is overdue, the first of what is; None where nothing is."""
        if self.end:
            return None
        due = [self.one.receipt_due_at] if not self.received else []
        due += [self.one.result_due_at] if self.one.result_due_at else []
        late = [one for one in due if one < at]
        return min(late, default=None)


@dataclass(frozen=True, slots=True)
class OnCase:
    """What goes alongside in one case.  named: what decisions named and nobody has opened yet."""

    states: list[State]
    named: list[Outcome]


@dataclass(frozen=True, slots=True)
class Lists:
    """What goes alongside in a hub: overdue first, then open, then ended, each as far as the worker may see it."""

    overdue: list[State]
    open: list[State]
    ended: list[State]


def _whole(found: QuerySet[Alongside]) -> QuerySet[Alongside]:
    rows = found.select_related("contact__hub", "about", "kept_from", "by__account", "hub", "outcome")
    return rows.prefetch_related("happenings__by__account")


def state_of(one: Alongside) -> State:
    """Return how one stands."""
    rows = sorted(one.happenings.all(), key=lambda row: (row.at, str(row.pk)))
    return State(
        one=one,
        sent=next((row for row in rows if row.what == What.SENT), None),
        received=next((row for row in rows if row.what == What.RECEIVED), None),
        results=tuple(row for row in rows if row.what == What.RESULT),
        end=next((row for row in rows if row.ends), None),
    )


def states_of(found: Iterable[Alongside]) -> list[State]:
    """Return how several stand."""
    return [state_of(one) for one in found]


def first(one: Alongside, what: What) -> Happening | None:
    """Return the first thing of a kind that happened to it."""
    return one.happenings.filter(what=what).order_by("at", "pk").first()


def find(staff: Staff, alongside_id: uuid.UUID) -> State:
    """Return one that this worker may see.  Raises Http404, never 403, for any other."""
    found = _whole(Alongside.objects.filter(policy.readable_by(staff)))
    return state_of(get_object_or_404(found, pk=alongside_id))


def on_case(staff: Staff, contact: Contact) -> OnCase:
    """Return what goes alongside in a case that this worker reads, as far as they may see it, the newest first."""
    found = Alongside.objects.filter(policy.readable_by(staff), contact=contact)
    return OnCase(states_of(_whole(found).order_by("-at", "pk")), named_only(contact))


def open_on_case(staff: Staff, contact: Contact) -> OnCase:
    """Return what goes alongside as the case's other pages show it: nothing sealed, whoever looks.

    Source: docs/rules.md, "What is sealed alongside".
    """
    return OnCase(states_of(_open_on_case.rows(staff, contact=contact.pk)), named_only(contact))


@asked_by_a_worker(contact=UUIDField())
def _open_on_case(staff: Staff, contact: Any) -> QuerySet[Alongside]:
    found = Alongside.objects.filter(policy.readable_by(staff), contact=contact, sealed=False)
    return _whole(found).order_by("-at", "pk")


def named_only(contact: Contact) -> list[Outcome]:
    """Return what the decision that counts named alongside, and nobody has opened yet."""
    newest = decisions.newest(contact)
    if newest is None or newest.made_at is None:
        return []
    return _named_only.rows(decision=newest.pk)


@prepared(decision=UUIDField())
def _named_only(decision: Any) -> QuerySet[Outcome]:
    opened = Alongside.objects.filter(outcome=OuterRef("pk"))
    found = Outcome.objects.filter(~Exists(opened), decision=decision, alongside=True)
    return found.select_related("about").order_by("about__ref", "outcome")


def listed(staff: Staff, at: datetime) -> Lists:
    """Return what goes alongside in this worker's hub: overdue longest first, then what is due first, then what ended.

    Source: docs/rules.md, "Alongside a decision".
    """
    ends = Happening.objects.filter(alongside=OuterRef("pk"), ends=True)
    seen = Alongside.objects.filter(policy.readable_by(staff))
    going = states_of(_whole(seen.filter(~Exists(ends)).order_by("receipt_due_at", "pk")[:LISTED_AT_MOST]))
    done = states_of(_whole(seen.filter(Exists(ends)).order_by("-at", "pk")[:LISTED_AT_MOST]))
    late = [one for one in going if one.is_overdue(at)]
    return Lists(
        overdue=sorted(late, key=lambda one: one.overdue_since(at) or at),
        open=sorted(
            (one for one in going if one not in late), key=lambda one: one.due_at or one.one.receipt_due_at
        ),
        ended=sorted(done, key=lambda one: one.end.at if one.end else one.one.at, reverse=True),
    )
