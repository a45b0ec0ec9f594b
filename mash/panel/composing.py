"""What stands in an agency's pack, and in the minutes, line by line.  Pure: from facts that were read already.

An agency's pack is made of its own cases alone: whatever is not handed to `pack_of` cannot stand in it.

Source: docs/rules.md, "Packs of a panel", "Minutes of a panel".
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from mash.common.document import Cover, document, part_of_lines
from mash.common.plain_file import Line
from mash.common.templates import day, moment

HANDLING = "Confidential: for this agency’s member of the panel alone. Destroy it after the meeting."
NO_CASES = "Your agency is needed for no family at this meeting."


@dataclass(frozen=True, slots=True)
class Task:
    """An action, and where it stands.  state: in words, "" while nobody has said."""

    what: str
    outcome: str
    agency: str
    person: str
    due_on: date
    state: str = ""

    @property
    def line(self) -> str:
        """Return it in one line."""
        stands = f" {self.state}." if self.state else ""
        return f"{self.what} {self.person}, {self.agency}, by {day(self.due_on)}. To tell: {self.outcome}{stands}"


@dataclass(frozen=True, slots=True)
class Case:
    """One family as those who are needed read it.  needed: keys of the agencies that hear of it.

    checks: what each agency found beforehand, as (its name, its words).
    """

    reference: str
    kind: str
    minutes: int
    name: str
    born_on: date | None
    household: str
    asked: str
    background: str
    agreement: str
    needed: frozenset[uuid.UUID]
    checks: Sequence[tuple[str, str]] = ()
    tasks: Sequence[Task] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """What one agency gets for one meeting."""

    hub: str
    panel: str
    starts_at: datetime
    place: str
    agency: str
    opening: str
    cases: tuple[Case, ...] = field(default=())


def pack_of(
    cases: Iterable[Case],
    agency: uuid.UUID,
    *,
    hub: str,
    panel: str,
    starts_at: datetime,
    place: str,
    name: str,
    opening: str,
) -> Pack:
    """Return an agency's pack: the cases that it is needed for, in their order, and no other."""
    own = tuple(one for one in cases if agency in one.needed)
    return Pack(hub, panel, starts_at, place, name, opening, own)


def lines_of_pack(pack: Pack) -> list[Line]:
    """Return all that stands in a pack."""
    found: list[Line] = [
        ("h1", f"{pack.panel}: papers for {pack.agency}"),
        ("p", HANDLING),
        ("p", f"{moment(pack.starts_at)}, {pack.place}. {pack.hub}."),
        ("p", pack.opening),
    ]
    if not pack.cases:
        found.append(("p", NO_CASES))
    for one in pack.cases:
        found += _lines_of_case(one)
    return found


def _lines_of_case(case: Case) -> list[Line]:
    born = f", born {day(case.born_on)}" if case.born_on else ""
    parts = (
        ("Who lives there", case.household),
        ("What the panel is asked", case.asked),
        ("What led to this", case.background),
        ("What the family agreed to", case.agreement),
    )
    found: list[Line] = [
        ("h2.sheet", f"{case.reference}: {case.name}{born}"),
        ("p", f"{case.kind}, {case.minutes} minutes"),
    ]
    for heading, words in parts:
        if words:
            found += [("h3", heading), ("p", words)]
    if case.checks:
        found.append(("h3", "What agencies found in their own records"))
        found += [("p", f"{agency}: {words}") for agency, words in case.checks]
    if case.tasks:
        found.append(("h3", "Actions"))
        found += [("p", one.line) for one in case.tasks]
    return found


def to_html(pack: Pack, printed: str) -> str:
    """Return a pack as a document: a part for each family, and which page each begins on.

    printed: who made it and when, in one line.
    """
    parts = [part_of_lines(lines[0][1], lines[1:]) for lines in map(_lines_of_case, pack.cases)]
    cover = Cover(
        hub=pack.hub,
        title=f"{pack.panel}: papers for {pack.agency}",
        reference=moment(pack.starts_at),
        handling=HANDLING,
        printed=printed,
        facts=[("Meeting", f"{moment(pack.starts_at)}, {pack.place}"), ("To", pack.agency)],
        note=pack.opening if parts else f"{pack.opening} {NO_CASES}".strip(),
    )
    return document(cover, parts, contents=len(parts) > 1)


# Minutes


@dataclass(frozen=True, slots=True)
class Entry:
    """What was recorded of one item in its meeting.

    decision: in words, "" where nothing was decided.  missing: whom the quorum lacked then, in words.
    plan: its reference, where the family has one.  told: the reference of what the hub was told, if anything.
    earlier, added: actions from before, and those that were agreed now.
    """

    decision: str = ""
    words: str = ""
    lead: str = ""
    review_on: date | None = None
    missing: Sequence[str] = ()
    confirm_by: datetime | None = None
    earlier: Sequence[Task] = ()
    added: Sequence[Task] = ()
    plan: str = ""
    told: str = ""


def lines_of_item(entry: Entry) -> list[str]:
    """Return what the minutes say of one item."""
    found = [f"Decided: {entry.decision}." if entry.decision else "Nothing was decided."]
    if entry.words:
        found.append(entry.words)
    if entry.missing:
        by = f" by {moment(entry.confirm_by)}" if entry.confirm_by else ""
        found.append(
            f"There was no quorum: {', '.join(entry.missing)} was lacking. It is a discussion until that is "
            f"confirmed{by}."
        )
    if entry.told:
        found.append(f"The hub is told that more is needed: {entry.told}.")
    if entry.plan:
        found.append(f"Plan {entry.plan}.")
    if entry.lead:
        found.append(f"Lead professional: {entry.lead}.")
    if entry.review_on:
        found.append(f"Looked at again on {day(entry.review_on)}.")
    found += [f"From last time: {one.line}" for one in entry.earlier]
    found += [f"Action: {one.line}" for one in entry.added]
    return found


def lines_of_head(came: Iterable[tuple[str, str, str]], quorum: Sequence[str]) -> list[str]:
    """Return what the minutes say of who came, and of quorum.

    came: name, agency, and how they came, in words.  quorum: what was lacking at the end, in words.
    """
    found = [f"{name}, {agency}: {how}." for name, agency, how in came]
    found.append(
        f"No quorum at the end: {', '.join(quorum)} was lacking." if quorum else "There was a quorum."
    )
    return found
