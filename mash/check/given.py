"""One piece of what an agency gives: what was typed, whether it is whole, and how it is said.  Pure."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from mash.check.content import Question, QuestionSet
from mash.check.models import Searched, Sharing
from mash.common.fields import VagueDate
from mash.common.templates import date_words
from mash.sealed.grading import Grading, NotForThisSystem, WrongGrading, check, refuse_what_is_too_secret

ITEM = "item"
WITHHELD = "withheld"
YES_NO = MappingProxyType({"yes": "Yes", "no": "No", "not_known": "Not known"})
LONGEST_CELL = 300  # characters
GRADED_BY = frozenset({"police"})  # kinds of agency whose items carry a grading
AN_ITEM = Question(
    id=ITEM,
    type="text",
    asks_about="child",
    sensitive_by_default=False,
    protective=False,
    text="Another piece of information",
    hint="One thing at a time, so that each can be shared, summed up or sealed by itself.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer to one question about one person, or an item that no question asks for.

    key: becomes the key of the answer.  person: key of the person within the enquiry.
    value: beside the words, for whatever is no plain text: "yes", a choice, a number as text, rows of a table.
    on, precision: as precise as known.  sharing: "" while nobody has chosen.
    copied_from: key of the answer that this one repeats for a brother or sister.
    """

    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    person: str
    question: str
    value: Any = None
    words: str = ""
    source: str = ""
    on: str = ""
    precision: str = "day"
    sharing: str = ""
    summary: str = ""
    source_grade: str = ""
    information_grade: str = ""
    handling: str = ""
    conditions: str = ""
    classification: str = ""
    copied_from: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.value or self.words.strip() or self.summary.strip())

    @property
    def grading(self) -> Grading:
        return Grading(self.source_grade, self.information_grade, self.handling, self.conditions.strip())

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.on) if self.on else None

    @property
    def vague_date(self) -> VagueDate | None:
        return VagueDate(self.day, self.precision) if self.day else None

    def problems(self) -> dict[str, str]:
        """Return what is still missing or wrong, by field, in the worker's words; nothing when it is whole."""
        found = {}
        if self.sharing not in Sharing.values:
            found["sharing"] = "Select whether to share this, share a summary or seal it"
        if self.sharing == Sharing.SUMMARY and not self.summary.strip():
            found["summary"] = "Write the summary to be shared"
        if self.sharing == Sharing.SUMMARY and not (self.value or self.words.strip()):
            found["words"] = "Write the full answer that the summary stands for"
        try:
            check(self.grading)
        except WrongGrading as wrong:
            found["conditions" if "conditions" in str(wrong) else "source_grade"] = str(wrong)
        try:
            refuse_what_is_too_secret(f"{self.words}\n{self.summary}", self.classification)
        except NotForThisSystem as wrong:
            found["words"] = str(wrong)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """That one person was searched for.  how: names, dates of birth, addresses, systems and years covered."""

    result: str
    how: str = ""
    again_on: date | None = None

    def problems(self) -> dict[str, str]:
        """Return what is missing.  Source: docs/rules.md, "Nil returns"."""
        if self.result not in Searched.values:
            return {"result": "Select what the search found"}
        found = {}
        if not self.how.strip():
            found["how"] = (
                "Say why the search could not be made"
                if self.result == Searched.COULD_NOT
                else "Say how you searched"
            )
        if self.result == Searched.COULD_NOT and self.again_on is None:
            found["again_on"] = "Enter the date when the search will be made"
        return found


def question_of(asked: QuestionSet, question_id: str) -> Question:
    """Return a question of a set, or the one that stands for any further item.  Raises KeyError for any other."""
    return AN_ITEM if question_id == ITEM else asked.question(question_id)


class WrongValue(ValueError):
    """A value is none that a question takes; the message says what it takes."""


def read_value(question: Question, value: Any) -> Any:
    """Return a value that came from a system as an answer keeps it; None for a question of words alone.

    A date is a list of the day and of how precise it is.  Raises WrongValue.
    """
    if value is None:
        return None
    if question.type == "text":
        raise WrongValue("This question is answered in words: leave the value out.")
    if question.type == "table":
        return _table(question, value)
    if not isinstance(value, str):
        raise WrongValue("It must be text.")
    if question.type == "date":
        return [*read_day(value)]
    if question.type == "number":
        if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value, re.ASCII):
            raise WrongValue("It must be a number, as text.")
        return value
    allowed = YES_NO if question.type == "yes_no" else question.choices
    if value not in allowed:
        raise WrongValue(f"It must be one of: {', '.join(allowed)}.")
    return value


def read_day(said: str) -> tuple[str, str]:
    """Return a day, a month or a year (2026-03-14, 2026-03, 2026) as its first day and its precision.

    Raises WrongValue.
    """
    precision = {10: "day", 7: "month", 4: "year"}.get(len(said), "")
    try:
        return date.fromisoformat(f"{said}-01-01"[:10] if precision else "").isoformat(), precision
    except ValueError as wrong:
        raise WrongValue("It must be a day, a month or a year: 2026-03-14, 2026-03 or 2026.") from wrong


def _table(question: Question, value: Any) -> list[dict[str, str]] | None:
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) and set(row) <= set(question.columns) for row in rows):
        raise WrongValue(f"It must be a list of rows, each with: {', '.join(question.columns)}.")
    if not all(isinstance(cell, str) and len(cell) <= LONGEST_CELL for row in rows for cell in row.values()):
        raise WrongValue(f"Each cell must be text of at most {LONGEST_CELL} characters.")
    typed = [{column: row.get(column, "").strip() for column in question.columns} for row in rows]
    return [row for row in typed if any(row.values())] or None


def said(question: Question, value: Any) -> str:
    """Say a value in words; "" where the words of the answer say it all."""
    if not value:
        return ""
    if question.type == "yes_no":
        return YES_NO[value]
    if question.type == "choice":
        return label(str(value))
    if question.type == "date":
        return date_words(date.fromisoformat(value[0]), value[1])
    if question.type == "table":
        return "\n".join(
            "; ".join(f"{label(column)}: {cell}" for column, cell in row.items() if cell) for row in value
        )
    return str(value)


def in_full(question: Question, given: Given) -> str:
    """Return the whole answer as text: value, words and source."""
    parts = [said(question, given.value), given.words.strip()]
    if given.source.strip():
        parts.append(f"Source: {given.source.strip()}")
    return "\n".join(part for part in parts if part)


def label(code: str) -> str:
    """Return the words for an id: "mostly_unauthorised" is "Mostly unauthorised"."""
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]


def to_json(given: Mapping[str, Given]) -> str:
    """Write a draft down."""
    return json.dumps([asdict(one) for one in given.values()], ensure_ascii=False)


def from_json(text: str) -> dict[str, Given]:
    """Read a draft, by the key of each piece."""
    return {one["key"]: Given(**one) for one in json.loads(text)}


def for_room(question: Question, given: Given) -> str:
    """Return what goes into the sealed room, as JSON: the room itself does not know questions."""
    kept = {
        "question": question.text,
        "words": in_full(question, given),
        "on": given.on,
        "precision": given.precision,
    }
    return json.dumps(kept, ensure_ascii=False)
