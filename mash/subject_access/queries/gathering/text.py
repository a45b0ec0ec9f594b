"""One text that was found, and the words of rows and messages as texts have them."""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mash.common.clock import LONDON

NOT_SHOWN = {"format", "base64", "id", "sha256"}


@dataclass(frozen=True, slots=True)
class Text:
    """One text that was found.  Fields as in `Found`; agency: key of whose information it is."""

    place: str
    kind: str
    heading: str
    text: str
    contact_id: uuid.UUID | None = None
    on: date | None = None
    agency: uuid.UUID | None = None

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


def said_of(facts: Mapping[str, Any]) -> str:
    return "\n".join(f"{label}: {words}" for label, words in facts.items() if str(words or "").strip())


def plain(needs: Mapping[str, Any]) -> dict[str, str]:
    return {key.replace("_", " ").capitalize(): str(words) for key, words in needs.items()}


def value_of(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(value_of(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {value_of(one)}" for key, one in value.items())
    return "" if value is None else str(value).replace("_", " ")


def written_words(row: Any) -> dict[str, str]:
    """Return what people wrote in a row, by the name of its column."""
    texts = {"TextField", "CharField"}
    found = {}
    for column in row._meta.concrete_fields:
        if column.get_internal_type() in texts and not column.choices:
            found[column.verbose_name.capitalize()] = str(getattr(row, column.name) or "")
    return found


def leaves_of(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key not in NOT_SHOWN:
                yield from leaves_of(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            yield from leaves_of(one, f"{path}[{place}]")
    elif value not in (None, ""):
        yield (
            path,
            {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value),
        )


def name_of(said: Any) -> str:
    return (
        " ".join(part for part in (said.get("given"), said.get("family")) if part)
        if isinstance(said, Mapping)
        else ""
    )


def day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()
