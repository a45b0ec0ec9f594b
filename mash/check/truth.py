"""What an enquiry may say: what is true on the day, and nothing that was given in confidence.

Pure, but for one question that a later stage answers.
Source: docs/rules.md, "Truthful enquiries".
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mash.contact.models import Contact

SECTION_47 = re.compile(r"\b(?:section|sec\.?|s\.?)\s*47\b", re.IGNORECASE)
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{3,}")
TELEPHONE_DIGITS = 7  # at the end of a number: with or without the code of an area or a country

Asked = Callable[[Contact], bool]
_asked_of: list[Asked] = []


class Untruthful(Exception):
    """The words may not go out; the message says which and why."""


def ask_for_section_47(tells: Asked) -> None:
    """Let a later stage say whether a section 47 decision is recorded on a contact; called when it starts."""
    if tells not in _asked_of:
        _asked_of.append(tells)


def section_47_is_recorded(contact: Contact) -> bool:
    """Tell whether that decision is recorded.  While nobody can say, it is not.

    Source: docs/rules.md, "Lawful basis".
    """
    return any(tells(contact) for tells in _asked_of)


@dataclass(frozen=True, slots=True)
class InConfidence:
    """What must not stand in an enquiry on one contact.

    names, telephone, email: of a member of the public who referred.
    people: the names of everybody the contact is about, which may be said.
    open_postcodes: the only ones that may be said where an address is protected; None where none is.
    """

    names: tuple[str, ...] = ()
    telephone: str = ""
    email: str = ""
    people: tuple[str, ...] = ()
    open_postcodes: frozenset[str] | None = None
    section_47: bool = False


def refuse_what_is_untrue(texts: Iterable[str], confidence: InConfidence) -> None:
    """Make sure that nothing of what must not be said is in any of the texts.

    Raises Untruthful.

    Source: docs/rules.md, "Truthful enquiries", "Public referrers", "Protected addresses".
    """
    said = "\n".join(texts)
    if SECTION_47.search(said) and not confidence.section_47:
        raise Untruthful(
            "Take out “section 47”: that decision is not recorded, and an enquiry may not speak of it."
        )
    _refuse_the_referrer(said, confidence)
    _refuse_an_address(said, confidence)


def _refuse_the_referrer(said: str, confidence: InConfidence) -> None:
    also_named = {_plain(name) for name in confidence.people}
    names = [name for name in confidence.names if _plain(name) and _plain(name) not in also_named]
    may_be_said = {word for name in confidence.people for word in _words(name)}
    theirs = {word for name in names for word in _words(name)} - may_be_said
    digits = re.sub(r"\D", "", said)
    ending = re.sub(r"\D", "", confidence.telephone)[-TELEPHONE_DIGITS:]
    if (
        theirs & set(_words(said))
        or any(_plain(name) in _plain(said) for name in names)
        or (len(ending) == TELEPHONE_DIGITS and ending in digits)
        or (confidence.email and confidence.email.casefold() in said.casefold())
    ):
        raise Untruthful(
            "Take out what names the person who referred: a member of the public is not named to agencies."
        )


def _refuse_an_address(said: str, confidence: InConfidence) -> None:
    if confidence.open_postcodes is None:
        return
    found = {_plain(code) for code in POSTCODE.findall(said)}
    if found - {_plain(code) for code in confidence.open_postcodes}:
        raise Untruthful("Take the postcode out: somebody in this contact has a protected address.")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
