"""Lists that can be narrowed by choices, so that the choices can be kept under a name.

Each app offers its own when it starts, so this module knows none.  Only choices stand in an address that is kept:
nothing that was typed, so no name and no number of anybody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import QueryDict

from mash.common.verdict import Verdict

LONGEST = 400
"""Characters of an address that are kept: as many as a view has room for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list is narrowed by.  label: how its page calls it.  words: each value it knows, and what that means."""

    label: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A list that can be narrowed.

    code: under which views of it are kept; never changed.  page: the name of its address.
    may_see: the rule of its page.  choices: what it is narrowed by now, by the name in the address.
    """

    code: str
    title: str
    page: str
    may_see: Callable[[Any], Verdict]
    choices: Callable[[], Mapping[str, Choice]]

    def in_one_spelling(self, query: str) -> str:
        """Return the choices of an address in one spelling, and nothing else that stands in it."""
        said, kept = QueryDict(query), QueryDict(mutable=True)
        for name, choice in self.choices().items():
            if values := sorted(set(said.getlist(name)) & set(choice.words)):
                kept.setlist(name, values)
        return kept.urlencode()[:LONGEST]

    def words_of(self, query: str) -> list[tuple[str, str]]:
        """Say what an address narrows the list by, and to what."""
        said, found = QueryDict(query), []
        for name, choice in self.choices().items():
            if chosen := [choice.words[one] for one in said.getlist(name) if one in choice.words]:
                found.append((choice.label, ", ".join(chosen)))
        return found


def choices_of(form: Form) -> dict[str, Choice]:
    """Return the choices of a form of filters, each field's by its name; a box that is ticked is a choice too."""
    found = {}
    for name, field in form.fields.items():
        words = {str(code): str(label) for code, label in getattr(field, "choices", [("on", "Yes")])}
        found[name] = Choice(
            str(field.label or name.capitalize()), {code: one for code, one in words.items() if code}
        )
    return found


_lists: dict[str, Narrowed] = {}


def offer(*those: Narrowed) -> None:
    """Offer lists whose choices can be kept.  Called once by each app, when it starts."""
    _lists.update({one.code: one for one in those})


def named(code: str) -> Narrowed | None:
    """Return the list of a code, or None."""
    return _lists.get(code)


def seen_by(staff: Any) -> list[str]:
    """Return the codes of the lists that a post may open."""
    return [one.code for one in _lists.values() if one.may_see(staff)]
