"""A contact taken by telephone: what the worker typed, kept through every step, and the message it makes.

It makes the same message that any other sender writes, so what follows knows of no difference.
"""

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django import forms
from django.core import signing
from django.forms.boundfield import BoundField
from django.http import QueryDict

from mash.common.templates import day
from mash.contact.forms import Call, CalledAbout, CalledRelationship
from mash.contact.message import FORMAT, Message, parse
from mash.contact.refusals import Refused

LONDON = ZoneInfo("Europe/London")
SALT = "contact.telephone"
MOST_PEOPLE, MOST_RELATIONSHIPS = 20, 30
OF_A_PERSON = re.compile(r"people\[(\d+)\]\.(.+)")
OF_THE_CALL = {
    "source.organisation": "organisation",
    "source.name": "caller_name",
    "source.email": "caller_email",
    "source.phone": "caller_phone",
    "event.place.postcode": "event_postcode",
    "concern.what_happened": "what_happened",
    "agreement.ground": "ground",
    "agreement.reason": "ground_reason",
}


class Note:
    """Every form of the page together: the call, its people, their relationships, and the note's own key.

    reference: a one-time key, so that sending the note twice makes one contact.  begun_at: when the page was opened.
    kept: a draft, which says how many rows a page just opened has.
    """

    asks: ClassVar[type[Call]] = Call
    who = "caller"

    def __init__(
        self, data: QueryDict | None, at: datetime, kept: Mapping[str, list[str]] | None = None
    ) -> None:
        self.kept = kept or {}
        self.reference, self.begun_at = _read_key(_first(data, "key")) or _new_key(at)
        self.data = data
        self.call = self.asks(data, people=self._count("people", 1, MOST_PEOPLE))
        self.people = [CalledAbout(data, prefix=f"p{n}") for n in self._numbers("people", 1, MOST_PEOPLE)]
        self.relationships = [
            CalledRelationship(data, prefix=f"r{n}", people=len(self.people))
            for n in self._numbers("relationships", 0, MOST_RELATIONSHIPS)
        ]

    def _count(self, name: str, least: int, most: int) -> int:
        said = _first(self.data, name) or "".join(self.kept.get(name, [])[:1])
        return max(least, min(most, int(said))) if said.isdecimal() else least

    def _numbers(self, name: str, least: int, most: int) -> range:
        return range(1, self._count(name, least, most) + 1)

    @property
    def key(self) -> str:
        """The note's reference and beginning, signed, as the page carries them."""
        return signing.dumps([self.reference, self.begun_at.isoformat()], salt=SALT)

    @property
    def forms(self) -> list[forms.Form]:
        """Every form, in the order of the page."""
        return [self.call, *self.people, *self.relationships]

    @property
    def values(self) -> list[tuple[str, str]]:
        """Everything that was typed, to be carried by the page that checks the answers."""
        own = {"csrfmiddlewaretoken", "step", "key"}
        lists = self.data.lists() if self.data else []
        return [(name, str(value)) for name, several in lists if name not in own for value in several]

    def without_errors(self) -> Self:
        """Return the note with its values not yet judged: a step that only adds or takes away a row."""
        for form in self.forms:
            if form.is_bound:
                form.errors.clear()
        return self

    def sections(self) -> list[tuple[str, list[dict[str, str]]]]:
        """Return every answer given, under its heading, as the page that checks them shows them."""
        headings = [
            "The call",
            *(f"Person {n}" for n, _ in enumerate(self.people, 1)),
            *(f"Relationship {n}" for n, _ in enumerate(self.relationships, 1)),
        ]
        return [(heading, answers_of(form)) for heading, form in zip(headings, self.forms, strict=True)]

    def message(self) -> Message | None:
        """Return the message that the note makes; None, with the errors at their fields, while it cannot be sent."""
        if not all(list(map(forms.Form.is_valid, self.forms))):
            return None
        try:
            return parse(json.dumps(self.as_said()).encode())
        except Refused as refused:
            for one in refused.refusals:
                self._show(one.path, one.reason)
            return None

    def _show(self, path: str, reason: str) -> None:
        """Put what the message's own rules refused beside the box it comes from."""
        person = OF_A_PERSON.fullmatch(path)
        form: forms.Form = self.people[int(person[1])] if person else self.call
        name = person[2].rsplit(".", 1)[-1].split("[")[0] if person else OF_THE_CALL.get(path, "")
        form.add_error(name if name in form.fields else None, f"{path}: {reason}")

    def as_said(self) -> dict[str, Any]:
        """Return the message as JSON, with nothing in it that was not said."""
        call = self.call.cleaned_data
        said = {
            "format": FORMAT,
            "reference": self.reference,
            "sent_at": self.begun_at.isoformat(),
            "source": _source(call),
            "subject": call["subject"],
            "type": call["type"],
            "event": _event(call),
            "people": [_person(n, form.cleaned_data) for n, form in enumerate(self.people, 1)],
            "relationships": [_relationship(form.cleaned_data) for form in self.relationships],
            "concern": _concern(call),
            "agreement": _agreement(call),
            "urgency": {
                "immediate_danger": call["immediate_danger"] == "yes",
                "suggested_rating": call["suggested_rating"],
            },
            "actions_taken": plain_text(call["actions_taken"]),
            "consultation": call["consultation"],
        }
        return dict(only_what_was_said(said))


def after(step: str, data: QueryDict) -> QueryDict:
    """Return what was posted after one more row, or one row less, was asked for.

    step: "add-person", "add-relationship", "drop-p2" or "drop-r1"; any other changes nothing.
    """
    changed = data.copy()
    for kind, name, least, most in (
        ("p", "people", 1, MOST_PEOPLE),
        ("r", "relationships", 0, MOST_RELATIONSHIPS),
    ):
        said = changed.get(name, "")
        count = int(said) if said.isdecimal() else least
        if step == f"add-{'person' if kind == 'p' else 'relationship'}":
            changed[name] = str(min(most, count + 1))
        dropped = re.fullmatch(rf"drop-{kind}(\d+)", step)
        if dropped and count > least and 1 <= int(dropped[1]) <= count:
            _drop(changed, kind, int(dropped[1]), count)
            changed[name] = str(count - 1)
    return changed


def _drop(data: QueryDict, kind: str, gone: int, count: int) -> None:
    """Take a row away, and move those after it up, wherever their number is used."""
    moved = {f"{kind}{n}": f"{kind}{n - 1}" for n in range(gone + 1, count + 1)} | {f"{kind}{gone}": ""}
    before = list(data.lists())
    data.clear()
    for name, values in before:
        start, dash, rest = name.partition("-")
        if dash and start in moved:
            name_now, values_now = f"{moved[start]}-{rest}" if moved[start] else "", values
        elif kind == "p" and (name == "covers" or rest in {"from_ref", "to_ref"}):
            name_now, values_now = (
                name,
                [moved.get(value, value) for value in values if moved.get(value, value)],
            )
        else:
            name_now, values_now = name, values
        if name_now:
            data.setlist(name_now, values_now)


def _first(data: QueryDict | None, name: str) -> str:
    return str(data.get(name, "")) if data else ""


def _new_key(at: datetime) -> tuple[str, datetime]:
    return f"TEL-{uuid.uuid4()}", at


def _read_key(key: str) -> tuple[str, datetime] | None:
    try:
        reference, begun = signing.loads(key, salt=SALT)
    except signing.BadSignature:
        return None
    return reference, datetime.fromisoformat(begun)


def _source(call: dict[str, Any]) -> dict[str, Any]:
    public = call["kind"] == "public"
    return {
        "kind": call["kind"],
        "organisation": "" if public else call["organisation"],
        "name": call["caller_name"],
        "role": call["caller_role"],
        "email": call["caller_email"],
        "phone": call["caller_phone"],
        "anonymous": call["anonymous"],
    }


def _event(call: dict[str, Any]) -> dict[str, Any]:
    place = {"description": call["event_place"], "postcode": call["event_postcode"]}
    at = ""
    if call["event_on"] and call["event_time"]:
        at = datetime.combine(call["event_on"], call["event_time"], LONDON).isoformat()
    return {"at": at, "reference": call["event_reference"], "place": place}


def _person(number: int, said: dict[str, Any]) -> dict[str, Any]:
    address = {
        "lines": [part.strip() for part in plain_text(said["address"]).split("\n") if part.strip()],
        "postcode": said["postcode"],
    }
    if said["protected"]:
        address["protected"] = True
    same = ("role", "age", "sex", "nhs_number", "school", "gp", "language")
    return {key: said[key] for key in same} | {
        "id": f"p{number}",
        "name": {"given": said["given"], "family": said["family"], "known_as": parts_of(said["known_as"])},
        "born_on": said["born_on"].isoformat() if said["born_on"] else "",
        "expected_on": said["expected_on"].isoformat() if said["expected_on"] else "",
        "address": address,
        "phones": parts_of(said["phones"]),
        "interpreter": said["interpreter"] or None,
    }


def _relationship(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "from": said["from_ref"],
        "to": said["to_ref"],
        "kind": said["kind"],
        "parental_responsibility": {"yes": True, "no": False}.get(said["parental_responsibility"]),
    }


def _concern(call: dict[str, Any]) -> dict[str, Any]:
    """Keep seen, told and thought apart, each under its own heading, in the one box the message has for them."""
    parts = (
        ("Seen or heard by the caller", "seen"),
        ("Told to the caller", "told"),
        ("The caller’s opinion", "opinion"),
    )
    apart = "\n\n".join(f"{heading}: {plain_text(call[name])}" for heading, name in parts if call[name])
    plain = {
        name: plain_text(call[name]) for name in ("what_happened", "impact", "history", "strengths", "voice")
    }
    day_only = call["event_on"] and not call["event_time"]
    if day_only:
        plain["what_happened"] += f"\n\n(On {call['event_on']:%d/%m/%Y}; the time is not known.)"
    return plain | {"categories": call["categories"], "seen_or_told": apart}


def _agreement(call: dict[str, Any]) -> dict[str, Any]:
    asked = {"family_aware": {"yes": True, "no": False}.get(call["family_aware"]), "sought": call["sought"]}
    if call["sought"] == "given":
        return asked | {"by": call["agreed_by"], "covers": call["covers"]}
    own = {
        "ground": call["ground"],
        "reason": plain_text(call["ground_reason"]),
        "manager": call["ground_manager"],
    }
    return asked | own | ({"by": call["agreed_by"]} if call["sought"] == "refused" else {})


def plain_text(typed: str) -> str:
    """Return what was typed in a box of several lines, with the ends of lines as everywhere else."""
    return typed.replace("\r\n", "\n").strip()


def answers_of(form: forms.Form) -> list[dict[str, str]]:
    """Return every answer given on a valid form, in words, beside its question."""
    shown = ((form[name], form.cleaned_data.get(name)) for name in form.fields)
    return [
        {"question": str(bound.label), "answer": _spoken(bound, value)}
        for bound, value in shown
        if value or value == 0
    ]


def _spoken(bound: BoundField, value: Any) -> str:
    labels = dict(getattr(bound.field, "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(labels[one]) for one in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return day(value) if isinstance(value, date) else str(labels.get(value, value))


def parts_of(typed: str) -> list[str]:
    """Return what was typed with commas between."""
    return [part.strip() for part in typed.split(",") if part.strip()]


def only_what_was_said(values: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """Yield what was said: nothing empty, and no empty groups; False was said."""
    for key, value in values.items():
        kept = value
        if isinstance(value, dict):
            kept = dict(only_what_was_said(value))
        elif isinstance(value, list):
            kept = [dict(only_what_was_said(one)) if isinstance(one, dict) else one for one in value]
        if kept not in ("", None, [], {}):
            yield key, kept
