"""Which hand-overs a worker of the hub or of a service sees, and how each stands."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.shortcuts import get_object_or_404

from mash.contact.models import Contact
from mash.handover import policy
from mash.handover.models import CaseNumber, Export, Pack, PackChase, PackSeen, Remark, Word, WordKind
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Staff

LISTED_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class State:
    """How one hand-over stands.  word: what ended it; None while it waits.  asked: its last remark is a question.

    seen_by: who of the service opened it first, and when.  number: of the service's system, "" for none.
    """

    pack: Pack
    word: Word | None
    asked: bool
    seen_by: str
    seen_at: datetime | None
    number: str

    @property
    def waits(self) -> bool:
        """Tell whether the service has still to say something."""
        return self.word is None

    def is_overdue(self, at: datetime) -> bool:
        """Tell whether it should have said something by now."""
        return self.waits and self.pack.due_at < at

    @property
    def reads(self) -> bool:
        """Tell whether the service still reads its words: while it waits, and once it accepted."""
        return self.word is None or self.word.kind == WordKind.ACCEPTED


def _whole(found: QuerySet[Pack]) -> QuerySet[Pack]:
    seen = PackSeen.objects.filter(pack=OuterRef("pk")).order_by("at", "pk")
    remark = Remark.objects.filter(pack=OuterRef("pk")).order_by("-at", "-pk")
    number = CaseNumber.objects.filter(pack=OuterRef("pk")).order_by("-at", "-pk")
    rows = found.select_related("agency", "hub", "by__account", "word__by__account", "carried")
    return rows.annotate(
        first_seen_by=Subquery(seen.values("staff__account__name")[:1]),
        first_seen_at=Subquery(seen.values("at")[:1]),
        last_from_hub=Subquery(remark.values("from_hub")[:1]),
        last_number=Subquery(number.values("number")[:1]),
    )


def states_of(found: QuerySet[Pack]) -> list[State]:
    """Return how hand-overs stand, by one question."""
    return [_state(one) for one in _whole(found)]


def _state(pack: Pack) -> State:
    word = getattr(pack, "word", None)
    return State(
        pack=pack,
        word=word,
        asked=pack.last_from_hub is False,  # type: ignore[attr-defined]
        seen_by=pack.first_seen_by or "",  # type: ignore[attr-defined]
        seen_at=pack.first_seen_at,  # type: ignore[attr-defined]
        number=pack.last_number or "",  # type: ignore[attr-defined]
    )


# At the service


def inbox(staff: Staff) -> list[State]:
    """Return what was handed over to a worker's service: what waits first, the least time left first.

    Source: docs/rules.md, "What a service sees".
    """
    found = Pack.objects.filter(policy.received_by(staff))
    waiting = found.filter(word=None).order_by("due_at", "pk")[:LISTED_AT_MOST]
    said = found.filter(word__isnull=False).order_by(F("word__at").desc(), "pk")[:LISTED_AT_MOST]
    return [*states_of(waiting), *states_of(said)]


def find_received(staff: Staff, pack_id: uuid.UUID) -> State:
    """Return a hand-over to a worker's service.  Raises Http404, never 403, for any other."""
    return _state(get_object_or_404(_whole(Pack.objects.filter(policy.received_by(staff))), pk=pack_id))


# At the hub


def find_at_hub(staff: Staff, pack_id: uuid.UUID) -> State:
    """Return a hand-over of a case that this worker may read.  Raises Http404, never 403, for any other."""
    found = Pack.objects.filter(policy.read_at_hub_by(staff)).select_related("contact__hub")
    return _state(
        get_object_or_404(_whole(found).select_related("contact__hub", "outcome__decision"), pk=pack_id)
    )


def sent_by_hub(staff: Staff) -> list[State]:
    """Return what waits for a service's word, the least time left first, as far as this worker may see it."""
    found = Pack.objects.filter(policy.read_at_hub_by(staff), word=None)
    return states_of(found.order_by("due_at", "pk")[:LISTED_AT_MOST])


def of_outcomes(staff: Staff, outcomes: Iterable[uuid.UUID]) -> dict[uuid.UUID, State]:
    """Return the newest hand-over of each of these outcomes, as far as this worker may see it."""
    found = Pack.objects.filter(policy.read_at_hub_by(staff), outcome__in=list(outcomes)).order_by("edition")
    return {one.pack.outcome_id: one for one in states_of(found) if one.pack.outcome_id}


def on_case(staff: Staff, contact: Contact) -> list[State]:
    """Return the hand-overs of a contact, the newest first."""
    return [_state(one) for one in _on_case.rows(staff, contact=contact.pk)]


@asked_by_a_worker(contact=UUIDField())
def _on_case(staff: Staff, contact: Any) -> QuerySet[Pack]:
    return _whole(Pack.objects.filter(policy.read_at_hub_by(staff), contact=contact)).order_by("-at", "pk")


def with_number(staff: Staff, typed: str) -> list[Pack]:
    """Return the hand-overs whose case number in a service's system was typed, of cases this worker may read."""
    number = typed.strip()
    if not number or not staff.works_at_the_desk:
        return []
    newest = CaseNumber.objects.filter(pack=OuterRef("pk")).order_by("-at", "-pk").values("number")[:1]
    found = Pack.objects.filter(policy.read_at_hub_by(staff)).annotate(number_now=Subquery(newest))
    return list(found.filter(Q(number_now__iexact=number)).select_related("contact").order_by("-at", "pk"))


# Of one hand-over that was found


def remarks_of(pack: Pack) -> QuerySet[Remark]:
    """Return what was asked and answered, in order."""
    return pack.remarks.select_related("by__account").order_by("at", "pk")


def seen_of(pack: Pack) -> QuerySet[PackSeen]:
    """Return who of the service opened it, and when first."""
    return pack.seen.select_related("staff__account").order_by("at", "pk")


def exports_of(pack: Pack) -> QuerySet[Export]:
    """Return how often it was taken out, by whom and why, in order."""
    return pack.exports.select_related("by__account").order_by("number")


def exported(packs: Iterable[Pack]) -> set[uuid.UUID]:
    """Return which of some hand-overs were taken out, by one question."""
    found = Export.objects.filter(pack__in=list(packs)).values_list("pack", flat=True)
    return set(found.distinct())


def numbers_of(pack: Pack) -> QuerySet[CaseNumber]:
    """Return the case numbers of the service's system, the one that counts first."""
    return pack.numbers.select_related("by__account").order_by("-at", "-pk")


def chases_of(pack: Pack) -> QuerySet[PackChase]:
    """Return the reminders that went out, in order."""
    return pack.chases.order_by("at", "pk")
