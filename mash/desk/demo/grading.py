"""Grading in the demo: rounds that were published before, one that was closed, and one that three people grade now."""

import uuid
from datetime import date, timedelta
from pathlib import Path

from django.utils.timezone import localdate

from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage
from mash.quality import actions, content
from mash.quality.earlier import past_rounds
from mash.quality.models import Round, Sheet, Spread

HERE = Path(__file__).parent
LEAD = "manager"
GRADERS = ("grader.police", "grader.school", "grader.health")
CLOSED, OPEN = "The first fortnight", "The last days"
GRADES = (2, 3, 4, 3, 2, 3)
WELL = (
    "The child’s own words stand there, and when they were said.",
    "Every child in the home is listed, with dates of birth.",
    "It says what was seen and what was told, and by whom.",
)
BETTER = (
    "Say what is likely to happen if nothing is done.",
    "Say what the family said when they were asked.",
    "Say what was looked for and not found.",
)


def tell(stage: Stage) -> None:
    """Tell it all."""
    lead = stage.posts[LEAD]
    rounds, _ = past_rounds((HERE / "earlier_rounds.csv").read_text(encoding="utf-8"))
    with as_worker(lead):
        actions.take_earlier(rounds=rounds, by=lead, at=stage.now)
        actions.mark_change(
            key=uuid.uuid4(),
            on=date(2024, 7, 1),
            words="Three-hour session for response teams begins",
            by=lead,
            at=stage.now,
        )
    today = localdate(stage.now)
    first = _draw(stage, CLOSED, today - timedelta(days=30), today - timedelta(days=4), size=5)
    _grade(stage, first, all_of_it=True)
    with as_worker(lead):
        actions.close_round(round_=first, left_out="", by=lead, at=stage.now)
    _grade(
        stage,
        _draw(stage, OPEN, today - timedelta(days=3), today - timedelta(days=1), size=4),
        all_of_it=False,
    )


def _draw(stage: Stage, label: str, from_on: date, until_on: date, size: int) -> Round:
    lead = stage.posts[LEAD]
    with as_worker(lead):
        made = actions.draw_round(
            key=uuid.uuid4(),
            label=label,
            from_on=from_on,
            until_on=until_on,
            size=size,
            spread_over=Spread.SOURCE,
            graders=[stage.posts[one] for one in GRADERS],
            by=lead,
            at=stage.now,
        )
        actions.open_round(round_=made, by=lead, at=stage.now)
    return made


def _grade(stage: Stage, made: Round, *, all_of_it: bool) -> None:
    """Have every sheet graded and settled; or the first one, by all but one."""
    lead = stage.posts[LEAD]
    with as_worker(lead):
        sheets = list(Sheet.objects.filter(round=made).order_by("place"))
    for place, sheet in enumerate(sheets if all_of_it else sheets[:1]):
        given = [
            _give(stage, sheet, key, min(4, GRADES[place % len(GRADES)] + order))
            for order, key in enumerate(sheet.graders if all_of_it else sheet.graders[:1])
        ]
        if len(set(given)) > 1:
            with as_worker(lead):
                actions.settle(sheet=sheet, grade=min(given), words="", by=lead, at=stage.now)


def _give(stage: Stage, sheet: Sheet, key: uuid.UUID, grade: int) -> int:
    by = next(stage.posts[name] for name in GRADERS if stage.posts[name].pk == key)
    with as_worker(by):
        actions.give_grade(
            sheet=sheet,
            key=uuid.uuid4(),
            grade=grade,
            criteria={
                name: max(2, min(4, grade + place % 2 - (place == 4)))
                for place, name in enumerate(content.criteria())
            },
            left_out={},
            lifted="",
            done_well=WELL[(sheet.place + grade) % len(WELL)],
            to_improve=BETTER[(sheet.place + grade) % len(BETTER)],
            by=by,
            at=stage.now,
        )
    return grade
