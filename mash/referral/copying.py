"""A copy of what was sent, as its sender reads it.  Pure: the frozen message goes in, headings and answers come out."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from mash.common.templates import day, moment
from mash.contact.content import categories
from mash.contact.forms import GROUNDS, KINDS, RATINGS, RELATIONS, ROLES, SOUGHT, SUBJECTS, TYPES, YES_NO
from mash.people.disabilities import in_words

Section = tuple[str, list[tuple[str, str]]]
WORDS: Mapping[str, Mapping[Any, str]] = {
    "kind": dict(KINDS),
    "subject": dict(SUBJECTS),
    "type": dict(TYPES),
    "role": dict(ROLES),
    "relation": dict(RELATIONS),
    "sought": dict(SOUGHT),
    "ground": dict(GROUNDS),
    "suggested_rating": dict(RATINGS),
    "sex": {"F": "Female", "M": "Male", "U": "Not known"},
    "yes": {True: dict(YES_NO)["yes"], False: dict(YES_NO)["no"]},
}
Json = Mapping[str, Any]


def copy_of(message: Json) -> list[Section]:
    """Return what a message says, under headings; what was not said is left out, and so is a protected address."""
    sections = [
        ("From", _rows(_from(message["source"]))),
        ("What it is", _rows(_what(message))),
        *((f"Person {n}", _rows(_person(one))) for n, one in enumerate(message["people"], 1)),
        ("How they are related", _rows(_relations(message))),
        ("The concern", _rows(_concern(message))),
        ("Agreement", _rows(_agreement(message.get("agreement") or {}, _names(message)))),
        ("Files", [(one["name"], f"{one['size']:,} bytes") for one in message.get("attachments") or ()]),
    ]
    return [(heading, rows) for heading, rows in sections if rows]


def _rows(pairs: Iterator[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(label, str(value)) for label, value in pairs if value not in (None, "", [])]


def _from(source: Json) -> Iterator[tuple[str, Any]]:
    yield "Kind", WORDS["kind"][source["kind"]]
    yield "Organisation", source.get("organisation")
    yield "Name", source.get("name")
    yield "Role", source.get("role")
    yield "Telephone", source.get("phone")
    yield "E-mail", source.get("email")


def _what(message: Json) -> Iterator[tuple[str, Any]]:
    urgency = message.get("urgency") or {}
    yield "About", WORDS["subject"][message["subject"]]
    yield "Kind of referral", WORDS["type"][message["type"]]
    yield "Somebody in immediate danger", WORDS["yes"].get(urgency.get("immediate_danger"))
    yield (
        "How urgent the referrer thinks it is",
        WORDS["suggested_rating"].get(urgency.get("suggested_rating")),
    )


def _person(one: Json) -> Iterator[tuple[str, Any]]:
    name, address = one.get("name") or {}, one.get("address") or {}
    yield "Part in this", WORDS["role"][one["role"]]
    yield "Name", " ".join(part for part in (name.get("given"), name.get("family")) if part)
    yield "Also known as", ", ".join(name.get("known_as") or ())
    yield "Born", day(date.fromisoformat(one["born_on"])) if one.get("born_on") else ""
    yield "Expected", day(date.fromisoformat(one["expected_on"])) if one.get("expected_on") else ""
    yield "Age", one.get("age")
    yield "Sex", WORDS["sex"].get(one.get("sex"))
    yield "Ethnicity", one.get("ethnicity")
    yield "First language", one.get("language")
    yield "Interpreter", "Needed" if one.get("interpreter") else ""
    yield "Disability", in_words(one.get("disabilities") or ())
    lines = ", ".join([*(address.get("lines") or ()), *filter(None, [address.get("postcode")])])
    yield "Address", "Protected: kept in the sealed room" if address.get("protected") else lines
    yield "Telephone", ", ".join(one.get("phones") or ())
    yield "School or nursery", one.get("school")
    yield "GP practice", one.get("gp")
    yield "NHS number", one.get("nhs_number")
    yield "Unique pupil number", one.get("upn")


def _relations(message: Json) -> Iterator[tuple[str, Any]]:
    names = _names(message)
    for one in message.get("relationships") or ():
        says = {True: ", with parental responsibility", False: ", without parental responsibility"}
        kind = WORDS["relation"].get(one.get("kind"), "Related")
        yield (
            names[one["from"]],
            f"{kind} of {names[one['to']]}{says.get(one.get('parental_responsibility'), '')}",
        )


def _concern(message: Json) -> Iterator[tuple[str, Any]]:
    said, event = message["concern"], message.get("event") or {}
    place, known = event.get("place") or {}, categories()
    yield (
        "What it is about",
        ", ".join(known[one].label for one in said.get("categories") or () if one in known),
    )
    yield "When", moment(datetime.fromisoformat(event["at"])) if event.get("at") else ""
    yield "Where", ", ".join(part for part in (place.get("description"), place.get("postcode")) if part)
    yield "Incident reference", event.get("reference")
    yield "What happened", said["what_happened"]
    yield "Seen, told and thought", said.get("seen_or_told")
    yield "What it does to the child or adult", said.get("impact")
    yield "History", said.get("history")
    yield "What is working well", said.get("strengths")
    yield "Their voice", said.get("voice")
    yield "What should happen, and what the referrer does", message.get("actions_taken")
    yield "Reference of earlier advice", message.get("consultation")


def _agreement(said: Json, names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    yield "The family knows", WORDS["yes"].get(said.get("family_aware"))
    yield "Agreement", WORDS["sought"].get(said.get("sought"))
    yield "By", said.get("by")
    yield "Covers", ", ".join(names.get(one, one) for one in said.get("covers") or ())
    yield "Ground", WORDS["ground"].get(said.get("ground"))
    yield "Reason", said.get("reason")
    yield "Manager", said.get("manager")


def _names(message: Json) -> dict[str, str]:
    def called(one: Json) -> str:
        name = one.get("name") or {}
        return " ".join(part for part in (name.get("given"), name.get("family")) if part)

    return {one["id"]: called(one) or f"Person {n}" for n, one in enumerate(message["people"], 1)}
