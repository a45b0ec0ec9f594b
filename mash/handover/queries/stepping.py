"""Steps between tiers: what a service sent on, what waits for a cleared person, and what the hub sees of it."""

import uuid
from typing import Any

from django.db.models import QuerySet, UUIDField
from django.shortcuts import get_object_or_404

from mash.contact.models import Contact
from mash.handover import policy
from mash.handover.models import Step
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Duty, Staff

WITH = ("to", "from_agency", "by__account", "word__by__account", "went", "settled", "hub")


def steps_sent(staff: Staff) -> QuerySet[Step]:
    """Return what a worker's own service has sent to another tier, the newest first."""
    return Step.objects.filter(policy.sent_on_by(staff)).select_related(*WITH).order_by("-at", "pk")


def find_step(staff: Staff, step_id: uuid.UUID) -> Step:
    """Return a step that a worker's own service sent.  Raises Http404 for any other."""
    return get_object_or_404(steps_sent(staff), pk=step_id)


def steps_at_hub(staff: Staff) -> QuerySet[Step]:
    """Return the steps on cases that this worker may read, the newest first."""
    found = Step.objects.filter(policy.read_at_hub_by(staff)).select_related("contact", *WITH)
    return found.order_by("-at", "pk")


def steps_on(staff: Staff, contact: Contact) -> list[Step]:
    """Return the steps on one case, the newest first, as far as this worker may see them."""
    return _steps_on.rows(staff, contact=contact.pk)


@asked_by_a_worker(contact=UUIDField())
def _steps_on(staff: Staff, contact: Any) -> QuerySet[Step]:
    return steps_at_hub(staff).filter(contact=contact)


def find_step_at_hub(staff: Staff, step_id: uuid.UUID) -> Step:
    """Return a step on a case that this worker may read.  Raises Http404 for any other."""
    return get_object_or_404(steps_at_hub(staff), pk=step_id)


def steps_to_pass(staff: Staff) -> QuerySet[Step]:
    """Return the steps down that wait for a cleared person's word, oldest first; none for anybody else.

    Source: docs/rules.md, "No false all-clear".
    """
    if not staff.has(Duty.CLEAR):
        return Step.objects.none()
    found = steps_at_hub(staff).filter(direction="down", word=None)
    return found.exclude(by__account=staff.account_id).order_by("at", "pk")
