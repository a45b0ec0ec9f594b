"""Whose a draft is: a post's, or whoever's who shows the code of what they sent."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from mash.drafts.models import Draft
from mash.drafts.pages import Page
from mash.partnership.models import Staff
from mash.partnership.queries import code_shown, hub_that_sent_a_code


@dataclass(frozen=True, slots=True)
class Owner:
    """Who may write a draft, read it and throw it away; nobody else.

    key: of the post; of what was sent, for whoever shows its code.  staff: the post.
    locked_for: under whose key the words are kept: the post's agency, or the hub that was written to.
    """

    key: uuid.UUID
    hub_id: uuid.UUID
    locked_for: uuid.UUID
    staff: Staff | None = None

    @property
    def rows(self) -> QuerySet[Draft]:
        """Their drafts."""
        return Draft.objects.filter(**self.named)

    @property
    def named(self) -> dict[str, uuid.UUID]:
        """The column that says whose a draft is."""
        return {"staff_id" if self.staff else "referral": self.key}

    def may_write_in(self, page: Page, about: uuid.UUID) -> None:
        """Raise Http404 unless they may write in this form about this."""
        if page.by_code != (self.staff is None):
            raise Http404
        if self.staff:
            page.find(self.staff, about)


def of_post(staff: Staff) -> Owner:
    """Return the owner of a post's drafts."""
    return Owner(staff.pk, staff.hub_id, staff.agency_id, staff)


def of_request(request: HttpRequest, page: Page) -> Owner | None:
    """Return whose draft of a form this request may touch; None for nobody's."""
    staff = getattr(request, "staff", None)
    if not page.by_code:
        return of_post(staff) if staff else None
    code = "" if staff else request.session.get("referrer", "")
    shown = code_shown(code) if code else None
    return Owner(shown.contact_id, shown.hub_id, shown.hub_id) if shown else None


def whose_visit_ended(referral: uuid.UUID) -> Owner | None:
    """Return the owner of what was typed by code, for the service that keeps it once the code has ended."""
    hub = hub_that_sent_a_code(referral)
    return Owner(referral, hub, hub) if hub else None
