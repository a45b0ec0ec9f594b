"""What the online referral says and asks for, read from content."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, read

FORM = Path(__file__).parent / "content" / "form.yaml"
WRITERS = ("police", "school", "health")


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


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class FormContent:
    """The whole of `form.yaml`."""

    format: str
    version: int
    after_hours: AfterHours
    while_open: WhileOpen
    in_danger: str
    hints: tuple[Looked, ...]
    tips: Mapping[str, Mapping[str, str]]


@cache
def form_content() -> FormContent:
    """Return what a new hub's form starts from.  Raises ContentError naming the place."""
    return read(FORM, FormContent)


def tips_for(kind: str) -> dict[str, str]:
    """Return what to write in a box, by the name of its field, for somebody who works there."""
    writer = kind if kind in WRITERS else "other"
    return {name: words[writer] for name, words in form_content().tips.items()}
