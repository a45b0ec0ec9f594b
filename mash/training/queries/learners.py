"""Learners: whose record one sees, and who may guide them."""

import uuid

from django.db.models import Q, QuerySet
from django.http import Http404

from mash.partnership.models import Agency, Staff
from mash.training import policy
from mash.training.models import Learner

WITH = ("agency", "mentor__account", "line_manager__account")


def own(staff: Staff) -> Learner | None:
    """Return one's own record in one's hub, or None while there is none."""
    return Learner.objects.select_related(*WITH).filter(hub=staff.hub_id, account=staff.account_id).first()


def find(staff: Staff, learner_id: uuid.UUID) -> Learner:
    """Return somebody whose record one sees.  Raises Http404."""
    found = Learner.objects.select_related(*WITH, "hub").filter(policy.seen_by(staff), pk=learner_id).first()
    if found is None:
        raise Http404
    return found


def listed(staff: Staff, words: str = "") -> QuerySet[Learner]:
    """Return whom one sees by name.  words: part of a name, address, unit or agency."""
    found = Learner.objects.filter(policy.seen_by(staff)).select_related(*WITH)
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(email__icontains=words)
            | Q(unit__icontains=words)
            | Q(agency__name__icontains=words)
        )
    return found.order_by("name", "pk")


def may_guide(staff: Staff) -> QuerySet[Staff]:
    """Return the posts of the hub that can be a mentor or a line manager."""
    found = Staff.objects.filter(hub=staff.hub_id, until_at=None, account__is_active=True)
    return found.select_related("account", "agency").order_by("account__name", "pk")


def agencies(staff: Staff) -> QuerySet[Agency]:
    """Return the agencies that work in one's hub."""
    return Agency.objects.filter(memberships__hub=staff.hub_id, memberships__left_at=None).order_by("name")


def guided(staff: Staff) -> list[Learner]:
    """Return whom a post guides, as their mentor or line manager, and who have not left."""
    found = Learner.objects.filter(
        Q(mentor=staff.pk) | Q(line_manager=staff.pk), hub=staff.hub_id, ended_on=None
    )
    return list(found.select_related(*WITH).order_by("name", "pk"))


def leads(staff: Staff) -> bool:
    """Tell whether a post is line manager of anybody who has not left."""
    return Learner.objects.filter(line_manager=staff.pk, hub=staff.hub_id, ended_on=None).exists()
