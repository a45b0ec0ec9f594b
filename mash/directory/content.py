"""The directory's words and rules, and the referral guide, read from content."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.directory.words import asked

HERE = Path(__file__).parent / "content"
DIRECTORY, GUIDE = HERE / "directory.yaml", HERE / "referral_guide.yaml"
GAP = re.compile(r"\{(\w+)\}")
SENTENCE = re.compile(r"(?<=[.?!])\s+")
EMERGENCY = "999"
LONGEST_RULE = 730  # days
VERIFY, REMIND = "verify_days", "remind_days"
FROM_THE_HUB = {
    "hub_name",
    "hub_phone",
    "hub_hours",
    "out_of_hours_phone",
    "referral_form_link",
    "directory_link",
    "questions_link",
}
Audience = Literal["all", "school", "health", "police"]
Urgency = Literal["now", "today", "this_week"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Rule:
    """A number of the directory: after how many days something is due."""

    id: str
    label: str
    value: int
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Need:
    """Something that services help with.  words: what speaks of it in an entry, each a word or a few."""

    id: str
    label: str
    words: tuple[str, ...]
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Role:
    """A role for which an agency or a school names somebody.  asks: what it is for."""

    id: str
    label: str
    asks: str = ""
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class DirectoryContent:
    """The whole of `directory.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    rules: tuple[Rule, ...]
    needs: tuple[Need, ...]
    roles: tuple[Role, ...]


def load_directory(file: Source = DIRECTORY) -> DirectoryContent:
    """Read and check the directory's words and rules.  Raises ContentError naming the place.

    Source: docs/rules.md, "The directory".
    """
    content = read(file, DirectoryContent)
    rules = by_id(content.rules, f"{file.name}: rules")
    for name in (VERIFY, REMIND):
        refuse(name not in rules, f"{file.name}: rules.{name}", "this rule is always there")
    for one in rules.values():
        place = f"{file.name}: rules.{one.id}.value"
        refuse(not 1 <= one.value <= LONGEST_RULE, place, f"from 1 to {LONGEST_RULE} days")
    for need in by_id(content.needs, f"{file.name}: needs").values():
        place = f"{file.name}: needs.{need.id}.words"
        refuse(not need.words, place, "at least one word that speaks of it")
        refuse(not all(asked(one) for one in need.words), place, "each must hold a word to look for")
    by_id(content.roles, f"{file.name}: roles")
    return content


directory_content = Content(DIRECTORY, "Directory: needs, roles and rules", load_directory)
"""Return the directory's words and rules as the hub that acts has them."""


@directory_content.derived
def needs(content: DirectoryContent) -> Mapping[str, Need]:
    """Return the needs that are offered, by id, in order."""
    return {one.id: one for one in content.needs if not one.retired}


@directory_content.derived
def roles(content: DirectoryContent) -> Mapping[str, Role]:
    """Return every role by id, in order; one that is retired still names what was kept under it."""
    return {one.id: one for one in content.roles}


@directory_content.derived
def days(content: DirectoryContent) -> Mapping[str, int]:
    """Return each rule's number of days."""
    return {one.id: one.value for one in content.rules}


@directory_content.derived
def vocabulary(content: DirectoryContent) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return by need the phrases that speak of it, each as words that are looked for."""
    return {
        one.id: tuple(tuple(asked(words)) for words in one.words) for one in content.needs if not one.retired
    }


# The referral guide


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Placeholder:
    """A gap in the guide and what fills it here.

    value: the hub's own words; "" while nobody has said.  role: a named contact's, where the hub publishes one.
    """

    id: str
    label: str
    value: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Answer:
    """A question that practitioners ask, and what this hub answers."""

    id: str
    audience: Audience
    question: str
    answer: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Sign:
    """From a sign that a practitioner sees to who is called and how it goes on.

    urgency: how soon.  today: what to do first, in order.  contact: whom to call.  route: where it leads.
    needs: what services of the directory it leads to.
    """

    id: str
    sign: str
    heading: str
    urgency: Urgency
    today: tuple[str, ...]
    contact: tuple[str, ...]
    route: str
    agreement: str
    needs: tuple[str, ...] = ()
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Line:
    """A sentence of the guide by itself."""

    id: str
    text: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class GuideContent:
    """The whole of `referral_guide.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    emergency: str
    placeholders: tuple[Placeholder, ...]
    principles: tuple[Line, ...]
    pathways: tuple[Sign, ...]
    afterwards: tuple[Line, ...]
    answers: tuple[Answer, ...]


def load_guide(file: Source = GUIDE) -> GuideContent:
    """Read and check the guide.  Raises ContentError naming the place.

    999 comes first in what it says of an emergency, in a sentence without a gap.

    Source: docs/rules.md, "The referral guide".
    """
    content = read(file, GuideContent)
    known = {*by_id(content.placeholders, f"{file.name}: placeholders"), *FROM_THE_HUB}
    first = SENTENCE.split(content.emergency)[0]
    refuse(
        EMERGENCY not in first or GAP.search(first),
        f"{file.name}: emergency",
        "999 always comes first, in a sentence of its own without a gap",
    )
    for part in ("principles", "pathways", "afterwards", "answers"):
        for one in by_id(getattr(content, part), f"{file.name}: {part}").values():
            place = f"{file.name}: {part}.{one.id}"
            texts = list(_texts(one))
            refuse(not all(text.strip() for text in texts), place, "no line of it is left empty")
            require_known((gap for text in texts for gap in GAP.findall(text)), known, place)
    for sign in content.pathways:
        refuse(not sign.contact, f"{file.name}: pathways.{sign.id}.contact", "somebody is always called")
    require_known(GAP.findall(content.emergency), known, f"{file.name}: emergency")
    return content


def _texts(one: Answer | Sign | Line) -> Iterator[str]:
    if isinstance(one, Line):
        yield one.text
    elif isinstance(one, Answer):
        yield from (one.question, one.answer)
    else:
        yield from (one.sign, one.heading, one.route, one.agreement, *one.today, *one.contact)


guide_content = Content(GUIDE, "Referral guide", load_guide)
"""Return the guide as the hub that acts has it."""


def filled(text: str, gaps: Mapping[str, str]) -> str:
    """Fill a text's gaps; a sentence whose gap nobody has filled is left out."""
    kept = [one for one in SENTENCE.split(text) if all(gaps.get(gap) for gap in GAP.findall(one))]
    return GAP.sub(lambda found: gaps[found[1]], " ".join(kept))
