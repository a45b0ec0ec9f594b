"""Letters, the gaps in them, and what stands between a draft and a family: `letters.yaml`."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.triage.content import Limit, clocks, stages

LETTERS = Path(__file__).parent / "letters.yaml"


PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Paragraph:
    """One paragraph: own text, or a block that letters share; left out where `only_if` does not hold."""

    text: str = ""
    use: str | None = None
    heading: str | None = None
    only_if: str | None = None


def _paragraph(said: Any) -> Any:
    return {"text": said} if isinstance(said, str) else said


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Letter:
    """One letter, call or notice: whom it is for, when it goes, its words, and what it never says."""

    id: str
    label: str
    reader: Literal["professional", "public", "parent", "young_person", "adult", "school"]
    goes: Literal["on_reading", "on_decision", "draft_only", "police_duty"]
    body: tuple[Annotated[Paragraph, BeforeValidator(_paragraph)], ...]
    never: tuple[str, ...]
    subject_line: str | None = None  # a call has none
    within: str | None = None  # a clock or a stage of triage
    also_for: tuple[str, ...] = ()
    only_if: tuple[str, ...] = ()
    not_sent_when: tuple[str, ...] = ()
    held_until: str | None = None
    best_given: str | None = None
    not_to_someone_else: str | None = None
    to: str | None = None
    one_for_each: str | None = None
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Placeholder:
    """A gap in a letter, filled from the hub's settings, or by a worker, a clock or the contact."""

    id: str
    label: str
    example: str | None = None
    required: bool = False
    filled_by: Literal["contact", "worker", "clock", "police"] | None = None
    choices: tuple[str, ...] = ()  # the sentences of which one fills it, where nobody writes their own


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class LetterRule:
    """One rule that every letter keeps."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ClearedBy:
    """Who may clear a draft: a person by name who holds one of these duties."""

    duty: tuple[str, ...]
    named: Literal[True]
    never: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ClearingRecord:
    """One thing the named worker records before a draft may go."""

    id: str
    label: str
    required: bool
    hint: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Unclear:
    """What becomes of a draft that nobody has cleared: it is chased, never sent."""

    limit: Limit
    then: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Clearing:
    """What stands between a draft and a family."""

    by: ClearedBy
    records: tuple[ClearingRecord, ...]
    second_reader_when: tuple[str, ...]
    second_reader_sees: str
    no_safe_way: str
    blocked_when: tuple[str, ...]
    envelope: str
    unclear_after: Unclear


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class LetterContent:
    """The whole of `letters.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    language: str
    rules: tuple[LetterRule, ...]
    clearing: Clearing
    never_in_any: tuple[str, ...]
    placeholders: tuple[Placeholder, ...]
    templates: tuple[Letter, ...]
    blocks: dict[str, tuple[str, ...]]
    reported: tuple[str, ...]


def load_letters(file: Source = LETTERS) -> LetterContent:
    """Read and check letters and their placeholders.  Raises ContentError naming the place."""
    content = read(file, LetterContent)
    gaps = by_id(content.placeholders, f"{file.name}: placeholders")
    for letter in by_id(content.templates, f"{file.name}: templates").values():
        place = f"{file.name}: templates.{letter.id}"
        require_known([letter.within], {*clocks(), *stages()}, f"{place}.within")
        require_known((part.use for part in letter.body), content.blocks, f"{place}.body")
        require_known(_gaps_in(letter, content.blocks), gaps, f"{place}.body")
        empty = [part for part in letter.body if bool(part.text) == bool(part.use)]
        refuse(empty, f"{place}.body", "a paragraph has its own text or uses a block, one of the two")
        family = letter.reader in {"parent", "young_person", "adult"}
        refuse(family and letter.goes != "draft_only", place, "goes to a family, so it is only ever a draft")
    by_id(content.clearing.records, f"{file.name}: clearing.records")
    return content


def _gaps_in(letter: Letter, blocks: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the placeholders of a letter and of the blocks it uses, each once, in the order they come."""
    texts = [letter.subject_line or ""]
    for part in letter.body:
        texts += [part.text, *(blocks[part.use] if part.use else ())]
    return list(dict.fromkeys(PLACEHOLDER.findall("\n".join(texts))))


letter_content = Content(LETTERS, "Letters", load_letters)
"""Return the letters as the hub that acts has them, and the rules of clearing them."""


@letter_content.derived
def letters(content: LetterContent) -> Mapping[str, Letter]:
    """Return the letters by id.  Source: docs/rules.md, "Families are told by a named worker"."""
    return by_id(content.templates, "templates")


@letter_content.derived
def placeholders(content: LetterContent) -> Mapping[str, Placeholder]:
    """Return every gap that a letter may have."""
    return by_id(content.placeholders, "placeholders")


def placeholders_in(letter: Letter) -> tuple[Placeholder, ...]:
    """Return the gaps of one letter, its blocks included, in the order they come."""
    return tuple(placeholders()[gap] for gap in _gaps_in(letter, letter_content().blocks))
