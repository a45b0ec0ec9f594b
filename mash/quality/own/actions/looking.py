"""What a program does with decisions that are decided again: finds what was wrong, reopens it, and asks others."""

import uuid
from collections.abc import Container, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from mash.common.editions import content_of
from mash.contact.actions import hold_still
from mash.decision.actions import AlreadyDecided, reopen_decided_again
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Staff
from mash.quality.content import own_decisions as content
from mash.quality.measures.drawing import number
from mash.quality.own import queries
from mash.quality.own.actions.seating import end, seat
from mash.quality.own.judging import finding
from mash.quality.own.models import Again, Ended, Found, Redecided, Reviewer
from mash.quality.own.took_part import took_part
from mash.triage.actions import put_with, take_up

SUBJECT = "Look at this today: {reference}"
BODY = "Sign in to see reference {reference}.  It was reopened."
STANDS = "Sign in to see reference {reference}.  Something was found in it."
WHY: Mapping[str, str] = {
    Found.RISK: "Two others decide this again without knowing the outcome. "
    "One believes that somebody was left at risk: {words}",
    Found.HIGHER: "Two others decided this again without knowing the outcome. Both would have gone to a higher level.",
}
NEWER = "A newer decision stands or waits already. Look whether it mends what was found."
BEFORE = "It was reopened already."
TAKEN_UP = "It was taken up again already."
ANEW = "Decides anew: took no part in the decision that was reopened"
NOBODY = "Nobody is left who may decide and took no part: give it to somebody"
RESTRICTED = "A case that it speaks of was restricted after the draw"


def look_at_all(*, at: datetime) -> int:
    """Look at every case of every hub in which something may be left to do; return how many.  Acts as a listed service.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    keys = queries.to_look_at()
    for key in keys:
        look_at(again_id=key, at=at)
    return len(keys)


@transaction.atomic
def look_at(*, again_id: uuid.UUID, at: datetime) -> None:
    """Look at one case: reopen it if it was found wrong, end who has answered, and ask others instead of who cannot.

    Found wrong is what either believes has left somebody at risk, as soon as they say so, and what both would have
    taken to a higher level.  It is reopened before anybody talks about who was right.  However often it is done, and
    by however many programs at once, each of these happens once.  Acts as a listed service.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    again = queries.held(again_id)
    if again is None:
        return
    with content_of(again.hub_id):
        _look_at(again, at)


def _look_at(again: Again, at: datetime) -> None:
    reviewers = list(again.copy.reviewers.select_for_update().order_by("pk"))
    posts = {
        one.pk: one
        for one in Staff.objects.filter(pk__in=[one.staff_id for one in reviewers]).select_related("account")
    }
    for one in reviewers:
        one.staff = posts[one.staff_id]
    if queries.is_closed(again.named):
        take_off(again, reviewers, RESTRICTED, at=at)
        return
    said = {one.reviewer_id: one for one in Redecided.objects.filter(copy=again.copy).select_related("by")}
    counted = [said[one.pk] for one in reviewers if one.pk in said and one.ended in {"", Ended.DONE}]
    _end_who_cannot(reviewers, said.keys(), at)
    _judge(again, counted, at)
    for one in reviewers:
        answered = one.pk in said
        if one.ended_at is None and answered and (len(counted) > 1 or said[one.pk].at_risk):
            end(one, Ended.DONE, at=at)
    for one in reviewers:
        if one.ended == Ended.REFUSED:
            end(one, Ended.REFUSED, at=at)  # which opens the case to them again
    if sum(one.ended in {"", Ended.DONE} for one in reviewers) < content.rules()["reviewers"]:
        part = {one for some in took_part(again.contacts).values() for one in some}
        seat(again, again.copy, part=part, by=again.month.by, at=at)


def _end_who_cannot(reviewers: Sequence[Reviewer], answered: Container[uuid.UUID], at: datetime) -> None:
    """End whoever has not answered and may not any more."""
    able = {one.pk for one in queries.who_decides_again(reviewers[0].hub_id, at)} if reviewers else set()
    for one in reviewers:
        if one.ended_at or one.pk in answered:
            continue
        if queries.is_kept_out(one):
            end(one, Ended.KEPT_OUT, at=at)
        elif one.staff_id not in able:
            end(one, Ended.LEFT, at=at)


def _judge(again: Again, counted: Sequence[Redecided], at: datetime) -> None:
    if again.is_wrong:
        return
    found = finding(again, counted)
    if not found.what or found.what == again.found:
        return
    again.found, again.found_at, again.found_by = found.what, found.at, found.by
    again.save(update_fields=["found", "found_at", "found_by"])
    detail = {"found": str(found.what)}
    record("quality.decision_found", about=again, at=at, hub_id=again.hub_id, detail=detail)
    if found.what in WHY:
        _reopen(again, WHY[found.what].format(words=found.words), found.by or again.month.by, at)
        _give(again, at)
        _tell(again, at)


def _reopen(again: Again, why: str, by: Staff, at: datetime) -> None:
    again.not_reopened = _not_reopened(again, why, by, at)
    again.reopened_at = None if again.not_reopened else at
    again.save(update_fields=["reopened_at", "not_reopened"])


def _not_reopened(again: Again, why: str, by: Staff, at: datetime) -> str:
    """Reopen it, and return why that cannot be; "" where it was done."""
    if again.returned:
        hold_still(again.contact)
        again.returned.refresh_from_db()
        if again.returned.back_at:
            return TAKEN_UP
        take_up(again.contact, at)
        return ""
    assert again.decision  # noqa: S101 - one of both
    try:
        return "" if reopen_decided_again(decision=again.decision, why=why, by=by, at=at) else BEFORE
    except AlreadyDecided:
        return NEWER


def _give(again: Again, at: datetime) -> None:
    """Give what was reopened to a decision maker who took no part; where none is left, to who manages the hub."""
    if again.reopened_at is None:
        return
    reviewers = [one.staff for one in again.copy.reviewers.select_related("staff")]
    able = queries.who_decides_anew(again, reviewers, at)
    able.sort(key=lambda one: number(again.month.seed, f"anew:{again.drawn_as}:{one.pk}"))
    managers = queries.managers(again, at)
    to = next(iter(able), next(iter(managers), None))
    if to is None:
        return
    again.given_to, again.given_at, again.short = to, at, not able
    again.save(update_fields=["given_to", "given_at", "short"])
    for contact in queries.reports_of(again):
        put_with(contact=contact, to=to, why=NOBODY if again.short else ANEW, by=again.month.by, at=at)


def _tell(again: Again, at: datetime) -> None:
    people = {one.pk: one for one in queries.managers(again, at)}
    if again.given_to:
        people[again.given_to.pk] = again.given_to
    reference = again.contact.reference
    subject, body = SUBJECT, BODY if again.reopened_at else STANDS
    for one in people.values():
        notify(
            hub_id=again.hub_id,
            to=one.account.email,
            subject=subject.format(reference=reference),
            body=body.format(reference=reference),
            at=at,
            contact=again.contact.pk,
        )


def take_off(again: Again, reviewers: Sequence[Reviewer], why: str, *, at: datetime) -> None:
    """Take a case off its month: nobody decides it again, and it stands in no figure.  The caller holds it."""
    again.off_at, again.off_why = at, why
    again.save(update_fields=["off_at", "off_why"])
    for one in reviewers:
        if one.ended_at is None:
            end(one, Ended.OFF, at=at)
    record("quality.decision_taken_off", about=again, at=at, hub_id=again.hub_id)
