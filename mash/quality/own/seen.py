"""What whoever decides again may see of a picture that was frozen when it was decided.  Pure.

Every line is picked by name: what is not named here is not copied.  So a picture that learns something new hides it
until somebody adds it here.  Not named are: the rating, agencies' colours, the matrix, workers of the hub, and the
level, outcome and reasons of this decision, which no picture holds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from mash.common.templates import day, moment
from mash.quality.blinding import covering

Picture = Mapping[str, Any]
Section = Mapping[str, Any]
Row = tuple[str, str]
CONCERN = {
    "what_happened": "What happened",
    "seen_or_told": "Seen or told",
    "impact": "Impact",
    "history": "History",
    "strengths": "What is working",
    "voice": "Their voice",
}
RISK = {
    "worries": "Worries",
    "strengths": "What is working",
    "needs_to_happen": "What needs to happen",
    "childs_voice": "The voice of the child or adult",
    "missing": "What is missing",
}
NOTHING = "Nothing is recorded."


def sections(picture: Picture, hide: Iterable[str] = (), helps: Iterable[str] = ()) -> list[Section]:
    """Return a frozen picture as whoever decides again reads it, under headings.

    hide: names covered wherever they stand, as of whoever decided.
    helps: what an agreement to help is for, by label.  It is asked for once somebody knows what they will decide, so
    an agreement to that alone is left out.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    out: Callable[[str], str] = covering(hide)
    found: list[tuple[str, Iterator[Row]]] = [
        *((f"What came in: {one['reference']}", _received(one)) for one in picture.get("contacts", ())),
        ("Who is named", _people(picture)),
        ("Said before more than once", _repeats(picture)),
        ("Agreement and lawful basis", _basis(picture, {*helps})),
        ("What was missing", _missing(picture)),
        *((f"{one['agency']}: {_state(one)}", _agency(one)) for one in picture.get("agencies", ())),
        *((f"Adult at risk: {one['name']}", _adult(one)) for one in picture.get("adults", ())),
        *((f"Before this: {one['name']}", _history(one)) for one in picture.get("history", ())),
        ("Risk", _risk(picture.get("risk") or {})),
        ("What the agencies thought", ((one["agency"], one["words"]) for one in picture.get("views", ()))),
        (
            "Chronology",
            ((_on(one), f"{one['title']} ({one['agency']})") for one in picture.get("events", ())),
        ),
        ("Strategy discussions", _strategies(picture)),
    ]
    read = ((title, [[label, out(words)] for label, words in rows if words]) for title, rows in found)
    return [{"title": title, "rows": rows} for title, rows in read if rows]


def without(picture: Picture, closed: set[str]) -> Picture:
    """Return a picture without what it says of other contacts that are closed.  closed: keys and references."""
    return {
        **picture,
        "history": [
            {
                **one,
                "earlier": [each for each in one["earlier"] if not {each["key"], each["reference"]} & closed],
            }
            for one in picture.get("history", ())
        ],
        "repeats": [one for one in picture.get("repeats", ()) if not closed & {*one["contacts"]}],
    }


def speaks_of(picture: Picture) -> tuple[set[str], set[str], set[str]]:
    """Return what a picture speaks of: keys of contacts, references of contacts, and keys of people on record."""
    keys = {one["key"] for one in picture.get("contacts", ())}
    keys |= {each["key"] for one in picture.get("history", ()) for each in one["earlier"]}
    told = {name for one in picture.get("repeats", ()) for name in one["contacts"]}
    return keys, told, {one["person"] for one in picture.get("people", ()) if one.get("person")}


def as_it_was(picture: Picture, at: datetime) -> Picture:
    """Return a picture that was drawn later as it was at a moment: without each row whose date says that it is later.

    Of a contact that went back for agreement no picture was frozen.
    """
    return {name: _before(said, at) for name, said in picture.items()}


def _before(said: Any, at: datetime) -> Any:
    if isinstance(said, Sequence) and not isinstance(said, str):
        return [_before(one, at) for one in said if not _is_later(one, at)]
    if not isinstance(said, Mapping):
        return said
    if _is_later(said, at):
        return None
    ends = {"withdrawn_at", "returned_at", "closed_at", "let_go_at", "until_on"}
    return {
        name: None if name in ends and _later(value, at) else _before(value, at)
        for name, value in said.items()
    }


def _is_later(one: Any, at: datetime) -> bool:
    begins = ("at", "received_at", "sent_at", "opened_at", "held_at", "from_on", "told_on")
    return isinstance(one, Mapping) and any(_later(one.get(name), at) for name in begins)


def _later(said: Any, at: datetime) -> bool:
    if not isinstance(said, str) or not said:
        return False
    if len(said) == len("2026-11-01"):
        return date.fromisoformat(said) > localdate(at)
    return datetime.fromisoformat(said) > at


def _received(one: Picture) -> Iterator[Row]:
    yield "From", f"{one['from']}, received {_moment(one['received_at'])}"
    yield "Kind", one.get("type", "")
    concern = one.get("concern") or {}
    for part, label in CONCERN.items():
        yield label, str(concern.get(part) or "")
    for more in one.get("added", ()):
        yield f"Added, {_moment(more['at'])}", more["words"]


def _people(picture: Picture) -> Iterator[Row]:
    for one in picture.get("people", ()):
        born = f", born {day(date.fromisoformat(one['born_on']))}" if one.get("born_on") else ""
        settled = "" if one.get("person") else ", not found on record"
        yield one["name"], f"{one['role'].replace('_', ' ').capitalize()}{born}{settled}"


def _repeats(picture: Picture) -> Iterator[Row]:
    for one in picture.get("repeats", ()):
        yield one["label"], ", ".join(one["contacts"])


def _basis(picture: Picture, helps: set[str]) -> Iterator[Row]:
    for one in picture.get("agreements", ()):
        named = [scope for scope in one["scopes"] if scope not in helps]
        if one["scopes"] and not named:
            continue
        scopes = f" for {', '.join(named)}" if named else ""
        ended = ". Withdrawn" if one["withdrawn_at"] else ""
        yield one["about"], f"{one['sought']}{scopes}{ended}. {one['words'] or ''}".strip()
    for one in picture.get("grounds", ()):
        yield one["about"], f"{one['ground']}. {one['reason']}{' Refused.' if one['refused'] else ''}"
    for words in picture.get("bases", ()):
        yield "Basis", words


def _missing(picture: Picture) -> Iterator[Row]:
    asked = picture.get("agencies", ())
    if not picture.get("check"):
        yield "No agency was asked", "It was decided on what came in and what the hub knew."
    elif asked and not picture.get("missing"):
        yield "Every agency that was asked answered", ", ".join(sorted({one["agency"] for one in asked}))
    for name in picture.get("missing", ()):
        yield name, "Had not answered whole"


def _state(one: Picture) -> str:
    if one.get("part"):
        return "part of the answer"
    if one.get("missing"):
        return "no answer"
    if one.get("withheld") and not one.get("returned_at"):
        return "not shared"
    return "nothing held" if one.get("nil") else "answered"


def _agency(one: Picture) -> Iterator[Row]:
    yield "Asked", _moment(one["sent_at"])
    yield "Asked about", "; ".join(one.get("asked_about") or ())
    for reason, words in one.get("withheld", ()):
        yield "Held and not shared", f"{reason}. {words}"
    for said in one.get("answers", ()):
        words = " ".join(str(part) for part in (said.get("value"), said.get("text")) if part)
        source = f" ({said['source']})" if said.get("source") else ""
        yield f"{said['question']} {said['about']}", f"{words}{source}"


def _adult(one: Picture) -> Iterator[Row]:
    for part, answer, words in one.get("test", ()):
        yield part, f"{answer}. {words}"
    yield "What they want", one.get("wishes") or "Not recorded"
    yield "Spoken for by", one.get("spoken_for_by") or ""
    yield "Capacity", one.get("capacity") or "Not recorded"


def _history(one: Picture) -> Iterator[Row]:
    for work in one.get("work", ()):
        until = f" to {day(date.fromisoformat(work['until_on']))}" if work.get("until_on") else ", open"
        yield (
            "Work",
            f"{work['plan']}, {work['agency']}: from {day(date.fromisoformat(work['from_on']))}{until}",
        )
    for back in one.get("passed_back", ()):
        yield (
            "Passed back",
            f"{back['service']}, {day(date.fromisoformat(back['told_on']))}. {back['reason']}. {back['words']}",
        )
    for other in one.get("earlier", ()):
        outcome = f". {other['outcome']}" if other.get("outcome") else ""
        yield (
            "Earlier contact",
            f"{_moment(other['received_at'])}: {other['reference']} from {other['from']}{outcome}",
        )
    if not one.get("work") and not one.get("earlier"):
        yield "Nothing was known", "No work and no earlier contact, as far as the hub knew."


def _risk(risk: Picture) -> Iterator[Row]:
    for part, label in RISK.items():
        yield label, str(risk.get(part) or "")


def _strategies(picture: Picture) -> Iterator[Row]:
    for one in picture.get("strategies", ()):
        yield _moment(one["held_at"]), one["decisions"]


def _on(one: Picture) -> str:
    return day(date.fromisoformat(one["on"])) if one.get("on") else "No date"


def _moment(said: str) -> str:
    return moment(datetime.fromisoformat(said))
