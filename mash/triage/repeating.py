"""Repeats that ask a manager to look: which wait, and what was said of them.

Source: docs/rules.md, "Repeats".
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from mash.contact.models import Contact, Settlement
from mash.partnership.models import Staff
from mash.triage import content, order, policy, queries
from mash.triage.reading import RepeatReview

ASKS = {"manager_review", "joint_review", "second_manager_decides"}  # all but a mark alone ask a manager
SETTLED_WITHIN = timedelta(minutes=40)


def asking(contact: Contact) -> list[str]:
    """Return the ids of the rules that fire on a contact and ask a manager to look."""
    return [one.rule.id for one in queries.repeats_of(contact) if one.rule.effect in ASKS]


def label_of(rule: str) -> str:
    """Say what a rule of repeats is called; one that the hub has taken off is called by its id."""
    known = content.repeat_rules().get(rule)
    return known.label if known else rule.replace("_", " ").capitalize()


def reviews(contact: Contact) -> dict[str, RepeatReview]:
    """Return what was asked of managers about a contact's repeats, and what they said, by rule."""
    return {one.rule: one for one in contact.repeat_reviews.select_related("by__account")}


def not_looked_at(contact: Contact) -> list[str]:
    """Return the labels of the rules that fire on a contact and that no manager has looked at."""
    looked = {rule for rule, one in reviews(contact).items() if one.at}
    return [content.repeat_rules()[rule].label for rule in asking(contact) if rule not in looked]


def waiting_for(staff: Staff, among: Any = None) -> QuerySet[RepeatReview]:
    """Return the repeats of open contacts that wait for a manager's look, the longest first; none for others.

    among: the open contacts that this worker may see, where they have been read already.
    """
    if not staff.has(*policy.MANAGERS):
        return RepeatReview.objects.none()
    if among is None:
        among = order.still_open(Contact.objects.filter(policy.seen_by(staff))).values("pk")
    found = RepeatReview.objects.filter(at=None, contact__in=among)
    return found.select_related("contact__standing").order_by("asked_at", "pk")


def newly_settled(at: datetime) -> QuerySet[Contact]:
    """Return, of every hub, the open contacts in which somebody was settled within the last minutes."""
    said = Settlement.objects.filter(
        contact_person__contact=OuterRef("pk"), undone_at=None, at__gte=at - SETTLED_WITHIN
    )
    found = order.still_open(Contact.objects.filter(Q(Exists(said))))
    return found.select_related("hub").order_by("received_at", "pk")
