"""Who sees which figures.  To audit that, read this file: no rule lives elsewhere.

Sums count every case of the hub, restricted ones too, as a return does.  Whoever is kept from a case gets figures that
are counted among the cases they may see, so that no difference between a figure and its list says that there is one.
"""

from typing import Any

from django.db.models import Q, QuerySet, UUIDField
from django.db.models.functions import Now

from mash.common.prepared import asked_once
from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
from mash.contact.models import Consultation, Contact
from mash.insight.models import Advised, Course, Enquired
from mash.partnership.models import Access, Duty, Staff

SEES = (Duty.MANAGE, Duty.ANALYSE)
KEPT_OUT = Verdict(
    "You are kept from a case of this hub, and these figures count all of them: ask a colleague who sees them."
)


def may_see(staff: Staff) -> Verdict:
    """Test whether a post sees the figures of its hub: who manages it, or analyses for it and is kept from no case.

    Source: docs/rules.md, "Performance figures", "Restricted cases in a figure".
    """
    if not staff.has(*SEES):
        return Verdict("Figures of performance are for who manages the hub or analyses for it.")
    return ALLOWED if staff.has(Duty.MANAGE) or sees_all(staff) else KEPT_OUT


def may_open_lists(staff: Staff) -> Verdict:
    """Test whether a post opens the list behind a figure: who manages the hub, as far as each case is open to them.

    Source: docs/rules.md, "Performance figures".
    """
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict("Lists of cases are for who manages the hub.")


def may_share(staff: Staff) -> Verdict:
    """Test whether a post takes figures out of the hub: who manages it, and is kept from no case that they count.

    Source: docs/rules.md, "Small numbers", "Restricted cases in a figure".
    """
    if not staff.has(Duty.MANAGE):
        return Verdict("Figures leave the hub through who manages it.")
    return ALLOWED if sees_all(staff) else KEPT_OUT


def sees_all(staff: Staff) -> bool:
    """Tell whether a post is kept from no case of its hub, so that figures of all of them show it nothing new."""
    return not _bars.rows(staff=staff.pk)


@asked_once(staff=UUIDField())
def _bars(staff: Any) -> QuerySet[Access, Any]:
    lasting = Q(from_at__lte=Now()) & (Q(until_at=None) | Q(until_at__gt=Now()))
    return Access.objects.filter(lasting, staff=staff, bars=True).values_list("pk", flat=True)[:1]


def listed_for(staff: Staff, of: type[Course] | type[Enquired] | type[Advised] = Course) -> Q:
    """Return which rows this post may see that say how one contact, enquiry or consultation went.

    Those of contacts open to it; of advice, those that it may read.
    """
    if not staff.has(Duty.MANAGE):
        return Q(pk__in=[])
    if of is Advised:
        read = Consultation.objects.filter(contacts.consultations_readable_by(staff))
        return Q(hub=staff.hub_id, consultation__in=read.order_by().values("pk"))
    return Q(
        hub=staff.hub_id,
        contact__in=Contact.objects.filter(contacts.readable_by(staff)).order_by().values("pk"),
    )
