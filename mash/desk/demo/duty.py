"""Tells the working day of the made-up borough: its duty rota, who is away, and how the night was handed over."""

import uuid
from datetime import date, datetime, timedelta

from mash.common.clock import LONDON
from mash.desk.demo.setting_up import as_worker
from mash.desk.hand_over import actions as hand_over
from mash.desk.hand_over.queries import lines_of
from mash.partnership.actions.absence import mark_away
from mash.partnership.actions.rota import Line, fill_rota
from mash.partnership.models import Hub, Staff
from mash.partnership.queries import rota as queries
from mash.partnership.rota import AbsenceKind
from mash.partnership.sessions import sessions

WEEKS = 2
ON_DUTY: dict[str, tuple[str, ...]] = {  # post of the rota: who is on duty, then who stands in
    "screener": ("screener", "screener.two"),
    "duty_social_worker": ("social.worker", "decision.maker"),
    "duty_decision_maker": ("decision.maker", "second.person"),
    "approving_manager": ("second.person", "manager", "cleared"),
    "hub_manager": ("manager",),
    "cleared_decider": ("cleared",),
    "emergency_duty": ("night",),
    "manager_on_call": ("cleared", "manager"),
    "police_sergeant": ("police.two", "police"),
    "police_researcher": ("police", "police.two"),
    "intelligence_officer": ("intelligence",),
    "intelligence_on_call": ("intelligence",),
    "answers_education": ("education", "education.two"),
    "answers_community_health": ("health", "health.two"),
    "answers_hospital": ("hospital",),
    "answers_maternity": ("maternity",),
    "answers_gp": ("gp",),
    "answers_camhs": ("camhs",),
    "answers_adult_mental_health": ("mental.health",),
    "answers_childrens_social_care": ("social.care",),
    "answers_adult_social_care": ("adult.care",),
    "answers_early_help": ("early.help",),
    "answers_youth_justice": ("youth.justice",),
    "answers_probation": ("probation",),
    "answers_housing": ("housing",),
    "answers_substance_misuse": ("drug.alcohol",),
    "answers_domestic_abuse_service": ("domestic.abuse",),
    "answers_fire_service": ("fire",),
}
TELEPHONES = "020 7946 01{:02}"  # numbers kept for stories: nobody has them


def fill(hub: Hub, posts: dict[str, Staff], now: datetime) -> None:
    """Have the hub's manager fill the rota from this Monday on.  posts: by sign-in name."""
    today = now.astimezone(LONDON).date()
    monday = today - timedelta(days=today.weekday())
    for week in range(WEEKS):
        _fill_week(hub, posts, monday + timedelta(days=7 * week), now)


def _fill_week(hub: Hub, posts: dict[str, Staff], first: date, now: datetime) -> None:
    with as_worker(posts["manager"]):
        week = queries.working_week(hub)
        numbers = {name: TELEPHONES.format(number) for number, name in enumerate(ON_DUTY)}
        for post, agency in queries.places(hub):
            names = [posts[one] for one in ON_DUTY.get(post.id, ())]
            named = [one for one in names if one.agency_id == agency.pk]
            if not named:
                continue
            within = sessions(week, post.hours, first, 7)
            deputies = tuple(one.pk for one in named[1:])
            lines = [Line(one, named[0].pk, deputies, numbers[post.id]) for one in within]
            fill_rota(
                hub=hub,
                agency=agency,
                post=post,
                within=within,
                lines=lines,
                seen=[],
                by=posts["manager"],
                at=now,
            )


def tell_absences(posts: dict[str, Staff], now: datetime) -> None:
    """Have a screener off today, and an officer on leave from tomorrow on."""
    with as_worker(posts["screener"]):
        mark_away(
            who=posts["screener.two"], planned=False, from_at=now, until_at=None, by=posts["screener"], at=now
        )
    tomorrow = now + timedelta(days=1)
    with as_worker(posts["education.two"]):
        mark_away(
            who=posts["education.two"],
            kind=AbsenceKind.LEAVE,
            planned=True,
            from_at=tomorrow,
            until_at=tomorrow + timedelta(days=3),
            by=posts["education.two"],
            at=now,
        )


def hand_over_the_night(posts: dict[str, Staff], now: datetime) -> None:
    """Have the emergency duty worker hand the night over, and the decision maker accept all but what they question."""
    night, day = posts["night"], posts["decision.maker"]
    with as_worker(night):
        made = hand_over.begin(which="to_day_team", key=uuid.uuid4(), by=night, at=now)
        says = {
            line.pk: {
                "what_happened": "Read in the night; nobody has rung about it since.",
                "what_was_decided_and_by_whom": "Nothing was decided in the night.",
                "what_is_not_done": "The family has not been spoken to.",
                "who_is_expecting_to_hear": "Whoever referred it.",
            }
            for line in lines_of(made)
        }
        words = "A mother was promised a call before ten."
        promise = hand_over.add_line(
            hand_over=made, listed="promises_made_to_families", words=words, by=night, at=now
        )
        says[promise.pk] = {
            "what_happened": words,
            "what_was_decided_and_by_whom": "The night worker promised it.",
            "what_is_not_done": "The call.",
            "who_is_expecting_to_hear": "The mother, on her own telephone.",
        }
        hand_over.write(hand_over=made, says=says, note="A quiet night with one long call.", by=night, at=now)
        hand_over.offer(hand_over=made, by=night, at=now)
    with as_worker(day):
        *others, last = lines_of(made)
        for line in others:
            hand_over.answer(line=line, state="accepted", spoken=True, by=day, at=now)
        hand_over.answer(line=last, state="questioned", words="Which number is safe?", by=day, at=now)
