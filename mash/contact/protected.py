"""Taking protected addresses out of a message before anything of it is kept where it could be shown.

Pure: a message goes in as plain JSON, and comes back without them, beside what was taken.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MARK = "[protected address]"
SHORTEST_TELLING_LINE = 5  # characters: "Flat" alone tells nobody where somebody lives
NOT_SEARCHED = {"format", "reference", "sent_at", "source", "attachments"}
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken out about one person of a message.

    ref: "p1".  words: path in the message to the words as they were, where the address stood in a text.
    """

    ref: str
    lines: tuple[str, ...]
    postcode: str
    words: dict[str, str] = field(default_factory=dict)

    def as_said(self) -> dict[str, Any]:
        """Return it as JSON, to be sealed."""
        return {"lines": list(self.lines), "postcode": self.postcode, "words": self.words}


def take_out(message: Json) -> tuple[dict[str, Any], list[Taken]]:
    """Return the message without its protected addresses, and what was taken, a person each.

    An address that the message protects for one person is taken out for everybody it is given for, and wherever
    a text repeats it; the texts as they were go with the first person it was taken for.

    Source: docs/rules.md, "Protected addresses".
    """
    hidden = [_address(one) for one in message["people"] if _address(one).get("protected")]
    if not hidden:
        return dict(message), []
    same = {_likeness(address) for address in hidden} - {("", "")}
    found = [
        one for one in message["people"] if _address(one).get("protected") or _likeness(_address(one)) in same
    ]
    refs = {one["id"] for one in found}
    bare = {
        **message,
        "people": [_without_address(one) if one["id"] in refs else one for one in message["people"]],
    }
    telling = _pattern(_address(one) for one in found)
    originals: dict[str, str] = {}
    shown = {
        key: value if key in NOT_SEARCHED else _marked(value, key, telling, originals)
        for key, value in bare.items()
    }
    return shown, _taken(found, originals)


def _taken(people: list[Json], originals: dict[str, str]) -> list[Taken]:
    words = [originals, *({} for _ in people[1:])]
    return [
        Taken(one["id"], tuple(_address(one).get("lines") or ()), _address(one).get("postcode") or "", said)
        for one, said in zip(people, words, strict=True)
    ]


def _address(person: Json) -> Json:
    return person.get("address") or {}


def _without_address(person: Json) -> dict[str, Any]:
    return {**person, "address": {"protected": True}}


def _likeness(address: Json) -> tuple[str, str]:
    """Return what two ways to write one address share: postcode and first line, as letters and digits only."""
    lines = address.get("lines") or [""]
    return _plain(address.get("postcode") or ""), _plain(lines[0])


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _pattern(addresses: Iterable[Json]) -> re.Pattern[str]:
    parts = {part for address in addresses for part in _parts(address)}
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    return re.compile("|".join(longest_first) or r"(?!)", re.IGNORECASE)


def _parts(address: Json) -> Iterator[str]:
    """Yield what tells where the address is: postcode, first line, any line with a number or "c/o"."""
    code = _plain(address.get("postcode") or "")
    if code:
        yield r"\b" + r"[\s.-]*".join(map(re.escape, code)) + r"\b"
    for place, line in enumerate(address.get("lines") or ()):
        tells = place == 0 or any(letter.isdigit() for letter in line) or line.casefold().startswith("c/o")
        words = re.findall(r"\w+", line)
        if tells and len("".join(words)) >= SHORTEST_TELLING_LINE:
            yield r"\b" + r"\W+".join(map(re.escape, words)) + r"\b"


def _marked(value: Any, path: str, telling: re.Pattern[str], originals: dict[str, str]) -> Any:
    """Return the value with the mark in place of each address in its texts; keep those texts by their path."""
    if isinstance(value, str):
        marked = telling.sub(MARK, value)
        if marked != value:
            originals[path] = value
        return marked
    if isinstance(value, Mapping):
        return {key: _marked(one, f"{path}.{key}", telling, originals) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(one, f"{path}[{place}]", telling, originals) for place, one in enumerate(value)]
    return value
