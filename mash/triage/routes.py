"""Where a contact can be sent.  The check is triage's own; later stages offer their outcomes when they start."""

from collections.abc import Callable
from dataclasses import dataclass

from mash.triage.gate import CHECK


@dataclass(frozen=True, slots=True)
class Offer:
    """One outcome that can be proposed.  group: the heading under which it stands."""

    id: str
    label: str
    group: str


OFFERS: list[Callable[[str], list[Offer]]] = []
CHECK_LABEL = "Ask other agencies: a check"
NOTED = "noted"
NOTED_LABEL = "Nowhere: recorded and counted, for information only"


def offer(outcomes_for: Callable[[str], list[Offer]]) -> None:
    """Let a later stage say what can be proposed for a child, an adult or both; called from an app's `ready()`."""
    OFFERS.append(outcomes_for)


def offered(subject: str) -> list[Offer]:
    """Return every outcome that can be proposed for a subject: child, adult or both."""
    return [one for outcomes_for in OFFERS for one in outcomes_for(subject)]


def label_of(route: str, subject: str, for_adult: str = "") -> str:
    """Say where a contact was sent; for_adult: the adult's outcome, where each of two has one."""
    if route == CHECK:
        return CHECK_LABEL
    if for_adult:
        return f"Child: {label_of(route, 'child')}. Adult: {label_of(for_adult, 'adult')}"
    return next(
        (one.label for one in offered(subject) if one.id == route), route.replace("_", " ").capitalize()
    )
