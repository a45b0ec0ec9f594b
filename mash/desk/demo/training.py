"""Training in the demo: who learns and who guides them, sessions that were held, and what is coming."""

import uuid
from datetime import datetime, time, timedelta

from django.utils.timezone import localdate

from mash.common.clock import LONDON, months_after
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage
from mash.training import actions, content
from mash.training.models import Came, Evidence, Learner, Moment, Session, Step
from mash.training.queries.sessions import places

TRAINER, FRIDAY = "trainer", 4
WHO = {  # sign-in name to roles, mentor and line manager
    "screener": (("contact_officer",), "decision.maker", "manager"),
    "screener.two": (("contact_officer",), "screener", "manager"),
    "social.worker": (("hub_social_worker",), "decision.maker", "manager"),
    "police": (("police_researcher",), "police.two", "intelligence"),
    "police.two": (("police_researcher",), "police", "intelligence"),
    "education": (("agency_researcher",), "education.two", "manager"),
    "health": (("agency_researcher",), "health.two", "manager"),
    "domestic.abuse": (("idva",), "social.worker", "manager"),
}
OUTSIDE = (  # name, address, kind of agency, unit
    ("Ravi Menon", "ravi.menon@fernbank.example.org", "education", "Fernbank Primary"),
    ("Chloe Hart", "chloe.hart@fernbank.example.org", "education", "Fernbank Primary"),
    ("Owen Pugh", "owen.pugh@northfield.example", "youth_justice", "Youth Justice Service"),
    ("Amina Yusuf", "amina.yusuf@north-thames.example", "community_health", "School nursing"),
    ("PC Lewis Grant", "lewis.grant@north-thames.example", "police", "Safer schools"),
    ("Tess Ibbotson", "tess.ibbotson@northfield.example", "early_help", "Family workers"),
    ("Bea Lockwood", "bea.lockwood@fernbank.example.org", "education", "Fernbank Primary"),
    ("Idris Cole", "idris.cole@northfield.example", "youth_justice", "Youth Justice Service"),
    ("Nina Falk", "nina.falk@northfield.example", "housing", "Tenancy team"),
    ("PC Joan Eaves", "joan.eaves@north-thames.example", "police", "Neighbourhood team"),
    ("Sol Petrie", "sol.petrie@northfield.example", "early_help", "Family workers"),
    ("Hana Brooks", "hana.brooks@north-thames.example", "community_health", "Health visiting"),
)
HELD = (  # offer, days ago, who delivered it, of which kind, what each said before, after, and of its worth
    ("child_neglect", 40, "Lindiwe Dube, specialist nurse", "expert",
     ((2, 4, 5), (2, 4, 4), (3, 4, 5), (2, 3, 4), (1, 4, 5), (3, 4, 4))),
    ("child_neglect", 220, "Miles Osei, trainer", "trainer",
     ((2, 3, 4), (3, 3, 3), (2, 2, 3), (3, 4, 4), (2, 3, 3), (3, 3, 4))),
)  # fmt: skip
COMING = (("sealed_information", 9, 3), ("domestic_abuse", 16, 12), ("frontline_referral_quality", 23, 20))
DAY_ONE_AGO = 150  # days: day two is a month away


def tell(stage: Stage) -> None:
    """Tell all of it."""
    trainer = stage.posts[TRAINER]
    began = stage.now - timedelta(days=300)
    with as_worker(trainer):
        learners = [_learner(stage, mail, began) for mail in WHO]
        learners += [_outside(stage, row, began) for row in OUTSIDE]
    outside = learners[len(WHO) :]
    _records(stage, learners)
    for place, (offer, ago, taught_by, kind, said) in enumerate(HELD):
        came = outside[place * len(said) :][: len(said)]
        _held(stage, offer, ago, (taught_by, kind), list(zip(came, said, strict=True)))
    _two_days(stage, [*learners[:3], *outside[:4]])
    for offer, days, capacity in COMING:
        coming = _plan(stage, offer, stage.now + timedelta(days=days), at=began, capacity=capacity)
        with as_worker(trainer):
            for turn, learner in enumerate(learners[:4]):
                actions.book(
                    session=coming, learner=learner, by=trainer, at=stage.now - timedelta(days=9 - turn)
                )


def _records(stage: Stage, learners: list[Learner]) -> None:
    """Have one path signed off, one that waits for the line manager, one withheld and one half taken; and hours."""
    signed, waits, withheld, half = learners[0], learners[2], learners[3], learners[1]
    for learner, taken in ((signed, None), (waits, None), (withheld, None), (half, 3)):
        required = content_of_hub(stage, learner)[:taken]
        for place, module in enumerate(required):
            _log(stage, learner, module, stage.now - timedelta(days=200 - 9 * place), way="face_to_face")
    _log(stage, signed, "cpd_suicide", stage.now - timedelta(days=60), words="I ask about it by name now.")
    _log(
        stage,
        waits,
        "cpd_fire",
        stage.now - timedelta(days=30),
        words="Smoke alarms belong in my first visit.",
    )
    _sign(signed, Step.MENTOR, stage.now - timedelta(days=80))
    _sign(signed, Step.LINE_MANAGER, stage.now - timedelta(days=79))
    _sign(waits, Step.MENTOR, stage.now - timedelta(days=4))
    _sign(
        withheld,
        Step.MENTOR,
        stage.now - timedelta(days=6),
        words="One more full search that I watch, please.",
    )


def content_of_hub(stage: Stage, learner: Learner) -> list[str]:
    """Return what a learner's roles ask for, as the hub has it."""
    with as_worker(stage.posts[TRAINER]):
        return content.required_of(learner.roles)


def _log(
    stage: Stage, learner: Learner, what: str, at: datetime, *, way: str = "online", words: str = ""
) -> None:
    by = next(post for post in stage.posts.values() if post.account_id == learner.account_id)
    with as_worker(by):
        actions.log_learning(
            key=uuid.uuid4(), learner=learner, what=what, done_on=localdate(at), minutes=90, way=way,
            provider="Northfield MASH", evidence=Evidence.ATTENDANCE, different=words, by=by, at=at,
        )  # fmt: skip


def _sign(learner: Learner, step: Step, at: datetime, *, words: str = "") -> None:
    by = learner.mentor if step == Step.MENTOR else learner.line_manager
    assert by  # noqa: S101 (said above)
    with as_worker(by):
        actions.sign_path(
            learner=learner, path=learner.roles[0], step=step, signed=not words, words=words, by=by, at=at
        )


def _learner(stage: Stage, mail: str, at: datetime) -> Learner:
    roles, mentor, manager = WHO[mail]
    post = stage.posts[mail]
    return actions.add_learner(
        name=post.account.name, email=post.account.email, agency=post.agency, unit=post.title, roles=roles,
        mentor=stage.posts[mentor], line_manager=stage.posts[manager], starts_on=localdate(at),
        by=stage.posts[TRAINER], at=at,
    )  # fmt: skip


def _outside(stage: Stage, row: tuple[str, str, str, str], at: datetime) -> Learner:
    name, email, kind, unit = row
    agency = next(one.agency for one in stage.posts.values() if one.agency.kind == kind)
    return actions.add_learner(
        name=name,
        email=email,
        agency=agency,
        unit=unit,
        starts_on=localdate(at),
        by=stage.posts[TRAINER],
        at=at,
    )


def _morning(of: datetime) -> datetime:
    """Return half past nine on that day, or on the Monday after a Saturday or Sunday."""
    day = localdate(of)
    weekend = 7 - day.weekday() if day.weekday() > FRIDAY else 0
    return datetime.combine(day + timedelta(days=weekend), time(9, 30), LONDON)


def _plan(
    stage: Stage,
    offer: str,
    of: datetime,
    *,
    at: datetime,
    capacity: int = 20,
    taught: tuple[str, str] = ("Yasmin Toure, domestic abuse adviser", "expert"),
    day_two_at: datetime | None = None,
    group: str = "",
) -> Session:
    made = content.offers
    with as_worker(stage.posts[TRAINER]):
        known = made()[offer]
        return actions.plan_session(
            key=uuid.uuid4(), offer=known, starts_at=_morning(of), minutes=known.minutes,
            place="Northfield Family Centre, room 2", way="face_to_face", capacity=capacity, taught_by=taught[0],
            taught_kind=taught[1], day_two_at=day_two_at, group=group, by=stage.posts[TRAINER], at=at,
        )  # fmt: skip


def _held(
    stage: Stage,
    offer: str,
    ago: int,
    taught: tuple[str, str],
    said: list[tuple[Learner, tuple[int, int, int]]],
) -> None:
    on = stage.now - timedelta(days=ago)
    before = on - timedelta(days=20)
    session = _plan(stage, offer, on, at=before, taught=taught)
    trainer = stage.posts[TRAINER]
    with as_worker(trainer):
        known = content.offers()[offer]
        for learner, _ in said:
            actions.book(session=session, learner=learner, by=trainer, at=before)
        came = {each.booking.pk: Came.CAME for each in places(trainer, session)}
        actions.record_attendance(session=session, came=came, by=trainer, at=session.ends_at)
        for learner, (first, then, worth) in said:
            for moment, value, at in (
                (Moment.BEFORE, first, session.starts_at),
                (Moment.AFTER, then, session.ends_at),
            ):
                actions.say(
                    session=session, offer=known, learner=learner, moment=moment, worth=worth,
                    said={one.id: value for one in known.outcomes}, by=trainer, at=at,
                )  # fmt: skip


def _two_days(stage: Stage, learners: list[Learner]) -> None:
    on = stage.now - timedelta(days=DAY_ONE_AGO)
    before, trainer = on - timedelta(days=30), stage.posts[TRAINER]
    second = datetime.combine(months_after(localdate(_morning(on)), 6), time(9, 30), LONDON)
    first = _plan(stage, "mast_two_day", on, at=before, day_two_at=second, group="Summer group")
    with as_worker(trainer):
        for learner in learners:
            actions.book(session=first, learner=learner, by=trainer, at=before)
        came = {each.booking.pk: Came.CAME for each in places(trainer, first)}
        actions.record_attendance(session=first, came=came, by=trainer, at=first.ends_at)
    again = second + timedelta(days=20)
    _plan(
        stage, "mast_two_day", stage.now - timedelta(days=DAY_ONE_AGO - 10), at=before, day_two_at=again,
        group="Autumn group",
    )  # fmt: skip
