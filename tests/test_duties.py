"""Guards that ask a post for nothing but its duties and whether it leads, against a table written from docs/rules.md.

Each is asked for a post with no duty, with each duty alone and with each two together, that leads its agency and that
does not.  No rows are read.  Another guard of that kind fails the test until its line stands here.
"""

import importlib
import inspect
from dataclasses import dataclass
from itertools import combinations

import pytest

from mash.common.verdict import Verdict
from mash.partnership.models import Duty, Hub, Staff
from tests.faults.guarding import apps

DAY = ("screen", "assess", "decide", "approve", "clear", "manage")
DESK = (*DAY, "out_of_hours")
WRITES_DOWN = ("screen", "assess", "decide", "out_of_hours")
JUDGES = ("screen", "assess", "decide", "manage")
SETS_UP = ("administer", "manage")
ANALYSES_AT_THE_DESK = ("manage", *(f"analyse {one}" for one in DAY))
OF_CASES = "it asks as well which cases the post is kept from: tests of its app"
ASKED_ELSEWHERE = {
    "insight.may_see": OF_CASES,
    "insight.may_share": OF_CASES,
    "insight.sees_all": OF_CASES,
    "returns.may_make": OF_CASES,
    "exercise.sits_in_an_exercise": "it asks of the hub: tests/exercise",
    "plans.is_early_help": "it asks of the agency: tests/plans",
    "partnership.sees_restricted": "partnership.may_ask_to_open lets through whom it does not",
}


@dataclass(frozen=True)
class Takes:
    """What a guard asks: all the duties of one of `any_of`.

    unless: a duty that takes it away again.  lead: "or" where leading its agency is enough by itself, "and" where it
    is asked as well.
    """

    any_of: tuple = ()
    unless: tuple = ()
    lead: str = ""

    def allows(self, duties, leads):
        """Tell whether a post with these duties is let through."""
        if duties & {*self.unless}:
            return False
        has = any({*one.split()} <= duties for one in self.any_of)
        return {"or": has or leads, "and": has and leads, "": has}[self.lead]


def of(*any_of, unless=(), lead=""):
    return Takes(any_of, unless, lead)


LEADS_ALONE = of(lead="or")
GUARDS = {
    "alongside.may_list": of(*DESK),
    "boroughs.may_choose": of("manage"),
    "boroughs.may_see_asked": of("assess", "decide", "manage", "clear"),
    "boroughs.may_transfer": of("assess", "decide", "manage"),
    "contact.may_advise": of(*WRITES_DOWN, "manage"),
    "contact.may_look_through_advice": of(*DESK),
    "contact.may_see_disputed": of(*DESK),
    "contact.may_write_down": of(*WRITES_DOWN),
    "decision.may_call_schools": of(*DAY),
    "decision.may_follow_dissents": of("answer"),
    "decision.may_measure": of("decide", "approve", "manage"),
    "decision.may_read_notices": of("answer"),
    "decision.may_word_letters": of("manage"),
    "desk.may_audit": of("audit"),
    "desk.may_say_who_opens": of("manage"),
    "desk.may_see_the_line": of(*DESK),
    "desk.may_see_the_outbox": of("manage"),
    "desk.may_take": of(*WRITES_DOWN),
    "desk.may_take_out": of("decide", "approve", "manage"),
    "directory.keeps": of(*SETS_UP),
    "directory.may_keep": of(*SETS_UP),
    "directory.may_name": of(*SETS_UP, "answer"),
    "exercise.may_train": of("train", "manage"),
    "handover.may_give_keys": of("answer", lead="and"),
    "handover.may_receive": of("answer"),
    "handover.may_see_waiting": of(*DAY),
    "harm.may_act": of(*ANALYSES_AT_THE_DESK),
    "harm.may_be_told": of(*DAY),
    "harm.may_see": of(*ANALYSES_AT_THE_DESK),
    "harm.may_see_watched": of(*DAY),
    "insight.may_open_lists": of("manage"),
    "mail.may_see": of(*WRITES_DOWN, "manage"),
    "mail.may_set_up": of("manage"),
    "mail.may_work": of(*WRITES_DOWN),
    "outage.may_enter": of(*WRITES_DOWN),
    "outage.may_keep": of("manage"),
    "outage.may_see_entered": of(*DESK),
    "panel.may_run_any": of("chair", "manage"),
    "partnership.may_ask_to_open": of("screen", "assess", "decide", "approve", unless=("clear", "manage")),
    "partnership.may_see_gaps": of("manage", lead="or"),
    "partnership.may_see_openings": of("manage", "audit"),
    "people.may_judge_records": of(*JUDGES),
    "people.may_search": of(*DESK),
    "plans.may_ask": of("screen", "assess", "decide", "manage", "answer"),
    "quality.may_come_in": of("grade", "analyse", "manage", "review", lead="or"),
    "quality.may_lead": of("manage"),
    "quality.may_see_incidents": of("analyse", "manage"),
    "quality.may_see_ours": LEADS_ALONE,
    "quality.may_see_results": of("grade", "analyse", "manage"),
    "quality.may_write_contact": of(*WRITES_DOWN),
    "region.may_grant": of("manage"),
    "region.may_work_through": of(*JUDGES),
    "retention.may_hold": of("manage"),
    "retention.may_propose": of("manage"),
    "retention.may_read_register": of("manage", "approve", "audit"),
    "retention.may_review": of("manage", "approve"),
    "sealed.follows_the_register": of("clear", "manage", "audit"),
    "sealed.is_cleared": of("clear"),
    "sealed.may_begin": of("clear release"),
    "sealed.works_with_cases": of(*DESK, "answer"),
    "setup.may_read_the_log": of(*SETS_UP, "audit"),
    "setup.may_set_up": of(*SETS_UP),
    "subject_access.may_see_requests": of("manage", "decide", "clear"),
    "systems.may_see_own": LEADS_ALONE,
    "systems.may_set_up_systems": of(*SETS_UP),
    "systems.may_settle_cases": of(*JUDGES),
    "training.may_read_answers": of("train", "manage"),
    "training.may_train": of("train", "manage"),
    "triage.may_work": of(*WRITES_DOWN),
}


def guards():
    """Return every guard that asks for a post alone, by its app and name."""
    found = {}
    for app in apps():
        module = importlib.import_module(f"mash.{app}.policy")
        for name, made in inspect.getmembers(module, inspect.isfunction):
            alone = made.__module__ == module.__name__ and [*inspect.signature(made).parameters] == ["staff"]
            if alone and made.__annotations__["return"] in (Verdict, bool):
                found[f"{app}.{name}"] = made
    return found


def posts():
    """Yield the duties of each post, whether it leads, and the post."""
    alone = [(), *((one,) for one in Duty.values)]
    for duties in (*alone, *combinations(Duty.values, 2)):
        for leads in (False, True):
            yield {*duties}, leads, Staff(hub=Hub(), duties=[*duties], leads=leads)


def test_every_guard_that_asks_for_a_post_alone_has_its_line():
    assert guards().keys() == GUARDS.keys() | ASKED_ELSEWHERE.keys()
    assert not GUARDS.keys() & ASKED_ELSEWHERE.keys()


@pytest.mark.parametrize("name", GUARDS)
def test_it_lets_through_whom_the_rules_say(name):
    guard = guards()[name]
    wrong = [
        (sorted(duties), leads)
        for duties, leads, post in posts()
        if bool(guard(post)) is not GUARDS[name].allows(duties, leads)
    ]
    assert wrong == []
