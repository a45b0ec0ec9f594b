"""Where something stands in a referral message, in the words of whoever reads it.  Pure.

A message is told apart by paths such as `people[0].born_on`, which its senders' programs know and no worker does.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime

from mash.common.templates import day, moment

STEP = re.compile(r"([A-Za-z_0-9]+)|\[(\d+)\]")
IS_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
IS_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})")
IS_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")
ONE_OF = {"people": "Person", "relationships": "Relationship", "attachments": "File"}
PARTS = {
    "agreement": "Agreement",
    "concern": "The worry",
    "event": "What happened",
    "source": "Who sent it",
    "urgency": "How urgent it is",
}
NAMES = {
    "actions_taken": "what the sender has done",
    "address": "address",
    "age": "age",
    "anonymous": "wishes not to be named",
    "at": "when it happened",
    "base64": "what is in the file",
    "born_on": "date of birth",
    "by": "who was asked and what they said",
    "categories": "what it is about",
    "consultation": "the advice that it follows",
    "covers": "what the agreement covers",
    "description": "place",
    "dfe_code": "kind of sender for the national return",
    "disabilities": "disabilities",
    "email": "e-mail address",
    "ethnicity": "ethnicity",
    "expected_on": "expected date of birth",
    "family": "family name",
    "family_aware": "whether the family knows",
    "format": "format of the message",
    "from": "from whom",
    "given": "given names",
    "gp": "GP practice",
    "ground": "ground for going without agreement",
    "history": "history",
    "id": "number in the message",
    "immediate_danger": "immediate danger",
    "impact": "what it means for the child or adult",
    "interpreter": "whether an interpreter is needed",
    "kind": "kind",
    "known_as": "also known as",
    "la_child_id": "council’s number of the child",
    "language": "language",
    "lines": "lines of the address",
    "manager": "manager who agreed",
    "media_type": "kind of file",
    "name": "name",
    "nhs_number": "NHS number",
    "organisation": "organisation",
    "parental_responsibility": "parental responsibility",
    "phone": "telephone",
    "phones": "telephone",
    "place": "place",
    "postcode": "postcode",
    "protected": "whether the address is protected",
    "reason": "reason",
    "reference": "reference",
    "role": "role",
    "school": "school",
    "seen_or_told": "what was seen and what was told",
    "sent_at": "when it was sent",
    "sex": "sex",
    "sought": "whether agreement was asked for",
    "strengths": "strengths",
    "subject": "child or adult",
    "suggested_rating": "rating that the sender suggests",
    "to": "to whom",
    "type": "what is asked for",
    "upn": "unique pupil number",
    "voice": "the child’s or adult’s voice",
    "what_happened": "what happened",
}
PASSED_OVER = {"name", "address", "place"}  # only lead on: "given names" says enough


def where_in_words(path: str, people: Sequence[str] = ()) -> str:
    """Return where a path leads: "Person 1, Amara Okafor: date of birth".

    people: names of the people in the message, in its order, as far as known.
    """
    steps = [(name, int(place) if place else 0) for name, place in STEP.findall(path)]
    if not steps:
        return "The message"
    first = steps[0][0]
    if first in ONE_OF and len(steps) > 1 and not steps[1][0]:
        return _joined(_one_of(first, steps[1][1], people), steps[2:])
    if first in PARTS:
        return _joined(PARTS[first], steps[1:])
    return _capital(_said(steps))


def value_in_words(value: str) -> str:
    """Return a value of a message as a worker reads it: a day or a moment in words, a code without its strokes."""
    if IS_DAY.fullmatch(value):
        return day(date.fromisoformat(value))
    if IS_MOMENT.fullmatch(value):
        return moment(datetime.fromisoformat(value))
    return value.replace("_", " ") if IS_CODE.fullmatch(value) else value


def _one_of(first: str, place: int, people: Sequence[str]) -> str:
    named = f"{ONE_OF[first]} {place + 1}"
    name = people[place] if first == "people" and place < len(people) else ""
    return f"{named}, {name}" if name else named


def _joined(begin: str, steps: list[tuple[str, int]]) -> str:
    said = _said(steps)
    return f"{begin}: {said}" if said else begin


def _said(steps: list[tuple[str, int]]) -> str:
    names = [name for name, _ in steps if name]
    last = len(names) - 1
    kept = [name for at, name in enumerate(names) if at == last or name not in PASSED_OVER]
    said = ", ".join(NAMES.get(name, name.replace("_", " ")) for name in kept)
    place = next((place for name, place in reversed(steps) if not name), None)
    return f"{said} {place + 1}" if place is not None and steps and not steps[-1][0] else said


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
