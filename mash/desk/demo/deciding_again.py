"""The hub's own decisions in the demo: one month that was decided again and closed, and one that is under way."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from mash.contact import actions as contacts
from mash.contact.message import parse
from mash.contact.models import Channel, Contact
from mash.decision import actions as decision
from mash.decision.actions import Proposed
from mash.decision.content import outcomes
from mash.decision.models import Decision
from mash.decision.queries import Event, needs_to_say
from mash.desk.demo import agreeing, story
from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage
from mash.partnership.models import Staff
from mash.quality.own import actions
from mash.quality.own.models import Again, Copy, Month

LEAD, ANEW = "manager", "decision.maker.two"
REVIEWERS = ("reviewer.police", "reviewer.health", "reviewer.school")
NO_ACTION, HELP, SIGNPOST = ("no_further_action", 1), ("early_help", 2), ("signpost", 1)
Line = tuple[str, str, str, str, str, str, tuple[str, int]]
EARLIER: Sequence[Line] = (
    ("Rafe", "Tindall", "2017-04-02", "Kerry", "Alder Road Primary School",
     "Rafe has come in three mornings out of five without breakfast and asleep by ten. “Nobody gets up.”", NO_ACTION),
    ("Ines", "Corvello", "2013-10-21", "Lucia", "Alder Road Primary School",
     "Ines told a friend she is up until two minding her brothers while her mother works nights.", NO_ACTION),
    ("Bode", "Akinsola", "2019-01-14", "Temi", "Northfield Children’s Centre",
     "Bode’s speech has gone back since the family moved. His mother asks who can help.", SIGNPOST),
    ("Maisie", "Dunmore", "2015-06-30", "Gail", "Fernbank Primary School",
     "Maisie’s parents have parted. She is tearful and her attendance fell to 81 %. They want help.", HELP),
    ("Theo", "Varga", "2016-12-05", "Ilona", "Fernbank Primary School",
     "Theo wore the same clothes for a week and smelled. His father is new to caring for him alone.", HELP),
    ("Layla", "Haddow", "2012-08-17", "Nasrin", "Northfield Academy",
     "Layla sent a photograph of herself to a boy of her year. The school has spoken with both families.", NO_ACTION),
)  # fmt: skip
LATER: Sequence[Line] = (
    ("Jonah", "Pryce", "2018-02-11", "Leanne", "Fernbank Primary School",
     "Jonah said that his uncle shouts and he hides in the wardrobe. Nobody has seen a mark.", NO_ACTION),
    ("Sana", "Iqbal", "2014-05-26", "Rukhsana", "Northfield Academy",
     "Sana has missed eleven days. Her mother is ill and there is nobody to walk her in.", HELP),
    ("Kofi", "Ansah", "2016-09-09", "Abena", "Northfield Children’s Centre",
     "Kofi’s father asked for a parenting course and for somebody to talk to.", SIGNPOST),
    ("Elsie", "Brandreth", "2013-03-19", "Joy", "Alder Road Primary School",
     "Elsie fell asleep in class and said the flat is too cold to sleep.", NO_ACTION),
)  # fmt: skip
REASONS = "What is reported shows no significant harm, and the family have somebody to turn to."
AGREED = "On these facts I would have done the same: the family are open to help and somebody sees the child."
AT_RISK = "Rafe, who has nobody up in the morning three days of five: he may be alone, and goes without food."
MISSING = "Nobody asked the school nurse, or who is at home in the mornings."
ANEW_REASONS = (
    "His mother works nights and agrees to help. A lead practitioner sees Rafe at home and at breakfast club."
)
Word = Mapping[str, Any]


def tell(stage: Stage) -> None:
    """Tell it all."""
    first = localtime(stage.now).replace(day=1, hour=9, minute=0, second=0, microsecond=0)
    last_month = (first - timedelta(days=1)).replace(day=1)
    month_before = (last_month - timedelta(days=1)).replace(day=1)
    for number, line in enumerate(EARLIER, 1):
        _decided(stage, f"NS-OWN-A{number}", line, month_before + timedelta(days=3 * number))
    closed = _draw(stage, last_month + timedelta(days=1))
    _decide_all_again(stage, closed, last_month + timedelta(days=6))
    for number, line in enumerate(LATER, 1):
        _decided(stage, f"NS-OWN-B{number}", line, last_month + timedelta(days=4 * number))
    going = _draw(stage, stage.now)
    again, *_ = _cases(stage, going)
    _say(again, stage.posts[REVIEWERS[0]], stage.now)


def _decided(stage: Stage, reference: str, line: Line, at: datetime) -> None:
    given, family, born_on, mother, school, words, (outcome, level) = line
    said = {
        "format": "openmash.referral/1",
        "reference": reference,
        "sent_at": at.isoformat(),
        "source": {"kind": "school", "organisation": school, "name": "Safeguarding lead"},
        "subject": "child",
        "type": "early_help",
        "concern": {"categories": ["neglect"], "what_happened": words},
        "agreement": {"sought": "given", "by": "Their mother", "covers": ["p1", "p2"], "family_aware": True},
        "people": [
            {"id": "p1", "role": "child", "name": {"given": given, "family": family}, "born_on": born_on},
            {"id": "p2", "role": "parent_or_carer", "name": {"given": mother, "family": family}},
        ],
        "relationships": [{"from": "p2", "to": "p1", "kind": "parent", "parental_responsibility": True}],
    }
    with as_program("intake"):
        contact, _ = contacts.receive(
            parse(json.dumps(said, ensure_ascii=False).encode()),
            hub=stage.hub,
            channel=Channel.FILE,
            received_at=at + timedelta(minutes=5),
        )
    then = Stage(stage.hub, stage.posts, at + timedelta(days=2), timedelta())
    story.settle_all(then, contact)
    story.rate(then, contact, "green")
    story.adopt(then, contact, contact.received_at + timedelta(hours=2))
    story.decide(then, contact, outcome, level, REASONS)


def _draw(stage: Stage, at: datetime) -> Month:
    with as_worker(stage.posts[LEAD]):
        return actions.draw_month(by=stage.posts[LEAD], at=at)


def _cases(stage: Stage, month: Month) -> list[Again]:
    with as_worker(stage.posts[LEAD]):
        found = Again.objects.filter(month=month).select_related(
            "copy", "contact", "decision__contact", "about"
        )
        return list(found.order_by("place"))


def _decide_all_again(stage: Stage, month: Month, at: datetime) -> None:
    """Have every case decided again: one was found wrong, and is decided anew the same day."""
    lead = stage.posts[LEAD]
    for again in _cases(stage, month):
        is_wrong = again.about.given == EARLIER[0][0]
        for post in _both(stage, again):
            _say(again, post, at, is_wrong=is_wrong)
        if is_wrong:
            _mend(stage, again, at + timedelta(hours=3))
    with as_worker(lead):
        actions.close_month(month=month, left_out="", by=lead, at=at + timedelta(days=8))


def _both(stage: Stage, again: Again) -> list[Staff]:
    with as_worker(stage.posts[LEAD]):
        keys = {*again.copy.reviewers.values_list("staff_id", flat=True)}
    return [stage.posts[name] for name in REVIEWERS if stage.posts[name].pk in keys]


def _say(again: Again, by: Staff, at: datetime, *, is_wrong: bool = False) -> None:
    higher = is_wrong or again.outcome == "early_help"
    said: Word = {
        "outcome": "early_help" if higher else again.outcome,
        "level": 2 if higher else again.level or 1,
        "reasons": MISSING if is_wrong else AGREED,
        "sure": "fairly",
        "missing": MISSING if is_wrong else "",
        "at_risk": is_wrong,
        "at_risk_words": AT_RISK if is_wrong else "",
    }
    with as_worker(by):
        copy = Copy.objects.filter(again=again.pk).first()
        if copy is None:  # it was given to others
            return
        actions.decide_again(copy=copy, by=by, at=at, **said)
    with as_program("own_decisions"):
        actions.look_at(again_id=again.pk, at=at + timedelta(minutes=1))


def _mend(stage: Stage, again: Again, at: datetime) -> None:
    """Have it decided anew by who took no part, and the lead do what else is due."""
    by, lead = stage.posts[ANEW], stage.posts[LEAD]
    with as_worker(by):
        first = Decision.objects.select_related("contact__hub").get(pk__in=[again.decision_id])
        _decide_anew(first, first.contact, by, at)
    for step in ("decider_told", "rating_looked_at", "household_read"):
        with as_worker(lead):
            actions.follow(again=again, step=step, by=lead, at=at + timedelta(hours=1))


def _decide_anew(first: Decision, contact: Contact, by: Staff, at: datetime) -> None:
    asks = needs_to_say(outcomes()[HELP[0]])
    proposed = [
        Proposed(about=one, outcome=HELP[0], level=HELP[1], needs=dict.fromkeys(asks, ANEW_REASONS))
        for one in Event(contact).to_decide
    ]
    agreeing.ask_the_family(proposed, by, at)
    decision.decide(
        key=uuid.uuid4(),
        contact=contact,
        follows=first,
        outcomes=proposed,
        reasons=ANEW_REASONS,
        what_would_change_it="Rafe alone at night.",
        told=story.told_of(contact, HELP[0]),
        history_read=True,
        by=by,
        at=at,
    )
