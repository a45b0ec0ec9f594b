"""Exercises in the demo: one that was run by two groups and debriefed, and one that is under way and stands still."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from mash.check import actions as check
from mash.check.actions import Sending
from mash.check.given import Given, Search
from mash.check.models import Enquiry, Searched, Sharing
from mash.check.queries.answering import people_asked_about
from mash.contact.models import Contact
from mash.decision import actions as decision
from mash.decision import queries as decisions
from mash.desk.demo import story
from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage
from mash.exercise import actions
from mash.exercise.content import carried
from mash.exercise.models import Given as Paper
from mash.exercise.models import Group, Run, Seat, Turn, Version
from mash.partnership.models import Account, Staff

LARKSPUR, TIDEWELL = "EX-LARKSPUR", "EX-TIDEWELL"
HELD_AGO, STANDS_AT = timedelta(days=12), (1, "12:30")
PAGE = "http://127.0.0.1:8000/accounts/set-password/"  # of this machine alone
SAT = (  # seat to sign-in name, by group
    {
        "hub_manager": "decision.maker", "social_care": "social.worker", "police": "police", "health": "health",
        "education": "education", "housing": "housing", "probation": "probation", "early_help": "early.help",
    },
    {
        "hub_manager": "second.person", "social_care": "screener.two", "police": "police.two", "health": "health.two",
        "education": "education.two",
    },
)  # fmt: skip
SITS = (
    {
        "hub_manager": "grader.health", "social_care": "social.care", "adult_social_care": "adult.care",
        "police": "grader.police", "education": "grader.school", "housing": "housing", "youth_justice": "youth.justice",
    },
)  # fmt: skip
ANSWERED = {
    "education": "Attendance 83%. Inhaler out of date. Kieran asked on 12 November what happens to children when mums "
    "go to sleep.",
    "community_health": "Skye: 9th centile in April, 2nd in September. Two-year review not attended on two dates.",
    "housing": "Repair visit refused four times since August. Electricity on a prepayment key.",
}
RATED = (("amber", 12), ("green", 25))  # colour, and minutes after the referral, by group
SCORES = (
    (2, 2, 2, 1, 2, 2, 2, 2, 1, 2, 1, 2),
    (1, 1, 1, 0, 2, 1, 1, 0, 0, 1, 0, 1),
)
NOTES = (
    "Named Skye within the first three minutes and kept both children apart to the end.",
    "Waited for the check although the walk-in centre had rung: talk about acting first.",
)
MET = (
    "Enquiries begin for both children. Tonight Skye stays on the ward and Kieran with his grandmother; "
    "Thursday is covered."
)


def tell(stage: Stage) -> None:
    """Tell both."""
    trainer = stage.posts["trainer"]
    with as_worker(trainer):
        versions = {
            code: actions.take_in(
                text=text, what="Comes with the product", by=trainer, at=stage.now - 2 * HELD_AGO
            )[0]
            for code, (_, text) in carried().items()
        }
    _held(stage, versions[LARKSPUR])
    _under_way(stage, versions[TIDEWELL])


def _open(
    stage: Stage, version: Version, label: str, sat: tuple[Mapping[str, str], ...], at: datetime
) -> Run:
    trainer = stage.posts["trainer"]
    with as_worker(trainer):
        run = actions.begin(
            key=uuid.uuid4(), version=version, label=label, groups=len(sat), pace=5, by=trainer, at=at
        )
        chosen: dict[tuple[int, str], Account] = {
            (number, seat): stage.posts[mail].account
            for number, seats in enumerate(sat, start=1)
            for seat, mail in seats.items()
        }
        actions.seat(run=run, chosen=chosen, page=PAGE, by=trainer, at=at)
    with as_program("exercises"):
        actions.open_places(run_id=run.pk, page=PAGE, at=at)
    with as_worker(trainer):
        actions.turn(run=run, what=Turn.What.START, by=trainer, at=at)
        return Run.objects.select_related("version", "hub").get(pk=run.pk)


def _give_out(stage: Stage, run: Run, day: int, clock: str, at: datetime, *, fresh: bool = True) -> None:
    """Move the clock on, give out what is due by then, put in what became a referral, and let the clock stand."""
    trainer = stage.posts["trainer"]
    with as_worker(trainer):
        for what in (Turn.What.JUMP, Turn.What.RESUME)[: 1 if fresh else 2]:
            actions.turn(run=run, what=what, day=day, clock=clock, by=trainer, at=at)
    with as_program("exercises"):
        actions.give_due(run_id=run.pk, at=at)
    with as_worker(trainer):
        actions.turn(run=run, what=Turn.What.PAUSE, by=trainer, at=at)
        waiting = list(Paper.objects.filter(run=run, kind="referral", made=None).values_list("pk", flat=True))
    for one in waiting:
        with as_program("exercises"):
            actions.put_in(given_id=one, at=at)


def _held(stage: Stage, version: Version) -> None:
    """Two groups played the whole of Larkspur House; the first decided well, the second waited."""
    began = stage.now - HELD_AGO
    trainer = stage.posts["trainer"]
    run = _open(stage, version, "Autumn attachment day", SAT, began)
    _give_out(stage, run, 1, "14:45", began + timedelta(minutes=10))
    groups = _groups(trainer, run)
    for group in groups:
        _play(group, began + timedelta(minutes=10))
    ends = began + timedelta(minutes=230)
    _give_out(stage, run, 2, "11:00", ends - timedelta(minutes=40), fresh=False)
    with as_worker(trainer):
        points = [one.id for one in carried()[LARKSPUR][0].file.scoring.points]
        for group, scores, words in zip(groups, SCORES, NOTES, strict=True):
            said = {point: (value, "") for point, value in zip(points, scores, strict=True)}
            actions.score(group=group, said=said, by=trainer, at=ends)
            actions.note(group=group, key=uuid.uuid4(), words=words, by=trainer, at=ends)
        seats = Seat.objects.filter(run=run).values_list("pk", flat=True)
        actions.record_attendance(run=run, came=dict.fromkeys(seats, True), by=trainer, at=ends)
        actions.end(run=run, why="", by=trainer, at=ends)
    manager = stage.posts["manager"]
    with as_worker(manager):
        actions.score(group=groups[0], said={"S4": (2, "Rang the ward at once")}, by=manager, at=ends)
    with as_program("exercises"):
        actions.close_places(run_id=run.pk, at=ends)


def _groups(trainer: Staff, run: Run) -> list[Group]:
    with as_worker(trainer):
        return list(Group.objects.filter(run=run).select_related("place", "run__version").order_by("number"))


def _play(group: Group, at: datetime) -> None:
    """Have a group work on its referral by the actions of the real pages."""
    inside = _inside(group, at + timedelta(minutes=200))
    with as_worker(inside.posts["social.worker"]):
        contact = Contact.objects.select_related("hub").get(hub=group.place_id)
    colour, minutes = RATED[group.number - 1]
    story.settle_all(Stage(inside.hub, inside.posts, at + timedelta(minutes=5), timedelta(0)), contact)
    story.rate(inside, contact, colour, after=timedelta(minutes=minutes))
    story.adopt(inside, contact, at + timedelta(minutes=30))
    opened = story.open_check(inside, contact, at + timedelta(minutes=32))
    here = {post.agency.kind for post in inside.posts.values()}
    asked = story.ask(inside, opened, [one for one in ANSWERED if one in here], at + timedelta(minutes=35))
    for turn, (kind, enquiry) in enumerate(asked.items(), start=1):
        _answer(inside, enquiry, ANSWERED[kind], at + timedelta(minutes=45 + 8 * turn))
    if group.number == 1:
        _meet(inside, contact, at + timedelta(minutes=160))
        story.decide(inside, contact, "section_47_enquiry", 4, MET)
    else:
        story.decide(
            inside,
            contact,
            "child_and_family_assessment",
            3,
            "An assessment of both children, with the family’s agreement.",
        )


def _inside(group: Group, now: datetime) -> Stage:
    """Return the stage of a group's hub.  Who does what there goes by seat."""
    with as_program("exercises"):
        found = Seat.objects.filter(group=group).select_related("post__account", "post__agency", "post__hub")
        posts = {one.seat: one.post for one in found if one.post}
    assert group.place  # noqa: S101 (it was opened)
    manager, worker, police = (posts[seat] for seat in ("hub_manager", "social_care", "police"))
    named = {
        "screener": worker, "social.worker": worker, "decision.maker": manager, "second.person": manager,
        "cleared": police,
    }  # fmt: skip
    return Stage(group.place, posts | named, now, timedelta(0))


def _answer(stage: Stage, enquiry: Enquiry, words: str, at: datetime) -> None:
    by = next(one for one in stage.posts.values() if one.agency_id == enquiry.agency_id and one.has("answer"))
    with as_worker(by):
        people = people_asked_about(enquiry)
        given = [Given(person=str(people[0].pk), question="item", words=words, sharing=Sharing.SHARE)]
        version = check.save_draft(
            enquiry=enquiry, person=people[0], given=given, version=0, by=by, at=at
        ).version
        searches = {
            str(one.pk): Search(
                result=Searched.HELD if one == people[0] else Searched.NOTHING,
                how="The paper that was given to us",
            )
            for one in people
        }
        sending = Sending(key=uuid.uuid4(), part=False, searches=searches)
        check.send_answers(enquiry=enquiry, sending=sending, version=version, by=by, at=at)


def _meet(stage: Stage, contact: Contact, at: datetime) -> None:
    by, worker = stage.posts["decision.maker"], stage.posts["social_care"]
    with as_worker(by):
        people = list(decisions.Event(contact).to_decide)
        decision.record_strategy(
            key=uuid.uuid4(), contact=contact, held_at=at, chair=by.account.name, chair_role="team_manager",
            attenders=[
                {"agency": post.agency.kind, "organisation": "", "name": post.account.name, "role": post.title}
                for seat, post in stage.posts.items()
                if seat in SAT[0] and seat != "early_help"
            ],
            children=people,
            information="Each agency gave dates. The burn may be an accident. Confidential information is held.",
            decisions=MET, section_47=True,
            section_47_grounds="Weight from the 9th to the 2nd centile; a burn not brought back; nobody awake.",
            actions=[
                {"who": by.account.name, "what": "Tell the father what was decided", "by": "18 November, 13:00"},
                {"who": worker.account.name, "what": "See Kieran alone at school", "by": "18 November"},
            ],
            by=by, at=at,
        )  # fmt: skip


def _under_way(stage: Stage, version: Version) -> None:
    """One group is in the middle of Tidewell Court: its clock stands still over lunch."""
    began = stage.now - timedelta(minutes=50)
    run = _open(stage, version, "Lunchtime exercise", SITS, began)
    _give_out(stage, run, *STANDS_AT, at=began + timedelta(minutes=40))
