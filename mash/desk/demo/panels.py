"""A made-up panel: a meeting of three weeks ago with its minutes, and the next one with its agenda."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.timezone import localdate

from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage
from mash.panel import actions
from mash.panel.models import Action, Came, Concluded, Item, Meeting, Panel, Progress, Role, Seat
from mash.panel.queries.panels import seats_of
from mash.partnership.models import Agency, Staff
from mash.people.models import Person

CHAIR, BRINGS = "panel.chair", "social.worker"
SEATS: Mapping[str, tuple[str, bool]] = {  # sign-in name to role, and whether they only stand in
    CHAIR: (Role.CHAIR, False),
    "early.help": (Role.DEPUTY, False),
    "education": (Role.MEMBER, False),
    "health": (Role.MEMBER, False),
    "health.two": (Role.MEMBER, True),
    "camhs": (Role.MEMBER, False),
    "police": (Role.MEMBER, False),
    "housing": (Role.MEMBER, False),
    "youth.justice": (Role.MEMBER, False),
    "social.care": (Role.MEMBER, False),
}
NOT_SIGNED = ("housing",)
AT, ROOM = time(10), "Northfield Family Centre, the large room"
OPENED, FIRST = timedelta(days=110), timedelta(days=21)  # before now
THERE = (CHAIR, "education", "police", "housing", "social.care")  # from the beginning
LATE = ("health", "camhs")  # while the second family is talked about


@dataclass(frozen=True, slots=True)
class Family:
    """One family as the social worker brings it.  needs: sign-in names of members.  found: what they found, by name."""

    kind: str
    asked: str
    household: str
    background: str
    agreement: str
    needs: tuple[str, ...]
    found: Mapping[str, tuple[str, str, str]]


LATE_FOR_SCHOOL = Family(
    "new_family",
    "Who helps the family to be at school on time, and who looks at the damp in the flat with them?",
    "Mother, father, grandmother, and a girl of primary school age.",
    "She was late on eleven days. The father’s shifts changed, and the mother looks after a relative.",
    "The mother agreed at home, with the school’s family worker. She knows who comes, and sent a letter for the panel.",
    ("education", "health", "housing"),
    {
        "education": (
            "held",
            "share",
            "Late on eleven days this term, and on two last year. She likes her teacher.",
        ),
        "health": ("held", "summary", "Routine contacts alone. She was seen this year."),
        "housing": (
            "could_not",
            "",
            "The tenancy system was down for the week. We look again before the meeting.",
        ),
    },
)
OUT_LATE = Family(
    "new_family",
    "What can be offered to a boy of thirteen who is out late and does not come to lessons in the afternoon?",
    "Mother, the boy and a younger sister.",
    "Found on a bench by the lock late at night, after a row about his phone. He says that he would like to box.",
    "The mother and the boy agreed together at the youth centre, and both come to their part of the meeting.",
    ("education", "police", "youth.justice"),
    {
        "education": (
            "held",
            "share",
            "He left lessons early nine times. His English teacher gets on well with him.",
        ),
        "police": ("held", "not_shared", ""),
        "youth.justice": ("nothing", "", ""),
    },
)
WORRIED = Family(
    "new_family",
    "Which help for a girl of fourteen who looks after her father can begin now?",
    "Father, the girl and a younger brother.",
    "She goes with him to physiotherapy on Thursday afternoons, cooks, and is up in most nights.",
    "The father and the girl agreed with the school nurse.",
    ("health", "camhs", "education"),
    {"camhs": ("nothing", "", "")},
)
REVIEWED = Family(
    "review",
    "Is the plan right for the family after the first weeks?",
    LATE_FOR_SCHOOL.household,
    "The family worker has come four times. She was late twice.",
    "The mother agreed again, and writes what she thinks of the plan.",
    ("education", "health", "housing"),
    {"education": ("held", "share", "On time on all days but two in the last three weeks.")},
)


@dataclass
class Told:
    """What was made: the panel, both meetings, and what stands on them."""

    panel: Panel
    past: Meeting
    coming: Meeting
    held: list[Item]
    listed: list[Item]
    unconfirmed: Concluded
    carried: Progress


def tell(stage: Stage, people: Sequence[Person], *, agree: Sequence[str] = (*THERE, *LATE)) -> Told:
    """Tell of the panel of Northfield.  people: three children on record.  agree: who agrees the minutes."""
    panel = _open(stage)
    past, coming = _plan(stage, panel)
    before = past.starts_at - timedelta(days=9)
    held = [
        _bring(stage, panel, person, told, before)
        for person, told in zip(people, (LATE_FOR_SCHOOL, OUT_LATE), strict=False)
    ]
    for one, told in zip(held, (LATE_FOR_SCHOOL, OUT_LATE), strict=True):
        _put_on(stage, past, one, before)
        _look(stage, one, told, before + timedelta(days=2))
    unconfirmed, tasks = _hold(stage, past, held)
    _write(stage, past, agree)
    now = stage.now - timedelta(days=2)
    listed = [
        _bring(stage, panel, people[0], REVIEWED, now),
        _bring(stage, panel, people[2], WORRIED, now),
    ]
    _list(stage, coming, listed, now)
    for one, told in zip(listed, (REVIEWED, WORRIED), strict=True):
        _look(stage, one, told, now + timedelta(hours=20))
    with as_worker(stage.posts[CHAIR]):
        carried = actions.say_progress(
            action=tasks[1],
            state="carried",
            words="The landlord comes in two weeks.",
            due_on=localdate(coming.starts_at) + timedelta(days=10),
            follows=0,
            by=stage.posts[CHAIR],
            at=now,
        )
    return Told(panel, past, coming, held, listed, unconfirmed, carried)


def _open(stage: Stage) -> Panel:
    chair, at = stage.posts[CHAIR], stage.now - OPENED
    with as_worker(chair):
        panel = actions.open_panel(
            key=uuid.uuid4(),
            name="Northfield family panel",
            area="Northfield north and east",
            place=ROOM,
            by=chair,
            at=at,
        )
        for mail, (role, stands_in) in SEATS.items():
            seat = actions.give_seat(
                panel=panel, to=stage.posts[mail], role=role, stands_in=stands_in, by=chair, at=at
            )
            if mail not in NOT_SIGNED:
                actions.sign_terms(seat=seat, signed_on=localdate(at), by=chair, at=at)
    return panel


def _plan(stage: Stage, panel: Panel) -> tuple[Meeting, Meeting]:
    chair, at = stage.posts[CHAIR], stage.now - OPENED
    first = localdate(stage.now) - FIRST
    with as_worker(chair):
        past, coming = actions.plan_meetings(
            panel=panel, first_on=first, starts=AT, number=2, place=ROOM, by=chair, at=at
        )
        for one in (past, coming):
            actions.invite(meeting=one, by=chair, at=at)
    return past, coming


def _bring(stage: Stage, panel: Panel, person: Person, told: Family, at: datetime) -> Item:
    by = stage.posts[BRINGS]
    with as_worker(by):
        return actions.bring(
            key=uuid.uuid4(),
            panel=panel,
            person=person,
            decision=None,
            kind=told.kind,
            household=told.household,
            asked=told.asked,
            background=told.background,
            agreement=told.agreement,
            agencies=[stage.posts[mail].agency for mail in told.needs],
            by=by,
            at=at,
        )


def _put_on(stage: Stage, meeting: Meeting, item: Item, at: datetime) -> None:
    with as_worker(stage.posts[CHAIR]):
        actions.put_on(meeting=meeting, item=item, by=stage.posts[CHAIR], at=at)


def _list(stage: Stage, meeting: Meeting, items: Sequence[Item], at: datetime) -> None:
    chair = stage.posts[CHAIR]
    for kind in ("apologies_and_quorum", "last_actions"):
        with as_worker(chair):
            actions.add_part(meeting=meeting, key=uuid.uuid4(), kind=kind, title="", by=chair, at=at)
    for one in items:
        _put_on(stage, meeting, one, at)
    with as_worker(chair):
        actions.add_part(meeting=meeting, key=uuid.uuid4(), kind="gaps", title="", by=chair, at=at)


def _look(stage: Stage, item: Item, told: Family, at: datetime) -> None:
    for mail, (searched, sharing, words) in told.found.items():
        by = stage.posts[mail]
        with as_worker(by):
            actions.check_own_records(
                item=item, searched=searched, sharing=sharing, words=words, follows=0, by=by, at=at
            )


def _came(stage: Stage, meeting: Meeting, mails: Sequence[str], at: datetime) -> None:
    chair = stage.posts[CHAIR]
    with as_worker(chair):
        posts = {stage.posts[mail].pk for mail in mails}
        seats: dict[Seat, tuple[str, str]] = {
            one: (Came.HERE, "") for one in seats_of(meeting.panel) if one.staff_id in posts
        }
        actions.record_attendance(meeting=meeting, came=seats, by=chair, at=at)


def _hold(stage: Stage, meeting: Meeting, items: Sequence[Item]) -> tuple[Concluded, list[Action]]:
    chair, at = stage.posts[CHAIR], meeting.starts_at + timedelta(minutes=10)
    on = localdate(at)
    _came(stage, meeting, THERE, at)
    unconfirmed = _conclude(
        stage,
        items[1],
        "more_information_by_date",
        "The youth service asks the boy which days suit him, and the school looks at his afternoons with him.",
        at=at,
        review_on=on + timedelta(weeks=4),
    )
    _came(stage, meeting, (*THERE, *LATE), at + timedelta(minutes=20))
    _conclude(
        stage,
        items[0],
        "accept_with_plan",
        "She eats at school before lessons, and one person visits. The mother chose the days.",
        at=at + timedelta(minutes=30),
        review_on=on + timedelta(weeks=6),
        lead=("Hannah Price", stage.posts["education"].agency),
    )
    tasks = []
    for mail, what, outcome, person in (
        (
            "education",
            "Keep a place at the breakfast club, from Monday.",
            "She is in class by nine.",
            "The school’s family worker",
        ),
        (
            "housing",
            "Look at the damp with the mother, and say when it is mended.",
            "The bedroom is dry.",
            "Dennis Achterberg",
        ),
    ):
        with as_worker(chair):
            tasks.append(
                actions.add_action(
                    item=_fresh(items[0]),
                    key=uuid.uuid4(),
                    what=what,
                    outcome=outcome,
                    agency=stage.posts[mail].agency,
                    person=person,
                    due_on=on + timedelta(days=14),
                    by=chair,
                    at=at + timedelta(minutes=35),
                )
            )
    return unconfirmed, tasks


def _conclude(
    stage: Stage,
    item: Item,
    decision: str,
    words: str,
    *,
    at: datetime,
    review_on: date,
    lead: tuple[str, Agency] | None = None,
) -> Concluded:
    chair = stage.posts[CHAIR]
    name, agency = lead or ("", None)
    with as_worker(chair):
        return actions.conclude(
            item=_fresh(item),
            decision=decision,
            words=words,
            lead_name=name,
            lead_agency=agency,
            review_on=review_on,
            follows=0,
            by=chair,
            at=at,
        )


def _write(stage: Stage, meeting: Meeting, agree: Sequence[str]) -> None:
    chair, at = stage.posts[CHAIR], meeting.starts_at + timedelta(hours=2)
    with as_worker(chair):
        actions.write_minutes(meeting=meeting, by=chair, at=at)
    for number, mail in enumerate(agree):
        by: Staff = stage.posts[mail]
        with as_worker(by):
            now = Meeting.objects.select_related("panel", "hub").get(pk=meeting.pk)
            actions.agree(meeting=now, by=by, at=at + timedelta(days=1 + number % 3))


def _fresh(item: Item) -> Item:
    """Return an item as it stands now, with its meeting; within a transaction of whoever hears of it."""
    return Item.objects.select_related("meeting__panel__hub", "panel__hub", "hub").get(pk=item.pk)
