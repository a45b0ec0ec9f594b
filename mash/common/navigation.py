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
    """

    label: str
    url_name: str
    place: int
    seen_by: Callable[[Any], bool] = everyone


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Where Alt, Shift and a letter lead from a page that has nothing of that letter itself.

    fragment: the id of what gets the focus there, "" for the page.
    """

    letter: str
    url_name: str
    fragment: str = ""
    seen_by: Callable[[Any], bool] = everyone


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


def navigation(request: HttpRequest | None) -> list[Item]:
    """Return the items this worker sees, shaped for the service navigation macro; none without a post."""
    staff = getattr(request, "staff", None)
    if request is None or staff is None:
        return []
    served = (entry for entry in ENTRIES if address_of(entry.url_name))
    return [_item(entry, request.path) for entry in served if entry.seen_by(staff)]


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
