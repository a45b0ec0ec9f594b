"""Whether a page of a case is asked for on paper, by whom and why."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from markupsafe import Markup

from mash.common.templates import hub_name
from mash.contact import queries as contacts
from mash.contact.models import Contact, Printing, Purpose
from mash.desk.paper import MAY_GO_TO, TITLES, Sheet, on_paper

PARAMETER = "print"


def sheet_of(request: HttpRequest, contact: Contact) -> Sheet | None:
    """Return the cover of a page that is asked for on paper; None for one that is shown on a screen.

    A printing holds for an hour, for whoever said why, and for the page they named.

    Source: docs/rules.md, "Printing".
    """
    part = _as_part(request)
    if part:
        return part.sheet if part.contact == contact.pk else None
    staff, match = getattr(request, "staff", None), request.resolver_match
    key = _key(request.GET.get(PARAMETER, ""))
    if key is None or staff is None or match is None or match.view_name not in TITLES:
        return None
    printing = contacts.printing(staff, contact, key, page=match.view_name, at=request.at)  # type: ignore[attr-defined]
    if printing is None:
        return None
    return sheet_for(request, contact, printing, TITLES[match.view_name])


def sheet_for(request: HttpRequest, contact: Contact, said: Printing, title: str) -> Sheet:
    """Return the cover of what is printed for a reason that was given.  title: what it is."""
    return Sheet(
        title=title,
        reference=contact.reference,
        by=f"{said.by.account.name}, {said.by.title}, {hub_name(request)}",
        name=str(said.by.account.name),
        at=said.at,
        purpose=". ".join(part for part in (said.get_purpose_display(), said.words) if part),
        to=MAY_GO_TO[Purpose(said.purpose)],
    )


@dataclass(frozen=True, slots=True)
class AsPart:
    """That a page is drawn as a part of a file.  first: it says whose case it is, and later parts do not again."""

    contact: uuid.UUID
    sheet: Sheet
    first: bool


def on_paper_as_a_part(request: HttpRequest, contact: Contact, sheet: Sheet, *, first: bool) -> None:
    """Have a request's page drawn as a part of what is printed of this case, and of no other."""
    request.as_part = AsPart(contact.pk, sheet, first)  # type: ignore[attr-defined]


def _as_part(request: HttpRequest) -> AsPart | None:
    return getattr(request, "as_part", None)


def frame_of(request: HttpRequest, contact: Contact) -> str:
    """Return the frame a page of a case stands in: a screen's, a sheet's, or that of a part of a file."""
    if sheet_of(request, contact) is None:
        return "base.html"
    return "desk/part.html" if _as_part(request) else "paper.html"


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
