"""What differs between two states of a set-up, in words.  Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

Difference = tuple[str, str, str]
EMPTY = "nothing"
LONGEST_NAME = 60
CALLED_BY = ("label", "text", "name", "who")


def between(before: Any, after: Any, place: str = "") -> list[Difference]:
    """Return (place, before, after) for everything that differs, things in lists being told apart by their ids."""
    return list(_between(before, after, place))


def digest(state: Any) -> str:
    """Return a short name for a state: another one if anything in it differs."""
    told = json.dumps(state, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _between(before: Any, after: Any, place: str) -> Iterator[Difference]:
    if before == after:
        return
    left, right = _named(before), _named(after)
    if left is None or right is None:
        yield place, _whole(before), _whole(after)
        return
    if isinstance(before, list):
        yield from _order(left, right, place)
    for name in dict.fromkeys((*left, *right)):
        called = _called(name, left.get(name) or right.get(name))
        yield from _between(left.get(name), right.get(name), f"{place} › {called}" if place else called)


def _order(left: Mapping[str, Any], right: Mapping[str, Any], place: str) -> Iterator[Difference]:
    """Yield that the things which both lists have stand in another order."""
    was, now = [one for one in left if one in right], [one for one in right if one in left]
    if was != now:
        words = (", ".join(_called(one, left[one]) for one in order) for order in (was, now))
        yield f"{place}, the order", *words  # type: ignore[misc]


def _called(name: str, thing: Any) -> str:
    """Return what a part is called: by its own words, or else by its name with spaces."""
    if isinstance(thing, Mapping) and "id" in thing:
        own = next((str(thing[key]) for key in CALLED_BY if thing.get(key)), "")
        if own:
            return own if len(own) <= LONGEST_NAME else f"{own[:LONGEST_NAME]}…"
    return name.replace("_", " ")


def _named(value: Any) -> Mapping[str, Any] | None:
    """Return the parts of a value by name: a mapping's, or those of a list whose things have ids."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, list) or not value:
        return None
    all_named = all(isinstance(one, Mapping) and "id" in one for one in value)
    return {str(one["id"]): one for one in value} if all_named else None


def _whole(value: Any) -> str:
    """Return all that a thing says which is new or gone; anything else as `said` has it."""
    if not isinstance(value, Mapping) or "id" not in value:
        return said(value)
    return "; ".join(f"{key.replace('_', ' ')}: {said(one)}" for key, one in value.items() if key != "id")


def said(value: Any) -> str:
    """Return a value as a worker reads it."""
    if value is None or value in ("", []):
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        own = next((str(value[key]) for key in CALLED_BY if value.get(key)), "")
        return own or "; ".join(f"{key.replace('_', ' ')}: {said(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(said(one) for one in value)
    return str(value)
