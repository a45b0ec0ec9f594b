"""A referral as graders read it: what it says, and nothing that names who sent it or from where.  Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mash.referral.copying import copy_of

HIDDEN = "[hidden]"
NAMES_THE_SENDER = {"From", "Files"}  # sections; a file's name may say whose it is
FORMS_OF_ADDRESS = {
    "mr", "mrs", "ms", "miss", "mx", "dr", "pc", "ps", "dc", "ds", "di", "dci", "insp", "sgt", "pcso", "the", "and",
}  # fmt: skip
SHORTEST = 3
Section = Mapping[str, Any]


def blinded(message: Mapping[str, Any], names: Iterable[str]) -> list[Section]:
    """Return what graders read, under headings: `title` and `rows` of label and words.

    message: as it was kept.  names: of whoever sent it, beside those that stand in the message.

    Source: docs/rules.md, "Grading referrals".
    """
    out = covering([*names, *names_in(message)])
    return [
        {"title": title, "rows": [[label, out(words)] for label, words in rows]}
        for title, rows in copy_of(message)
        if title not in NAMES_THE_SENDER
    ]


def covered(sections: Iterable[Section], names: Iterable[str]) -> list[Section]:
    """Return sections with more words covered."""
    out = covering(names)
    return [
        {"title": one["title"], "rows": [[label, out(words)] for label, words in one["rows"]]}
        for one in sections
    ]


def names_in(message: Mapping[str, Any]) -> Iterator[str]:
    """Yield what names the sender in a message: who and where they are, their numbers, and other professionals."""
    source = message["source"]
    family = {
        part.casefold()
        for one in message["people"]
        if one["role"] != "professional"
        for whole in (one.get("name") or {}).values()
        for name in (whole if isinstance(whole, list) else [whole])
        for part in str(name).split()
    }
    for key in ("organisation", "email", "phone"):
        if source.get(key):
            yield source[key]
    for name in (source.get("name"), (message.get("agreement") or {}).get("manager")):
        yield from _parts(name or "", family)
    if message.get("reference"):
        yield message["reference"]
    if (message.get("event") or {}).get("reference"):
        yield message["event"]["reference"]
    for one in message["people"]:
        if one["role"] == "professional":
            said = one.get("name") or {}
            yield from _parts(" ".join(str(said.get(part) or "") for part in ("given", "family")), family)


def _parts(name: str, family: set[str]) -> Iterator[str]:
    """Yield a name whole, and each part of it by which its bearer could be known, unless the family bears it too."""
    whole = " ".join(name.split())
    if whole:
        yield whole
    for part in whole.split():
        bare = part.strip(".,;:()")
        low = bare.casefold()
        if len(bare) >= SHORTEST and low not in FORMS_OF_ADDRESS and low not in family:
            yield bare


def covering(names: Iterable[str]) -> Any:
    """Return a function that covers every one of these names in some words, in capitals or not."""
    known = sorted(
        {" ".join(one.split()) for one in names if one and one.strip()}, key=lambda one: (-len(one), one)
    )
    if not known:
        return str
    ways = "|".join(r"\s+".join(re.escape(part) for part in one.split(" ")) for one in known)
    pattern = re.compile(rf"(?<!\w)(?:{ways})(?!\w)", re.IGNORECASE)
    return lambda words: pattern.sub(HIDDEN, words)
