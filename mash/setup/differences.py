"""What differs between two states of a set-up, in words.  Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Difference = tuple[str, str, str]
EMPTY = "nothing"


def between(before: Any, after: Any, place: str = "") -> list[Difference]:
    """Return (place, before, after) for everything that differs, things in lists being told apart by their ids."""
    return list(_between(before, after, place))


def digest(state: Any) -> str:
    """Return a short name for a state: another one if anything in it differs."""
    said = json.dumps(state, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _between(before: Any, after: Any, place: str) -> Iterator[Difference]:
    if before == after:
        return
    left, right = _named(before), _named(after)
    if left is None or right is None:
        yield place, said(before), said(after)
        return
    if [one for one in left if one in right] != [one for one in right if one in left]:
        yield f"{place} (order)".strip(), ", ".join(left), ", ".join(right)
    for name in dict.fromkeys((*left, *right)):
        yield from _between(left.get(name), right.get(name), f"{place} › {name}" if place else name)


def _named(value: Any) -> Mapping[str, Any] | None:
    """Return the parts of a value by name: a mapping's, or those of a list whose things have ids."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return None
    all_named = all(isinstance(one, Mapping) and "id" in one for one in value)
    return {str(one["id"]): one for one in value} if all_named else None


def said(value: Any) -> str:
    """Return a value as a worker reads it."""
    if value is None or value in ("", []):
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        label = value.get("label") or value.get("text") or value.get("name")
        return str(label) if label else "; ".join(f"{key}: {said(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(said(one) for one in value)
    return str(value)
