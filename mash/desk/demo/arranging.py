"""What the made-up administrators have arranged: a colour, a practice hub, changes that were published, and a draft."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.timezone import localdate

from mash.check.content import question_content
from mash.contact.content import category_content
from mash.desk.demo.places import NORTHFIELD, Borough
from mash.desk.demo.setting_up import as_program, as_worker
from mash.partnership import actions as partnership
from mash.partnership.models import Duty, Staff
from mash.setup import actions, parts, questions
from mash.triage import actions as triage
from mash.triage.content import rating_content

COLOURS = {"Northfield": "#0b3d5c", "Eastmere": "#5a2d6e"}
SERIES = "fire_service"
QUESTION = {
    "text": "Is anybody in the home unable to get out by themselves?",
    "hint": "Say who, and what was agreed with them",
    "type": "text",
    "asks_about": "household",
    "sensitive_by_default": False,
    "protective": False,
}
PAUSES = (
    "The family asked for a few days to think about help",
    "An interpreter is booked, and the family cannot be asked before",
)
WHY_PAUSES = (
    "Agreed with the board for a year: both are shown as reasons, and figures are given with and without."
)
WHY = "Agreed with the fire and rescue service after a fire in which a child could not get out."


def arrange(borough: Borough, posts: dict[str, Staff], now: datetime) -> None:
    """Have a borough's administrator set up what the tour shows.

    now: aware; what was published was published a week before.
    """
    administrator = posts["administrator"]
    hub = administrator.hub
    with as_worker(administrator):
        wanted = actions.described(hub) | {"colour": COLOURS[borough.name]}
        actions.describe(hub=hub, particulars=wanted, by=administrator, at=now - timedelta(days=20))
    if borough is NORTHFIELD:
        _open_the_practice_hub(administrator, now)
        _publish_a_question(administrator, now - timedelta(days=7))
        _draft_a_category(administrator, now - timedelta(hours=3))
        allow_pauses(posts, now - timedelta(days=5))


def _open_the_practice_hub(administrator: Staff, now: datetime) -> None:
    hub = administrator.hub
    with as_program("setup"):
        practice = partnership.open_hub(
            name="Northfield practice hub", prefix="NP", at=now, is_training=True, practises_for=hub
        )
        triage.load_targets(practice, on=localdate(now), at=now)
        partnership.give_post(
            account=administrator.account,
            hub=practice,
            agency=administrator.agency,
            title="Systems officer, practice",
            duties=[Duty.ADMINISTER, Duty.SCREEN],
            at=now,
        )


def _publish_a_question(administrator: Staff, at: datetime) -> None:
    with as_worker(administrator):
        doing: dict[str, Any] = {
            "hub": administrator.hub,
            "content": question_content,
            "by": administrator,
            "at": at,
        }
        in_force = question_content.carried()
        actions.draft(change=lambda raw: questions.with_question(raw, in_force, SERIES, QUESTION), **doing)
        actions.publish(why=WHY, saved=1, **doing)


def allow_pauses(posts: dict[str, Staff], at: datetime) -> None:
    """Have the administrator add reasons for which a clock may rest, and the manager take the second look."""
    by, manager = posts["administrator"], posts["manager"]
    part = parts.part_named("ratings", "working_time-pauses")
    doing: dict[str, Any] = {"hub": by.hub, "content": rating_content, "at": at}
    for label in PAUSES:
        with as_worker(by):
            actions.draft(change=partial(_with_pause, part, label), by=by, **doing)
    with as_worker(by):
        actions.publish(why=WHY_PAUSES, saved=len(PAUSES), by=by, **doing)
    with as_worker(manager):
        actions.second_look(agreed=True, saved=len(PAUSES), by=manager, **doing)


def _with_pause(part: parts.Part, label: str, raw: dict[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = parts.with_new(raw, part, {"label": label})[0]
    return changed


def _draft_a_category(administrator: Staff, at: datetime) -> None:
    part = parts.part_named("categories", "categories")
    words = {
        "label": "Home taken over by others",
        "means": "Somebody’s home is used by people who deal in drugs or use threats to stay.",
        "ask": "Who lives there now, and can the person say no to them?",
        "subject": "both",
        "group": "harm_outside_home",
    }
    with as_worker(administrator):
        actions.draft(
            hub=administrator.hub,
            content=category_content,
            change=lambda raw: parts.with_new(raw, part, words)[0],
            by=administrator,
            at=at,
        )
