"""What in the words of a release stops it, and what asks for a look before it goes.  Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from stdnum.gb import nhs

POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
STREET = re.compile(
    r"\b\d+[a-z]?,?\s+(?:[A-Z][\w'’]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Close|Row|Court|Drive|Way|Place|Yard"
    r"|Gardens|Terrace|Crescent|Square|Grove|House|Hill|Mews)\b",
    re.IGNORECASE,
)
TELEPHONE = re.compile(r"(?<!\d)(?:\+44[\s-]?|0)(?:\d[\s-]?){9,10}(?!\d)")
TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\d)")
SHORTEST_LINE = 5  # letters and digits: "Flat" alone tells nobody where somebody lives


def warnings(words: str) -> list[str]:
    """Return what a writer has to look at before the words go; a person may find that it is right as it stands.

    Source: docs/rules.md, "Releases".
    """
    found = []
    if POSTCODE.search(words):
        found.append("It holds what looks like a postcode.")
    if STREET.search(words):
        found.append("It holds what looks like an address.")
    if TELEPHONE.search(words):
        found.append("It holds what looks like a telephone number.")
    if any(nhs.is_valid(one) for one in TEN_DIGITS.findall(words)):
        found.append("It holds what looks like an NHS number.")
    return found


def tells_address(words: str, addresses: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether words hold a protected address, or a part that says where it is: its postcode, or a telling line.

    addresses: each with its "lines" and its "postcode".  Spaces, stops and capitals make no difference.

    Source: docs/rules.md, "Protected addresses".
    """
    said = _plain(words)
    return any(part in said for one in addresses for part in _parts(one))


def carries_a_name_of(name: str, people: Iterable[str]) -> bool:
    """Tell whether somebody is called as one of the people of a case is, in whatever order the names stand."""
    wanted = _names(name)
    return any(wanted and _names(one) == wanted for one in people)


def _parts(address: Mapping[str, Any]) -> Iterable[str]:
    code = _plain(address.get("postcode") or "")
    if code:
        yield code
    for place, line in enumerate(address.get("lines") or ()):
        plain = _plain(line)
        tells = place == 0 or any(letter.isdigit() for letter in line)
        if tells and len(plain) >= SHORTEST_LINE:
            yield plain


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _names(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", name.casefold()))
