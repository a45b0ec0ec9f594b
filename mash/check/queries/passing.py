"""Whether an enquiry has to go to somebody else, and to whom."""

from datetime import datetime, timedelta

from django.db.models import Q

from mash.check.models import Enquiry, EnquirySeen, PassedWhy
from mash.partnership.content import rota_content
from mash.partnership.models import Duty, Staff
from mash.partnership.queries import has_stopped, rota


def why_pass_on(enquiry: Enquiry, at: datetime) -> PassedWhy | None:
    """Return why an enquiry does not stay with whom it is addressed to; None while it does.

    Source: docs/rules.md, "Enquiries to the post on duty".
    """
    staff = enquiry.addressed_to
    if staff is None:
        return None
    if rota.is_away(staff, at):
        return PassedWhy.AWAY
    if EnquirySeen.objects.filter(enquiry=enquiry, staff=staff).exists():
        return PassedWhy.OFF_DUTY if _has_gone_home(staff, enquiry, at) else None
    if at >= opened_by(enquiry):
        return PassedWhy.NOT_OPENED
    return PassedWhy.OFF_DUTY if _has_gone_home(staff, enquiry, at) else None


def _has_gone_home(staff: Staff, enquiry: Enquiry, at: datetime) -> bool:
    """Tell whether their turn is over, and they have no other that reaches when the enquiry is due."""
    gone = rota.is_off_duty_before(staff, at, at - timedelta(days=1))
    return gone and (enquiry.due_at <= at or rota.is_off_duty_before(staff, enquiry.due_at, at))


def opened_by(enquiry: Enquiry) -> datetime:
    """Return when an enquiry has to be opened by whom it is addressed to: after a time, or a share of its clock.

    Counted from when it reached them; the share is always one of the whole time.

    Source: docs/rules.md, "Enquiries to the post on duty".
    """
    newest = enquiry.passed.order_by("-at").first()
    since = newest.at if newest else enquiry.sent_at
    rules = rota_content().enquiries.not_opened_in_time
    rule = {"red": rules.red, "amber": rules.amber}.get(enquiry.check_asked.colour, rules.green)
    if rule.share_of_clock:
        return since + (enquiry.due_at - enquiry.sent_at) * rule.share_of_clock
    return since + timedelta(**{rule.unit: rule.value})


def next_in_line(enquiry: Enquiry, at: datetime) -> Staff | None:
    """Return who is asked next: whoever stands in for the first, in order, then who leads the agency; None for nobody.

    Nobody gets it twice, and nobody who is away or may not answer it.
    """
    passed = list(enquiry.passed.order_by("at", "pk"))
    had = {one.frm_id for one in passed} | {enquiry.addressed_to_id}
    first = next((one.frm for one in passed if one.frm), None) or enquiry.addressed_to
    if first is None:
        return None
    leads = rota.leads_of(enquiry.hub_id, enquiry.agency_id, at)
    line = [*rota.after(enquiry.hub, first, at), *leads]
    return next(
        (one for one in line if one.pk not in had and one.has(Duty.ANSWER) and not rota.is_away(one, at)),
        None,
    )


def deciders(enquiry: Enquiry, at: datetime) -> list[Staff]:
    """Return the decision makers of a hub, who may decide without an answer and say so."""
    lasting = Q(until_at=None) | Q(until_at__gt=at)
    found = Staff.objects.filter(
        lasting, ~Q(has_stopped()), hub=enquiry.hub_id, duties__contains=[Duty.DECIDE]
    )
    found = found.filter(from_at__lte=at, account__is_active=True)
    return list(found.select_related("account").order_by("pk"))
