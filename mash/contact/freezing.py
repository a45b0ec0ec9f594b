"""What is kept of a message, and where.  Pure: a message goes in as plain JSON; rows come out as values.

The message itself stays whole as JSON, but for what must not stand there: protected addresses, the name of a
member of the public, and the bodies of attachments.  The values are what is searched and listed, and fit their columns.
"""

import base64
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model

from mash.contact.models import Attachment, Channel, Contact, ContactPerson, Referrer
from mash.contact.protected import MARK, Taken, take_out

PUBLIC = "public"
TAKEN_HERE = "taken here"  # the sender of what is written down in the hub: its references are one-time keys
WRITTEN_HERE = {Channel.TELEPHONE, Channel.FORM, Channel.EMAIL}
NAMING = {"name", "role", "email", "phone"}
LONGEST_EMAIL = 254
IN_THE_MESSAGE = {  # where a contact's own columns come from
    "organisation": "source.organisation",
    "categories": "concern.categories",
    "event_reference": "event.reference",
    "event_place": "event.place.description",
    "event_postcode": "event.place.postcode",
}
Json = Mapping[str, Any]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A message as it is kept.

    shown: the message as JSON.  contact, referrer, people, relationships, attachments: values of their rows.
    taken: protected addresses, for the sealed room.  cut: (path, words) of each value that its column shows cut.
    """

    shown: dict[str, Any]
    contact: Values
    referrer: Values
    people: list[Values]
    relationships: list[Values]
    attachments: list[Values]
    taken: list[Taken]
    cut: list[tuple[str, str]] = field(default_factory=list)


def freeze(message: Json) -> Frozen:
    """Return what is kept of a message, and where.

    Source: docs/rules.md, "Contacts", "Protected addresses", "Public referrers".
    """
    shown, taken = take_out(message)
    source = shown["source"]
    attachments = [_attachment(one) for one in shown.get("attachments") or ()]
    if attachments:
        shown["attachments"] = [{key: one[key] for key in one if key != "body"} for one in attachments]
    if source["kind"] == PUBLIC:
        shown["source"] = {key: value for key, value in source.items() if key not in NAMING}
    cut: list[tuple[str, str]] = []
    return Frozen(
        shown=shown,
        contact=_fit(Contact, _contact(shown, source), "", cut),
        referrer=_fit(Referrer, _referrer(source), "source.", cut),
        people=[
            _fit(ContactPerson, _person(one), f"people[{place}].", cut)
            for place, one in enumerate(shown["people"])
        ],
        relationships=[_relationship(one) for one in shown.get("relationships") or ()],
        attachments=[
            _fit(Attachment, one, f"attachments[{place}].", cut) for place, one in enumerate(attachments)
        ],
        taken=taken,
        cut=cut,
    )


def sender_key(organisation: str, channel: str) -> str:
    """Return under what a sender's references are told apart: the organisation, however it is written.

    What is written down in the hub itself has one sender, for its references are one-time keys of our own.
    """
    if channel in WRITTEN_HERE:
        return TAKEN_HERE
    return " ".join(unicodedata.normalize("NFKC", organisation).casefold().split())[:200] or PUBLIC


def _contact(message: Json, source: Json) -> Values:
    event, urgency = message.get("event") or {}, message.get("urgency") or {}
    place = event.get("place") or {}
    return {
        "sent_at": datetime.fromisoformat(message["sent_at"]),
        "source_kind": source["kind"],
        "organisation": source.get("organisation") or "",
        "sender_reference": message["reference"],
        "referrer_email": "" if source["kind"] == PUBLIC else _email(source),
        "anonymous": bool(source.get("anonymous")),
        "subject": message["subject"],
        "type": message["type"],
        "categories": list(message["concern"].get("categories") or ()),
        "immediate_danger": bool(urgency.get("immediate_danger")),
        "suggested_rating": urgency.get("suggested_rating") or "",
        "event_at": datetime.fromisoformat(event["at"]) if event.get("at") else None,
        "event_reference": event.get("reference") or "",
        "event_place": place.get("description") or "",
        "event_postcode": _postcode(place),
    }


def _referrer(source: Json) -> Values:
    plain = {key: source.get(key) or "" for key in ("name", "role", "phone")}
    return plain | {"email": _email(source)}


def _person(one: Json) -> Values:
    name, address = one.get("name") or {}, one.get("address") or {}
    words = (
        "age",
        "sex",
        "ethnicity",
        "language",
        "nhs_number",
        "upn",
        "la_child_id",
        "email",
        "school",
        "gp",
    )
    return {key: one.get(key) or "" for key in words} | {
        "ref": one["id"],
        "role": one["role"],
        "given": name.get("given") or "",
        "family": name.get("family") or "",
        "known_as": list(name.get("known_as") or ()),
        "born_on": _day(one.get("born_on")),
        "expected_on": _day(one.get("expected_on")),
        "interpreter": bool(one.get("interpreter")),
        "disabilities": list(one.get("disabilities") or ()),
        "lines": list(address.get("lines") or ()),
        "postcode": _postcode(address),
        "protected": bool(address.get("protected")),
        "phones": list(one.get("phones") or ()),
    }


def _relationship(one: Json) -> Values:
    return {
        "from_ref": one["from"],
        "to_ref": one["to"],
        "kind": one.get("kind") or "",
        "parental_responsibility": one.get("parental_responsibility"),
    }


def _attachment(one: Json) -> Values:
    body = base64.b64decode(one["base64"])
    digest = hashlib.sha256(body).hexdigest()
    return {
        "name": one["name"],
        "media_type": one["media_type"],
        "size": len(body),
        "sha256": digest,
        "body": body,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _email(source: Json) -> str:
    """Return the address if a message could reach it, else "": it stays in the message as written."""
    address = source.get("email") or ""
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= LONGEST_EMAIL else ""


def _postcode(place: Json) -> str:
    """Return a postcode as all are written, in capitals with one space, so that two can be compared."""
    plain = "".join((place.get("postcode") or "").upper().split())
    if not plain or MARK in (place.get("postcode") or ""):
        return ""
    return f"{plain[:-3]} {plain[-3:]}" if 5 <= len(plain) <= 7 else plain


def _fit(model: type[Model], values: Values, path: str, cut: list[tuple[str, str]]) -> Values:
    """Return the values, each short enough for its column, and note which were cut."""
    return {name: _shortened(model, name, value, path, cut) for name, value in values.items()}


def _shortened(model: type[Model], name: str, value: Any, path: str, cut: list[tuple[str, str]]) -> Any:
    column = model._meta.get_field(name)
    longest = _longest(column)
    whole = value
    if longest and isinstance(value, str):
        value = _cut(value, longest)
    elif longest and isinstance(value, list):
        value = [_cut(one, longest) for one in value]
    if value != whole:
        place = IN_THE_MESSAGE.get(name, name) if model is Contact else f"{path}{name}"
        cut.append((place, f"lists show its first {longest} characters; the message holds the whole"))
    return value


def _longest(column: Any) -> int | None:
    held = column.base_field if isinstance(column, ArrayField) else column
    return getattr(held, "max_length", None)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
