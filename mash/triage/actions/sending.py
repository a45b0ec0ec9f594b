"""Where triage sends a contact: on what law, to a check, to a decision, or back to its referrer."""

import uuid
from datetime import date, datetime

from django.db import transaction

from mash.common.clock import LONDON
from mash.common.verdict import require
from mash.contact import actions as contacts
from mash.contact.actions import hold_still
from mash.contact.models import Contact, ReplyKind
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage import content, policy, queries
from mash.triage.actions.confirming import ask_to_confirm
from mash.triage.actions.once import key_for
from mash.triage.actions.returning import take_up
from mash.triage.models import Basis, Colour, Hold, Returned, Route

UNSAFE = {"unsafe", "would_obstruct"}
SUSPECTED = "significant_harm_suspected"


class NotInForce(Exception):
    """A lawful basis is relied on only while it is in force and switched on."""


class NotRated(Exception):
    """A contact is sent on once somebody has rated it."""


class NotForReturn(Exception):
    """The contact may not go back for agreement; the message says why."""


class TooLongAway(Exception):
    """A contact is looked at again within the days the hub allows; `latest` is the last of them."""

    def __init__(self, latest: date) -> None:
        super().__init__(f"Look again by {latest.day} {latest:%B}")
        self.latest = latest


@transaction.atomic
def record_basis(*, contact: Contact, basis: str, by: Staff, at: datetime) -> Basis:
    """Record a lawful basis relied on, with the words in force that day.  Saying it again changes nothing.

    Raises PermissionDenied, or NotInForce.

    Source: docs/rules.md, "Lawful basis".
    """
    require(policy.may_work_on(by, contact))
    entry = content.bases().get(basis)
    subjects = {"child", "adult"} if contact.subject == "both" else {contact.subject}
    if (
        entry is None
        or not entry.is_in_force(at.astimezone(LONDON).date())
        or not subjects & set(entry.subjects)
    ):
        raise NotInForce
    hold_still(contact)
    row, new = Basis.objects.get_or_create(
        contact=contact,
        basis=basis,
        defaults={
            "hub_id": contact.hub_id,
            "words": f"{entry.cite}: {entry.label}"[:240],
            "by": by,
            "at": at,
        },
    )
    if new:
        record("basis.recorded", about=contact, at=at, hub_id=contact.hub_id, detail={"basis": basis})
    return row


@transaction.atomic
def propose_route(
    *,
    contact: Contact,
    route: str,
    why: str,
    by: Staff,
    at: datetime,
    for_adult: str = "",
    asked_for_by: str = "",
    key: uuid.UUID | None = None,
) -> Route:
    """Send a rated contact on: to a check, or to a decision with an outcome proposed.  It decides nothing.

    route: "check" or the id of an outcome.  for_adult: the adult's own outcome, in a contact about a child and an
    adult.  asked_for_by: who asked for a check although a case is open.
    The manager on duty is told of a rating that waits for their word before agencies are asked.

    Raises PermissionDenied, or NotRated.

    Source: docs/rules.md, "Who decides", "The rating is confirmed".
    """
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    made = Route.objects.filter(pk=key_for(by, key), contact=contact).first() if key else None
    if made:
        return made
    if queries.newest_rating(contact) is None:
        raise NotRated
    chosen = Route(
        id=key_for(by, key),
        hub_id=contact.hub_id,
        contact=contact,
        route=route,
        for_adult=for_adult,
        asked_for_by=asked_for_by.strip(),
        why=why.strip(),
        by=by,
        at=at,
    )
    Route.objects.bulk_create([chosen])
    take_up(contact, at)
    Hold.objects.filter(contact=contact, staff=by).delete()
    told = {"route": route} | ({"for_adult": for_adult} if for_adult else {})
    record("route.proposed", about=contact, at=at, hub_id=contact.hub_id, why=chosen.why, detail=told)
    ask_to_confirm(contact, at)
    return chosen


@transaction.atomic
def return_for_agreement(
    *, contact: Contact, reason: str, look_again_on: date, who_keeps_safe: str, by: Staff, at: datetime
) -> Returned:
    """Send a contact back to its referrer to speak with the family.  It waits, its clock runs, nothing is decided.

    Raises PermissionDenied, NotForReturn (unrated, red, significant harm suspected, or asking is unsafe), or
    TooLongAway.

    Source: docs/rules.md, "Return for agreement", "Out of hours".
    """
    require(policy.may_send_back(by, contact))
    hold_still(contact)
    open_now = queries.returned(contact)
    if open_now:
        return open_now
    _may_go_back(contact)
    today, latest = at.astimezone(LONDON).date(), queries.look_again_by(contact.hub, at)
    if not today <= look_again_on <= latest:
        raise TooLongAway(latest)
    back = Returned.objects.create(
        hub_id=contact.hub_id,
        contact=contact,
        reason=reason.strip(),
        look_again_on=look_again_on,
        who_keeps_safe=who_keeps_safe.strip(),
        by=by,
        at=at,
    )
    Hold.objects.filter(contact=contact, staff=by).delete()
    words = (
        "Please speak with the family and ask whether they agree.  We keep this open and look at it again on "
        f"{look_again_on.day} {look_again_on:%B}.  If someone becomes unsafe, call us at once."
    )
    contacts.reply(contact=contact, kind=ReplyKind.BACK_FOR_AGREEMENT, words=words, by=by, at=at)
    detail = {"look_again_on": look_again_on.isoformat()}
    record("contact.returned", about=contact, at=at, hub_id=contact.hub_id, why=back.reason, detail=detail)
    return back


def _may_go_back(contact: Contact) -> None:
    rating = queries.newest_rating(contact)
    if rating is None:
        raise NotForReturn("Rate the contact first: until then it is treated as red.")
    if rating.colour == Colour.RED:
        raise NotForReturn("A red contact never goes back for agreement.")
    for ground in queries.grounds(contact):
        known = content.override_grounds().get(ground.ground)
        if ground.refused_at is None and known and (known.asking in UNSAFE or known.id == SUSPECTED):
            raise NotForReturn(f"A ground is recorded: {known.label[0].lower()}{known.label[1:]}.")


@transaction.atomic
def take_back(*, contact: Contact, by: Staff, at: datetime) -> None:
    """Take up again a contact that was with its referrer: it returns to its place with its first clock."""
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    take_up(contact, at)
