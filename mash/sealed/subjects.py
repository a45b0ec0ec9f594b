"""Who a sealed subject is, as words under lock and as marks by which they are recognised.  Pure.

A mark is a token of `people.tokens`: the same thing said of somebody in a contact makes the same one.
"""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mash.common.locking import Locked, lock, unlock
from mash.people import identifiers, tokens
from mash.people.details import Details, Home

KINDS = frozenset(
    {
        tokens.BORN,
        tokens.DAY,
        tokens.HOME,
        tokens.INITIAL,
        tokens.LETTER,
        tokens.MONTH,
        tokens.NUMBER,
        tokens.PAIR,
        tokens.PHONE,
        tokens.STREET,
        tokens.YEAR,
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """What the unit wrote down: who somebody is, and why nobody else may know."""

    details: Details
    why: str


def place_of(subject: uuid.UUID, hub_id: uuid.UUID, agency: uuid.UUID) -> str:
    """Return what the words about a subject are bound to."""
    return f"subject {subject}|{hub_id}|{agency}"


def shut(words: Words, *, agency: uuid.UUID, place: str) -> Locked:
    """Encrypt who somebody is."""
    one = words.details
    said = {
        "given": one.given,
        "family": one.family,
        "known_as": one.known_as,
        "born_on": one.born_on.isoformat() if one.born_on else "",
        "postcodes": [home.postcode for home in one.addresses if home.postcode],
        "streets": [", ".join(home.lines) for home in one.addresses if home.lines],
        "phones": one.phones,
        "nhs_number": one.nhs_number,
        "upn": one.upn,
        "why": words.why,
    }
    return lock(json.dumps(said), purpose="subject", agency=agency, bound_to=place)


def open_up(locked: Locked, *, agency: uuid.UUID, place: str) -> Words:
    """Decrypt who somebody is.  Raises InvalidTag if the words belong elsewhere."""
    said = json.loads(unlock(locked, purpose="subject", agency=agency, bound_to=place))
    return Words(
        Details(
            given=said["given"],
            family=said["family"],
            known_as=tuple(said["known_as"]),
            born_on=date.fromisoformat(said["born_on"]) if said["born_on"] else None,
            addresses=homes(said["postcodes"], said.get("streets", [])),
            phones=tuple(said["phones"]),
            nhs_number=said["nhs_number"],
            upn=said["upn"],
        ),
        said["why"],
    )


def homes(postcodes: Iterable[str], streets: Iterable[str]) -> tuple[Home, ...]:
    """Return where somebody may be described to live: each postcode, and each house with its street, by itself."""
    return (*(Home(postcode=one) for one in postcodes), *(Home(lines=(one,)) for one in streets))


def can_be_recognised(details: Details) -> bool:
    """Tell whether there is enough to recognise somebody by: a name, and something beside it that few share."""
    kinds = {kind for kind, _ in marks_said(details)}
    named = kinds & {tokens.PAIR, tokens.MONTH, tokens.DAY, tokens.LETTER}
    return bool(named and kinds & {tokens.BORN, tokens.HOME, tokens.STREET, tokens.PHONE, tokens.NUMBER})


def marks_said(details: Details) -> set[tokens.Word]:
    """Return by what somebody is recognised: a number with a right check digit, a telephone that is one."""
    good = {value for _, value in details.good_numbers()}
    return {
        (kind, value)
        for kind, value in tokens.findable(details)
        if kind in KINDS
        and (kind != tokens.NUMBER or value in good)
        and (kind != tokens.PHONE or not identifiers.is_no_phone(value))
    }


def asked_of(hub_id: uuid.UUID, described: Iterable[Details]) -> tuple[list[int], list[str], list[bytes]]:
    """Return, of several people, everything to ask for: whose each is by place, its kind and its token."""
    rows = [
        (place, kind, token)
        for place, one in enumerate(described)
        for kind, token in sorted(tokens.of(hub_id, tokens.asked(one)))
        if kind in KINDS
    ]
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
