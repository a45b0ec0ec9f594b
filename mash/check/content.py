"""What each agency is asked in a check, what may be copied, and the words of shared risk, read from content.

A set that was sent never changes: an edit is a new version, and ids keep their meaning.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, ContentError, Source, by_id, read, refuse, require_known
from mash.common.editions import Content

CONTENT = Path(__file__).parent / "content"
QUESTION_SETS = CONTENT / "question_sets.yaml"
RISK_MATRIX = CONTENT / "risk_matrix.yaml"

Subject = Literal["child", "adult"]
AsksAbout = Literal["child", "parent", "household"]
Version = Annotated[int, Field(gt=0)]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Question:
    """One question of a set."""

    id: str
    type: Literal["text", "yes_no", "choice", "date", "number", "table"]
    asks_about: AsksAbout  # child: the person the enquiry is about, an adult too
    sensitive_by_default: bool  # the answer starts sealed
    protective: bool  # invites strengths
    text: str
    hint: str
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class NilReturn:
    """The whole answer "searched, nothing held", in the agency's words."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class QuestionSet:
    """One version of what one kind of agency is asked about a child or an adult."""

    id: str
    version: Version
    agency: str  # kind of agency
    label: str
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)]
    answered_by: str
    source: str
    nil_return: NilReturn
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    retired: bool = False  # known where it was sent, and no longer sent

    @property
    def series(self) -> str:
        """Return what all versions of this set have in common: its id without the version."""
        return self.id.removesuffix(f"_v{self.version}")

    def question(self, question_id: str) -> Question:
        """Return a question.  Raises KeyError if the set does not ask it."""
        return {question.id: question for question in self.questions}[question_id]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class EnquiryField:
    """Something the hub fills in on every enquiry, above the questions."""

    id: str
    type: Literal["text"]
    required: bool
    per: str
    text: str
    hint: str
    example: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class NilReturnRules:
    """What makes "nothing held" an answer: every person searched, and how."""

    confirms: Literal["each_person_searched"]
    per_person: tuple[str, ...]
    says_how: tuple[str, ...]
    could_not_search: str
    not_ticked: str
    someone_added_later: str
    caution: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Copying:
    """When one answer may serve for several brothers and sisters, and what goes with the copy."""

    only_where_asks_about: tuple[AsksAbout, ...]
    never_where_asks_about: tuple[AsksAbout, ...]
    parent: str
    household: str
    keeps: tuple[str, ...]
    sealed: str
    offered_not_done: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class AnswerState:
    """Where one agency's answer about one person stands."""

    id: Literal["answered", "nothing_held", "not_searched_yet", "withheld"]
    label: str
    needs: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class QuestionContent:
    """The whole of `question_sets.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    language: str
    asked_of_everyone: tuple[str, ...]
    asked_of_everyone_about_an_adult: tuple[str, ...]
    asks_about_labels: dict[AsksAbout, str]
    enquiry_fields: tuple[EnquiryField, ...]
    shown_with_focus: tuple[str, ...]
    nil_return_rules: NilReturnRules
    copying: Copying
    answer_states: tuple[AnswerState, ...]
    sets: tuple[QuestionSet, ...]


def load_question_sets(file: Source = QUESTION_SETS) -> QuestionContent:
    """Read and check the question sets.  Raises ContentError naming the place."""
    content = read(file, QuestionContent)
    both = set(content.copying.only_where_asks_about) & set(content.copying.never_where_asks_about)
    refuse(both, f"{file.name}: copying", "may be copied and may not")
    by_id(content.answer_states, f"{file.name}: answer_states")
    for asked in by_id(content.sets, f"{file.name}: sets").values():
        _check_set(asked, f"{file.name}: sets.{asked.id}")
    _check_versions(file.name, content.sets)
    return content


def _check_set(asked: QuestionSet, place: str) -> None:
    refuse(asked.series == asked.id, place, f"the id must end in _v{asked.version}")
    questions = by_id(asked.questions, f"{place}.questions")
    require_known([asked.nil_return.id], ["nothing_held"], f"{place}.nil_return")
    for question in questions.values():
        here = f"{place}.questions.{question.id}"
        refuse(
            (question.type == "choice") != bool(question.choices), here, "choices go with a choice, always"
        )
        refuse((question.type == "table") != bool(question.columns), here, "columns go with a table, always")


def _check_versions(file: str, sets: Iterable[QuestionSet]) -> None:
    """Check that an id means one thing in all versions of a set, and that one set fits agency and subject."""
    meaning: dict[tuple[str, str], tuple[str, str]] = {}
    retired: set[tuple[str, str]] = set()
    fits: dict[tuple[str, str, int], str] = {}
    asked_last: dict[str, set[str]] = {}
    for asked in sorted(sets, key=lambda one: (one.series, one.version)):
        place = f"{file}: sets.{asked.id}"
        for subject in asked.subjects:
            other = fits.setdefault((asked.agency, subject, asked.version), asked.id)
            refuse(other != asked.id, place, f"{other} is for the same agency and subject")
        now = {question.id for question in asked.questions}
        if not asked.retired:  # a version taken back retires nothing
            retired |= {(asked.series, gone) for gone in asked_last.get(asked.series, set()) - now}
            asked_last[asked.series] = now
        for question in asked.questions:
            key, means = (asked.series, question.id), (question.type, question.asks_about)
            reused = (key in retired and not asked.retired) or meaning.setdefault(key, means) != means
            refuse(reused, f"{place}.questions.{question.id}", "this id meant another thing before")


question_content = Content(QUESTION_SETS, "Question sets", load_question_sets)
"""Return the question sets as the hub that acts has them, with the rules for answering them."""


@question_content.derived
def question_sets(content: QuestionContent) -> Mapping[str, QuestionSet]:
    """Return every version of every set, by id.  Source: docs/rules.md, "The check"."""
    return by_id(content.sets, "sets")


def set_for(agency_kind: str, subject: Subject) -> QuestionSet | None:
    """Return the newest set for a kind of agency and a child or an adult; None if it has none for them.

    Source: docs/rules.md, "The check".
    """
    fitting = [
        one
        for one in question_sets().values()
        if one.agency == agency_kind and subject in one.subjects and not one.retired
    ]
    return max(fitting, key=lambda one: one.version, default=None)


FREE = QuestionSet(
    id="free_v1",
    version=1,
    agency="other",
    label="Asked in free text",
    subjects=("child", "adult"),
    answered_by="Whoever speaks for the agency",
    source="practice",
    nil_return=NilReturn(id="nothing_held", text="The records have been searched and nothing is held."),
    questions=(
        Question(
            id="what_is_held",
            type="text",
            asks_about="child",
            sensitive_by_default=False,
            protective=False,
            text="What do you hold that bears on the worry, and what is going well?",
            hint="Say what was seen, what was told and by whom, with dates.",
        ),
    ),
)
"""What a kind of agency is asked that has no questions of its own: the focus says the rest."""


def set_sent(set_id: str) -> QuestionSet:
    """Return the version of a set that an enquiry was sent with.  Raises KeyError for one that never was."""
    return FREE if set_id == FREE.id else question_sets()[set_id]


def may_be_offered_for_copying(question: Question) -> bool:
    """Say whether an answer may serve for a brother or sister: only about the household or a parent.

    Source: docs/rules.md, "Copying to brothers and sisters".
    """
    return question.asks_about in question_content().copying.only_where_asks_about


@question_content.derived
def answer_states(content: QuestionContent) -> Mapping[str, AnswerState]:
    """Return where an answer may stand.  Source: docs/rules.md, "Answers"."""
    return by_id(content.answer_states, "answer_states")


def asked_of_everyone(subject: Subject) -> tuple[str, ...]:
    """Return what is said above every set about a child or an adult."""
    content = question_content()
    return content.asked_of_everyone + (
        content.asked_of_everyone_about_an_adult if subject == "adult" else ()
    )


# Shared risk: words to think with.  Nothing is added up


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RiskLevel:
    """One step of a dimension of risk."""

    id: str
    label: str
    means: str | None = None
    act_within: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Dimension:
    """Harm, likelihood or imminence: a question and its steps."""

    id: Literal["harm", "likelihood", "imminence"]
    question: str
    levels: tuple[RiskLevel, ...]
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Band:
    """Where discussion starts; the decision maker records the band they judge right."""

    id: str
    label: str
    talk_about: str
    level: str  # level of need


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Factor:
    """Something to notice.  `test`: how to know that a strength is real."""

    id: str
    label: str
    test: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Column:
    """One of the three columns: worries, what is working, what needs to happen."""

    id: Literal["worries", "working", "next"]
    label: str
    prompts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ChildsVoice:
    """What is asked about the child's, or the adult's, own words."""

    required: Literal[True]
    prompts: tuple[str, ...]
    adult_version: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RationalePrompt:
    """One question that the reasons answer."""

    id: str
    text: str
    required: bool


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class AgencyViews:
    """What each agency says for itself, and what becomes of disagreement."""

    per_agency: tuple[str, ...]
    disagreement: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RiskContent:
    """The whole of `risk_matrix.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    predictive_score: Literal["never"]
    dimensions: tuple[Dimension, ...]
    bands: tuple[Band, ...]
    grid: dict[str, dict[str, str]]  # harm, then likelihood, then band
    grid_rules: tuple[str, ...]
    evidence_kinds: tuple[Factor, ...]
    vulnerabilities: tuple[Factor, ...]
    aggravating: tuple[Factor, ...]
    protective: tuple[Factor, ...]
    columns: tuple[Column, ...]
    childs_voice: ChildsVoice
    rationale_prompts: tuple[RationalePrompt, ...]
    thinking_checks: tuple[str, ...]
    agency_views: AgencyViews

    def starting_band(self, harm: str, likelihood: str) -> Band:
        """Return where discussion starts.  Raises KeyError for a level that there is not."""
        return {band.id: band for band in self.bands}[self.grid[harm][likelihood]]


def load_risk_matrix(file: Source = RISK_MATRIX) -> RiskContent:
    """Read and check the risk matrix.  Raises ContentError naming the place."""
    content = read(file, RiskContent)
    dimensions = by_id(content.dimensions, f"{file.name}: dimensions")
    require_known(["harm", "likelihood", "imminence"], dimensions, f"{file.name}: dimensions")
    steps = {
        name: set(by_id(one.levels, f"{file.name}: dimensions.{name}")) for name, one in dimensions.items()
    }
    bands = by_id(content.bands, f"{file.name}: bands")
    refuse(set(content.grid) != steps["harm"], f"{file.name}: grid", "needs each level of harm, and no other")
    for harm, row in content.grid.items():
        place = f"{file.name}: grid.{harm}"
        refuse(set(row) != steps["likelihood"], place, "needs each level of likelihood, and no other")
        require_known(row.values(), bands, place)
    for name in (
        "evidence_kinds",
        "vulnerabilities",
        "aggravating",
        "protective",
        "columns",
        "rationale_prompts",
    ):
        by_id(getattr(content, name), f"{file.name}: {name}")
    for factor in content.protective:
        if not factor.test:
            raise ContentError(f"{file.name}: protective.{factor.id}: needs a test")
    return content


risk_matrix = Content(RISK_MATRIX, "Words of shared risk", load_risk_matrix)
"""Return the words of shared risk as the hub that acts has them."""
