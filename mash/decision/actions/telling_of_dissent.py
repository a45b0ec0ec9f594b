"""Who is told that a disagreement began, climbed, was answered or ended: a reference, and nothing of the case.

Whoever referred and has no post here reads the words on their own page, which a code opens.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from mash.contact.actions import reply
from mash.contact.models import ReplyKind
from mash.decision.models import Dissent, DissentStage
from mash.partnership.actions import notify
from mash.partnership.models import Duty, Membership, Staff

FIRST = 1
TO_THE_HUB = "A disagreement waits for an answer: {reference}"
HUB_BODY = (
    "Sign in to see reference {reference}.  Somebody disagrees with a decision and waits for an answer.{soon}"
)
SOON = "  They say that a child is at immediate risk: do not leave it waiting."
TO_THEM = "A disagreement of your agency has moved: {reference}"
THEIR_BODY = "Sign in to see reference {reference}.  The disagreement of your agency has moved."


def tell_of_stage(dissent: Dissent, stage: DissentStage, *, at: datetime) -> None:
    """Tell those at the hub whose turn it is, and from the second stage on the agency that disagrees.

    At the first stage that is whoever decided, and at once the managers where a child is at immediate risk.
    """
    managers = stage.number > FIRST or dissent.urgent
    to = _managers(dissent, at) if managers else []
    if stage.number == FIRST:
        to = [dissent.decision.by.account.email, *to] if dissent.decision.by else to
    words = HUB_BODY.format(reference=dissent.reference, soon=SOON if dissent.urgent else "")
    page = reverse("decision:dissent", args=[dissent.pk])
    _send(dissent, to, TO_THE_HUB, words, at, page=page, contact=dissent.contact_id)
    if stage.number > FIRST:
        tell_them(dissent, at=at)


def tell_them(dissent: Dissent, *, at: datetime) -> None:
    """Tell the agency that disagrees, at its own address and at the post that said so, that something was said."""
    place = Membership.objects.filter(hub=dissent.hub_id, agency=dissent.agency_id).first()
    theirs = dissent.by and dissent.agency_id and dissent.by.agency_id == dissent.agency_id
    to = [dissent.by.account.email if dissent.by and theirs else "", place.email if place else ""]
    page = reverse("decision:our_dissent", args=[dissent.pk])
    _send(dissent, to, TO_THEM, THEIR_BODY.format(reference=dissent.reference), at, page=page)


def tell_who_referred(dissent: Dissent, words: str, *, by: Staff, at: datetime) -> None:
    """Tell whoever referred, and said so on the page that a code opens, what was said or how it ended."""
    if dissent.is_by_code:
        reply(contact=dissent.contact, kind=ReplyKind.DISAGREEMENT, words=words, by=by, at=at)


def _send(
    dissent: Dissent,
    to: Iterable[str],
    subject: str,
    words: str,
    at: datetime,
    *,
    page: str,
    contact: uuid.UUID | None = None,
) -> None:
    for address in dict.fromkeys(filter(None, to)):
        title = subject.format(reference=dissent.reference)
        notify(
            hub_id=dissent.hub_id, to=address, subject=title, body=words, at=at, page=page, contact=contact
        )


def _managers(dissent: Dissent, at: datetime) -> list[str]:
    found = Staff.objects.filter(
        hub=dissent.hub_id,
        until_at=None,
        account__is_active=True,
        from_at__lte=at,
        duties__overlap=[Duty.MANAGE],
    )
    return list(found.order_by("pk").values_list("account__email", flat=True))
