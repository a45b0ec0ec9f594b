"""What a contact may be about, read from content."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content

CATEGORIES = Path(__file__).parent / "content" / "categories.yaml"


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Group:
    """A heading under which categories are offered."""

    id: str
    label: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Category:
    """One thing a contact may be about.  It never sets a rating."""

    id: str
    group: str
    subject: Literal["child", "adult", "both"]
    label: str
    means: str
    ask: str  # the first thing to find out
    cin_need: str | None = None  # the census code to suggest first
    cin_need_or: tuple[str, ...] = ()
    cin_factors: tuple[str, ...] = ()
    care_act: str | None = None  # kind of abuse of the Care Act guidance
    duty: str | None = None  # a legal or national step to prompt
    sealed: bool = False  # sensitive: restricts the case once a worker gives it
    retired: bool = False  # known on what was received, and no longer offered

    def is_about(self, subject: str) -> bool:
        """Say whether it is offered for this subject: child, adult or both."""
        return "both" in {self.subject, subject} or self.subject == subject


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Duty:
    """A step of law or national guidance that goes with a category: prompted, never taken by itself."""

    id: str
    label: str
    law: str | None
    in_force_from: date | None
    enabled: bool
    who: str
    when: str
    how: str
    source: str
    clock: str | None = None  # one of triage's clocks


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class CategoryContent:
    """The whole of `categories.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    rules: tuple[str, ...]
    groups: tuple[Group, ...]
    categories: tuple[Category, ...]
    duties: tuple[Duty, ...]


def load_categories(file: Source = CATEGORIES) -> CategoryContent:
    """Read and check the categories.  Raises ContentError naming the place."""
    content = read(file, CategoryContent)
    groups = by_id(content.groups, f"{file.name}: groups")
    duties = by_id(content.duties, f"{file.name}: duties")
    for category in by_id(content.categories, f"{file.name}: categories").values():
        place = f"{file.name}: categories.{category.id}"
        require_known([category.group], groups, f"{place}.group")
        require_known([category.duty], duties, f"{place}.duty")
        refuse(category.cin_need and category.subject == "adult", place, "an adult has no census need")
    return content


category_content = Content(CATEGORIES, "Categories", load_categories)
"""Return the categories, groups and duties as the hub that acts has them."""


@category_content.derived
def categories(content: CategoryContent) -> Mapping[str, Category]:
    """Return every category by id, in the order they are offered."""
    return by_id(content.categories, "categories")


def offered_categories() -> tuple[Category, ...]:
    """Return the categories that are still offered, in order."""
    return tuple(one for one in categories().values() if not one.retired)


@category_content.derived
def groups(content: CategoryContent) -> Mapping[str, Group]:
    """Return the groups by id, in order."""
    return by_id(content.groups, "groups")


@category_content.derived
def duties(content: CategoryContent) -> Mapping[str, Duty]:
    """Return the duties by id; one that is not enabled is not prompted."""
    return by_id(content.duties, "duties")


def duties_of(about: Iterable[str], on: date) -> list[Duty]:
    """Return the steps that go with these categories and count on a day, each once, in the order of the categories.

    Source: docs/rules.md, "Steps that go with a category".
    """
    known, named = duties(), {categories()[one].duty for one in about if one in categories()}
    return [
        one
        for one in known.values()
        if one.id in named and one.enabled and (one.in_force_from is None or one.in_force_from <= on)
    ]


def categories_for(subject: str) -> Mapping[Group, tuple[Category, ...]]:
    """Return what is offered for a child, an adult or both, under its groups, empty groups left out."""
    offered = {
        group: tuple(one for one in offered_categories() if one.group == group.id and one.is_about(subject))
        for group in groups().values()
    }
    return {group: some for group, some in offered.items() if some}


def category_said(code: str) -> str:
    """Return a category in its own words; one that is not offered, as its sender wrote it."""
    known = categories().get(code)
    return known.label if known else code.replace("_", " ")
