"""What goes alongside in the demo: a MARAC referral heard, one that is late, a return interview, and a sealed one."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mash.alongside import actions, queries
from mash.alongside.models import Alongside
from mash.contact.models import Contact
from mash.decision.content import outcomes
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage

HEARD, LATE, MISSING, SEALED = "NF26-A10", "NF26-A42", "NF26-A36", "NF26-A51"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DECIDES, SCREENS = "decision.maker", "screener"


def tell(stage: Stage, found: Mapping[str, Contact]) -> None:
    """Tell all four."""
    heard = _open(
        stage, found[HEARD], DECIDES, "marac_referral", ago=20 * DAY,
        answers={"ground": "score", "score": 17, "safe_contact": "On her work telephone. Say it is the dentist."},
        agreed_words="She agreed at the surgery, and asks that nobody rings at home.",
    )  # fmt: skip
    _follow(stage, heard, DECIDES, sent=19 * DAY, received=18 * DAY)
    with as_worker(stage.posts[DECIDES]):
        actions.say_result(
            one=heard, key=uuid.uuid4(), result="heard", who="Priya Shah", happened_at=stage.now - 6 * DAY,
            words="Heard on Thursday. New locks, and an advocate who sees her at work.", by=stage.posts[DECIDES],
            at=stage.now - 5 * DAY,
        )  # fmt: skip
    late = _open(
        stage, found[LATE], DECIDES, "marac_referral", ago=3 * DAY,
        answers={
            "ground": "escalation", "incidents": "Three calls since September, each worse than the last.",
            "safe_contact": "Through the refuge worker, by day.",
        },
        agreed_words="She agreed with the refuge worker.",
    )  # fmt: skip
    _follow(stage, late, DECIDES, sent=3 * DAY - HOUR, received=None)
    interview = _open(
        stage, found[MISSING], DECIDES, "missing_return_interview", ago=40 * HOUR,
        answers={
            "found_on": stage.now - 41 * HOUR, "arranged_by": "us", "interviewer": "Jo Rask, youth service",
            "independent": "yes", "where": "At the skate park", "may_be_shared": "Not asked yet",
        },
        agreed_words="He says he would talk, if it is outdoors.",
    )  # fmt: skip
    _follow(stage, interview, DECIDES, sent=39 * HOUR, received=38 * HOUR)
    _open(
        stage, found[SEALED], SCREENS, "designated_officer", ago=3 * HOUR,
        answers={
            "allegation_on": stage.now - 4 * HOUR, "role": "Coaches a swimming group on Saturdays",
            "employer": "A club; not told yet", "other_children": "Eleven in the group, and two of his own.",
        },
        agreed_words="",
    )  # fmt: skip


def _open(
    stage: Stage,
    contact: Contact,
    post: str,
    kind: str,
    *,
    ago: timedelta,
    answers: Mapping[str, Any],
    agreed_words: str,
) -> Alongside:
    by = stage.posts[post]
    with as_worker(by):
        outcome = outcomes()[kind]
        about = queries.may_be_for(contact, outcome)[0]
        return actions.open_alongside(
            key=uuid.uuid4(), contact=contact, about=about, outcome=outcome, answers=answers,
            agreed="given" if agreed_words else "not_needed", agreed_words=agreed_words, by=by,
            at=min(max(stage.now - ago, contact.received_at + HOUR), stage.now),
        )  # fmt: skip


def _follow(stage: Stage, one: Alongside, post: str, *, sent: timedelta, received: timedelta | None) -> None:
    by, who = stage.posts[post], "Priya Shah, Northfield police, 020 7946 0091"
    if one.kind == queries.INTERVIEW:
        who = "Jo Rask, youth service, 020 7946 0372"

    def at(ago: timedelta) -> datetime:
        return max(stage.now - ago, one.at)

    with as_worker(by):
        gone, key = at(sent), uuid.uuid4()
        actions.send(one=one, key=key, who=who, how="secure_email", happened_at=gone, by=by, at=gone)
        if received is not None:
            there, name = at(received), who.partition(",")[0]
            actions.receive(one=one, key=uuid.uuid4(), who=name, happened_at=there, by=by, at=there)
