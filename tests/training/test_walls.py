"""Who sees a learner's record: the rule, its filter and row-level security asked the same, each without the others."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError

from mash.training import policy
from mash.training.models import Attendance, Booking, Cohort, Learner, Reminded, SelfRating, Session
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.training import (
    AttendanceFactory,
    BookingFactory,
    LearnerFactory,
    SelfRatingFactory,
    SessionFactory,
    learner_of,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"


@pytest.fixture
def trainer():
    return StaffFactory(duties=["train"])


def told(trainer, **guides):
    """A learner who has an account, with a place, who came and said something."""
    post = StaffFactory(hub=trainer.hub)
    learner = learner_of(post, by=trainer, **guides)
    session = SessionFactory(by=trainer)
    booking = BookingFactory(session=session, learner=learner)
    AttendanceFactory(booking=booking)
    SelfRatingFactory(session=session, learner=learner)
    return post, learner, session, booking


# who, in this hub: sees the record, sees what they said of themselves
WHO = [
    ("own", True, True),
    ("mentor", True, False),
    ("line_manager", True, False),
    ("train", True, True),
    ("manage", True, True),
    ("screen", False, False),
    ("administer", False, False),
    ("audit", False, False),
    ("nothing", False, False),
    ("elsewhere", False, False),
]


@pytest.mark.parametrize(("who", "record", "answers"), WHO)
def test_who_sees_a_record(trainer, who, record, answers):
    guides = {name: StaffFactory(hub=trainer.hub) for name in ("mentor", "line_manager")}
    post, learner, _session, _booking = told(trainer, **guides)
    reader = {
        "own": post,
        **guides,
        "elsewhere": StaffFactory(hub=HubFactory(), duties=["train", "manage"]),
        "nothing": StaffFactory(hub=trainer.hub),
    }.get(who) or StaffFactory(hub=trainer.hub, duties=[who])
    everything = Learner.objects.using(B)
    assert bool(policy.may_see(reader, learner)) is record
    assert everything.filter(policy.seen_by(reader)).exists() is record
    with signed_in_as(reader):
        assert Learner.objects.exists() is record
        assert Attendance.objects.exists() is record
        assert SelfRating.objects.exists() is answers
        assert Session.objects.exists() is (who != "elsewhere")
        assert Booking.objects.exists() is (who != "elsewhere")  # that a place is taken; whose stays hidden


def test_another_post_of_the_same_account_in_the_hub_sees_its_record(trainer):
    post, learner, *_ = told(trainer)
    other = StaffFactory(hub=trainer.hub, account=post.account)
    with signed_in_as(other):
        assert Learner.objects.get() == learner


def test_no_row_is_forged(trainer):
    post, learner, _, booking = told(trainer)
    stranger = StaffFactory(hub=trainer.hub)
    at = {"hub": trainer.hub, "at": MONDAY_9AM}
    new = {"starts_on": MONDAY_9AM.date(), "agency": stranger.agency, "name": "X", "email": "x@hub.example"}
    free = SessionFactory(by=trainer)
    plan = {
        "key": uuid.uuid4(), "offer": "child_neglect", "label": "X", "version": 1, "starts_at": MONDAY_9AM,
        "minutes": 60, "place": "X", "way": "online", "capacity": 1, "taught_by": "X", "taught_kind": "expert",
    }  # fmt: skip
    forged = [
        (stranger, Learner(account=post.account, by=stranger, **new, **at)),  # for somebody else
        (stranger, Learner(account=stranger.account, by=stranger, roles=["idva"], **new, **at)),
        (stranger, Learner(account=stranger.account, by=stranger, mentor=stranger, **new, **at)),
        (stranger, Learner(account=stranger.account, by=trainer, **new, **at)),  # in another's name
        (stranger, Session(by=stranger, **plan, **at)),
        (trainer, Session(by=stranger, **plan, **at)),
        (stranger, Cohort(programme="x", label="x", by=stranger, **at)),
        (trainer, Cohort(programme="x", label="x", by=stranger, **at)),
        (stranger, Booking(session=free, learner=learner, by=stranger, **at)),
        (post, Booking(session=free, learner=learner, by=trainer, **at)),
        (post, Booking(session=free, learner=learner, by=post, given_back_at=MONDAY_9AM, **at)),
        (post, Attendance(booking=BookingFactory(session=free, learner=learner), came="came", by=post, **at)),
        (trainer, SelfRating(session=free, learner=learner, moment="after", said={}, **at)),  # they say it themselves
        (stranger, SelfRating(session=free, learner=learner, moment="after", said={}, **at)),
        (trainer, Reminded(about=booking.pk, step="x", **at)),
    ]  # fmt: skip
    for by, row in forged:
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(by):
            row.save(force_insert=True)
    outside = LearnerFactory(by=trainer)
    with signed_in_as(trainer):
        SelfRating(session=free, learner=outside, moment="after", said={}, **at).save(force_insert=True)
    with signed_in_as(stranger):
        Learner(account=stranger.account, by=stranger, **new, **at).save(force_insert=True)
    with signed_in_as(trainer):
        Cohort(programme="x", label="x", by=trainer, **at).save(force_insert=True)


def test_nothing_hangs_from_what_another_hub_trains(trainer):
    post, learner, *_ = told(trainer)
    _, away, theirs, _ = told(StaffFactory(duties=["train"]))
    at = {"hub": trainer.hub, "by": post, "at": MONDAY_9AM}
    mine = SessionFactory(by=trainer)
    for session, of in ((theirs, learner), (mine, away)):
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(post):
            Booking(session=session, learner=of, **at).save(force_insert=True)
    with signed_in_as(post):
        Booking(session=mine, learner=learner, **at).save(force_insert=True)


def test_what_stands_is_changed_by_whoever_trains_and_only_where_it_may(trainer):
    post, *_ = told(trainer)
    with signed_in_as(post):
        assert Learner.objects.update(unit="Elsewhere") == 0
    with pytest.raises(DatabaseError), signed_in_as(post):
        Session.objects.update(capacity=99)
    fixed = (
        (Learner, {"email": "y@hub.example"}), (Session, {"offer": "y"}), (Booking, {"at": MONDAY_9AM}),
        (SelfRating, {"said": {}}), (Attendance, {"booking_id": uuid.uuid4()}),
    )  # fmt: skip
    for model, change in fixed:
        with pytest.raises(DatabaseError), signed_in_as(trainer):
            model.objects.update(**change)
    for model in (Learner, Session, Booking, SelfRating, Attendance):
        with pytest.raises(DatabaseError), signed_in_as(trainer):
            model.objects.all().delete()


def test_a_mentor_and_a_line_manager_of_one_post_are_refused_by_the_database(trainer):
    guide = StaffFactory(hub=trainer.hub)
    with pytest.raises(DatabaseError):
        LearnerFactory(by=trainer, mentor=guide, line_manager=guide)


def test_the_program_that_reminds_sees_every_hub_and_a_post_sees_no_reminder(trainer):
    told(trainer)
    told(StaffFactory(duties=["train"]))
    with in_service("reminders"):
        assert Learner.objects.count() == 2
        booking = Booking.objects.order_by("pk").first()
        Reminded(hub_id=booking.hub_id, about=booking.pk, step="place_0", at=MONDAY_9AM).save(
            force_insert=True
        )
    with signed_in_as(trainer):
        assert not Reminded.objects.exists()


def test_who_may_say_something_of_themselves(trainer):
    post, learner, session, _ = told(trainer)
    outside = LearnerFactory(by=trainer)
    before, after = session.starts_at - timedelta(days=1), session.ends_at + timedelta(hours=1)

    def may(staff, who, moment, came, at):
        return bool(policy.may_say(staff, who, session, moment=moment, came=came, at=at))

    assert may(post, learner, "before", "", before)
    assert not may(post, learner, "before", "", after)
    assert may(post, learner, "after", "came", after)
    assert may(post, learner, "later", "part", after)
    assert not may(post, learner, "after", "not", after)
    assert not may(post, learner, "after", "", after)
    assert not may(trainer, learner, "after", "came", after)
    assert may(trainer, outside, "after", "came", after)
    assert not may(StaffFactory(hub=trainer.hub, duties=["manage"]), learner, "before", "", before)
    assert not may(StaffFactory(hub=trainer.hub), outside, "after", "came", after)
    assert not may(StaffFactory(duties=["train"]), outside, "after", "came", after)
    session.called_off_at = before
    assert not may(post, learner, "before", "", before)
