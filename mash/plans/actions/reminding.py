"""Reminding agencies of what is theirs to do: a reference alone, and no name."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Hub, Membership
from mash.partnership.queries.rota import working_week
from mash.plans.models import OPEN, Plan, PlanAction, Reminder, ReminderKind
from mash.plans.queries.finding import ended
from mash.plans.rules import last_before_opening

SUBJECTS = {
    ReminderKind.TOMORROW: "An action of your agency is due",
    ReminderKind.OVERDUE: "An action of your agency is overdue",
}
BODY = "Sign in to see plan {reference}."


@transaction.atomic
def remind(*, hub: Hub, at: datetime) -> int:
    """Write to the agencies of a hub whose actions are due by its next working day or overdue; return how many.

    Each action is reminded of once before the day it is due, and once after; another day by which it is due begins
    anew.  Where an agency has no address that is kept too, and the plan's page says so.  Acts as the service `plans`.

    Source: docs/rules.md, "Reminders of actions".
    """
    today = localdate(at)
    soon = last_before_opening(working_week(hub), today)
    open_now = PlanAction.objects.filter(hub=hub, status__in=OPEN, plan__in=Plan.objects.filter(~Q(ended())))
    due = {
        ReminderKind.TOMORROW: open_now.filter(due_on__gt=today, due_on__lte=soon),
        ReminderKind.OVERDUE: open_now.filter(due_on__lt=today),
    }
    places = Membership.objects.filter(hub=hub, left_at=None).values_list("agency", "email")
    addresses = dict(places)
    letters = defaultdict(list)
    for kind, actions in due.items():
        for one in actions.select_related("plan").order_by("due_on", "pk"):
            row = Reminder(
                hub_id=hub.pk, plan=one.plan, action=one, kind=kind, due_on=one.due_on,
                to=addresses.get(one.agency_id) or "", at=at,
            )  # fmt: skip
            if not Reminder.objects.filter(action=one, kind=kind, due_on=one.due_on).exists():
                letters[row.to, kind, one.plan].append(row)
    for rows in letters.values():
        Reminder.objects.bulk_create(rows)
    sent = [(to, kind, plan) for to, kind, plan in letters if to]
    for to, kind, plan in sent:
        notify(
            hub_id=hub.pk,
            to=to,
            subject=SUBJECTS[kind],
            body=BODY.format(reference=plan.reference),
            at=at,
            page=reverse("plans:plan", args=[plan.pk]),
        )
    if letters:
        record("plan.reminded", about=hub, at=at, hub_id=hub.pk, detail={"emails": len(sent)})
    return len(sent)
