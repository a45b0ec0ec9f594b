"""How each file of a contact stands, for the desk and for whoever sent it.  The words of both stand here."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from mash.common.navigation import address_of_one
from mash.contact import file_queries as queries
from mash.contact import policy
from mash.contact.looking import scanners
from mash.contact.looking.names import shown_name
from mash.contact.models import Attachment, Contact, Looked, Outcome

BY_THE_DEMO = "looked through by the demo’s scanner only, which knows one test file"
WAITS = "Waits to be looked through. Nobody can open it yet."
NOBODY = "Nobody can look through files here, so nobody can open it: no scanner is set up."
CLOSED = (
    "Only the unit’s cleared staff open it: an address in this case is protected, and the file may name it."
)
SENDER = {
    Outcome.CLEAN: "Looked through: nothing harmful was found.",
    Outcome.HARMFUL: "Not opened: something harmful was found in it. Send it from another machine, or ring the hub.",
    Outcome.UNSAFE: "Not opened: it could not be shown to be safe. Send a plain copy, such as a PDF, or ring the hub.",
}
SENDER_WAITS = "Waits to be looked through."
SENDER_NOBODY = "Kept. The hub cannot open files now: what matters must stand in the referral itself."


@dataclass(frozen=True, slots=True)
class Listed:
    """One file as a page lists it.  address: where it is opened, or "".  mark: its state and the colour of that."""

    name: str
    size: str
    mark: tuple[str, str]
    words: str
    address: str = ""


def files_of(request: HttpRequest, contact: Contact) -> list[Listed]:
    """Return the files of a contact as the worker who asks may know of them, in the order in which they came.

    Source: docs/rules.md, "Files".
    """
    staff = getattr(request, "staff", None)
    if staff is None:
        return []
    return [_to_the_desk(staff, file) for file in queries.files_with_looks(contact)]


def _to_the_desk(staff: Any, file: Attachment) -> Listed:
    name, size = shown_name(file.name), filesizeformat(file.size)
    look = queries.what_counts(list(file.looks.all()))
    if look is None:
        nobody = not scanners.name_of_configured()
        return Listed(name, size, ("Waiting", "yellow"), NOBODY if nobody else WAITS)
    if look.outcome == Outcome.HARMFUL:
        said = f"Harmful, and never opened: {look.found}. Found by {_by(look)}."
        return Listed(name, size, ("Harmful", "red"), said)
    if look.outcome == Outcome.UNSAFE:
        said = f"Never opened. {look.found} Ask whoever sent it."
        return Listed(name, size, ("Not safe to open", "red"), said)
    if not policy.may_open_file(staff, file):
        return Listed(name, size, ("Clean", "green"), CLOSED)
    said = f"Nothing was found by {_by(look)}. Opening it is recorded."
    return Listed(name, size, ("Clean", "green"), said, address_of_one("contact:open_file", file.pk))


def _by(look: Looked) -> str:
    by = f"{look.scanner} {look.version}"
    return f"{by} ({BY_THE_DEMO})" if look.scanner == scanners.OfTheDemo.name else by


def files_of_the_sender(contact: Contact) -> list[Listed]:
    """Return the files of a contact as whoever sent it may know of them: nothing of what was found in one.

    Source: docs/rules.md, "Files".
    """
    sent = contact.message.get("attachments") or []
    looks = queries.looks_by_content(contact) if sent else {}
    return [_to_the_sender(one, queries.what_counts(looks.get(one["sha256"], []))) for one in sent]


def _to_the_sender(one: Any, look: Looked | None) -> Listed:
    name, size = shown_name(one["name"]), filesizeformat(one["size"])
    if look is None:
        said = SENDER_WAITS if scanners.name_of_configured() else SENDER_NOBODY
        return Listed(name, size, ("Waiting", "yellow"), said)
    clean = look.outcome == Outcome.CLEAN
    by_the_demo = f" It was {BY_THE_DEMO}." if look.scanner == scanners.OfTheDemo.name else ""
    said = SENDER[Outcome(look.outcome)] + by_the_demo
    return Listed(name, size, ("Looked through", "green") if clean else ("Not opened", "red"), said)
