"""A case on paper as a file: the pages it is made of exactly as whoever prints it sees them, a cover and contents.

Each part is made by the very page that is shown on a screen, asked by the same worker in the same transaction: what
they may not see there stands on no paper either.  A page that is closed to them, or not there, is no part.
"""

import copy
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.urls import resolve, reverse
from markupsafe import Markup

from mash.check.queries.board import check_of
from mash.common.document import Cover, Part, document, printed_by
from mash.common.templates import banner, hub_name, moment
from mash.contact import queries as contacts
from mash.contact.models import Contact, Printing
from mash.decision import queries as decisions
from mash.desk import printing
from mash.desk.paper import NOTE, TITLES, WHOLE, WHOLE_TITLE, Sheet
from mash.partnership.http import StaffRequest

OK = 200
AT_ONCE = 150_000  # letters of HTML: a chronology of some 280 events
MARK = '<div class="mash-part">'  # how `desk/part.html` begins
OWN_HEADING = re.compile(r"<h1[^>]*>\s*(.*?)\s*</h1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pack:
    """A case, or one page of it, to be printed.  whole: the whole case, with contents."""

    sheet: Sheet
    cover: Cover
    parts: tuple[Part, ...]
    whole: bool

    @property
    def is_long(self) -> bool:
        """Tell whether it takes too long to be made while somebody waits."""
        return sum(len(one.words) for one in self.parts) > AT_ONCE

    @property
    def html(self) -> str:
        """Return it as a document, to be made a PDF."""
        return document(self.cover, self.parts, contents=self.whole)


def said_why(request: StaffRequest, contact: Contact, key: uuid.UUID, address: str) -> Printing | None:
    """Return the reason that this worker gave within the hour for printing a page, or the whole case; None without one.

    address: of the one page that is printed, with its filters; "" for the whole case.

    Source: docs/rules.md, "Printing", "Packs of a case".
    """
    page = printing.page_named(address) if address else WHOLE
    return contacts.printing(request.staff, contact, key, page=page, at=request.at) if page else None


def pack_of(request: StaffRequest, contact: Contact, said: Printing, address: str) -> Pack | None:
    """Return what is printed for a reason, as who asks sees it now; None where nothing of it is open to them.

    Source: docs/rules.md, "Printing", "Packs of a case".
    """
    whole = said.page == WHOLE
    sheet = printing.sheet_for(request, contact, said, WHOLE_TITLE if whole else TITLES[said.page])
    places = list(_everything(request, contact)) if whole else [address]
    parts: list[Part] = []
    for place in places:
        made = _part(request, contact, sheet, place, first=not parts)
        parts += [made] if made else []
    return Pack(sheet, _cover(request, sheet), tuple(parts), whole) if parts else None


def _cover(request: StaffRequest, sheet: Sheet) -> Cover:
    return Cover(
        hub=hub_name(request),
        title=sheet.title,
        reference=sheet.reference,
        handling=sheet.handling,
        printed=printed_by(sheet.name, sheet.at),
        facts=[
            ("Printed by", sheet.by),
            ("Printed", moment(sheet.at)),
            ("For", sheet.purpose),
            ("May go to", sheet.to),
        ],
        note=NOTE,
        banner=banner(request),
    )


def _everything(request: StaffRequest, contact: Contact) -> Iterator[str]:
    """Yield the addresses of all pages that show the record of a case, in the order in which it is worked on.

    Whatever else of a case prints has its place here, as the family with its picture has.
    """
    check, decision = check_of(contact), decisions.newest(contact)
    adults = [
        ("triage:adult", [contact.pk, one.pk]) for one in contact.people.order_by("ref") if one.is_at_risk
    ]
    meetings = [("decision:strategy_page", [one.pk]) for one in decisions.strategies(request.staff, contact)]
    wanted = [
        *(
            (name, [contact.pk])
            for name in ("desk:case", "contact:settle", "contact:family", "triage:page", "triage:agreement")
        ),
        *adults,
        *((name, [contact.pk]) for name in ("triage:event", "triage:clocks")),
        *([("check:board", [check.pk])] if check else []),
        *((name, [contact.pk]) for name in ("check:chronology", "check:risk")),
        *meetings[::-1],
        *([("decision:page", [decision.pk])] if decision else []),
    ]
    for name, keys in wanted:
        query = "?order=oldest" if name == "check:chronology" else ""
        yield reverse(name, args=keys) + query


def _part(request: StaffRequest, contact: Contact, sheet: Sheet, address: str, *, first: bool) -> Part | None:
    """Return one page as a part; None where it is closed to this worker, not there, or of another case."""
    path, _, query = address.partition("?")
    asked = _asked(request, path, query)
    printing.on_paper_as_a_part(asked, contact, sheet, first=first)
    try:
        match = asked.resolver_match = resolve(path)
        answer: HttpResponse = match.func(asked, *match.args, **match.kwargs)
    except (Http404, PermissionDenied):
        return None
    words = answer.content.decode().lstrip()
    if answer.status_code != OK or not words.startswith(MARK):
        return None
    title = TITLES[match.view_name]
    own = OWN_HEADING.search(words)
    if own and own[1] == title:
        words = words[: own.start()] + words[own.end() :]
    return Part(title, Markup(words))  # a page's own words, escaped as they were drawn  # noqa: S704  # nosec B704


def _asked(request: StaffRequest, path: str, query: str) -> StaffRequest:
    """Return the request that asks for one page: of the same worker, moment and transaction."""
    asked = copy.copy(request)
    asked.method, asked.path, asked.path_info = "GET", path, path
    asked.META = request.META | {"QUERY_STRING": query, "REQUEST_METHOD": "GET"}
    asked.GET = QueryDict(query)
    return asked
