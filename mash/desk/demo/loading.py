"""Loads both made-up boroughs: registers, open cases, and referrals part-way through their journeys."""

import csv
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from tqdm import tqdm

from mash.contact.models import Contact
from mash.desk.demo import (
    adults,
    advice,
    alongside,
    arranging,
    bad_day,
    between,
    by_form,
    by_telephone,
    deciding_again,
    dipping,
    directory,
    disagreeing,
    duty,
    exercises,
    families,
    going,
    grading,
    handing,
    harming,
    keeping,
    letters,
    lists,
    mailing,
    own_records,
    panels,
    performance,
    plans,
    reading,
    region,
    releasing,
    returning,
    speaking,
    story,
    training,
)
from mash.desk.demo.places import EASTMERE, NORTHFIELD, Borough
from mash.desk.demo.setting_up import as_program, open_borough
from mash.people import actions as people

HERE = Path(__file__).parent
DAYS_OF_CLOCKS = timedelta(days=400)
FEW_SERVICES = 14  # of the borough whose directory has just begun
NOT_YET_READ = 9  # the newest referrals wait for a screener
ONE_EVENT = {  # reports of one event, worked once: each with the report that it is linked to
    "NF26-A02": "NF26-A01",
    "NF26-A03": "NF26-A01",
    "NF26-A04": "NF26-A01",
    "NF26-A17": "NF26-A18",
    "NF26-A25": "NF26-A24",
    "NF26-A33": "NF26-A32",
    "NF26-A44": "NF26-A45",
    "NF26-A40": "NF26-A39",
}
ASSESSED, HELPED = ("child_and_family_assessment", 3), ("early_help", 2)
DECIDED: dict[str, tuple[str, int]] = {  # reference to outcome and level, for checks that are through
    "NF26-A01": ASSESSED,
    "NF26-A05": ASSESSED,
    "NF26-A15": ASSESSED,
    "NF26-A39": ("strategy_discussion", 4),
    "NF26-A41": ASSESSED,
    "NF26-A42": ASSESSED,
    "NF26-A53": ASSESSED,
}
WITHOUT_CHECK: dict[str, tuple[str, tuple[str, int] | None]] = {  # reference to rating and what was decided
    "NF26-A06": ("amber", ASSESSED),
    "NF26-A07": ("green", None),
    "NF26-A08": ("green", ("information_only", 1)),
    "NF26-A09": ("green", ("information_only", 1)),
    "NF26-A10": ("amber", None),
    "NF26-A12": ("green", HELPED),
    "NF26-A13": ("green", HELPED),
    "NF26-A14": ("green", ("information_only", 1)),
    "NF26-A16": ("amber", None),
    "NF26-A18": ("red", ASSESSED),
    "NF26-A19": ("amber", ASSESSED),
    "NF26-A20": ("green", ("information_only", 1)),
    "NF26-A21": ("amber", ASSESSED),
    "NF26-A22": ("red", ASSESSED),
    "NF26-A23": ("green", HELPED),
    "NF26-A24": ("amber", ("adult_section_42", 4)),
    "NF26-A26": ("blue", ("information_only", 1)),
    "NF26-A28": ("red", ("strategy_discussion", 4)),
    "NF26-A29": ("red", None),
    "NF26-A31": ("amber", HELPED),
    "NF26-A34": ("amber", None),
    "NF26-A35": ("green", ("information_only", 1)),
    "NF26-A36": ("amber", None),
    "NF26-A30": ("blue", ("information_only", 1)),
    "NF26-A43": ("blue", ("information_only", 1)),
    "NF26-A45": ("amber", ASSESSED),
    "NF26-A46": ("amber", ASSESSED),
    "NF26-A50": ("amber", ASSESSED),
    "NF26-A51": ("green", None),
    "NF26-A58": ("amber", ASSESSED),
}
ASKED_JUST_NOW: dict[
    str, tuple[str, tuple[str, ...]]
] = {  # checks of today: enquiries are out, and nobody has answered yet
    "NF26-A56": ("amber", ("education", "police", "camhs")),
    "NF26-A54": ("amber", ("education", "community_health", "housing")),
    "NF26-A37": ("amber", ()),  # nobody is asked before a manager confirms the rating
}
ADDED_LATER = ("NF26-A56", "housing")  # an agency that was forgotten in the first send
OPENED_AGAIN = (
    "NF26-A42",
    "camhs",
    "The mother rang: the eldest was seen at a clinic last week, and nobody had asked there.",
)
ACCEPTED = {  # what was decided on these was accepted by a service, which works with them now
    "NF26-A13": "Northfield Family Help",
    "NF26-A53": "Children and family assessment team",
}
ON_THE_PANEL = ("NF26-A12", "NF26-A20", "NF26-A23")  # whose first child is brought to the panel
SENT_BACK = "NF26-A47"
REASONS = (
    "The picture from all agencies shows children who are affected and a parent who accepts help; "
    "an assessment with the family is right and proportionate."
)


def load(now: datetime, *, bar: bool) -> None:
    """Load both boroughs.  now: aware; everything made up happened before it.  bar: show progress."""
    stages, contacts = {}, {}
    for borough in (NORTHFIELD, EASTMERE):
        since = now - DAYS_OF_CLOCKS
        posts = open_borough(borough, since, since.date())
        _import(borough, now)
        file = HERE / f"{borough.name.lower()}_referrals.jsonl"
        said = story.messages(file)
        hub = next(iter(posts.values())).hub
        with as_program("reminders"):
            people.look_for_duplicates(hub=hub, at=_this_morning(now))
        stage = story.Stage(hub, posts, now, story.shift_for(said, now))
        found = story.receive_all(stage, tqdm(said, unit="referral", desc=borough.hub, disable=not bar))
        stages[borough.name], contacts[borough.name] = stage, found
        if borough is NORTHFIELD:
            _tell(stage, found, bar=bar)
            duty.fill(hub, posts, now)
            duty.tell_absences(posts, now)
            by_telephone.health_visitor_rings(hub, posts["screener"], now - timedelta(hours=5))
            duty.hand_over_the_night(posts, now)
            keeping.keep(stage)
            training.tell(stage)
            exercises.tell(stage)
            speaking.tell(stage)
            mailing.tell(stage)
        arranging.arrange(borough, posts, now)
        directory.arrange(posts, now, most=None if borough is NORTHFIELD else FEW_SERVICES)
        by_form.neighbour_tells(hub, now - timedelta(hours=3))
        by_form.school_refers(posts["education"], now - timedelta(hours=2))
    between.tell(stages["Northfield"], stages["Eastmere"], contacts["Northfield"])
    returning.tell(stages["Northfield"])
    harming.tell(stages["Northfield"])
    region.compare(stages["Northfield"], stages["Eastmere"])
    bad_day.get_ready(stages["Northfield"])
    for stage in stages.values():
        performance.count(stage)


def _import(borough: Borough, now: datetime) -> None:
    name = borough.name.lower()
    with _quiet() as quiet, tempfile.TemporaryDirectory() as folder:
        call_command("people", "import", str(HERE / f"{name}_register.csv"), "--hub", borough.hub, **quiet)
        dated = _dated(HERE / f"{name}_open_cases.csv", Path(folder) / "open_cases.csv", now)
        call_command("import", "open-cases", str(dated), "--hub", borough.hub, **quiet)


def _dated(source: Path, target: Path, now: datetime) -> Path:
    """Write a list of open cases with the moment it was made: early this morning, or at worst just now."""
    as_at = _this_morning(now).isoformat()
    with source.open(newline="") as before, target.open("w", newline="") as after:
        rows = csv.DictReader(before)
        writer = csv.DictWriter(after, [*(rows.fieldnames or ()), "as_at"])
        writer.writeheader()
        writer.writerows(row | {"as_at": as_at} for row in rows)
    return target


def _this_morning(now: datetime) -> datetime:
    return min(now.replace(hour=2, minute=0, second=0, microsecond=0), now)


@contextmanager
def _quiet() -> Iterator[dict[str, Any]]:
    with Path("/dev/null").open("w") as nowhere:
        yield {"stdout": nowhere, "stderr": nowhere}


def _tell(stage: story.Stage, found: dict[str, Contact], *, bar: bool) -> None:
    checks = story.responses()
    unread = list(found)[-NOT_YET_READ:]
    for reference, first in ONE_EVENT.items():
        story.link(stage, found[reference], found[first])
    worked = [one for one in found if one in checks or (one in WITHOUT_CHECK and one not in unread)]
    for reference in tqdm(worked, unit="journey", desc="journeys", disable=not bar):
        contact = found[reference]
        others = [found[linked] for linked, first in ONE_EVENT.items() if first == reference]
        for one in (contact, *others):
            story.settle_all(stage, one)
        if reference in checks:
            colour, outcome = checks[reference]["rating"], DECIDED.get(reference)
            story.run_check(stage, contact, checks[reference])
        else:
            colour, outcome = WITHOUT_CHECK[reference]
            story.rate(stage, contact, colour)
            story.adopt(stage, contact, contact.received_at + timedelta(hours=2))
        for one in others:
            story.rate(stage, one, colour)
        if outcome:
            story.decide(stage, contact, *outcome, REASONS)
    story.send_back(stage, found[SENT_BACK])
    reading.read(stage, found, worked)
    advice.give(stage, found)
    letters.write(stage, found)
    for reference, (colour, kinds) in ASKED_JUST_NOW.items():
        story.start_check(stage, found[reference], colour, kinds)
    _tell_of_both(stage)
    releasing.tell(stage, found)
    own_records.tell(stage, found)
    going.tell(stage)
    families.tell(stage, found)
    panels.tell(stage, [own_records.person_in(stage, found[one], 0) for one in ON_THE_PANEL])
    plans.tell(stage, found)
    story.ask_more(stage, found[ADDED_LATER[0]], ADDED_LATER[1])
    for reference, service in ACCEPTED.items():
        story.accept(stage, found[reference], service)
    handing.tell(stage, found)
    disagreeing.tell(stage, found)
    alongside.tell(stage, found)
    grading.tell(stage)
    dipping.tell(stage)
    deciding_again.tell(stage)
    lists.tell(stage)
    story.ask_more(stage, found[OPENED_AGAIN[0]], OPENED_AGAIN[1], again=OPENED_AGAIN[2])


def _tell_of_both(stage: story.Stage) -> None:
    """Take a referral about a child and an adult at risk through the whole journey, side by side."""
    contact = next(iter(story.receive_all(stage, [adults.BOTH]).values()))
    story.settle_all(stage, contact)
    story.rate(stage, contact, "amber")
    at = stage.now - timedelta(hours=3)
    adults.agree_for_the_child(stage, contact, at)
    adults.record_all(stage, contact, at)
    story.ask(stage, story.open_check(stage, contact, at), adults.ASKED, at)
    adults.decide_for_both(stage, contact, story.WORDS)
