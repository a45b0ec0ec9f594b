"""A manager's word on a rating."""

import uuid
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Staff
from mash.partnership.queries import rota
from mash.triage import confirming, policy, queries
from mash.triage.actions.once import ChangedMeanwhile
from mash.triage.gate import CHECK
from mash.triage.models import Rating
from mash.triage.reading import Confirmation

ON_DUTY = ("approving_manager", "manager_on_call")  # posts of the rota, in the order in which they are asked
SUBJECT = "A rating waits for a manager: {reference}"
BODY = "Sign in to see reference {reference}.  Its rating waits for a manager to confirm it."


class WhyNot(Exception):
    """A rating that is not confirmed says why."""


@transaction.atomic
def confirm_rating(
    *, contact: Contact, rating: uuid.UUID, agreed: bool, words: str = "", by: Staff, at: datetime
) -> Confirmation:
    """Confirm the rating of one contact as a manager who did not give it, or say why not.

    rating: the one that the manager read.  Once confirmed it stays so; saying it again changes nothing.
    A no changes no rating: whoever has the duty rates anew, and the new rating waits for a word of its own.

    Raises PermissionDenied, WhyNot, or ChangedMeanwhile if it was rated anew after the page was opened.

    Source: docs/rules.md, "The rating is confirmed".
    """
    hold_still(contact)
    newest = queries.newest_rating(contact)
    if newest is None or newest.pk != rating:
        raise ChangedMeanwhile
    require(policy.may_confirm_rating(by, newest))
    before = confirming.confirmation_of(newest)
    if before:
        return before
    if not agreed and not words.strip():
        raise WhyNot
    word = Confirmation.objects.create(
        hub_id=contact.hub_id,
        contact=contact,
        rating=newest,
        agreed=agreed,
        words=words.strip(),
        by=by,
        at=at,
    )
    event = "rating.confirmed" if agreed else "rating.not_confirmed"
    detail = {"colour": newest.colour, "rating": str(newest.pk)}
    record(event, about=contact, at=at, hub_id=contact.hub_id, why=word.words, detail=detail)
    return word


def ask_to_confirm(contact: Contact, at: datetime) -> None:
    """Tell the manager on duty that the rating of a contact which goes to a check waits for their word.

    Whoever manages the hub is told where the rota names nobody; never whoever gave the rating.
    """
    rating, route = confirming.to_confirm(contact), queries.newest_route(contact)
    if rating is None or route is None or route.route != CHECK:
        return
    for address in _who_is_asked(contact, rating, at):
        notify(
            hub_id=contact.hub_id,
            to=address,
            subject=SUBJECT.format(reference=contact.reference),
            body=BODY.format(reference=contact.reference),
            at=at,
            page=reverse("triage:confirm", args=[contact.pk]),
            contact=contact.pk,
        )


def _who_is_asked(contact: Contact, rating: Rating, at: datetime) -> list[str]:
    for post in ON_DUTY:
        holders = [one.person for one in rota.on_duty(contact.hub, at, only=post) if one.person]
        found = _addresses(holders, rating)
        if found:
            return found
    return _addresses(rota.managers_of(contact.hub_id, at), rating)


def _addresses(staff: list[Staff], rating: Rating) -> list[str]:
    others = [one.account for one in staff if one.account_id != rating.by.account_id]
    return sorted({one.email for one in others})
