"""What is odd about a referral message that is taken all the same."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from stdnum.gb import nhs

from mash.contact.agreeing import givers, parental_responsibility
from mash.contact.attachments import FILES, plain_media_type
from mash.contact.content import categories
from mash.contact.message import Agreement, Attachment, Concern, Message, Person, as_json, wrong_upn
from mash.contact.protected import take_out
from mash.contact.refusals import Json, Steps, path_of

SENT_LATE_DAYS = 28
CLOCKS_DIFFER = timedelta(minutes=15)
OLDEST_YEARS = 120
LONDON = ZoneInfo("Europe/London")
TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\U000e0000-\U000e007f]")
NOT_SCRIPTS = {"FEMININE", "MASCULINE", "MICRO"}  # letters that belong to every way of writing
WRITTEN_TOGETHER = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
NO_EVIDENCE = "do not use as match evidence"


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the field's word; nothing here warns in Python's sense
    """Something odd about a message that is taken all the same: where, and what."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def warnings(message: Message, received_at: datetime) -> list[Warning]:
    """Return what a worker should know about a message before relying on it.

    received_at: aware.

    Source: docs/rules.md, "Contacts", "Identifiers", "Protected addresses".
    """
    plain = as_json(message)
    found = [
        *_about_people(message.people, received_at),
        *_about_numbers_given_twice(message.people),
        *_about_the_event(message, received_at),
        *_about_agreement(message),
        *_about_categories(message.concern),
        *_about_protected_addresses(message, plain),
        *_about_files(message.attachments),
        *_about_writing(plain, ()),
    ]
    return list(dict.fromkeys(found))


def _about_people(people: Iterable[Person], received_at: datetime) -> Iterator[Warning]:
    today = received_at.astimezone(LONDON).date()
    for place, one in enumerate(people):
        path = f"people[{place}]"
        if not one.full_name and not (one.name and any(map(str.strip, one.name.known_as))):
            yield Warning(path, "no name")
        if one.born_on and one.born_on > today:
            yield Warning(f"{path}.born_on", "in the future; keep, show no age")
        if one.born_on and one.born_on.year < today.year - OLDEST_YEARS:
            yield Warning(f"{path}.born_on", f"more than {OLDEST_YEARS} years ago; keep, ask the sender")
        if one.nhs_number and not nhs.is_valid(one.nhs_number):
            yield Warning(f"{path}.nhs_number", f"{_wrong_nhs(one.nhs_number)}; keep as text, {NO_EVIDENCE}")
        if one.upn and wrong_upn(one.upn):
            yield Warning(f"{path}.upn", f"{wrong_upn(one.upn)}; keep, {NO_EVIDENCE}")
        yield from _about_scripts(one, path)


def _wrong_nhs(number: str) -> str:
    digits = nhs.compact(number)
    return "check digit wrong" if re.fullmatch("[0-9]{10}", digits) else "not ten digits"


def _about_numbers_given_twice(people: Iterable[Person]) -> Iterator[Warning]:
    """Yield a warning for each number that two people of the message share: one of them is not theirs."""
    holders: dict[tuple[str, str], int] = {}
    for place, one in enumerate(people):
        for key, number in (("nhs_number", one.nhs_number_to_match), ("upn", one.upn_to_match)):
            first = holders.setdefault((key, number), place) if number else place
            if first != place:
                yield Warning(f"people[{place}].{key}", f"the same as of people[{first}]; {NO_EVIDENCE}")


def _about_scripts(person: Person, path: str) -> Iterator[Warning]:
    """Yield a warning for a name whose letters look like one way of writing and are of two."""
    if not person.name:
        return
    given, family = person.name.given or "", person.name.family or ""
    parts = {f"{path}.name.given": given, f"{path}.name.family": family}
    parts |= {f"{path}.name.known_as[{place}]": one for place, one in enumerate(person.name.known_as)}
    mixed = [where for where, text in parts.items() if len(_scripts(text)) > 1]
    if not mixed and len(_scripts(given + family)) > 1:
        mixed = [f"{path}.name"]
    for where in mixed:
        yield Warning(where, "mixes letters of different alphabets that may look alike; keep")
    for where, text in parts.items():
        if UNSEEN.search(text):
            yield Warning(where, "holds characters that cannot be seen; keep")


def _scripts(text: str) -> set[str]:
    """Return the ways of writing that the letters of a text belong to, as Unicode names them."""
    letters = {sign for sign in text if unicodedata.category(sign) in {"Lu", "Ll", "Lt", "Lo"}}
    found = {unicodedata.name(sign, "UNKNOWN").split()[0] for sign in letters} - NOT_SCRIPTS
    return {"CJK" if script in WRITTEN_TOGETHER else script for script in found}


def _about_the_event(message: Message, received_at: datetime) -> Iterator[Warning]:
    if message.sent_at > received_at + CLOCKS_DIFFER:
        yield Warning("sent_at", "later than it was received; the sender's clock may be wrong")
    if message.event is None or message.event.at is None:
        return
    happened, sent = message.event.at, message.sent_at
    days = (sent.astimezone(LONDON).date() - happened.astimezone(LONDON).date()).days
    if days > SENT_LATE_DAYS:
        yield Warning("event.at", f"sent {days} days after the event")
    if happened > sent + CLOCKS_DIFFER:
        yield Warning("event.at", "later than the message was sent")


def _about_agreement(message: Message) -> Iterator[Warning]:
    """Yield a warning where nothing could open a check, or the giver may not be able to agree for a child.

    Source: docs/rules.md, "Agreement", "The gate".
    """
    agreement = message.agreement or Agreement()
    if agreement.sought != "given":
        if agreement.ground is None and message.type != "information_only":
            yield Warning("agreement", "no ground")
        return
    held = {
        parental_responsibility(message, giver.id, covered)
        for giver in givers(message)
        for covered in agreement.covers
        if covered != giver.id and _role(message, covered) == "child"
    }
    if False in held:
        yield Warning("agreement.by", "giver has parental_responsibility false in relationships")
    elif None in held:
        yield Warning("agreement.by", "whether the giver has parental responsibility is not said")


def _role(message: Message, ref: str) -> str:
    return next(one.role for one in message.people if one.id == ref)


def _about_categories(concern: Concern) -> Iterator[Warning]:
    for place, one in enumerate(concern.categories):
        if one not in categories():
            yield Warning(f"concern.categories[{place}]", "not a category that is offered; keep as text")


def _about_protected_addresses(message: Message, plain: Json) -> Iterator[Warning]:
    """Yield a warning for each text that repeats a protected address: it must be seen before any release."""
    repeated = sorted({where for taken in take_out(plain)[1] for where in taken.words})
    places = [place for place, one in enumerate(message.people) if one.address and one.address.protected]
    if repeated:
        words = f"repeated in {', '.join(repeated)}; take it out before any release"
        yield Warning(f"people[{places[0]}].address.protected", words[:400])


def _about_files(attachments: Iterable[Attachment]) -> Iterator[Warning]:
    for place, one in enumerate(attachments):
        path = f"attachments[{place}].name"
        if re.search(r"[/\\]|^[A-Za-z]:|^\.", one.name):
            yield Warning(path, "written as a path; a name only, never used to find a file")
        endings = FILES[plain_media_type(one.media_type)][0].split()
        if PurePosixPath(one.name).suffix.lower() not in endings:
            yield Warning(path, "its ending is not that of its media type")
        if not one.name.isprintable():
            yield Warning(path, "holds characters that cannot be seen")


def _about_writing(value: Any, steps: Steps) -> Iterator[Warning]:
    """Yield a warning for each text whose hidden marks could make it read in another order than it is stored."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _about_writing(item, (*steps, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _about_writing(item, (*steps, place))
    elif isinstance(value, str) and TURNS.search(value):
        yield Warning(path_of(steps), "holds characters that turn the direction of reading; keep, show them")
