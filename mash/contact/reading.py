"""From bytes to plain JSON.  Pure: nothing of the message's own shape is known here.

What could cost more memory or stack than any message needs is refused before it is read.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any, NoReturn

from mash.contact.refusals import Json, Refusal, Refused, Steps, first_at_each_path, path_of, refusal_at

LARGEST = 20 * 1024 * 1024  # bytes a message, attachments included
LONGEST_TEXT = 50_000  # characters a value; an attachment's base64 has the message's own limit
DEEPEST = 12  # objects and lists inside each other; the format itself needs 5
LONGEST_LIST = 2_000  # entries; the format's longest is of relationships
MOST_KEYS = 1_000  # of an object; the format's largest has 19
MOST_MARKS = 400_000  # strings, brackets, commas and colons: what a reader's memory grows with
TOO_LARGE = "line is larger than 20 MB"
TOO_MANY = "line has too many values"
NO_NUMBERS = "It is a number; the format has none: write text in quotation marks."

MARK = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},:]', re.DOTALL)


def canonical(raw: bytes) -> Json:
    """Return the content of a message as plain JSON, each value as it was sent, without its nulls.

    Raises Refused where `parse` does because of bytes or JSON; of the format it checks nothing else.
    """
    plain, refusals = read(raw)
    if refusals:
        raise Refused(first_at_each_path(refusals))
    return plain


class _Object(dict[str, Any]):
    """An object as it stood in the text.  twice: the keys that it gave more than once."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    """Return an object with the first of the values given for each key."""
    found = _Object(pairs)
    if len(found) < len(pairs):
        found = _Object(reversed(pairs))
        keys = sorted(key for key, _ in pairs)
        found.twice = tuple({key: None for key, following in pairwise(keys) if key == following})
    return found


def _not_json(_: str) -> NoReturn:
    raise ValueError("a constant that JSON does not have")


def read(raw: bytes, *, numbers_as_text: bool = False) -> tuple[Json, list[Refusal]]:
    """Return the object that the bytes hold, without nulls, and what is wrong with its texts and keys.

    numbers_as_text: a number is kept as it was written; without it, none is allowed.

    Raises Refused where there is no such object.
    """
    number = str if numbers_as_text else len  # what stands for one is refused, and costs nothing
    text = _text(raw)
    refusal = _too_deep_or_too_many(text)
    if refusal:
        raise Refused([refusal])
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_not_json,
            parse_int=number,
            parse_float=number,
        )
    except json.JSONDecodeError as error:
        reason = f"It cannot be read as JSON from character {error.pos + 1} on."
        raise Refused([Refusal("line is not JSON", reason)]) from None
    except ValueError:
        reason = "NaN and Infinity are not JSON."
        raise Refused([Refusal("line is not JSON", reason)]) from None
    if not isinstance(found, _Object):
        raise Refused([Refusal("line is not a message", "It must be one JSON object, in curly brackets.")])
    refusals: list[Refusal] = []
    return _clean(found, (), refusals), refusals


def _text(raw: bytes) -> str:
    """Return the bytes as text.  Raises Refused if they are too many, or not plain UTF-8."""
    if len(raw) > LARGEST:
        raise Refused([Refusal(TOO_LARGE, "Nothing of it was kept.  Send attachments another way.")])
    reason = ""
    if raw.startswith(b"\xef\xbb\xbf"):
        reason = "It begins with a byte order mark: save it as UTF-8 without one."
    elif b"\0" in raw:
        reason = "It holds zero bytes, as UTF-16 does: save it as UTF-8."
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = reason or f"Byte {error.start + 1} does not belong to UTF-8: save it as UTF-8."
    if reason:
        raise Refused([Refusal("line is not UTF-8", reason)])
    return text


def _too_deep_or_too_many(text: str) -> Refusal | None:
    """Return a refusal if reading the text could take more stack or memory than any message needs.

    Runs before the JSON is read, in one pass over its marks, and stops at the first that is too much.
    """
    steps: list[str | int] = []
    last = ""
    for count, found in enumerate(MARK.finditer(text)):
        if count > MOST_MARKS:
            return Refusal(TOO_MANY, "No message needs as many.")
        mark = text[found.start()]
        if mark == '"':
            last = text[found.start() + 1 : min(found.end() - 1, found.start() + 70)]
        elif mark in "[{":
            if len(steps) == DEEPEST:
                return _too_deep(steps)
            steps.append(0 if mark == "[" else "")
        elif steps:
            _step_on(steps, mark, last)
    return None


def _step_on(steps: list[str | int], mark: str, last: str) -> None:
    """Move to the next value of a list or object, or out of it."""
    place = steps[-1]
    if mark in "]}":
        steps.pop()
    elif mark == ":" and isinstance(place, str):
        steps[-1] = last
    elif mark == "," and isinstance(place, int):
        steps[-1] = place + 1


def _too_deep(steps: list[str | int]) -> Refusal:
    """Return the refusal at the value that nests lists or objects without end, not at its innermost."""
    while len(steps) > 1 and isinstance(steps[-1], int):
        steps = steps[:-1]
    return Refusal(path_of(steps), f"Lists and objects stand inside each other more than {DEEPEST} deep.")


def _clean(value: Any, steps: Steps, refusals: list[Refusal]) -> Any:
    """Return a value without nulls in its objects, noting keys given twice and texts that cannot be kept."""
    if isinstance(value, _Object):
        refusals += (refusal_at((*steps, key), "It is given twice; which is meant?") for key in value.twice)
        return _clean_object(value, steps, refusals)
    if isinstance(value, list):
        return _clean_list(value, steps, refusals)
    if isinstance(value, int) and not isinstance(value, bool):
        refusals.append(refusal_at(steps, NO_NUMBERS))
    return _clean_text(value, steps, refusals) if isinstance(value, str) else value


def _clean_object(value: Json, steps: Steps, refusals: list[Refusal]) -> Json:
    """Return an object, of one that is too large the beginning."""
    if len(value) > MOST_KEYS:
        refusals.append(Refusal(path_of(steps) or TOO_MANY, f"An object has at most {MOST_KEYS:,} keys."))
    said = ((key, item) for key, item in value.items() if item is not None)
    return {
        _clean_text(key, (*steps, key), refusals): _clean(item, (*steps, key), refusals)
        for key, item in islice(said, MOST_KEYS)
    }


def _clean_list(value: list[Any], steps: Steps, refusals: list[Refusal]) -> list[Any]:
    """Return a list; one that is too long for any use is refused unread."""
    if len(value) > LONGEST_LIST:
        refusals.append(refusal_at(steps, f"A list has at most {LONGEST_LIST:,} entries."))
        return value
    return [_clean(item, (*steps, place), refusals) for place, item in enumerate(value)]


def _clean_text(text: str, steps: Steps, refusals: list[Refusal]) -> str:
    """Return a text that can be kept, noting why if it cannot."""
    if "\0" in text:
        refusals.append(refusal_at(steps, "It holds the NUL character, which no text can hold."))
        return text.replace("\0", "?")
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        refusals.append(refusal_at(steps, "It holds half of a character (a lone surrogate)."))
        return text.encode("utf-8", "replace").decode()
    if len(text) > LONGEST_TEXT and not (steps[0] == "attachments" and steps[-1] == "base64"):
        words = f"It has {len(text):,} characters; the most is {LONGEST_TEXT:,}."
        refusals.append(refusal_at(steps, words))
    return text


def objects_in(plain: Json, key: str) -> Iterator[tuple[int, Json]]:
    """Yield the objects of a list, with their places, leaving out whatever has another shape."""
    found = plain.get(key)
    for place, one in enumerate(found if isinstance(found, list) else ()):
        if isinstance(one, dict):
            yield place, one
