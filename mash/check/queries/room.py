"""What is held in the sealed room on one contact and its people, for somebody cleared."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.shortcuts import get_object_or_404

from mash.check import policy
from mash.check.given import WITHHELD
from mash.check.queries.board import keys_of
from mash.contact.confidence import unit_knows
from mash.contact.models import Contact, ContactPerson, Disputed
from mash.partnership.models import Agency, Staff
from mash.sealed.queries import Opened, held_on
from mash.triage.queries import linked

ADDRESS = "address:"
SOURCES = {
    "1": "reliable",
    "2": "untested",
    "3": "not reliable",
    "A": "always reliable",
    "B": "mostly reliable",
    "C": "sometimes reliable",
    "D": "unreliable",
    "E": "untested source",
}  # 3x5x2, and the older 5x5x5
INFORMATION = {
    "A": "known directly to the source",
    "B": "known indirectly, and corroborated",
    "C": "known indirectly",
    "D": "not known",
    "E": "suspected to be false",
    "1": "known to be true without reservation",
    "2": "known personally to the source",
    "3": "not known personally, but corroborated",
    "4": "cannot be judged",
    "5": "suspected to be false",
}
HANDLING = {
    "P": "sharing is permitted",
    "C": "sharing is permitted with conditions",
    **dict.fromkeys("12345", "older code: ask the owner before anything is shared"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One sealed thing as the cleared read it.

    key: of the item.  kind: "answer", "refusal" or "address".  about: whose it is, by name.  owner: the agency, or the
        hub.
    newer: whether another stands for it by now.  replaces: whether it stands for an earlier one.
    grading: pairs of label and words.  before_sealing: where the address stood, and the words as they came.
    """

    kind: str
    title: str
    about: tuple[str, ...]
    owner: str
    at: datetime
    words: str
    by: str = ""
    on: date | None = None
    precision: str = "day"
    grading: tuple[tuple[str, str], ...] = ()
    conditions: str = ""
    before_sealing: tuple[tuple[str, str], ...] = ()
    elsewhere: str = ""
    adds: bool = False
    key: uuid.UUID | None = None
    replaces: bool = False
    newer: bool = False


@dataclass(frozen=True, slots=True)
class InTheRoom:
    """All that is held.

    more: something else is held that another cleared person must read.  unit: something is held on somebody here
    whom only the unit knows.
    """

    pieces: tuple[Piece, ...] = ()
    more: bool = False
    unit: bool = False

    def of(self, *kinds: str) -> list[Piece]:
        """Return the pieces of these kinds, oldest first."""
        return [one for one in self.pieces if one.kind in kinds]

    @property
    def releasable(self) -> list[Piece]:
        """Return what a release of this case may rest on: its own items that nothing newer stands for, no address."""
        return [one for one in self.of("answer", "refusal") if not one.elsewhere and not one.newer]


@dataclass(frozen=True, slots=True)
class _Names:
    """Who is meant by the keys in the room."""

    people: Mapping[uuid.UUID, str]
    agencies: Mapping[uuid.UUID, str]
    staff: Mapping[uuid.UUID, str]
    cases: Mapping[uuid.UUID, str]
    disputed: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    replaced: frozenset[uuid.UUID] = frozenset()


def find_room(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact whose sealed room this worker may open.  Raises Http404 for any other, and for anybody else.

    Source: docs/rules.md, "The sealed room".
    """
    found = Contact.objects.filter(policy.rooms_opened_by(staff)).select_related("hub")
    return get_object_or_404(found, pk=contact_id)


def in_the_room(staff: Staff, contact: Contact, at: datetime) -> InTheRoom:
    """Return what is sealed in a case, in the other reports of its event, and on its people in any other case.

    Source: docs/rules.md, "The sealed room", "No false all-clear", "Protected addresses".
    """
    event = [contact, *(one.contact for one in linked(contact))]
    people = {key for one in event for key in keys_of(one)}
    found = held_on(staff, cases=[one.pk for one in event], people=people, at=at)
    names = _names(contact, found.items)
    pieces = tuple(_piece(one, names) for one in found.items)
    return InTheRoom(pieces, found.more, unit=bool(unit_knows(staff, event)))


def addresses_held(staff: Staff, contact: Contact, at: datetime) -> list[dict[str, Any]]:
    """Return the protected addresses held on a case and its people, as they were given, to be kept out of a release.

    Source: docs/rules.md, "Protected addresses".
    """
    event = [contact, *(one.contact for one in linked(contact))]
    people = {key for one in event for key in keys_of(one)}
    found = held_on(staff, cases=[one.pk for one in event], people=people, at=at)
    return [json.loads(one.words) for one in found.items if one.about.startswith(ADDRESS)]


def _names(contact: Contact, items: Iterable[Opened]) -> _Names:
    found = list(items)
    people = ContactPerson.objects.filter(pk__in={key for one in found for key in one.people})
    staff = Staff.objects.filter(pk__in={one.author for one in found if one.author})
    cases = Contact.objects.filter(pk__in={one.case for one in found} - {contact.pk})
    twice = {one.about.removeprefix(ADDRESS).partition("/")[0] for one in found if _came_twice(one)}
    return _Names(
        people={one.pk: str(one) for one in people},
        agencies=dict(Agency.objects.filter(pk__in={one.agency for one in found}).values_list("pk", "name")),
        staff={one.pk: str(one) for one in staff.select_related("account")},
        cases=dict(cases.values_list("pk", "reference")),
        disputed={str(one.pk): one.message for one in Disputed.objects.filter(pk__in=twice)},
        replaced=frozenset(one.replaces for one in found if one.replaces),
    )


def _came_twice(item: Opened) -> bool:
    return item.about.startswith(ADDRESS) and "/" in item.about


def _piece(item: Opened, names: _Names) -> Piece:
    said = json.loads(item.words)
    if item.about.startswith(ADDRESS):
        return _address(item, said, names)
    on = str(said.get("on") or "")
    refusal = item.about.endswith(f"/{WITHHELD}")
    return Piece(
        kind="refusal" if refusal else "answer",
        title="Why something is held and not shared" if refusal else said["question"],
        about=_about(item, names),
        owner=_owner(item, names),
        at=item.at,
        words=said["words"],
        by=names.staff.get(item.author, "") if item.author else "",
        on=date.fromisoformat(on) if on else None,
        precision=said.get("precision", "day"),
        grading=tuple(_graded(item)),
        conditions=item.grading.conditions,
        elsewhere=names.cases.get(item.case, ""),
        adds=item.supplements is not None,
        key=item.key,
        replaces=item.replaces is not None,
        newer=item.key in names.replaced,
    )


def _address(item: Opened, said: Mapping[str, Any], names: _Names) -> Piece:
    lines = [*said.get("lines", ()), said.get("postcode", "")]
    return Piece(
        kind="address",
        title="Protected address",
        about=_about(item, names) or (_named_in(item, names.disputed),),
        owner=_owner(item, names),
        at=item.at,
        words="\n".join(line for line in lines if line),
        before_sealing=tuple((_place(path), words) for path, words in (said.get("words") or {}).items()),
        grading=tuple(_graded(item)),
        conditions=item.grading.conditions,
        elsewhere=names.cases.get(item.case, ""),
        key=item.key,
        newer=item.key in names.replaced,
    )


def _about(item: Opened, names: _Names) -> tuple[str, ...]:
    return tuple(names.people[key] for key in item.people if key in names.people)


def _named_in(item: Opened, disputed: Mapping[str, dict[str, Any]]) -> str:
    """Say whose address came with a second message under the same reference, which nobody has looked through yet."""
    key, _, ref = item.about.removeprefix(ADDRESS).partition("/")
    people = disputed.get(key, {}).get("people", ())
    named: dict[str, Any] = next((one for one in people if one.get("id") == ref), {})
    name = " ".join(part for part in (named.get("given"), named.get("family")) if part)
    return f"{name or 'Somebody'}, in another message that came under the same reference"


def _owner(item: Opened, names: _Names) -> str:
    return names.agencies.get(item.agency, "The hub itself")


def _graded(item: Opened) -> Iterable[tuple[str, str]]:
    grading = item.grading
    for label, code, words in (
        ("Source", grading.source, SOURCES),
        ("Information", grading.information, INFORMATION),
        ("Handling", grading.handling, HANDLING),
    ):
        if code:
            yield label, f"{code}: {words.get(code, 'ask its owner')}"


def _place(path: str) -> str:
    """Say where in a message some words stood: "concern.what_happened" is "Concern: what happened"."""
    words = path.replace("_", " ").replace(".", ": ")
    return words[:1].upper() + words[1:]
