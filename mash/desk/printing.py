"""Whether a page of a case is asked for on paper, by whom and why."""

import uuid
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from markupsafe import Markup

from mash.common.templates import hub_name
from mash.contact import queries as contacts
from mash.contact.models import Contact
from mash.desk.paper import TITLES, Sheet, on_paper

PARAMETER = "print"


def sheet_of(request: HttpRequest, contact: Contact) -> Sheet | None:
    """Return the cover of a page that is asked for on paper; None for one that is shown on a screen.

    A printing holds for an hour, for whoever said why, and for the page they named.

    Source: docs/rules.md, "Printing".
    """
    staff, match = getattr(request, "staff", None), request.resolver_match
    key = _key(request.GET.get(PARAMETER, ""))
    if key is None or staff is None or match is None or match.view_name not in TITLES:
        return None
    printing = contacts.printing(staff, contact, key, page=match.view_name, at=request.at)  # type: ignore[attr-defined]
    if printing is None:
        return None
    return Sheet(
        title=TITLES[match.view_name],
        reference=contact.reference,
        by=f"{staff.account.name}, {staff.title}, {hub_name(request)}",
        at=printing.at,
        purpose=". ".join(part for part in (printing.get_purpose_display(), printing.words) if part),
    )


def frame_of(request: HttpRequest, contact: Contact) -> str:
    """Return the frame a page of a case stands in: a screen's or a sheet's."""
    return "paper.html" if sheet_of(request, contact) else "base.html"


def printable(request: HttpRequest, contact: Contact) -> str:
    """Return the address at which one says why before this page is printed, or "" for a page that does not print."""
    match = request.resolver_match
    if match is None or match.view_name not in TITLES:
        return ""
    return reverse("desk:print", args=[contact.pk])


def page_named(address: str) -> str:
    """Return the name of a page that prints at an address of ours, or "" for any other."""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return ""
    try:
        name = resolve(address.partition("?")[0]).view_name
    except Resolver404:
        return ""
    return name if name in TITLES else ""


def on_paper_at(address: str, key: uuid.UUID) -> str:
    """Return the address at which a page stands on paper: its own, with its filters and the key of why."""
    path, _, query = address.partition("?")
    kept = QueryDict(query, mutable=True)
    kept[PARAMETER] = str(key)
    return f"{path}?{kept.urlencode()}"


def paper(page: Any) -> Markup:
    """Return a page as it stands on paper, for templates."""
    return Markup(on_paper(str(page)))  # it only takes away from what is safe  # noqa: S704  # nosec B704


def _key(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None
