"""What is held is gathered, passages are marked, owners asked; then the request goes to the unit, whatever is there."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from mash.common.clock import LONDON
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff
from mash.subject_access import passages, policy
from mash.subject_access.actions.holding import hold, next_step
from mash.subject_access.actions.refusals import ChangedMeanwhile, NotWhole
from mash.subject_access.checking import same_words_given
from mash.subject_access.models import Found, IdentityStep, Marking, OwnerAsked, Request, Step, StepKind
from mash.subject_access.passages import BadCuts, Cut
from mash.subject_access.queries import gathering
from mash.subject_access.queries import requests as queries
from mash.subject_access.queries.requests import Marked, Standing


@transaction.atomic
def gather(*, request: Request, by: Staff, at: datetime) -> int:
    """Gather all that this worker may read about the person; return how many texts are new or have changed.

    Nothing that was gathered is lost; of a text that changed since, the newer one counts and is marked anew.

    Raises PermissionDenied, and NotWhole while identity is awaited or once the request ended.

    Source: docs/rules.md, "Subject access".
    """
    standing = _working(request, by)
    if not standing.seen(IdentityStep.SEEN):
        raise NotWhole("First somebody sees who asks, and that they may.")
    found = gathering.gather(request.person, at)
    places = [one.place for one in found]
    rows = Found.objects.filter(request=request, place__in=places).order_by("place", "-at", "-pk")
    known = dict(rows.distinct("place").values_list("place", "digest"))
    new = [
        Found(
            hub_id=request.hub_id,
            request=request,
            place=one.place,
            contact_id=one.contact_id,
            kind=one.kind,
            heading=one.heading,
            on=one.on,
            text=one.text,
            digest=one.digest,
            agency_id=one.agency,
            by=by,
            at=at,
        )
        for one in found
        if known.get(one.place) != one.digest
    ]
    Found.objects.bulk_create(new, ignore_conflicts=True)
    detail = {"new": len(new), "contacts": len({one.contact_id for one in found if one.contact_id})}
    record("subject_request.gathered", about=request, at=at, hub_id=request.hub_id, detail=detail)
    return len(new)


@transaction.atomic
def mark(*, text: Found, cuts: Sequence[Cut], follows: int, by: Staff, at: datetime) -> Marking:
    """Keep what a person decided on every word of a text, as a new marking.

    follows: the number of the marking on the page, 0 for none.

    Raises PermissionDenied, ChangedMeanwhile, and NotWhole where a word is not decided on or the request ended.

    Source: docs/rules.md, "What may be withheld".
    """
    _working(text.request, by)
    newest = Marking.objects.filter(found=text).order_by("-number").first()
    try:
        decided = [list(one) for one in passages.check(text.text, cuts)]
    except BadCuts as wrong:
        raise NotWhole(str(wrong)) from None
    if newest and newest.cuts == decided:
        return newest
    if follows != (newest.number if newest else 0):
        raise ChangedMeanwhile("Somebody marked this text since you opened it. Look at it again.")
    made = Marking(hub_id=text.hub_id, found=text, number=follows + 1, cuts=decided, by=by, at=at)
    made.save(force_insert=True)
    detail = {"text": str(text.pk), "marking": made.number}
    record("subject_request.marked", about=text.request, at=at, hub_id=text.hub_id, detail=detail)
    return made


@transaction.atomic
def ask_owner(
    *,
    request: Request,
    agency: Agency,
    on: date,
    who: str,
    says: str,
    words: str,
    follows: int,
    by: Staff,
    at: datetime,
) -> OwnerAsked:
    """Record that an agency was asked what to withhold of what it shared, or what it said.

    says: "" while its answer is awaited.  follows: the number of the newest row on the page, 0 for none.

    Raises PermissionDenied, ChangedMeanwhile, and NotWhole where something was not said or the agency shared nothing.

    Source: docs/rules.md, "What an agency shared".
    """
    _working(request, by)
    if not who.strip() or not words.strip():
        raise NotWhole("Say with whom you spoke, and what was asked or said.")
    if not request.received_on <= on <= at.astimezone(LONDON).date():
        raise NotWhole("The day lies between the day on which the request came and today.")
    if agency.pk not in {one.found.agency_id for one in queries.gathered(request)}:
        raise NotWhole("This agency shared nothing of what was gathered.")
    newest = OwnerAsked.objects.filter(request=request, agency=agency).order_by("-number").first()
    if follows != (newest.number if newest else 0):
        raise ChangedMeanwhile("Somebody else wrote down what this agency said. Read it first.")
    made = OwnerAsked(
        hub_id=request.hub_id,
        request=request,
        agency=agency,
        number=follows + 1,
        on=on,
        who=who.strip(),
        says=says,
        words=words.strip(),
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    detail = {"agency": str(agency.pk), "says": says}
    record("subject_request.owner_asked", about=request, at=at, hub_id=request.hub_id, detail=detail)
    return made


def still_to_do(request: Request, texts: Sequence[Marked]) -> list[str]:
    """Return what stops a request from going on, in the worker's words; nothing where all is done.

    Source: docs/rules.md, "What an agency shared".
    """
    if not texts:
        return ["Gather what is held first."]
    wanted = []
    unmarked = sum(1 for one in texts if one.marking is None)
    if unmarked:
        wanted.append(f"{unmarked} {'text is' if unmarked == 1 else 'texts are'} not marked.")
    not_asked = [
        one.agency.name
        for one in queries.owners(request, [two for two in texts if _gives_something(two)])
        if not one.is_settled
    ]
    if not_asked:
        wanted.append(f"Ask what to withhold: {', '.join(not_asked)}.")
    return wanted


def given_twice(texts: Sequence[Marked]) -> list[str]:
    """Return what is withheld in one place and given, word for word, in another: looked at before it goes on."""
    withheld = [words for one in texts for words in passages.left_out(one.found.text, one.cuts)]
    said = "\n".join(
        piece.words for one in texts if one.marking for piece in passages.given(one.found.text, one.cuts)
    )
    return same_words_given(withheld, said)


@transaction.atomic
def hand_to_unit(*, request: Request, looked_at: str, by: Staff, at: datetime) -> Step:
    """Say that a request is marked, and hand it on.  Every request goes to the unit, so that going there tells nothing.

    looked_at: why words that are withheld in one place may be given in another; needed where there are any.

    Raises PermissionDenied, and NotWhole where something is still to be done.

    Source: docs/rules.md, "What the unit does with a request".
    """
    standing = hold(request)
    require(policy.may_mark(by, request, standing.handler, with_the_unit=False))
    if standing.with_the_unit:
        return standing.steps[-1]
    _refuse_ended(standing)
    texts = queries.gathered(request)
    wanted = still_to_do(request, texts)
    if wanted:
        raise NotWhole(" ".join(wanted))
    if given_twice(texts) and not looked_at.strip():
        raise NotWhole("Look at the words that are withheld in one place and given in another, and say why.")
    made = Step(
        hub_id=request.hub_id,
        request=request,
        number=next_step(standing),
        kind=StepKind.READY,
        words=looked_at.strip(),
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    record("subject_request.handed_to_unit", about=request, at=at, hub_id=request.hub_id)
    return made


def _gives_something(one: Marked) -> bool:
    return one.marking is None or not passages.is_wholly_left_out(one.cuts)


def _working(request: Request, by: Staff) -> Standing:
    standing = hold(request)
    require(policy.may_mark(by, request, standing.handler, with_the_unit=standing.with_the_unit))
    _refuse_ended(standing)
    return standing


def _refuse_ended(standing: Standing) -> None:
    if not standing.is_open:
        raise NotWhole("This request has ended: nothing of it is changed any more.")
