"""What can be drawn, by whom it can be graded, and where it came from."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from mash.common.clock import LONDON
from mash.contact import queries as contacts
from mash.contact.models import Contact
from mash.decision.content import outcomes
from mash.decision.models import Outcome
from mash.partnership.models import Access, Agency, Duty, Restriction, Staff
from mash.partnership.queries import lasting
from mash.quality.measures.drawing import EVERYTHING
from mash.quality.models import Round, Sheet, Spread

PUBLIC, RESTRICTED, NOT_DECIDED = "public", "restricted", "not decided yet"


@dataclass(frozen=True, slots=True)
class Framed:
    """Something that could be drawn.  key: a hash of the contact's key, which says nothing of it."""

    key: str
    stratum: str
    contact_id: uuid.UUID


def key_in_frame(contact_id: uuid.UUID) -> str:
    """Return the name of a contact in a frame."""
    return sha256(str(contact_id).encode()).hexdigest()


def frame_of(
    staff: Staff, from_on: date, until_on: date, spread_over: str
) -> tuple[list[Framed], dict[str, int]]:
    """Return every contact of these days that may be graded, and how many are left out, by why.

    Left out are contacts from the public, whom nobody grades, and restricted ones, which few may know of.

    Source: docs/rules.md, "Grading referrals".
    """
    begin = datetime.combine(from_on, time(), LONDON)
    end = datetime.combine(until_on + timedelta(days=1), time(), LONDON)
    found = contacts.readable(staff).filter(received_at__gte=begin, received_at__lt=end)
    restricted = Exists(Restriction.objects.filter(contact_id=OuterRef("pk"), until_at=None))
    excluded = {
        PUBLIC: found.filter(source_kind="public").count(),
        RESTRICTED: found.filter(restricted).exclude(source_kind="public").count(),
    }
    rows = found.filter(~restricted).exclude(source_kind="public")
    frame = [
        Framed(key_in_frame(key), stratum or NOT_DECIDED, key)
        for key, stratum in _with_stratum(rows, spread_over)
    ]
    return sorted(frame, key=lambda one: one.key), excluded


def _with_stratum(rows: QuerySet[Contact], spread_over: str) -> Iterable[tuple[uuid.UUID, str | None]]:
    if spread_over == Spread.SOURCE:
        return rows.values_list("pk", "source_kind")
    if spread_over == Spread.SUBJECT:
        return rows.values_list("pk", "subject")
    if spread_over == Spread.OUTCOME:
        main = Outcome.objects.filter(
            decision__contact=OuterRef("pk"), decision__turned_down_at=None, alongside=False
        ).order_by("-decision__at", "about__ref")
        return rows.annotate(decided=Subquery(main.values("outcome")[:1])).values_list("pk", "decided")
    return ((key, EVERYTHING) for key in rows.values_list("pk", flat=True))


def stratum_label(spread_over: str, stratum: str) -> str:
    """Return what a stratum is called."""
    if spread_over == Spread.OUTCOME and stratum in outcomes():
        return outcomes()[stratum].label
    return "All" if stratum == EVERYTHING else stratum.replace("_", " ").capitalize()


def to_copy(staff: Staff, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Contact]:
    """Return the contacts to copy, by key."""
    return {one.pk: one for one in contacts.readable(staff).filter(pk__in=keys)}


def unit_of(contact: Contact) -> str:
    """Return the team that a police form names, "" for any other source: a role elsewhere is one person's."""
    if contact.source_kind != "police":
        return ""
    return str(contact.message["source"].get("role") or "")[:200]


def agency_of(staff: Staff, contact: Contact) -> Agency | None:
    """Return the agency of the hub from which a contact came: by the post that sent it, or by its name."""
    post = contacts.post_with_email(staff, contact.referrer_email)
    if post is not None:
        return post.agency
    return Agency.objects.filter(
        name__iexact=contact.organisation.strip(), memberships__hub=staff.hub_id
    ).first()


def graders(staff: Staff, at: datetime) -> QuerySet[Staff]:
    """Return the posts of the hub that grade now, by agency and name."""
    found = Staff.objects.filter(lasting(at), hub=staff.hub_id, duties__contains=[Duty.GRADE])
    return found.select_related("account", "agency").order_by("agency__name", "account__name", "pk")


def barred(posts: Iterable[Staff], keys: Iterable[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Return which posts are kept from which contacts."""
    rows = Access.objects.filter(staff__in=[one.pk for one in posts], contact_id__in=[*keys], bars=True)
    return {(one.staff_id, one.contact_id) for one in rows if one.staff_id and one.contact_id}


def others_who_may(staff: Staff, sheet: Sheet, instead_of: uuid.UUID, at: datetime) -> list[Staff]:
    """Return who may grade a referral instead of a grader: of no agency that grades it besides."""
    stay = [one for one in sheet.graders if one != instead_of]
    agencies = {*Staff.objects.filter(pk__in=stay).values_list("agency_id", flat=True)}
    gone = {*sheet.aside.values_list("by_id", flat=True)}
    contact = sheet.sampled.contact
    found = [
        one
        for one in graders(staff, at)
        if one.pk not in {*sheet.graders, *gone}
        and one.agency_id not in agencies
        and one.account.email.casefold() != contact.referrer_email.casefold()
    ]
    kept = barred(found, [contact.pk])
    return [one for one in found if (one.pk, contact.pk) not in kept]


def is_label_taken(staff: Staff, label: str) -> bool:
    """Tell whether the hub has a round of this name."""
    return Round.objects.filter(hub=staff.hub_id, label__iexact=label).exists()


def rounds_over(staff: Staff, from_on: date, until_on: date) -> list[Round]:
    """Return the rounds that were drawn from some of these days."""
    found = Round.objects.filter(hub=staff.hub_id, from_on__lte=until_on, until_on__gte=from_on)
    return list(found.defer("frame", "drawn", "results").order_by("from_on", "pk"))
