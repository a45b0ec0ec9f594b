"""What a release says beside its words, how long it may last, and what follows a veto: `releases.yaml`.

Source: docs/rules.md, "Releases", "An owner's veto".
"""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse
from mash.common.editions import Content

RELEASES = Path(__file__).parent / "content" / "releases.yaml"
HOURS = {"hours": 1, "days": 24}
STRICTEST, COLOURS = "red", {"red", "amber", "green", "blue"}


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Term:
    """One purpose, protocol or ground, by which something is released or a veto overruled."""

    id: str
    label: str
    source: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Span:
    """An elapsed time."""

    value: int
    unit: Literal["hours", "days"]

    @property
    def time(self) -> timedelta:
        return timedelta(hours=self.value * HOURS[self.unit])


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Limit:
    """Within what time something is answered, or how long it may last.  id: a rating, or "longest"."""

    id: str
    label: str
    within: Span
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Terms:
    """The whole of `releases.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    purposes: tuple[Term, ...]
    protocols: tuple[Term, ...]
    grounds: tuple[Term, ...]
    veto: tuple[Limit, ...]
    longest: tuple[Limit, ...]

    def label(self, code: str) -> str:
        """Return the words for a code of any of the lists; the code itself where it is not known any more."""
        known = {one.id: one.label for one in (*self.purposes, *self.protocols, *self.grounds)}
        return known.get(code, code)

    def answered_within(self, colour: str) -> timedelta:
        """Return how long the senior leads have for a veto; in a case that nobody rated, as in a red one.

        Source: docs/rules.md, "An owner's veto".
        """
        within = {one.id: one.within.time for one in self.veto}
        return within.get(colour, within[STRICTEST])

    @property
    def lasts(self) -> timedelta:
        """Return how long a release may last."""
        return self.longest[0].within.time


def offered(terms: tuple[Term, ...]) -> list[tuple[str, str]]:
    """Return the choices of a form: those that are not retired."""
    return [(one.id, one.label) for one in terms if not one.retired]


def load_releases(file: Source = RELEASES) -> Terms:
    """Read and check the terms.  Raises ContentError naming the place."""
    terms = read(file, Terms)
    for name in ("purposes", "protocols", "grounds"):
        listed = getattr(terms, name)
        by_id(listed, f"{file.name}: {name}")
        refuse(all(one.retired for one in listed), f"{file.name}: {name}", "at least one stays in use")
    limits = by_id(terms.veto, f"{file.name}: veto")
    refuse(set(limits) != COLOURS, f"{file.name}: veto", "needs each rating and no other")
    refuse(len(terms.longest) != 1, f"{file.name}: longest", "needs one limit")
    for one in (*terms.veto, *terms.longest):
        refuse(one.within.value < 1, f"{file.name}: {one.id}", "needs at least one")
    refuse(limits[STRICTEST].within.time > timedelta(hours=1), f"{file.name}: veto.red", "is at most an hour")
    return terms


release_content = Content(RELEASES, "Releases from the sealed room", load_releases)
"""Return the terms as the hub that acts has them."""
