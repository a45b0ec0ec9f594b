"""Telling a school of a domestic abuse incident: the notice goes, and somebody of the school opens it.

Source: docs/rules.md, "Telling a school of domestic abuse".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import ContactPerson
from mash.decision import schools
from mash.decision.models import SchoolNotice, SchoolNoticeSeen
from mash.decision.queries import schools as queries
from mash.ledger.actions import record
from mash.partnership.actions import queue_email
from mash.partnership.models import Agency, Membership, Staff
from mash.triage import fixed
from mash.triage.policy import may_tell_school

SUBJECT, BODY = "A notice for your school", "Sign in to see reference {reference}."


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
    """

    agency: Agency
    was_there: str
    police_contact: str
    collection_note: str = ""
    day_starts_at: datetime | None = None


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
        by=by,
        at=at,
    )
    SchoolNotice.objects.bulk_create([sent])
    place = Membership.objects.filter(hub=contact.hub_id, agency=notice.agency, left_at=None).first()
    if place and place.email:
        body = BODY.format(reference=contact.reference)
        queue_email(hub_id=contact.hub_id, to=place.email, subject=SUBJECT, body=body, at=at)
    detail = {"agency": str(notice.agency.pk), "about": child.ref}
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
