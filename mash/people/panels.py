"""What later stages show on a person's page and above a search; each adds its own at start, and this app knows none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mash.partnership.models import Staff
from mash.people.details import Details
from mash.people.models import Person


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of the page.

    template: included with `panel`, which is what `read` returned; it begins with an h2.
    read: told the worker, the person and the moment; it starts from what the worker may see.
    place: where it stands, smallest first.
    """

    template: str
    read: Callable[[Staff, Person, datetime], Any]
    place: int


PANELS: list[Panel] = []
Told = Callable[[Staff, Details], str]
TOLD: list[Told] = []


def add(*panels: Panel) -> None:
    """Put panels on the page, once each; called from an app's `ready()`."""
    PANELS.extend(panel for panel in panels if panel not in PANELS)
    PANELS.sort(key=lambda panel: panel.place)


def shown(staff: Staff, person: Person, at: datetime) -> list[tuple[str, Any]]:
    """Return each panel's template and what it shows."""
    return [(panel.template, panel.read(staff, person, at)) for panel in PANELS]


def tell_of_searches(*several: Told) -> None:
    """Add words above what a search found; each is told the worker and whom the search describes, and may say "".

    Called from an app's `ready()`.
    """
    TOLD.extend(one for one in several if one not in TOLD)


def told_of(staff: Staff, described: Details) -> list[str]:
    """Return what there is to tell this worker of whom they looked for."""
    return [words for one in TOLD if (words := one(staff, described))]
