"""The message that a form makes: the same that any other sender writes, so all that follows is alike.  Pure."""

import base64
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from mash.contact.message import FORMAT, Attachment, Message, parse
from mash.contact.telephone import LONDON, only_what_was_said, parts_of, plain_text
from mash.referral.forms.public import NOT_NAMED
from mash.referral.journey import Page, Told

Json = dict[str, Any]
YES = {"yes": True, "no": False}


class File(Protocol):
    """A file as it is put to the message."""

    @property
    def name(self) -> Any: ...
    @property
    def media_type(self) -> Any: ...
    @property
    def body(self) -> Any: ...


class NotWhole(Exception):
    """Something is missing that cannot be done without.  pages: where."""

    def __init__(self, pages: list[Page]) -> None:
        self.pages = pages
        super().__init__(", ".join(page.name for page in pages))


def compose(told: Told, *, reference: str, begun_at: datetime, files: Iterable[File] = ()) -> Message:
    """Return the message that the whole form makes.  Nothing stands in it that was not said.

    reference: the sender's own, one for each form.  begun_at: fixed, so that the same form is the same message.

    Raises NotWhole while a page cannot be sent as it stands, and Refused for what the message's own rules do not take.

    Source: docs/rules.md, "Contacts", "Public referrers".
    """
    if told.missing:
        raise NotWhole(told.missing)
    said = told.cleaned()
    parts = _by_public(said) if told.is_public else _by_professional(said)
    whole = {"format": FORMAT, "reference": reference, "sent_at": begun_at.isoformat(), **parts}
    message = parse(json.dumps(dict(only_what_was_said(whole))).encode())
    put = tuple(
        Attachment(
            name=one.name, media_type=one.media_type, base64=base64.b64encode(bytes(one.body)).decode()
        )
        for one in files  # looked at when they were put to the form; together they may be larger than a message
    )
    return message.model_copy(update={"attachments": put}) if put else message


def _by_professional(said: Json) -> Json:
    return {
        "source": {name: said[name] for name in ("kind", "organisation", "name", "role", "email", "phone")},
        "subject": said["subject"],
        "type": said["type"],
        "event": _event(said),
        "people": [_person(said), *(_member(n, one, said) for n, one in enumerate(said["members"], 2))],
        "relationships": [
            _relationship(n, one) for n, one in enumerate(said["members"], 2) if one["relation"]
        ],
        "concern": _concern(said),
        "agreement": _agreement(said),
        "urgency": {
            "immediate_danger": YES[said["immediate_danger"]],
            "suggested_rating": said["suggested_rating"],
        },
        "actions_taken": plain_text(said["actions_taken"]),
        "consultation": said["consultation"],
    }


def _by_public(said: Json) -> Json:
    not_named = said["named"] == NOT_NAMED
    address = {
        "lines": _lines(said["address"]),
        "postcode": said["postcode"],
        "protected": said["protected"] or None,
    }
    return {
        "source": {name: said[name] for name in ("name", "role", "email", "phone")}
        | {"kind": "public", "anonymous": not_named},
        "subject": said["subject"],
        "type": "safeguarding",
        "people": [
            {
                "id": "p1",
                "role": _role(said["subject"]),
                "name": {"given": said["given"], "family": said["family"]},
                "age": said["age"],
                "address": address,
                "school": said["school"],
            }
        ],
        "concern": {
            "what_happened": _with(
                said, "what_happened", ("When", "event"), ("Who else lives there", "household_words")
            ),
            "seen_or_told": _apart(said, ("Seen or heard", "seen"), ("Told", "told")),
            "impact": plain_text(said["impact"]),
            "history": plain_text(said["history"]),
        },
        "agreement": {"family_aware": YES.get(said["family_aware"]), "sought": "not_sought"},
        "urgency": {"immediate_danger": YES[said["immediate_danger"]]},
    }


def _role(subject: str) -> str:
    return "adult_at_risk" if subject == "adult" else "child"


def _person(said: Json) -> Json:
    same = ("age", "sex", "ethnicity", "disabilities", "nhs_number", "upn", "school", "gp", "language")
    return {name: said[name] for name in same} | {
        "id": "p1",
        "role": _role(said["subject"]),
        "name": {"given": said["given"], "family": said["family"], "known_as": parts_of(said["known_as"])},
        "born_on": _day(said["born_on"]),
        "expected_on": _day(said["expected_on"]),
        "address": _address(said),
        "phones": parts_of(said["phones"]),
        "interpreter": said["interpreter"] or None,
    }


def _member(number: int, one: Json, said: Json) -> Json:
    own = one["address"] or one["postcode"] or one["protected"]
    return {name: one[name] for name in ("role", "age", "school")} | {
        "id": f"p{number}",
        "name": {"given": one["given"], "family": one["family"]},
        "born_on": _day(one["born_on"]),
        "address": _address(one) if own or one["same_home"] != "yes" else _address(said),
        "phones": parts_of(one["phones"]),
    }


def _relationship(number: int, one: Json) -> Json:
    return {
        "from": f"p{number}",
        "to": "p1",
        "kind": one["relation"],
        "parental_responsibility": YES.get(one["parental_responsibility"]),
    }


def _address(said: Json) -> Json:
    return {
        "lines": _lines(said["address"]),
        "postcode": said["postcode"],
        "protected": said["protected"] or None,
    }


def _event(said: Json) -> Json:
    at = ""
    if said["event_on"] and said["event_time"]:
        at = datetime.combine(said["event_on"], said["event_time"], LONDON).isoformat()
    place = {"description": said["event_place"], "postcode": said["event_postcode"]}
    return {"at": at, "reference": said["event_reference"], "place": place}


def _concern(said: Json) -> Json:
    on, no_time = said["event_on"], not said["event_time"]
    day_only = f"{on:%d/%m/%Y}; the time is not known" if on and no_time else ""
    happened = _with(
        said | {"day_only": day_only},
        "what_happened",
        ("On", "day_only"),
        ("Disability or special needs", "needs"),
        ("How they communicate, and what helps", "communication"),
        ("About the household", "household_words"),
    )
    apart = _apart(
        said,
        ("Seen or heard by the referrer", "seen"),
        ("Told to the referrer", "told"),
        ("The referrer’s opinion", "opinion"),
    )
    plain = {name: plain_text(said[name]) for name in ("impact", "history", "strengths", "voice")}
    return plain | {
        "categories": said["categories"],
        "what_happened": happened,
        "seen_or_told": apart,
    }


def _agreement(said: Json) -> Json:
    asked = {"family_aware": YES.get(said["family_aware"]), "sought": said["sought"]}
    if said["sought"] == "given":
        return asked | {"by": said["agreed_by"], "covers": said["covers"]}
    own = {
        "ground": said["ground"],
        "reason": plain_text(said["ground_reason"]),
        "manager": said["ground_manager"],
    }
    return asked | own | ({"by": said["agreed_by"]} if said["sought"] == "refused" else {})


def _with(said: Json, name: str, *more: tuple[str, str]) -> str:
    """Return a text, and below it under headings what the message has no box for."""
    below = (f"{heading}: {plain_text(said[one])}" for heading, one in more if said[one])
    return "\n\n".join([plain_text(said[name]), *below])


def _apart(said: Json, *parts: tuple[str, str]) -> str:
    """Keep seen, told and thought apart, each under its own heading, in the one box the message has for them."""
    return "\n\n".join(f"{heading}: {plain_text(said[name])}" for heading, name in parts if said[name])


def _lines(typed: str) -> list[str]:
    return [part.strip() for part in plain_text(typed).split("\n") if part.strip()]


def _day(on: Any) -> str:
    return on.isoformat() if on else ""
