"""A text as a plain mapping: bounded in size and depth, without anchors and tags.  Pure."""

from collections.abc import Hashable, Mapping
from typing import Any

import yaml

from mash.exercise.format.refusals import Mistake, Refused

LARGEST = 200_000  # bytes of a file
DEEPEST = 12  # lists and mappings within each other
MOST_NODES = 20_000


class _Loader(yaml.SafeLoader):
    """Reads plain YAML, and refuses a key given twice where YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if not isinstance(name, Hashable):
                raise Refused([Mistake(f"line {key.start_mark.line + 1}", "a name must be plain words")])
            if name in seen:
                raise Refused([Mistake(f"line {key.start_mark.line + 1}", f"{name} is given twice")])
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


# A day or moment stays as it is written: whether there is one is asked where it stands.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def plain(text: str | bytes) -> dict[str, Any]:
    """Return a text as a plain mapping: bounded in size and depth, without anchors.  Raises Refused."""
    if len(text) > LARGEST:
        raise Refused([Mistake("", f"the file is larger than {LARGEST // 1000} kilobytes")])
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused([Mistake("", "the file is not text in UTF-8: save it so")]) from None
    try:
        _bounded(text)
        raw = yaml.load(text, Loader=_Loader)  # a SafeLoader  # noqa: S506  # nosec B506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}" if mark else ""
        raise Refused([Mistake(place, f"this is not YAML: {error.problem or error.context}")]) from None
    except yaml.YAMLError:
        raise Refused([Mistake("", "the file holds a character that YAML does not allow")]) from None
    except (ValueError, OverflowError, RecursionError):
        raise Refused([Mistake("", "a number in it does not exist")]) from None
    if not isinstance(raw, dict):
        raise Refused([Mistake("", "the file must begin with lines such as “title: …”")])
    written: dict[str, Any] = _plainly(raw)
    return written


def _plainly(value: Any) -> Any:
    """Return what YAML made of a text as it is kept: every name as words."""
    if isinstance(value, dict):
        return {str(name): _plainly(one) for name, one in value.items()}
    return [_plainly(one) for one in value] if isinstance(value, list) else value


def _bounded(text: str) -> None:
    deep = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refused(
                [Mistake(f"line {line}", "anchors (&) and references (*) are not taken: write it out")]
            )
        if getattr(event, "tag", None):
            raise Refused([Mistake(f"line {line}", "tags (!) are not taken")])
        if isinstance(event, yaml.CollectionStartEvent):
            deep += 1
        if isinstance(event, yaml.CollectionEndEvent):
            deep -= 1
        if deep > DEEPEST or nodes > MOST_NODES:
            raise Refused([Mistake(f"line {line}", "there is too much in it, or too deep within each other")])


def as_text(raw: Mapping[str, Any]) -> str:
    """Return a plain mapping as the text of a file, in the order in which it was written."""
    return yaml.safe_dump(dict(raw), sort_keys=False, allow_unicode=True, width=110)
