"""An answer to a request, as its recipient reads it: written from what is given, and from nothing else.  Pure.

What is withheld never comes here: this module is handed the given words alone, so there is nothing to paint over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from mash.common.plain_file import file_of
from mash.common.templates import day
from mash.subject_access.grounds import GROUNDS
from mash.subject_access.passages import Piece

LEFT_OUT = "[Left out]"
TITLE = "What we hold about you"
COPY = "This is a copy of the information that we hold about you and may give you."
LEAVING_OUT = (
    "Where [Left out] stands, or words in square brackets, something was left out or put in other words. We may "
    "leave out what the law lets us or makes us withhold, such as what would tell you about somebody else. We do not "
    "say of each part why, and for some information the law lets us say neither that we hold it nor that we do not."
)
RIGHTS = (
    "If you think that something is wrong, you can ask us to put it right, to rub it out or to use it less. If you "
    "disagree with what we left out, write to us and we look again. You can complain to the Information Commissioner "
    "(ico.org.uk, telephone 0303 123 1113), and you can go to a court."
)
USES = (
    "We use it to keep children and adults safe: it is the task of a Multi-Agency Safeguarding Hub to bring together "
    "what agencies know, and to decide on help. We share it with the agencies that help decide, where the law lets "
    "us. We keep it as long as our list of retention periods says, and you can ask us for that list."
)
FIXED = (COPY, LEAVING_OUT, RIGHTS, USES)


@dataclass(frozen=True, slots=True)
class Part:
    """One text as it goes out.  heading: names nobody.  pieces: given words and marks of what was left out."""

    heading: str
    pieces: tuple[Piece, ...]
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that goes out, and to whom.

    about: the person whose information it is.  said: grounds that may be named, in the recipient's words.
    """

    reference: str
    hub: str
    recipient: str
    about: str
    made_on: date
    parts: tuple[Part, ...] = ()
    said: tuple[str, ...] = ()
    intro: tuple[str, ...] = field(default=FIXED)


def lines(answer: Answer) -> list[tuple[str, str]]:
    """Return all that stands in an answer, in its order, as pairs of HTML element and plain words."""
    found = [
        ("h1", TITLE),
        ("p", f"To {answer.recipient}"),
        ("p", f"About {answer.about}"),
        ("p", f"From {answer.hub}, {day(answer.made_on)}. Our reference {answer.reference}."),
        *(("p", words) for words in answer.intro),
    ]
    if answer.said:
        found.append(("p", "Among what we left out is: " + "; ".join(answer.said) + "."))
    if not answer.parts:
        found.append(("p", "We hold nothing about you that we can give you."))
    for part in answer.parts:
        found.append(("h2", f"{part.heading}, {day(part.on)}" if part.on else part.heading))
        found.append(("p", words_of(part.pieces)))
    return found


def words_of(pieces: Iterable[Piece]) -> str:
    """Return pieces as the recipient reads them: what is left out or in other words stands in square brackets."""
    return "".join(_said(one) for one in pieces).strip()


def to_html(answer: Answer) -> str:
    """Return the answer as a whole file: no script, no link, no picture, no comment, no words but those of `lines`."""
    return file_of(TITLE, lines(answer))


def text_of(answer: Answer) -> str:
    """Return every word that may stand in the file."""
    return "\n".join([TITLE, *(words for _, words in lines(answer))])


def grounds_said(grounds: Sequence[str]) -> tuple[str, ...]:
    """Return which of these grounds an answer names, each once, in the order of the list."""
    return tuple(one.said for one in GROUNDS if one.said and one.id in set(grounds))


def _said(piece: Piece) -> str:
    if piece.left_out:
        return LEFT_OUT
    return f"[{piece.words}]" if piece.replaced else piece.words
