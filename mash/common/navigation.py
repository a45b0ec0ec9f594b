"""What the service navigation offers.  Each app adds its own pages when it starts, so this module knows none."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse

Item = dict[str, Any]
ANY = "7a3c1f5e-0000-4000-8000-0b1d2e3f4a5c"
"""Stands in a pattern of addresses for a key."""


def everyone(staff: Any) -> bool:  # noqa: ARG001
    """Let every post see an entry."""
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the service navigation.

    url_name: the page it leads to; the item is marked as current there, and as active on other pages whose
        address begins with that page's.
    place: where it stands, smallest first.
    seen_by: told the post, says whether the item is shown.  It hides a link; it guards nothing.
    often: duties in whose day the page belongs.  Whoever has many entries finds those of other duties under "More".
    """

    label: str
    url_name: str
    place: int
    seen_by: Callable[[Any], bool] = everyone
    often: tuple[str, ...] = ()

    def belongs_to(self, staff: Any) -> bool:
        """Tell whether the page belongs to the day of this post."""
        return not {*self.often}.isdisjoint(staff.duties)


@dataclass(frozen=True, slots=True)
class Menu:
    """What a worker is offered on every page, shaped for the service navigation macro.

    items: beside each other.  more: behind one word.  Both in the order that holds on every page.
    """

    items: list[Item]
    more: list[Item]

    @property
    def whole(self) -> list[Item]:
        """Return every entry."""
        return self.items + self.more

    @property
    def is_within_more(self) -> bool:
        """Tell whether the page that is open stands among the entries behind that word."""
        return any(one["current"] or one["active"] for one in self.more)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Where Alt, Shift and a letter lead from a page that has nothing of that letter itself.

    fragment: the id of what gets the focus there, "" for the page.
    """

    letter: str
    url_name: str
    fragment: str = ""
    seen_by: Callable[[Any], bool] = everyone


BESIDE = 7
"""Entries that are taken in at a glance, and fit beside each other at 1280 px."""
ENTRIES: list[Entry] = []
SHORTCUTS: list[Shortcut] = []
SUPPORT = (
    ("Accessibility statement", "accessibility"),
    ("Privacy notice", "privacy"),
    ("Cookies", "cookies"),
    ("Help", "help"),
)


def add(*entries: Entry) -> None:
    """Put entries into the navigation, once each; called from an app's `ready()`."""
    ENTRIES.extend(entry for entry in entries if entry not in ENTRIES)
    ENTRIES.sort(key=lambda entry: entry.place)


def add_shortcuts(*shortcuts: Shortcut) -> None:
    """Say where letters lead, once each; called from an app's `ready()`."""
    SHORTCUTS.extend(one for one in shortcuts if one not in SHORTCUTS)


def shortcuts(request: HttpRequest | None) -> list[Item]:
    """Return the letters of this worker and where each leads; none without a post."""
    staff = getattr(request, "staff", None)
    if staff is None:
        return []
    found = [(one, address_of(one.url_name)) for one in SHORTCUTS if one.seen_by(staff)]
    return [
        {"letter": one.letter, "href": f"{href}#{one.fragment}" if one.fragment else href}
        for one, href in found
        if href
    ]


def navigation(request: HttpRequest | None) -> Menu:
    """Return what this worker sees; nothing without a post.

    Up to BESIDE entries all stand beside each other.  Of more those do that belong to the post's day, BESIDE at most.
    """
    staff = getattr(request, "staff", None)
    if request is None or staff is None:
        return Menu([], [])
    served = (entry for entry in ENTRIES if address_of(entry.url_name))
    seen = [entry for entry in served if entry.seen_by(staff)]
    own = seen if len(seen) <= BESIDE else [one for one in seen if one.belongs_to(staff)]
    first = (own or seen)[:BESIDE]
    return Menu(
        [_item(one, request.path) for one in first],
        [_item(one, request.path) for one in seen if one not in first],
    )


def support() -> list[Item]:
    """Return the links at the foot of every page, in the same order on each."""
    return [{"text": label, "href": address} for label, name in SUPPORT if (address := address_of(name))]


def address_of(name: str) -> str:
    """Return a page's address, or nothing where this installation does not serve the page."""
    return _address(name, settings.ROOT_URLCONF, get_script_prefix())


def address_of_one(name: str, key: uuid.UUID) -> str:
    """Return the address of a page about one thing, or nothing where this installation does not serve the page."""
    return _pattern(name, settings.ROOT_URLCONF, get_script_prefix()).replace(ANY, str(key))


@lru_cache(maxsize=512)
def _pattern(name: str, urlconf: str, prefix: str) -> str:  # noqa: ARG001 (the prefix stands in the address)
    """Return the address of a page about one thing, with the key of no thing in it."""
    try:
        return reverse(name, urlconf=urlconf, args=[ANY])
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=512)
def _address(name: str, urlconf: str, prefix: str) -> str:  # noqa: ARG001 (the prefix stands in the address)
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        return ""


def _item(entry: Entry, path: str) -> Item:
    href = address_of(entry.url_name)
    below = href != "/" and path.startswith(href)
    return {"text": entry.label, "href": href, "current": path == href, "active": below and path != href}
