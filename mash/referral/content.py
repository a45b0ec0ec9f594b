"""What the online referral says and asks for, read from content."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content

FORM = Path(__file__).parent / "content" / "form.yaml"
WRITERS = ("police", "school", "health")
GAP = re.compile(r"\{(\w+)\}")
SENTENCE = re.compile(r"(?<=\.)\s+")
EMERGENCY = "999"
GAPS = {
    "texts": {"hub_phone", "out_of_hours_phone", "due_at"},
    "after_hours": {"next_read_day", "next_read_time", "out_of_hours_phone", "reference"},
    "while_open": {"closes_time", "hub_phone", "reference"},
}
SAYS_999 = {"start_page", "before_sending", "after_sending", "danger_ticked"}


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Texts:
    """What the pages say whenever they are opened, by where it stands."""

    introduction: str
    for_the_public: str
    for_professionals: str
    talk_first: str
    next_public: str
    next_child: str
    next_adult: str
    next_answer: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Contact:
    """Another number to call.  when: on which days and at which hours somebody answers."""

    id: str
    label: str
    number: str
    when: str = ""
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class AfterHours:
    """What is said while nobody is there to read."""

    start_page: str
    before_sending: str
    after_sending: str
    danger_ticked: str
    professionals_also: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class WhileOpen:
    """What is said while the hub is staffed."""

    start_page: str
    before_sending: str
    after_sending: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Looked:
    """One thing that panels look for in a referral.

    needs: every line must be met; a line is met when one of its fields is filled.
    """

    criterion: str
    label: str
    page: str
    lacks: str
    needs: tuple[tuple[str, ...], ...]


def _texts_by_id(said: Any) -> Any:
    """Return a list of texts, each with its id and a label for whoever rewords it, as what each id says."""
    if not isinstance(said, list):
        return said
    return {one["id"]: one["text"] for one in said if isinstance(one, dict) and {"id", "text"} <= set(one)}


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class FormContent:
    """The whole of `form.yaml`."""

    format: str
    version: int
    texts: Annotated[Texts, BeforeValidator(_texts_by_id)]
    after_hours: Annotated[AfterHours, BeforeValidator(_texts_by_id)]
    while_open: Annotated[WhileOpen, BeforeValidator(_texts_by_id)]
    contacts: tuple[Contact, ...]
    in_danger: str
    hints: tuple[Looked, ...]
    tips: Mapping[str, Mapping[str, str]]

    @property
    def numbers(self) -> tuple[Contact, ...]:
        """The other numbers to call, in order."""
        return tuple(one for one in self.contacts if not one.retired)


def load_form(file: Source = FORM) -> FormContent:
    """Read and check what the form says.  Raises ContentError naming the place.

    Source: docs/rules.md, "After hours".
    """
    content = read(file, FormContent)
    by_id(content.contacts, f"{file.name}: contacts")
    refuse(EMERGENCY not in content.in_danger, f"{file.name}: in_danger", "999 always stands here")
    for part, known in GAPS.items():
        for name, words in vars(getattr(content, part)).items():
            if name.startswith("_"):
                continue
            place = f"{file.name}: {part}.{name}.text"
            refuse(not words.strip(), place, "this is never left empty")
            require_known(GAP.findall(words), known, place)
            refuse(name in SAYS_999 and EMERGENCY not in words, place, "999 always stands here")
            first = SENTENCE.split(words)[0]
            wrong = name == "start_page" and (EMERGENCY not in first or GAP.search(first))
            refuse(wrong, place, "999 always comes first, in a sentence of its own without a gap")
    return content


form_content = Content(FORM, "The referral form", load_form)
"""Return what the form of the hub that acts says."""


def tips_for(kind: str) -> dict[str, str]:
    """Return what to write in a box, by the name of its field, for somebody who works there."""
    writer = kind if kind in WRITERS else "other"
    return {name: words[writer] for name, words in form_content().tips.items()}
