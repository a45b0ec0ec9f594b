"""Telling a school of a domestic abuse incident: the notice goes, and somebody of the school opens it.

Source: docs/rules.md, "Telling a school of domestic abuse".
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.common.verdict import require
from mash.contact.actions import hold_key, hold_still
from mash.contact.models import ContactPerson
from mash.decision import schools
from mash.decision.models import SchoolNotice, SchoolNoticeCalled, SchoolNoticeSeen
from mash.decision.queries import schools as queries
from mash.directory.models import NamedContact
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Agency, Membership, Staff
from mash.triage import fixed
from mash.triage.actions import NotAFact, record_clock_fact
from mash.triage.policy import may_tell_school

SUBJECT, BODY = "A notice for your school", "Sign in to see reference {reference}."
CALL, CALL_BODY = (
    "A school is to be called: {reference}",
    "Sign in to see reference {reference}.  Open “Schools to call”.",
)


class NoticeBlocked(Exception):
    """The notice may not go as it is; `reasons` say why, each in the worker's words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True, slots=True)
class Notice:
    """What whoever tells a school says beyond its fixed words.

    was_there: one of the fixed sentences.  collection_note: "" where no order says who may not collect the child.
    day_starts_at: when the school's next day starts, if otherwise than by the calendar.
    recipient: its key adult or their deputy; None where the school has named nobody.
    involved: the key adult, or somebody of their family, is involved.
    """

    agency: Agency
    was_there: str
    police_contact: str
    collection_note: str = ""
    day_starts_at: datetime | None = None
    recipient: NamedContact | None = None
    involved: bool = False


def read_over(child: ContactPerson, notice: Notice, at: datetime) -> tuple[str, str, datetime]:
    """Return the line above a notice, its exact words, and when the school's next day starts.

    Raises NoticeBlocked.
    """
    began = fixed.police_attended_at(child.contact)
    if began is None:
        raise NoticeBlocked(["Record first that the police attended, on the page of the clocks of law."])
    starts = notice.day_starts_at or schools.next_start(max(began, at), queries.day_starts())
    found = [] if starts > at else ["The school's next day must start later than now."]
    if notice.was_there not in queries.was_there():
        found.append("Choose whether the child was there.")
    found += _not_for(notice, queries.key_adults(child.contact.hub_id, at))
    typed = [notice.police_contact, notice.collection_note]
    found += schools.refusals(typed, queries.around_notice(child.contact))
    if found:
        raise NoticeBlocked(found)
    gaps = queries.gaps_of_notice(child, began) | {
        schools.WAS_THERE: notice.was_there,
        "police_contact": notice.police_contact,
        "collection_note": notice.collection_note,
    }
    subject, words = queries.words_of_notice(gaps, order=bool(notice.collection_note))
    return subject, words, starts


def _not_for(notice: Notice, named: Sequence[NamedContact]) -> list[str]:
    """Return why a notice may not go to whom it is for: another school's, or the key adult who is involved."""
    to = notice.recipient
    if to is None:
        own = [one for one in named if one.agency_id == notice.agency.pk and notice.involved]
        return ["Choose the deputy, or call the head and record that."] if own else []
    if to not in named or to.agency_id not in {None, notice.agency.pk}:
        return ["Choose somebody whom this school has named."]
    if notice.involved and to.role == schools.KEY_ADULT:
        return [
            "The key adult or their family is involved: choose the deputy, or call the head and record that."
        ]
    return []


@transaction.atomic
def tell_school(*, child: ContactPerson, notice: Notice, by: Staff, at: datetime) -> SchoolNotice:
    """Send a notice about one child to one school, and let it know by an e-mail that names nobody.

    Raises PermissionDenied, or NoticeBlocked.

    Source: docs/rules.md, "Telling a school of domestic abuse".
    """
    contact = child.contact
    require(may_tell_school(by, contact))
    hold_still(contact)
    if not queries.schools_of(by).filter(pk=notice.agency.pk).exists():
        raise NoticeBlocked(["Choose a school of this hub."])
    subject, words, starts = read_over(child, notice, at)
    sent = SchoolNotice(
        hub_id=contact.hub_id,
        contact=contact,
        about=child,
        agency=notice.agency,
        reference=contact.reference,
        child=" ".join(part for part in (child.given, child.family) if part),
        subject_line=subject,
        words=words,
        day_starts_at=starts,
        for_role=notice.recipient.role if notice.recipient else "",
        for_name=notice.recipient.name[:160] if notice.recipient else "",
        by=by,
        at=at,
    )
    SchoolNotice.objects.bulk_create([sent])
    place = Membership.objects.filter(hub=contact.hub_id, agency=notice.agency, left_at=None).first()
    own = {notice.recipient.email} if notice.recipient else set()
    for address in sorted(filter(None, own | {place.email if place else ""})):
        body = BODY.format(reference=contact.reference)
        notify(
            hub_id=contact.hub_id,
            to=address,
            subject=SUBJECT,
            body=body,
            at=at,
            page=reverse("decision:school_notice", args=[sent.pk]),
        )
    detail = {"agency": str(notice.agency.pk), "about": child.ref, "for": sent.for_role}
    record("school.notice_sent", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return sent


def see_notice(*, notice: SchoolNotice, by: Staff, at: datetime) -> None:
    """Keep the receipt that somebody of the school opened a notice, once a worker.  A reading may do this.

    Source: docs/rules.md, "Evidence".
    """
    if by.agency_id == notice.agency_id:
        seen = SchoolNoticeSeen(hub_id=notice.hub_id, notice=notice, staff=by, at=at)
        SchoolNoticeSeen.objects.bulk_create([seen], ignore_conflicts=True)
    record("school.notice_seen", about=notice, at=at, hub_id=notice.hub_id)


@transaction.atomic
def record_call(
    *,
    child: ContactPerson,
    who: str,
    role: str,
    happened_at: datetime,
    words: str = "",
    key: uuid.UUID,
    by: Staff,
    at: datetime,
) -> None:
    """Record that somebody of a child's school was told by telephone: who, as what, and when.  That ends its clock.

    Raises PermissionDenied, or NoticeBlocked.

    Source: docs/rules.md, "Telling a school of domestic abuse".
    """
    said = [f"By telephone: {who.strip()}, {schools.NAMED_AS[role]}.", words.strip()]
    _say(child, fixed.ENDED, happened_at, " ".join(filter(None, said)), key=key, by=by, at=at)


@transaction.atomic
def record_not_told(
    *,
    child: ContactPerson,
    reason: str,
    decided_by: str,
    support: str,
    key: uuid.UUID,
    by: Staff,
    at: datetime,
) -> None:
    """Record that a child's school is not told: why, who decided that, and how the child is supported instead.

    Raises PermissionDenied, or NoticeBlocked.

    Source: docs/rules.md, "Telling a school of domestic abuse".
    """
    if not decided_by.strip() or not support.strip():
        raise NoticeBlocked(["Say who decided it, and how the child is supported instead."])
    said = f"{schools.NOT_SENT[reason]}. Decided by {decided_by.strip()}. Support for the child: {support.strip()}"
    _say(child, fixed.NOT_HELD, at, said, key=key, by=by, at=at)


def _say(
    child: ContactPerson,
    what: str,
    happened_at: datetime,
    words: str,
    *,
    key: uuid.UUID,
    by: Staff,
    at: datetime,
) -> None:
    require(may_tell_school(by, child.contact))
    code = fixed.Fact(fixed.SCHOOL, what, child).code
    try:
        record_clock_fact(
            contact=child.contact, code=code, happened_at=happened_at, words=words, by=by, at=at, key=key
        )
    except NotAFact as refusal:
        raise NoticeBlocked([str(refusal)]) from refusal


@transaction.atomic
def call_about_unopened(*, notice: SchoolNotice, at: datetime) -> None:
    """Call whoever sent a notice, by an e-mail with the reference, since nobody at the school has opened it.  Once.

    Source: docs/rules.md, "Telling a school of domestic abuse".
    """
    hold_key(notice.contact_id)
    if SchoolNoticeCalled.objects.filter(notice=notice).exists():
        return
    SchoolNoticeCalled.objects.bulk_create([SchoolNoticeCalled(hub_id=notice.hub_id, notice=notice, at=at)])
    subject, body = (words.format(reference=notice.reference) for words in (CALL, CALL_BODY))
    notify(
        hub_id=notice.hub_id,
        to=notice.by.account.email,
        subject=subject,
        body=body,
        at=at,
        page=reverse("decision:schools", args=[notice.contact_id]),
        contact=notice.contact_id,
    )
    record("school.call_asked", about=notice, at=at, hub_id=notice.hub_id)
