"""A letter's words as one text that a person can rewrite, read back, and as its reader will see it.  Pure.

Between paragraphs stands an empty line.  A line that begins with # is a heading over its paragraph, [only if ...] says
when a paragraph is left out, and a paragraph that is a name in square brackets is one that letters share.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mash.decision.content import PLACEHOLDER
from mash.decision.content.letters import Letter, LetterContent
from mash.decision.letters import reading_age

HEADING = re.compile(r"#+\s*(.+)")
ONLY_IF = re.compile(r"\[only if ([\w ]+)\]\s*(.*)", re.IGNORECASE)
SHARED = re.compile(r"\[([\w ]+)\]")
BETWEEN = re.compile(r"\n\s*\n")
HOW = (
    "Leave an empty line between paragraphs. Begin a heading with #. Gaps such as {worker_name} are filled for each "
    "letter. [rights] and [complaints] put in the paragraphs that letters share. A paragraph that begins with "
    "[only if help needs agreement] is left out where that does not hold."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One paragraph as its reader sees it.  only_if: when it is left out, in words."""

    heading: str
    words: str
    only_if: str


def as_text(body: list[Any]) -> str:
    """Return a letter's paragraphs as one text."""
    return "\n\n".join(_one_text(part if isinstance(part, Mapping) else {"text": part}) for part in body)


def as_body(text: str) -> list[Any]:
    """Return a text's paragraphs as content has them; what is wrong in them is for its loader to say."""
    chunks = (chunk.strip() for chunk in BETWEEN.split(text.replace("\r\n", "\n")))
    return [_one_paragraph(chunk) for chunk in chunks if chunk]


def shown(content: LetterContent, letter: Letter) -> Iterator[Shown]:
    """Yield a letter's paragraphs with the hub's gaps filled by examples and every other gap named in brackets."""
    for part in letter.body:
        texts = content.blocks[part.use] if part.use else (part.text,)
        only_if = (part.only_if or "").replace("_", " ")
        for place, text in enumerate(texts):
            yield Shown((part.heading or "") if place == 0 else "", filled(content, text), only_if)


def filled(content: LetterContent, text: str) -> str:
    """Return words with the hub's gaps filled by examples and every other gap named in brackets."""
    gaps = {one.id: one.example or f"[{one.label}]" for one in content.placeholders}
    return PLACEHOLDER.sub(lambda gap: gaps.get(gap.group(1), gap.group(0)), text)


def age_of(paragraphs: list[Shown]) -> int:
    """Return about how old somebody is who reads these paragraphs with ease, in years."""
    return reading_age("\n".join(one.words for one in paragraphs))


def conditions(words: Mapping[str, Any]) -> set[str]:
    """Return the names of every condition that letters of a content use."""
    parts = (part for one in words["templates"] for part in one["body"] if isinstance(part, Mapping))
    return {str(part["only_if"]) for part in parts if part.get("only_if")}


def _one_text(part: Mapping[str, Any]) -> str:
    lines = [f"# {part['heading']}"] if part.get("heading") else []
    if part.get("only_if"):
        lines.append(f"[only if {str(part['only_if']).replace('_', ' ')}]")
    lines.append(f"[{str(part['use']).replace('_', ' ')}]" if part.get("use") else str(part.get("text", "")))
    return "\n".join(lines)


def _one_paragraph(chunk: str) -> Any:
    first, _, rest = chunk.partition("\n")
    found: dict[str, str] = {}
    heading = HEADING.fullmatch(first.strip())
    if heading:
        found["heading"], chunk = heading.group(1).strip(), rest.strip()
    condition = ONLY_IF.match(chunk)
    if condition:
        found["only_if"] = _name(condition.group(1))
        chunk = chunk[condition.start(2) :].strip()
    shared = SHARED.fullmatch(chunk)
    if shared:
        return found | {"use": _name(shared.group(1))}
    words = " ".join(chunk.split())
    return found | {"text": words} if found else words


def _name(said: str) -> str:
    return "_".join(said.lower().split())
