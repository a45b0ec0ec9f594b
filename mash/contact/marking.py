"""Marking, in the words of a contact, the names and addresses that it gives for its people.  Nothing is changed.

A protected address is taken out of the words before they are kept, and is not among what is looked for.

Source: docs/rules.md, "Contacts", "Protected addresses".
"""

import re
from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from mash.common.templates import nl2p
from mash.contact.models import Contact, ContactPerson

SHORTEST_NAME, SHORTEST_LINE = 2, 5  # characters
NOTHING = re.compile(r"(?!)")


def stated(contact: Contact) -> re.Pattern[str]:
    """Return what to look for in a contact's words: its people's names, and their addresses that are not protected.

    Names are looked for as they are written and in capitals, so that "Will" marks no "will".
    """
    people = list(contact.people.all())
    names = {name for one in people for name in _names(one)}
    places = {place for one in people if not one.protected for place in _places(one)}
    parts = [_words(name) for name in {*names, *(name.upper() for name in names)}]
    parts += [f"(?i:{place})" for place in places]
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    return re.compile("|".join(longest_first)) if longest_first else NOTHING


def marked(text: str | None, wanted: re.Pattern[str]) -> Markup:
    """Turn plain text into paragraphs with what is wanted marked; whatever the text holds is escaped."""
    return nl2p(text, lambda line: Markup("").join(_pieces(line, wanted)))


def _pieces(line: str, wanted: re.Pattern[str]) -> Iterator[Markup]:
    at = 0
    for found in wanted.finditer(line):
        yield escape(line[at : found.start()])
        yield Markup("<mark>{}</mark>").format(found[0])
        at = found.end()
    yield escape(line[at:])


def _names(one: ContactPerson) -> Iterable[str]:
    whole = " ".join(part for part in (one.given, one.family) if part)
    known = (whole, one.given, one.family, *one.known_as)
    return [name.strip() for name in known if len(name.strip()) >= SHORTEST_NAME]


def _places(one: ContactPerson) -> Iterable[str]:
    lines = [_words(line) for line in one.lines[:1] if len(line.strip()) >= SHORTEST_LINE]
    code = "".join(one.postcode.split())
    return (
        [*lines, rf"\b{re.escape(code[:-3])}\s*{re.escape(code[-3:])}\b"] if len(code) > len("NF1") else lines
    )


def _words(said: str) -> str:
    return r"\b" + r"\W+".join(map(re.escape, re.findall(r"\w+", said))) + r"\b"
