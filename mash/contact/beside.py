"""Somebody in a contact, set beside those on record whom a search showed: what the pages that settle people draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mash.contact import comparing, queries
from mash.contact.actions.settling import Looked
from mash.contact.models import Contact, ContactPerson, NotThisPerson
from mash.people.models import Person


@dataclass(frozen=True, slots=True)
class Beside:
    """One person of a contact and up to five on record, fact by fact.

    token: of the search; a word on who they are brings it along.  columns, rows: as `comparing` makes them.
    apart: by a candidate's key, the word that they are not the same.  told_apart: by a candidate's key, the others on
    record whom an earlier contact said they are not.  unit: the cleared are told to ask the unit about them.
    """

    who: ContactPerson
    token: str
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    apart: dict[str, NotThisPerson]
    told_apart: dict[str, list[Person]]
    unit: bool = False


def set_beside(contact: Contact, looked: Sequence[Looked]) -> list[Beside]:
    """Return each of these people beside whom their search showed; the questions asked do not grow with them.

    Source: docs/rules.md, "Matching people".
    """
    shown = {one.person_id for each in looked for one in each.candidates}
    apart: dict[ContactPerson, dict[str, NotThisPerson]] = {}
    for said in queries.not_same_in(contact):
        apart.setdefault(said.contact_person, {})[str(said.person.merged_into_id or said.person_id)] = said
    told_apart: dict[str, list[Person]] = {}
    for person, other in queries.said_apart(shown):
        told_apart.setdefault(str(person), []).append(other)
    return [
        Beside(
            who=each.who,
            token=each.token,
            columns=comparing.columns(each.candidates),
            rows=comparing.rows(each.said, each.candidates),
            apart=apart.get(each.who, {}),
            told_apart=told_apart,
            unit=each.unit,
        )
        for each in looked
    ]
