"""Two people wrote in one form.  Pure: fields that only one of them changed are merged, the others a person chooses.

Values are lists of strings, as a form sends them; a field without any is an empty list.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, list[str]]
DIGEST = 16  # hexadecimal digits: enough that two values of one field are not taken for one


@dataclass(frozen=True, slots=True)
class Opened:
    """What a form was built on: the version, and a digest of each field as it was shown and as it was recorded."""

    version: str
    shown: Mapping[str, str]
    recorded: Mapping[str, str]

    def dumps(self) -> str:
        """Return it for an unseen input.  It holds digests alone, and no words."""
        return json.dumps([self.version, dict(self.shown), dict(self.recorded)], separators=(",", ":"))


def opened(version: str, shown: Values, recorded: Values) -> Opened:
    """Return what a form is built on, from the values it shows and those that stand recorded."""
    return Opened(version, digests(shown), digests(recorded))


def loads(words: str) -> Opened | None:
    """Read what `dumps` wrote; None for anything else."""
    try:
        version, shown, recorded = json.loads(words)
        return Opened(str(version), dict(shown), dict(recorded))
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class Merged:
    """values: whatever only one of the two changed, or both alike.  conflicts: field to (theirs, mine)."""

    values: dict[str, list[str]]
    conflicts: dict[str, tuple[list[str], list[str]]]
    taken: frozenset[str]  # fields in which the other's words were taken over


def merge(base: Opened, theirs: Values, mine: Values, names: Iterable[str]) -> Merged:
    """Merge field by field.

    A field that I left as it was shown takes theirs, if they changed it; one that they left takes mine;
    one that both changed is a conflict, unless both say the same.
    """
    values: dict[str, list[str]] = {}
    conflicts: dict[str, tuple[list[str], list[str]]] = {}
    taken = set()
    for name in names:
        yours, other = plain(mine.get(name, [])), plain(theirs.get(name, []))
        i_changed = digest(yours) != base.shown.get(name, EMPTY)
        they_changed = digest(other) != base.recorded.get(name, EMPTY)
        if not they_changed or yours == other:
            values[name] = yours
        elif i_changed:
            conflicts[name] = (other, yours)
        else:
            values[name] = other
            taken.add(name)
    return Merged(values, conflicts, frozenset(taken))


def plain(values: list[str]) -> list[str]:
    """Return values so that the same said twice is equal: line ends, blanks around, order of ticks."""
    told = [one.replace("\r\n", "\n").strip() for one in values]
    return sorted(one for one in told if one)


def digest(values: list[str]) -> str:
    """Return the digest of a field's values."""
    return hashlib.sha256(json.dumps(plain(values)).encode()).hexdigest()[:DIGEST]


EMPTY = digest([])


def digests(values: Values) -> dict[str, str]:
    """Return the digest of each field that holds something."""
    found = {name: digest(value) for name, value in values.items()}
    return {name: one for name, one in found.items() if one != EMPTY}


def values_of(data: Any) -> dict[str, list[str]]:
    """Return what a form sent, by name."""
    return {name: data.getlist(name) for name in data}
