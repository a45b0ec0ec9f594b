"""The numbered forms of a pack: which there are, and what their numbers say.  Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

NUMBER = re.compile(r"([A-Z0-9]{1,8})-?(\d{10})-?(\d{2})([A-Z]?)")
STAMP = "%y%m%d%H%M"


class OnPaper(StrEnum):
    """What a numbered form is for."""

    CONTACT = "contact"
    DECISION = "decision"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is printed.  copies: how many a pack holds, each with a number of its own."""

    of: OnPaper
    title: str
    template: str
    copies: int


FORMS = (
    Form(OnPaper.CONTACT, "a contact by telephone", "form_contact", 6),
    Form(OnPaper.CHECK, "what agencies were asked and answered", "form_check", 4),
    Form(OnPaper.DECISION, "rating and decision", "form_decision", 6),
)


def pack_number(prefix: str, at: datetime) -> str:
    """Return the number of a pack: the hub's letters, and its minute in UTC."""
    return f"{prefix}-{at.astimezone(UTC):{STAMP}}"


def number_of(pack: str, place: int) -> str:
    """Return the number of a form: its pack's, and its place in it."""
    return f"{pack}-{place:02}"


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a form as it was typed.  letter: written behind it by hand on a copy, or ""."""

    prefix: str
    made_at: datetime
    place: int
    letter: str

    def __str__(self) -> str:
        return f"{self.prefix}-{self.made_at:{STAMP}}-{self.place:02}{self.letter}"


def read_number(typed: str) -> Number | None:
    """Return what a number says, in any spelling of it; None for what is none."""
    found = NUMBER.fullmatch("".join(typed.upper().split()))
    if not found:
        return None
    try:
        made = datetime.strptime(found[2], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Number(found[1], made, int(found[3]), found[4])
