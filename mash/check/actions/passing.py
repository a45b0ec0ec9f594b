"""Who is asked, and passing an enquiry to somebody else who answers for the same agency.  Passing buys no time."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.check import policy
from mash.check.models import Chase, Enquiry, EnquiryPassed, PassedWhy
from mash.check.queries import passing as queries
from mash.common.editions import content_of
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Agency, Hub, Staff
from mash.partnership.queries import rota

SUBJECT = "An enquiry was passed to you: {reference}"
BODY = "Sign in to see reference {reference}.  It waits for your answer; its time runs on from when it was first sent."
LEFT_SUBJECT = "Nobody answers an enquiry: {reference}"
LEFT_BODY = "Sign in to see reference {reference}.  Nobody of an agency that was asked is there to answer."
NOBODY_LEFT = "nobody_left"


@transaction.atomic
def pass_enquiry(*, enquiry: Enquiry, to: Staff, why: str, by: Staff, at: datetime) -> bool:
    """Give an enquiry to a colleague of the agency asked; return whether it changed hands.

    Its clock, due time and draft stay as they are: a draft belongs to the enquiry and not to who typed it.

    Raises PermissionDenied where `by` may not pass it on, or `to` may not answer it.

    Source: docs/rules.md, "Moving work", "Enquiries to the post on duty".
    """
    require(policy.may_pass(by, enquiry))
    require(policy.may_answer(to, enquiry))
    held = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if held.addressed_to_id == to.pk or held.withdrawn_at or held.returns.filter(part=False).exists():
        return False
    hand_to(held, to, why=PassedWhy.BY_HAND, words=why, by=by, at=at)
    return True


def hand_to(
    held: Enquiry, to: Staff | None, *, why: PassedWhy, words: str = "", by: Staff | None, at: datetime
) -> None:
    """Write whom an enquiry, held still, is addressed to now, and the line that says why.  to: None, nobody by name."""
    EnquiryPassed.objects.bulk_create(
        [
            EnquiryPassed(
                hub_id=held.hub_id,
                enquiry=held,
                frm_id=held.addressed_to_id,
                to=to,
                why=why,
                words=words.strip(),
                by=by,
                at=at,
            )
        ]
    )
    held.addressed_to = to
    Enquiry.objects.filter(pk=held.pk).update(addressed_to=to)
    detail = {"to": str(to.pk) if to else "", "why": str(why)}
    event = "enquiry.passed_to_deputy" if by is None else "enquiry.passed"
    record(event, about=held, at=at, hub_id=held.hub_id, why=words.strip(), detail=detail)


# By itself


def whom_to_ask(hub: Hub, agency: Agency, named: Staff | None, at: datetime) -> Staff | None:
    """Return who an enquiry is addressed to: the worker named, or the post on duty; for the absent, who stands in.

    Source: docs/rules.md, "Enquiries to the post on duty".
    """
    if named is None:
        return rota.answering_for(hub, agency, at)
    if not rota.is_away(named, at):
        return named
    return next(iter(rota.after(hub, named, at)), None) or rota.answering_for(hub, agency, at)


@transaction.atomic
def pass_to_deputy(*, enquiry: Enquiry, at: datetime) -> Enquiry:
    """Move an enquiry on from somebody who is away, goes home before it is due, or has not opened it in time.

    To the deputies in order, then to who leads the agency; where nobody is left, the decision makers are told, once,
    who may decide without it and say so.  What nobody is named for goes to the post on duty, when there is one.
    The clock runs on from when it was first sent.  Safe to repeat; done by the timetable.

    Source: docs/rules.md, "Enquiries to the post on duty".
    """
    with content_of(enquiry.hub_id):
        return _pass_on(enquiry, at)


def _pass_on(enquiry: Enquiry, at: datetime) -> Enquiry:
    held = (
        Enquiry.objects.select_for_update(of=("self",))
        .select_related("hub", "agency", "check_asked")
        .get(pk=enquiry.pk)
    )
    if held.addressed_to_id is None:
        on_duty = rota.answering_for(held.hub, held.agency, at)
        if on_duty and not held.passed.exists():
            hand_to(held, on_duty, why=PassedWhy.ON_DUTY, by=None, at=at)
        return held
    why = queries.why_pass_on(held, at)
    if why is None:
        return held
    following = queries.next_in_line(held, at)
    if following is None:
        _tell_the_deciders(held, at)
        return held
    hand_to(held, following, why=why, by=None, at=at)
    notify(
        hub_id=held.hub_id,
        to=following.account.email,
        subject=SUBJECT.format(reference=held.reference),
        body=BODY.format(reference=held.reference),
        at=at,
        page=reverse("check:enquiry", args=[held.pk]),
        contact=held.contact_id_opaque,
        due_at=held.due_at,
    )
    return held


def _tell_the_deciders(held: Enquiry, at: datetime) -> None:
    if held.chases.filter(step=NOBODY_LEFT).exists():
        return
    Chase.objects.bulk_create([Chase(hub_id=held.hub_id, enquiry=held, step=NOBODY_LEFT, at=at)])
    for one in queries.deciders(held, at):
        notify(
            hub_id=held.hub_id,
            to=one.account.email,
            subject=LEFT_SUBJECT.format(reference=held.reference),
            body=LEFT_BODY.format(reference=held.reference),
            at=at,
            contact=held.contact_id_opaque,
        )
    record("enquiry.nobody_left", about=held, at=at, hub_id=held.hub_id)
