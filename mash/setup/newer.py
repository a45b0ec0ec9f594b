"""What the product carries that is newer than a hub's own edition, piece by piece, and taking a piece in.  Pure.

Three contents are compared: what the product carried when the hub last looked, what it carries now, and the hub's own.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mash.setup.differences import Difference, between
from mash.setup.parts import PARTS
from mash.setup.questions import newest, series_of, with_set

Raw = Any
NOT_COMPARED = {"format", "version", "sources", "language"}
SETS = "sets"


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that is new or other in the product.

    key: names it in a form.  ours: what the hub has; None where it has none.  changed_here: the hub changed it too.
    """

    key: str
    part: str
    name: str
    ours: Any
    theirs: Any
    changed_here: bool

    @property
    def is_new(self) -> bool:
        """Tell whether the hub has nothing of it."""
        return self.ours is None

    @property
    def differences(self) -> list[Difference]:
        """Return (what, here, in the product)."""
        if isinstance(self.ours, Mapping) and isinstance(self.theirs, Mapping):
            return between(_without_id(self.ours), _without_id(self.theirs))
        if self.ours is None and isinstance(self.theirs, Mapping):
            return between({}, _without_id(self.theirs))
        return between(self.ours, self.theirs, self.name)


def pieces(content: str, base: Raw, ours: Raw, theirs: Raw) -> list[Piece]:
    """Return what the product has changed since `base` and the hub does not say alike, in the product's order.

    base: what the product carried when the hub last looked.  A thing that the product let go stays the hub's.
    """
    was, mine = dict(_things(base)), dict(_things(ours))
    return [
        Piece(
            key, _part(content, key), _name(key, value), mine.get(key), value, mine.get(key) != was.get(key)
        )
        for key, value in _things(theirs)
        if value != was.get(key) and value != mine.get(key)
    ]


def taken(ours: Raw, in_force: Raw, theirs: Raw, key: str) -> Raw:
    """Return the hub's content with one piece as the product has it.  What the hub retired stays retired.

    Raises KeyError for a piece that the product does not have.
    """
    value = dict(_things(theirs))[key]
    path, _, thing_id = key.partition("/")
    if path == SETS:
        return _with_sources(_with_set(ours, in_force, theirs, thing_id), theirs)
    changed = copy.deepcopy(ours)
    *way, last = path.split(".")
    place = changed
    for step in way:
        place = place[step]
    if not thing_id:
        place[last] = copy.deepcopy(value)
        return _with_sources(changed, theirs)
    known = {str(one["id"]): at for at, one in enumerate(place[last])}
    made = copy.deepcopy(value)
    if thing_id in known:
        was = place[last][known[thing_id]]
        place[last][known[thing_id]] = made | ({"retired": True} if was.get("retired") else {})
    else:
        place[last].append(made)
    return _with_sources(changed, theirs)


def _with_set(ours: Raw, in_force: Raw, theirs: Raw, series: str) -> Raw:
    if series in newest(ours):
        return with_set(ours, in_force, series, newest(theirs)[series])
    changed = copy.deepcopy(ours)
    changed[SETS] += [copy.deepcopy(one) for one in theirs[SETS] if series_of(one) == series]
    return changed


def _with_sources(words: Raw, theirs: Raw) -> Raw:
    if "sources" in theirs:
        words["sources"] = {**theirs["sources"], **words.get("sources", {})}
    return words


def _things(words: Raw) -> Iterator[tuple[str, Any]]:
    for name, value in words.items():
        if name == SETS:
            for series, one in newest(words).items():
                yield (
                    f"{SETS}/{series}",
                    {key: kept for key, kept in one.items() if key not in {"id", "version"}},
                )
        elif name not in NOT_COMPARED:
            yield from _below(name, value)


def _below(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if _is_list_of_things(value):
        for one in value:  # whether it is retired is for each hub to say
            yield f"{path}/{one['id']}", {name: kept for name, kept in one.items() if name != "retired"}
    elif isinstance(value, Mapping) and any(_is_list_of_things(one) for one in value.values()):
        for name, inside in value.items():
            yield from _below(f"{path}.{name}", inside)
    else:
        yield path, value


def _is_list_of_things(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and "id" in one for one in value)
    )


def _part(content: str, key: str) -> str:
    path = key.partition("/")[0]
    titles = {part.path: part.title for part in PARTS.get(content, ())}
    said = path.replace(".", ", ").replace("_", " ")
    return titles.get(path, said[:1].upper() + said[1:])


def _name(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        own = next((str(value[name]) for name in ("label", "name", "text", "who") if value.get(name)), "")
        if own:
            return own
    return (key.partition("/")[2] or key.rpartition(".")[2]).replace("_", " ")


def _without_id(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in value.items() if name not in {"id", "retired"}}
