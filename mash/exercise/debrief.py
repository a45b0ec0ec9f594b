"""What each group did, in words, beside the model answer: for the page and for a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mash.common.clock import LONDON
from mash.decision.content import outcomes
from mash.exercise import queries, timeline
from mash.exercise.format import Exercise
from mash.exercise.queries.running import Doing, OnBoard
from mash.exercise.scores import Sheet, Word, sheet
from mash.triage.models import Colour

STEP_WORDS = {
    "contact": "Contact received",
    "rating": "Rated",
    "agreement": "Agreement recorded",
    "check": "Check opened",
    "enquiry": "Agency asked",
    "answer": "Agency answered",
    "dissent": "Disagreement recorded",
    "decision": "Decision",
    "meeting": "Strategy discussion held",
}
COLUMNS = ("Group", "Kind", "When", "Who", "What", "Words")
SOUGHT = {"given": "given", "refused": "refused", "not_sought": "not sought"}


@dataclass(frozen=True, slots=True)
class Line:
    """Something a group did, in words.  lines: further ones beneath."""

    at: datetime
    kind: str
    title: str
    seat: str
    reference: str
    words: str
    lines: Sequence[str] = ()


def lines_of(one: OnBoard) -> list[Line]:
    """Return what a group recorded, in order."""
    return [_line(doing) for doing in one.doings]


def _line(doing: Doing) -> Line:
    title, words, lines = STEP_WORDS[doing.what], doing.words, []
    more = doing.more
    if doing.what == "contact":
        title, words = f"{title} from {doing.words}", ""
    elif doing.what == "rating":
        title = f"{title} {Colour(more['colour']).label.lower()}"
    elif doing.what == "agreement":
        title = f"{title}: {SOUGHT.get(more['sought'], more['sought'])}"
    elif doing.what in ("enquiry", "answer"):
        held = ", nothing held" if more.get("nil") else ", in part" if more.get("part") else ""
        title, words = f"{title}: {doing.words}{held}", ""
    elif doing.what == "dissent":
        title = f"{title}: {more['who']}"
    elif doing.what == "decision":
        state = (
            "turned down"
            if more["turned_down_at"]
            else "made"
            if more["made_at"]
            else "waits for a second person"
        )
        title = f"{title}, {state}"
        known = outcomes()
        for each in more["outcomes"]:
            label = known[each["outcome"]].label if each["outcome"] in known else each["outcome"]
            level = f", level {each['level']}" if each["level"] else ""
            lines.append(f"{each['who']}: {label}{level}")
    elif doing.what == "meeting":
        met = {True: "test for enquiries met", False: "test for enquiries not met", None: ""}[
            more["section_47"]
        ]
        title = (
            f"{title}, chaired by {more['chair']}, {more['attenders']} took part{', ' + met if met else ''}"
        )
        lines = [f"{act['what']}: {act['who']}, by {act['by']}" for act in more["actions"]]
    return Line(doing.at, doing.what, title, doing.seat, doing.reference, words, lines)


def sheets_of(board: Sequence[OnBoard], exercise: Exercise) -> dict[int, Sheet]:
    """Return each group's sheet of observable points, by its number: every observer's latest word together."""
    numbers = {one.group.pk: one.group.number for one in board}
    said: dict[int, dict[tuple[str, UUID], Word]] = {number: {} for number in numbers.values()}
    for (group, point, by), row in queries.latest_scores([one.group for one in board]).items():
        said[numbers[group]][point, by] = Word(row.by.account.name, row.score, row.words)
    return {number: sheet(exercise, words) for number, words in said.items()}


def rows(
    exercise: Exercise, board: Iterable[OnBoard], sheets: Mapping[int, Sheet]
) -> Iterator[tuple[object, ...]]:
    """Yield the table of a debrief: what was done, what was given, what was seen, and the model answer."""
    spans = timeline.spans_of(exercise)
    for one in board:
        name = str(one.group)
        for given in one.given.values():
            day, clock = timeline.time_at(spans, given.position)
            yield (
                name,
                "Given",
                _at(given.at),
                ", ".join(given.seats),
                f"Inject {given.number}",
                f"day {day}, {clock}",
            )
        for line in lines_of(one):
            yield (
                name,
                "Recorded",
                _at(line.at),
                line.seat,
                line.title,
                "; ".join([line.words, *line.lines]).strip("; "),
            )
        for note in one.notes:
            yield name, "Note", _at(note.at), note.by.account.name, "", note.words
        for scored in sheets[one.group.number].scored:
            value = "not observed" if scored.value is None else f"{scored.value:g}"
            said = "; ".join(f"{word.observer}: {word.score} {word.words}".strip() for word in scored.words)
            yield name, "Point", "", said, f"{scored.point.id} {scored.point.observe}", value
        whole = sheets[one.group.number]
        band = whole.band.label if whole.band else "not all observed"
        yield name, "Score", "", "", band, f"{whole.total:g} of {whole.out_of}"
    answer = exercise.file.model_answer
    for kind, items in (
        ("Reasonable", answer.decision_reasonable_range), ("Not reasonable", answer.not_reasonable),
        ("Must show", answer.must_show), ("To learn", answer.learning_points),
        ("Not scored", exercise.file.scoring.not_scored),
    ):  # fmt: skip
        for item in items:
            yield "", kind, "", "", item, ""


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}"
