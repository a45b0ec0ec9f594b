"""What a pack says: passages from what was frozen when it was decided, and what keeps one out.  Pure.

Source: docs/rules.md, "The pack for a service".
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mash.decision.letters import Around, for_nobody_else

FORMAT = "openmash.handover/1"
DECIDED, OWN = "decided", "own_words"
IN_CONFIDENCE = (
    "What an agency holds in confidence is in no pack, whether or not anything is held. If you need more than this to "
    "keep somebody safe, ask the hub."
)
CONDITIONS = (
    "The agency gave it under conditions: ask it for a release, which says who reads it and for what."
)
CONCERN = (
    ("what_happened", "What happened"),
    ("seen", "What was seen"),
    ("told", "What was told"),
    ("impact", "What it does to the child or adult"),
)
Picture = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Passage:
    """One part of a pack.

    fixed: it cannot be left out.  kept_out: why it cannot go in; () where it may.
    """

    key: str
    heading: str
    words: str
    fixed: bool = False
    kept_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What an agency answered, as far as it may be read outside the room.

    summary: these are its author's summary.  conditions: of its handling; "" for none.
    """

    agency: str
    question: str
    words: str
    summary: bool
    conditions: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided for one person, in words.  needs: what the outcome asks to be recorded, label and words."""

    name: str
    outcome: str
    means: str
    level: str
    on: date
    by: str
    needs: Sequence[tuple[str, str]]
    reasons: str
    would_change: str


def passages(
    decided: Decided, picture: Picture, given: Iterable[Given], about: str, around: Around
) -> list[Passage]:
    """Return everything a pack could say, in order, each with what keeps it out.

    picture: as it was frozen when it was decided.  about: the key of the contact's person.
    """
    found = [
        Passage(DECIDED, "What was decided", _decided(decided), fixed=True),
        Passage("reasons", "Why", decided.reasons),
        Passage("would_change", "What would change it", decided.would_change),
        *_concerns(picture),
        Passage("voice", "What the child or adult says", _voice(picture)),
        Passage("family", "What the family know and said", _family(picture, decided.name)),
        Passage("strengths", "What keeps them safe", _strengths(picture)),
        Passage("worries", "What is worrying", _risk(picture, "worries")),
        Passage("next", "What needs to happen", _risk(picture, "needs_to_happen")),
        Passage("work", "Who works with them", _work(picture, about)),
        Passage("missing", "What is not known", _risk(picture, "missing")),
        *_answers(given),
    ]
    return [_looked_at(one, around) for one in found if one.words.strip()]


def own_words(words: str, around: Around) -> Passage:
    """Return what the worker adds in words of their own, with what keeps it out."""
    return _looked_at(Passage(OWN, "From the hub's worker", words.strip()), around)


def _looked_at(one: Passage, around: Around) -> Passage:
    if one.fixed or one.kept_out:
        return one
    return Passage(one.key, one.heading, one.words, one.fixed, tuple(for_nobody_else(one.words, around)))


def _decided(one: Decided) -> str:
    said = [
        f"{one.name}: {one.outcome}. {one.means}".strip(),
        f"Level of need: {one.level}." if one.level else "",
    ]
    said += [f"{_asked(label)} {words}" for label, words in one.needs if words]
    return "\n".join(part for part in [*said, f"Decided on {_day(one.on)} by {one.by}."] if part)


def _asked(label: str) -> str:
    """Return how what was recorded is introduced: a question without its hint, or a colon."""
    question, mark, _ = label.partition("?")
    return f"{question}?" if mark else f"{label}:"


def _concerns(picture: Picture) -> list[Passage]:
    found = []
    for number, one in enumerate(picture.get("contacts", [])):
        concern = one.get("concern", {})
        lines = [f"{label}: {concern[name]}" for name, label in CONCERN if _is_text(concern.get(name))]
        heading = f"The worry, from {_sender(one['from'])}"
        found.append(Passage(f"concern_{number}", heading, "\n".join(lines)))
    return found


def _sender(name: str) -> str:
    return "a member of the public" if name == "A member of the public" else name or "whoever told us"


def _voice(picture: Picture) -> str:
    said = [one.get("concern", {}).get("voice", "") for one in picture.get("contacts", [])]
    return "\n".join(
        dict.fromkeys(part for part in [*said, _risk(picture, "childs_voice")] if _is_text(part))
    )


def _family(picture: Picture, name: str) -> str:
    lines = [_agreed(one) for one in picture.get("agreements", []) if one["withdrawn_at"] is None]
    lines += [
        f"{one['about']}: not asked, on this ground: {one['ground']}. {one['reason']}"
        for one in picture.get("grounds", [])
        if one["approved_by"] and not one["refused"]
    ]
    return "\n".join(lines) or f"Nothing is recorded of what the family of {name} know or said."


def _agreed(one: Picture) -> str:
    scopes = f", for {', '.join(one['scopes'])}" if one["scopes"] else ""
    return f"{one['about']}: {one['sought']}{scopes}. {one['words']}".strip()


def _strengths(picture: Picture) -> str:
    said = [one.get("concern", {}).get("strengths", "") for one in picture.get("contacts", [])]
    return "\n".join(dict.fromkeys(part for part in [*said, _risk(picture, "strengths")] if _is_text(part)))


def _risk(picture: Picture, name: str) -> str:
    return str((picture.get("risk") or {}).get(name) or "")


def _work(picture: Picture, about: str) -> str:
    work = [row for one in picture.get("history", []) if one["key"] == about for row in one["work"]]
    lines = []
    for one in work:
        worker = f", worker {one['worker']}" if one["worker"] else ""
        ended = f", ended {_day(date.fromisoformat(one['until_on']))}" if one["until_on"] else ""
        lines.append(
            f"{one['agency']}: {one['plan']}{worker}, since {_day(date.fromisoformat(one['from_on']))}{ended}"
        )
    return "\n".join(lines)


def _answers(given: Iterable[Given]) -> list[Passage]:
    found = []
    for number, one in enumerate(given):
        words = f"{one.question}\n{one.words}"
        heading = f"{one.agency} says{', in a summary of its own' if one.summary else ''}"
        kept_out = (CONDITIONS,) if one.conditions else ()
        found.append(Passage(f"answer_{number}", heading, words, kept_out=kept_out))
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def body_of(
    *,
    hub: str,
    reference: str,
    who: str,
    born_on: date | None,
    plan: str,
    tier: int,
    edition: int,
    to: str,
    at: datetime,
    said: Iterable[Passage],
) -> str:
    """Return a pack's bytes, as they are kept, sent and exported: the same for the same words."""  # fmt: skip
    whole = {
        "format": FORMAT,
        "hub": hub,
        "reference": reference,
        "edition": edition,
        "to": to,
        "sent_at": at.isoformat(),
        "person": {"name": who, "born_on": born_on.isoformat() if born_on else None},
        "plan": plan,
        "tier": tier,
        "passages": [{"heading": one.heading, "words": one.words} for one in said],
        "in_confidence": IN_CONFIDENCE,
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True)


def digest_of(body: str) -> str:
    """Return the SHA-256 of a pack's bytes."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def read_body(body: str) -> Mapping[str, Any]:
    """Return a pack as it was composed."""
    found: Mapping[str, Any] = json.loads(body)
    return found
