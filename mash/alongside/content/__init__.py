"""What goes alongside a decision asks, to whom it goes, by when, and what comes back: `alongside.yaml`.

Source: docs/rules.md, "Alongside a decision".
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.decision.content import Outcome, outcomes
from mash.decision.queries import need_label
from mash.triage.content import Limit

ALONGSIDE = Path(__file__).parent / "alongside.yaml"
ASKED_OTHERWISE = frozenset({"agreement_record"})  # the agreement is asked of every kind
Fact = Literal["offered_at", "declined_by_child", "ended", "not_held_and_why"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Within:
    """How soon what is sent is to be with whom it goes to.  id: as `when` in outcomes.yaml."""

    id: Literal["at_once", "same_day", "one_working_day"]
    label: str
    limit: Limit


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Kind:
    """One kind of work alongside.  id: of an outcome.  first: what is read before it is opened."""

    id: str
    goes_to: tuple[str, ...]
    result_within: Limit | None
    starts_with: str | None = None
    first: str = ""


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Choice:
    """One answer among several."""

    id: str
    label: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class When:
    """A question is asked only after this choice."""

    question: str
    choice: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Question:
    """What is asked before work alongside is opened.  only: the one choice with which it is."""

    id: str
    of: str
    need: str
    kind: Literal["line", "text", "choice", "moment", "number"]
    label: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    optional: bool = False
    when: When | None = None
    only: str | None = None
    at_least: int | None = None
    at_most: int | None = None
    otherwise: str = ""


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Result:
    """What may come of it.  asks: what must be said with it.  fact: what it is for the clock of law."""

    id: str
    of: str
    label: str
    ends: bool
    asks: str
    fact: Fact | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class AlongsideContent:
    """The whole of `alongside.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    within: tuple[Within, ...]
    kinds: tuple[Kind, ...]
    questions: tuple[Question, ...]
    results: tuple[Result, ...]


def load_alongside(file: Source = ALONGSIDE) -> AlongsideContent:
    """Read and check what the hub says of work alongside.  Raises ContentError naming the place."""
    content = read(file, AlongsideContent)
    within = by_id(content.within, f"{file.name}: within")
    refuse(
        set(within) != {"at_once", "same_day", "one_working_day"},
        f"{file.name}: within",
        "each of at_once, same_day and one_working_day, once",
    )
    known = {one.id: one for one in outcomes().values() if one.kind == "alongside"}
    named = by_id(content.kinds, f"{file.name}: kinds")
    require_known(named, known, f"{file.name}: kinds")
    require_known((one.of for one in content.questions), named, f"{file.name}: questions")
    by_id(content.questions, f"{file.name}: questions")
    for kind in named.values():
        asked = {one.id: one for one in content.questions if one.of == kind.id}
        require_known([kind.starts_with], asked, f"{file.name}: kinds.{kind.id}.starts_with")
        for one in asked.values():
            _check(one, asked, known[kind.id], f"{file.name}: questions.{one.id}")
        ends = [one for one in content.results if one.of == kind.id and one.ends]
        refuse(not ends, f"{file.name}: results", f"something ends {kind.id}")
    by_id(content.results, f"{file.name}: results")
    require_known((one.of for one in content.results), named, f"{file.name}: results")
    return content


def _check(one: Question, asked: Mapping[str, Question], outcome: Outcome, place: str) -> None:
    require_known([one.need], outcome.needs, f"{place}.need")
    refuse((one.kind == "choice") != bool(one.choices), place, "choices belong to a choice, and only there")
    require_known([one.only], {each.id for each in one.choices}, f"{place}.only")
    if one.when:
        require_known([one.when.question], asked, f"{place}.when")
        led = asked[one.when.question]
        require_known([one.when.choice], {each.id for each in led.choices}, f"{place}.when")


alongside_content = Content(ALONGSIDE, "What goes alongside a decision", load_alongside)
"""Return what the hub that acts says of work alongside."""


@alongside_content.derived
def kinds(content: AlongsideContent) -> Mapping[str, Kind]:
    """Return what is said of each kind, by id of its outcome."""
    return by_id(content.kinds, "kinds")


@alongside_content.derived
def results(content: AlongsideContent) -> Mapping[str, Result]:
    """Return everything that may come of one, by id."""
    return by_id(content.results, "results")


@alongside_content.derived
def within(content: AlongsideContent) -> Mapping[str, Within]:
    """Return how soon things are to arrive, by `when` of outcomes.yaml."""
    return by_id(content.within, "within")


def offered() -> tuple[Outcome, ...]:
    """Return the outcomes that go alongside a decision and are still offered, in order."""
    return tuple(one for one in outcomes().values() if one.kind == "alongside" and not one.retired)


def kind_of(outcome: Outcome) -> Kind:
    """Return what is said of an outcome; for one that a hub added, no more than that it is one."""
    return kinds().get(outcome.id) or Kind(id=outcome.id, goes_to=(), result_within=None)


def questions_of(outcome: Outcome) -> Sequence[Question]:
    """Return what is asked before an outcome is opened: its own questions, and a line for each need without one."""
    asked = [one for one in alongside_content().questions if one.of == outcome.id]
    covered = {one.need for one in asked} | ASKED_OTHERWISE
    rest = [
        Question(id=need, of=outcome.id, need=need, kind="line", label=need_label(need))
        for need in outcome.needs
        if need not in covered
    ]
    return [*asked, *rest]


ENDED = Result(id="ended", of="", label="It has ended", ends=True, asks="What came of it?")
MISTAKE = Result(
    id="mistake", of="", label="It was opened by mistake", ends=True, asks="What was the mistake?"
)


def results_of(outcome_id: str) -> Sequence[Result]:
    """Return what may come of an outcome; whatever it is, it may have been opened by mistake."""
    own = [one for one in results().values() if one.of == outcome_id]
    return [*(own or [ENDED]), MISTAKE]


def result_named(result: str) -> Result | None:
    """Return a result by its id, also one that belongs to none; None for one that is not known."""
    return {one.id: one for one in (ENDED, MISTAKE)}.get(result) or results().get(result)


__all__ = [
    "ALONGSIDE",
    "AlongsideContent",
    "Choice",
    "Kind",
    "Question",
    "Result",
    "When",
    "Within",
    "alongside_content",
    "kind_of",
    "kinds",
    "load_alongside",
    "offered",
    "questions_of",
    "result_named",
    "results",
    "results_of",
    "within",
]
