"""Dip samples in the demo: two years of a force's incidents, two samples that were reviewed whole, and one in part."""

import io
import uuid
from datetime import date, datetime, timedelta
from random import Random

from django.utils.timezone import localdate

from mash.common.clock import LONDON
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage
from mash.quality import actions
from mash.quality.models import Dip, DipCard, Strata
from mash.quality.queries.dips import months_before
from mash.quality.yearly import past_shares

LEAD = "manager"
REVIEWERS = ("grader.police", "grader.school", "grader.health")
SEED, MONTHS, A_MONTH, SIZE = 20_261_201, 26, 24, 18
HEADER = (
    "incident_ref,occurred_at,type,unit,officer_ref,child_present,form_required,form_submitted,submitted_at"
)
KINDS = {  # how often of a hundred a form is needed
    "domestic incident": 80, "missing child": 95, "concern for child": 95, "concern for adult": 70,
    "mental health attendance": 60, "neighbour dispute": 15, "shoplifting": 10, "traffic collision": 5,
}  # fmt: skip
UNITS = ("Response A", "Response B", "Response C", "Neighbourhood", "Roads", "Town centre")
PUBLISHED = "year,percent_with_form,period\n2022,64.6,full year\n2023,69.2,full year\n2024,80,full year\n"
WHY_NOT = ("did_not_know", "thought_someone_else_would", "no_time", "did_not_see_child", "judged_not_needed")


def tell(stage: Stage) -> None:
    """Tell it all."""
    lead = stage.posts[LEAD]
    chance = Random(SEED)  # noqa: S311 (made-up incidents: the same each time)
    body = _incidents(chance, localdate(stage.now)).encode()
    with as_worker(lead):
        file = actions.put_in_incidents(
            name="incidents.csv", file=io.BytesIO(body), size=len(body), by=lead, at=stage.now
        )
        actions.choose_incident_columns(
            file=file, columns=file.columns, day_first=True, by=lead, at=stage.now
        )
        actions.take_incidents(file=file, by=lead, at=stage.now)
        actions.take_earlier_shares(shares=past_shares(PUBLISHED)[0], by=lead, at=stage.now)
    stretches = [months_before(localdate(stage.now), 2)]
    while len(stretches) < 3:
        stretches.append(months_before(stretches[-1][0], 2))
    *whole, in_part = [_draw(stage, first, last) for first, last in reversed(stretches)]
    for dip in whole:
        _review(stage, dip, chance, upto=SIZE)
        with as_worker(lead):
            actions.close_dip(dip=dip, left_out="", by=lead, at=stage.now)
    _review(stage, in_part, chance, upto=SIZE // 3)
    _act(stage, whole[-1], in_part)


def _incidents(chance: Random, today: date) -> str:
    lines = [HEADER]
    for number in range(MONTHS * A_MONTH):
        on = today - timedelta(days=1 + number * 30 * MONTHS // (MONTHS * A_MONTH))
        at = datetime(on.year, on.month, on.day, chance.randrange(24), chance.randrange(60), tzinfo=LONDON)
        kind = chance.choice(list(KINDS))
        needed = chance.randrange(100) < KINDS[kind]
        likely = (70 + 20 * (MONTHS * A_MONTH - number) // (MONTHS * A_MONTH)) if needed else 6
        sent = chance.randrange(100) < likely
        when = at + timedelta(hours=chance.choice((2, 5, 9, 30)), minutes=chance.randrange(60))
        required = "" if chance.randrange(50) == 0 else "yes" if needed else "no"
        said = f"{when:%d/%m/%Y %H:%M}" if chance.randrange(60) == 0 else when.isoformat()
        lines.append(
            ",".join([
                f"CAD {chance.randrange(10_000):04}/{at:%d%b%y}".upper(),
                at.isoformat(),
                kind.upper() if chance.randrange(80) == 0 else kind,
                chance.choice(UNITS),
                f"PC {chance.randrange(1000, 1200)}",
                "yes" if "child" in kind or chance.random() < 0.4 else "no",
                required,
                "yes" if sent else "no",
                said if sent and chance.randrange(90) else "",
            ])
        )  # fmt: skip
    return "\n".join(lines) + "\n"


def _draw(stage: Stage, first: date, last: date) -> Dip:
    lead = stage.posts[LEAD]
    with as_worker(lead):
        return actions.draw_dip(
            key=uuid.uuid4(),
            label=f"{last.year}, {first:%B} and {last:%B}",
            from_on=first,
            until_on=last,
            kinds=[],
            size=SIZE,
            spread_over=Strata.NOTHING,
            reviewers=[stage.posts[one] for one in REVIEWERS],
            by=lead,
            at=stage.now,
        )


def _cards(stage: Stage, dip: Dip) -> list[DipCard]:
    with as_worker(stage.posts[LEAD]):
        return list(
            DipCard.objects.filter(dip=dip).select_related("dip", "dipped__incident").order_by("place")
        )


def _review(stage: Stage, dip: Dip, chance: Random, *, upto: int) -> None:
    """Have the first incidents reviewed; in the sample that is reviewed in part, somebody is found to be at risk."""
    for card in _cards(stage, dip)[:upto]:
        needed, sent = card.dipped.incident.form_required, bool(card.form_submitted)
        risky = upto < SIZE and card.place == 1
        said = {
            "form_required": {True: "required", False: "not_required", None: "unclear"}[needed],
            "for_whom": "child" if card.child_present else "adult",
            "form_submitted": "yes" if sent else "no",
            "form_in_time": "yes" if chance.randrange(5) else "no",
            "all_people_covered": "yes" if chance.randrange(6) else "no",
            "why_not": chance.choice(WHY_NOT),
            "what_led_to_it": "to_be_safe",
            "risk_today": "yes" if risky else "no",
            "put_right": "not_yet" if risky else "nothing_needed" if sent else "advice_to_officer",
        }
        by = next(stage.posts[one] for one in REVIEWERS if stage.posts[one].pk == card.reviewer_id)
        with as_worker(by):
            words = "The log ends before anybody left." if needed is None else ""
            actions.review_incident(card=card, key=uuid.uuid4(), said=said, words=words, by=by, at=stage.now)


def _act(stage: Stage, whole: Dip, in_part: Dip) -> None:
    """Raise what is to be done: one thing that was done, one that is overdue, and one that waits."""
    lead = stage.posts[LEAD]
    card = _cards(stage, in_part)[0]
    before = stage.now - timedelta(days=40)
    with as_worker(lead):
        done = actions.raise_action(
            key=uuid.uuid4(), kind="fault", unit="", dip=whole, owner=lead, due_on=localdate(before),
            words="The form offers no way to name a second child: ask for it to be mended.", by=lead, at=before,
        )  # fmt: skip
        actions.finish_action(
            raised=done, words="The force’s system team mended it a week later.", by=lead, at=stage.now
        )
        actions.raise_action(
            key=uuid.uuid4(), kind="training", unit="Response B", dip=whole, owner=stage.posts[REVIEWERS[0]],
            due_on=localdate(before) + timedelta(days=28), by=lead, at=before,
            words="A briefing at the start of a shift: a child who sleeps through it was there.",
        )  # fmt: skip
        actions.raise_action(
            key=uuid.uuid4(), kind="advice", unit=card.dipped.incident.unit, card=card, owner=lead,
            due_on=localdate(stage.now) + timedelta(days=7), by=lead, at=stage.now,
            words="Go through this incident with the unit, without a name.",
        )  # fmt: skip
