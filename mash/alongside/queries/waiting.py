"""What a program looks for: what is overdue, which reminder is due, and whom else to remind."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from mash.alongside import rules
from mash.alongside.models import Alongside, Happening, What
from mash.contact.policy import unless_closed
from mash.partnership.models import Duty, Staff
from mash.partnership.queries.rota import managers_of


def overdue(at: datetime) -> list[Alongside]:
    """Return what has not ended and which nobody has in time, or of which nothing came in time."""
    rows = Happening.objects.filter(alongside=OuterRef("pk"))
    late = (Q(receipt_due_at__lte=at) & ~Exists(rows.filter(what=What.RECEIVED))) | Q(result_due_at__lte=at)
    found = Alongside.objects.filter(late, ~Exists(rows.filter(ends=True)))
    return list(found.select_related("contact", "by__account").order_by("receipt_due_at", "pk"))


def overdue_step(one: Alongside, at: datetime) -> str:
    """Return which reminder is due of one now, "" for none: of what nobody has first, then of what came of it."""
    rows = Happening.objects.filter(alongside=one)
    if rows.filter(ends=True).exists():
        return ""
    if not rows.filter(what=What.RECEIVED).exists():
        step = rules.step_due(one.receipt_due_at, rules.RECEIPT, at)
        if step:
            return step
    return rules.step_due(one.result_due_at, rules.RESULT, at) if one.result_due_at else ""


def others_to_remind(one: Alongside, at: datetime) -> list[str]:
    """Return the addresses of who else is reminded: who manages the hub; of what is sealed, the cleared alone.

    Nobody is who is kept from the case.
    """
    if one.sealed:
        lasting = Q(until_at=None) | Q(until_at__gt=at)
        found = Staff.objects.filter(lasting, hub=one.hub_id, from_at__lte=at, account__is_active=True)
        posts = list(found.filter(duties__contains=[Duty.CLEAR]).select_related("account").order_by("pk"))
    else:
        posts = managers_of(one.hub_id, at)
    return [post.account.email for post in posts if _may_hear(post, one)]


def _may_hear(post: Staff, one: Alongside) -> bool:
    return bool(unless_closed(post, one.contact_id))
