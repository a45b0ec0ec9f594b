"""How every file of starting content is read.

Content is data with an edition: a hub starts from what the product carries and then edits its own.  Reading is
pure: nothing here touches the database, and editions.py says whose content counts.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

try:
    from yaml import CSafeLoader as SafeLoader  # seven times as fast
except ImportError:  # a PyYAML built without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]

SHAPE = ConfigDict(extra="forbid")  # a key that nobody reads is a mistake, not a remark
CHOSEN_LOCALLY = "default: choose locally"


class ContentError(ValueError):
    """A file of content is wrong; the message names the file and the place."""


class Identified(Protocol):
    """Anything that content names by an id."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Given:
    """Content that comes from no file: the name of the file it stands for, and its plain lists and mappings."""

    name: str
    raw: Any

    @property
    def stem(self) -> str:
        return self.name.partition(".")[0]


Source = Path | Given
T = TypeVar("T")
Thing = TypeVar("Thing", bound=Identified)


class _Loader(SafeLoader):
    """Reads plain YAML, and refuses a key given twice where YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            line = node.start_mark.line + 1
            raise ContentError(f"line {line}: given twice: {', '.join(map(str, twice))}")
        return super().construct_mapping(node, deep=deep)


def read(source: Source, shape: type[T]) -> T:
    """Read one file of content, or what stands for it, into its shape, a frozen dataclass.

    Raises ContentError, naming file and place, for YAML that does not parse; a key missing, unknown or given
    twice; a value of the wrong kind; a format other than `openmash.content/<name>/1`; or a source that
    the file does not list.
    """
    raw = source.raw if isinstance(source, Given) else raw_of(source)
    try:
        content = TypeAdapter(shape).validate_python(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise ContentError(f"{source.name}: {_place(raw, first['loc'])}: {first['msg']}") from error
    _check_sources(source, raw)
    return content


def raw_of(file: Path) -> Any:
    """Return a file of content as plain lists and mappings.  Raises ContentError if it does not parse."""
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # a SafeLoader  # noqa: S506  # nosec B506
    except (yaml.YAMLError, ContentError) as error:
        raise ContentError(f"{file.name}: {error}") from error


def by_id(things: Iterable[Thing], place: str) -> Mapping[str, Thing]:
    """Return the things by their ids, in order.

    Raises ContentError, naming `place`, if an id comes twice.
    """
    found: dict[str, Thing] = {}
    for thing in things:
        if thing.id in found:
            raise ContentError(f"{place}.{thing.id}: this id is used twice")
        found[thing.id] = thing
    return MappingProxyType(found)


def require_known(names: Iterable[str | None], known: Collection[str], place: str) -> None:
    """Check that every name given is one of `known`.  Raises ContentError naming `place` and the name."""
    for name in names:
        if name is not None and name not in known:
            raise ContentError(f"{place}: there is no {name}")


def refuse(wrong: object, place: str, why: str) -> None:
    """Raise ContentError at `place`, saying why, if `wrong` holds."""
    if wrong:
        raise ContentError(f"{place}: {why}")


def _place(raw: Any, path: Iterable[str | int]) -> str:
    """Return where in a file a path leads, saying ids instead of positions."""
    said = []
    for step in path:
        raw = raw[step] if _leads_on(raw, step) else None
        named = isinstance(step, int) and isinstance(raw, dict) and "id" in raw
        said.append(str(raw["id"] if named else step))
    return ".".join(said) or "top"


def _leads_on(raw: Any, step: str | int) -> bool:
    return step in raw if isinstance(raw, dict) else isinstance(raw, list) and isinstance(step, int)


def _check_sources(file: Source, raw: Any) -> None:
    listed = raw.get("sources", {}) if isinstance(raw, dict) else {}
    if not isinstance(raw, dict) or raw.get("format") != f"openmash.content/{file.stem}/1":
        raise ContentError(f"{file.name}: format: expected openmash.content/{file.stem}/1")
    for place, source in _sources(raw, ()):
        if source not in listed and not source.startswith(CHOSEN_LOCALLY):
            raise ContentError(f"{file.name}: {_place(raw, place)}: {source} is not among the sources")


def _sources(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every source named under a value, with the path that leads to it."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _sources(item, (*path, index))
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key in {"source", "clock_source"}:
            yield from (((*path, key), name) for name in (item if isinstance(item, list) else [item]))
        else:
            yield from _sources(item, (*path, key))
