"""Plans with families: one of a panel that was looked at and goes up, one that nobody leads, one that is to close."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from mash.common.editions import content_of
from mash.contact.models import Contact
from mash.decision import queries as decisions
from mash.decision.models import Outcome
from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage
from mash.partnership.models import Staff
from mash.plans import actions
from mash.plans.models import Need, Plan, PlanAction
from mash.plans.queries.shown import members_of

UNDER_WAY, NOBODY_LEADS, TO_CLOSE = "NF26-A12", "NF26-A31", "NF26-A23"
PARENTS = {UNDER_WAY: "Shirin Begum", NOBODY_LEADS: "Joanne Whitlock", TO_CLOSE: "Declan O’Grady"}
WORKER, LEAD, EARLY_HELP, HOUSING = "social.worker", "education", "early.help", "housing"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing to be done.  by: the sign-in name of the agency's worker.  due: days after the plan began."""

    by: str
    words: str
    who: str
    due: int
    status: str = ""
    difference: str = ""
    says: str = ""


NEED = (
    "Mornings are hard: school is missed, and there is no breakfast.",
    "In school by nine, fed, four days of five.",
)
WALKS = (
    Doing(
        LEAD, "Meets them at the gate and takes them to breakfast club.", "Hannah Price", 5, "done",
        "She eats before lessons now.", "Her form tutor",
    ),
    Doing(HOUSING, "Has the heating in the flat put right, and rings when it is.", "Dennis Achterberg", 1),
    Doing(EARLY_HELP, "Visits on Thursdays and goes through the week with her mother.", "Sunita Rao", 60),
)  # fmt: skip
THURSDAYS = (
    Doing(
        EARLY_HELP, "Finds a driver who takes him to physiotherapy on Thursdays.", "Sunita Rao", 3, "done",
        "I no longer look at the clock in maths.", "The girl herself",
    ),
)  # fmt: skip
CLOSING = {
    "reason": "outcomes_met",
    "detail": "",
    "what_changed": "She has not missed a Thursday afternoon for a month.",
    "what_helped": "A driver who is there at two, and a group of others who look after a parent.",
    "watch_for": "Thursdays missed again, or a stay in hospital.",
    "call_whom": "The family worker at school, any day before four.",
    "told_child_by": "The family worker",
    "told_child_how": "On a walk; she chose a picture for the last page of the plan.",
}


def tell(stage: Stage, found: dict[str, Contact]) -> None:
    """Tell all three."""
    first = begin(stage, found[UNDER_WAY], lead=LEAD, parent=PARENTS[UNDER_WAY])
    doing = work_on(stage, first, NEED, WALKS)
    look_together(stage, first, doing[1])
    to_the_panel(stage, first)
    go_up(stage, first)
    begin(stage, found[NOBODY_LEADS], lead="", parent=PARENTS[NOBODY_LEADS])
    last = begin(stage, found[TO_CLOSE], lead=EARLY_HELP, parent=PARENTS[TO_CLOSE])
    work_on(
        stage,
        last,
        ("She misses lessons to take her father to physiotherapy.", "In school on four Thursdays of five."),
        THURSDAYS,
    )
    close(stage, last, stage.posts[EARLY_HELP])


def look_together(stage: Stage, plan: Plan, late: PlanAction) -> None:
    """Have whoever leads a plan look at it with the family, and carry over what is not done."""
    by, today = stage.posts[LEAD], localdate(stage.now)
    over = actions.CarryOver(late, today + WEEK, "The landlord comes on Friday week.")
    with as_worker(by):
        actions.hold_review(
            key=uuid.uuid4(), plan=plan, follows=0, held_on=today, present="Shirin Begum, the girl, Hannah Price",
            different="yes", different_words="She comes in with the others, says her teacher.",
            family_says="It is warm in the morning club, and cold at home.",
            not_done="The heating: the landlord did not come.", onward="on", why="It begins to work.",
            next_on=today + 6 * WEEK, carried=[over], by=by, at=stage.now,
        )  # fmt: skip


def to_the_panel(stage: Stage, plan: Plan) -> None:
    """Have the family agree to the panel, which looks after the plan from then on: what it agreed stands in it."""
    by = stage.posts[WORKER]
    with as_worker(by):
        now = Plan.objects.select_related("hub", "contact", "person").get(pk=plan.pk)
        actions.record_agreement(
            plan=now, said="given", said_by=PARENTS[UNDER_WAY], said_on=localdate(stage.now), how="By telephone",
            covers=list(members_of(now)), scopes=["panel"], words="I come to my part of it.", by=by, at=stage.now,
        )  # fmt: skip
        actions.take_to_panel(plan=now, version=now.version, by=by, at=stage.now)


def go_up(stage: Stage, plan: Plan) -> None:
    """Have the school tell the hub that more is needed; nobody has decided on it yet."""
    by = stage.posts[LEAD]
    with as_worker(by):
        now = Plan.objects.select_related("hub").get(pk=plan.pk)
        step = actions.step_up(
            key=uuid.uuid4(), plan=now, trigger="new_event",
            words="She said at breakfast that her father threw a plate, and that her grandmother has left.",
            product="Breakfast club since the plan began; one person rings on Fridays. Mornings are better.",
            voice="I want grandma to come back.", danger=False, family_aware=True, by=by, at=stage.now,
        )  # fmt: skip
    with as_program("hand_overs"), content_of(step.hub_id):
        actions.take_in(step=step, at=stage.now)


def begin(stage: Stage, contact: Contact, *, lead: str, parent: str) -> Plan:
    """Begin a plan an hour after what was decided on a contact, once the family said yes.  lead: "" for nobody."""
    by = stage.posts[WORKER]
    with as_worker(by):
        made = decisions.newest_standing(contact)
        assert made is not None  # noqa: S101 - the story decided
        rows = list(
            Outcome.objects.filter(decision=made, alongside=False, person__isnull=False).order_by(
                "about__ref"
            )
        )
        children = [decisions.find_outcome(by, one.pk) for one in rows]
        at = _after(stage, made.made_at)
        post = stage.posts[lead] if lead else None
        named = actions.Named(post.agency, post.account.name, "020 7946 0144", post) if post else None
        plan = actions.begin_plan(
            key=uuid.uuid4(), outcome=children[0], children=children, adults=[parent], lead=named,
            started_on=localdate(at), by=by, at=at,
        )  # fmt: skip
        actions.record_agreement(
            plan=plan, said="given", said_by=parent, said_on=localdate(at), how="At home",
            covers=list(members_of(plan)), scopes=["early_help"],
            words="As long as school does not tell the neighbours.",
            by=by, at=at,
        )  # fmt: skip
    return plan


def _after(stage: Stage, moment: datetime | None) -> datetime:
    return min((moment or stage.now) + HOUR, stage.now)


def work_on(stage: Stage, plan: Plan, need: tuple[str, str], doing: tuple[Doing, ...]) -> list[PlanAction]:
    """Write what a child wants, one need and what is done about it, and how that goes."""
    by, at = stage.posts[WORKER], _after(stage, plan.at)
    with as_worker(by):
        members = list(members_of(plan))
        actions.write_plan(
            plan=plan, version=plan.version, assessment="By the family worker, in the week the plan began",
            family_view="It helps that one person rings and not five.",
            backup="If mornings are missed again for a week, the school rings the family worker the same day.",
            by=by, at=at,
        )  # fmt: skip
        actions.write_wants(
            member=members[0], version=1, wants="To be there when registration is read out.", by=by, at=at
        )
        held = actions.add_need(plan=plan, whom=None, words=need[0], outcome=need[1], by=by, at=at)
        return [_do(stage, held, one, by, at) for one in doing]


def _do(stage: Stage, need: Need, one: Doing, by: Staff, at: datetime) -> PlanAction:
    due = localdate(at) + one.due * DAY
    made = actions.add_action(
        need=need,
        words=one.words,
        agency=stage.posts[one.by].agency,
        person_name=one.who,
        due_on=due,
        look_again_on=due + WEEK,
        by=by,
        at=at,
    )
    if one.status:
        actions.say_progress(
            action=made, version=made.version, status=one.status, difference=one.difference, difference_by=one.says,
            by=by, at=at,
        )  # fmt: skip
    return made


def close(stage: Stage, plan: Plan, by: Staff) -> None:
    """Look at a plan together, and propose to close it."""
    today = localdate(stage.now)
    with as_worker(by):
        actions.hold_review(
            key=uuid.uuid4(), plan=plan, follows=0, held_on=today, present="Declan O’Grady, both children, Sunita Rao",
            different="yes", different_words="She is in school on Thursdays, says her form tutor.",
            family_says="We can do this now.", not_done="", onward="close", why="What we set out to do is done.",
            next_on=None, by=by, at=stage.now,
        )  # fmt: skip
        actions.propose_close(key=uuid.uuid4(), plan=plan, closed_on=today, by=by, at=stage.now, **CLOSING)
