"""The forms that are kept while somebody types.  The app above all others lists them; this module knows none."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import HttpRequest

from mash.partnership.models import Staff

NOTHING = uuid.UUID(int=0)
APART = "#"  # between a form's name and what tells it apart from others at its address
Values = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Newest:
    """What stands recorded now of that which a form is about.

    version: changes whenever it does.  by, at: who recorded it last, for whoever wrote at the same time.
    fields: the recorded values, by the names of the form's inputs.
    carried: unseen inputs that name what the form builds on, brought up to date.
    settled: names of inputs that cannot be changed by this form once they are recorded.
    """

    version: str
    by: str = ""
    at: datetime | None = None
    fields: Values = field(default_factory=dict)
    carried: Mapping[str, str] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Page:
    """A form that is kept.

    name: of the address it is sent to.
    about: what names the thing it is about: a part of the address; "?x", what the address asks for, or else that part
        after the stroke ("?person|enquiry_id"); "=x", an unseen input; "" if it is about nothing yet.
    part: where one address holds several forms about the same thing, what tells them apart: a part of the address, or
        "=x", an unseen input.  Each keeps a draft of its own.
    find: raises Http404 unless this post may see what it is about, and write there.
    shared: others may be writing about the same thing: each is told of the other.
    of_agency: they are of the same agency, and not of the hub's own desk.
    always: unseen inputs that belong to what is typed, such as how many rows there are.
    newest: what stands recorded, where a second sending would hide the first.
    by_code: whoever shows the code of what they sent writes in it, and no post; it is about that alone.
    labels: how its inputs are called beside each other, and, after an equals sign, what their values mean.
    """

    name: str
    find: Callable[[Staff, uuid.UUID], object]
    about: str = "contact_id"
    part: str = ""
    shared: bool = False
    of_agency: bool = False
    by_code: bool = False
    always: frozenset[str] = frozenset()
    newest: Callable[[Staff, uuid.UUID], Newest] | None = None
    labels: Callable[[Staff, uuid.UUID], Mapping[str, str]] | None = None

    def one(self, part: str) -> "Page":
        """Return the one form of several at this address, by what tells it apart."""
        return replace(self, name=f"{self.name}{APART}{part}") if self.part and part else self

    def sent_as(self, request: HttpRequest, named: Mapping[str, object]) -> "Page":
        """Return the one form of several at this address that a request was sent from."""
        if self.part.startswith("="):
            return self.one(request.POST.get(self.part[1:], ""))
        return self.one(str(named.get(self.part, "")))

    def about_of(self, request: HttpRequest, named: Mapping[str, object]) -> uuid.UUID:
        """Return the key of what a form that was sent is about; all zeros if nothing is named."""
        asked, _, otherwise = self.about.lstrip("?=").partition("|")
        if not self.about:
            return NOTHING
        if self.about.startswith("="):
            return _key(request.POST.get(asked))
        if self.about.startswith("?"):
            return _key(request.GET.get(asked) or named.get(otherwise))
        return _key(named[asked])


def _key(said: object) -> uuid.UUID:
    try:
        return uuid.UUID(str(said))
    except ValueError:
        return NOTHING


PAGES: dict[str, Page] = {}


def keep(*pages: Page) -> None:
    """Put forms on the list; called when the product starts."""
    PAGES.update({page.name: page for page in pages})


def sent_to(address: str) -> Page | None:
    """Return the form that is sent to an address, by its name."""
    return PAGES.get(address)


def page_named(name: str) -> Page:
    """Return a form by its name, with what tells it apart.  Raises KeyError for one that is not on the list."""
    address, _, part = name.partition(APART)
    return PAGES[address].one(part)
