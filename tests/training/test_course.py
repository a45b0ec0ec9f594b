"""A course from its plan to what came of it: places, waiting list, two days, who came, what they say."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from icalendar import Calendar
from procrastinate.contrib.django.models import ProcrastinateJob

from mash.common.editions import content_of
from mash.ledger.models import Entry
from mash.partnership.models import Email
from mash.training import actions, content
from mash.training.actions.sessions import TELL
from mash.training.jobs import tell
from mash.training.models import Attendance, Booking, Learner, Reminded, SelfRating, Session
from mash.training.queries import for_jobs, learners, sessions
from mash.training.queries.results import results
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, StaffFactory
from tests.factories.training import (
    AttendanceFactory,
    BookingFactory,
    CohortFactory,
    LearnerFactory,
    SelfRatingFactory,
    SessionFactory,
    learner_of,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
NOW = MONDAY_9AM


@pytest.fixture
def trainer():
    return StaffFactory(duties=["train"])


def plan(trainer, offer="child_neglect", **changes):
    said = {
        "key": uuid.uuid4(), "offer": content.offers()[offer], "starts_at": NOW + timedelta(days=7), "minutes": 120,
        "place": "Room 2", "way": "face_to_face", "capacity": 2, "taught_by": "Lindiwe Dube", "taught_kind": "expert",
        "by": trainer, "at": NOW,
    }  # fmt: skip
    with signed_in_as(trainer):
        return actions.plan_session(**(said | changes))


def two_days(trainer, day_two, **changes):
    return plan(trainer, "mast_two_day", day_two_at=day_two, **({"group": "Autumn group"} | changes))


def of(post, session, at=NOW):
    """Book a place for whoever holds a post."""
    with signed_in_as(post):
        me = actions.own_learner(by=post, at=at)
        return actions.book(session=session, learner=me, by=post, at=at)


# Planning


def test_a_session_is_planned_once_and_leaves_a_line(trainer):
    key = uuid.uuid4()
    first, again = plan(trainer, key=key), plan(trainer, key=key)
    assert first == again
    assert Session.objects.using(B).count() == 1
    assert Entry.objects.using(B).filter(event="training.session_planned").count() == 1


@pytest.mark.parametrize("duties", [[], ["screen"], ["administer"]])
def test_nobody_else_plans_one(trainer, duties):
    with pytest.raises(PermissionDenied):
        plan(StaffFactory(hub=trainer.hub, duties=duties))


def test_a_session_in_the_past_is_refused(trainer):
    with pytest.raises(actions.NotWhole) as refused:
        plan(trainer, starts_at=NOW - timedelta(minutes=1))
    assert refused.value.place == "on"


@pytest.mark.parametrize(
    ("day_two", "held"),
    [
        (datetime(2027, 4, 9, 9, tzinfo=UTC), True),
        (datetime(2027, 4, 8, 9, tzinfo=UTC), False),
        (datetime(2027, 6, 9, 9, tzinfo=UTC), True),
        (datetime(2027, 6, 10, 9, tzinfo=UTC), False),
        (None, False),
    ],
)
def test_day_two_is_five_to_seven_months_after_day_one(trainer, day_two, held):
    if not held:
        with pytest.raises(actions.NotWhole) as refused:
            two_days(trainer, day_two)
        assert refused.value.place == "day_two_on"
        assert not Session.objects.using(B).exists()
        return
    first = two_days(trainer, day_two)
    assert sorted(Session.objects.using(B).values_list("day", flat=True)) == [1, 2]
    assert first.cohort.label == "Autumn group"


def test_moving_one_day_keeps_the_days_apart(trainer):
    first = two_days(trainer, datetime(2027, 5, 9, 9, tzinfo=UTC))
    same = {
        "minutes": 360, "place": "Hall", "capacity": 2, "taught_by": "X", "taught_kind": "trainer", "by": trainer,
        "at": NOW,
    }  # fmt: skip
    with pytest.raises(actions.NotWhole), signed_in_as(trainer):
        actions.change_session(session=first, starts_at=NOW + timedelta(days=90), **same)
    with signed_in_as(trainer):
        actions.change_session(session=first, starts_at=NOW + timedelta(days=14), **same)
    now = Session.objects.using(B).get(pk=first.pk)
    assert (now.place, now.taught_kind, now.sequence) == ("Hall", "trainer", 1)


# Places


def test_the_first_have_the_places_and_the_rest_wait_in_order(trainer):
    session = plan(trainer)
    posts = [StaffFactory(hub=trainer.hub) for _ in range(4)]
    made = [of(post, session, NOW + timedelta(minutes=turn)) for turn, post in enumerate(posts)]
    with signed_in_as(trainer):
        assert [sessions.waits_as(one) for one in made] == [0, 0, 1, 2]
    with signed_in_as(posts[0]):
        actions.give_back(booking=sessions.find_booking(posts[0], made[0].pk), by=posts[0], at=NOW)
        actions.give_back(booking=made[0], by=posts[0], at=NOW)  # safe to repeat
    with signed_in_as(posts[3]):
        assert sessions.waits_as(made[2]) == 0
        assert sessions.waits_as(made[3]) == 1
        places = sessions.places(posts[3], session)
        assert [each.learner is not None for each in places] == [
            False,
            False,
            True,
        ]  # whose the others are stays hidden
    assert of(posts[1], session) == made[1]  # twice takes one
    assert Booking.objects.using(B).filter(given_back_at=None).count() == 3


def test_more_places_let_in_those_who_wait(trainer):
    session = plan(trainer, capacity=1)
    waits = [of(StaffFactory(hub=trainer.hub), session, NOW + timedelta(minutes=turn)) for turn in range(2)][
        1
    ]
    same = {"minutes": 120, "place": "Room 2", "taught_by": "Lindiwe Dube", "taught_kind": "expert"}
    with signed_in_as(trainer):
        actions.change_session(
            session=session, starts_at=session.starts_at, capacity=2, by=trainer, at=NOW, **same
        )
        assert sessions.waits_as(sessions.find_booking(trainer, waits.pk)) == 0
    assert Session.objects.using(B).get().sequence == 0  # nothing changed in calendars


def test_nobody_loses_a_place_because_there_are_fewer(trainer):
    session = plan(trainer, capacity=3)
    for _ in range(2):
        of(StaffFactory(hub=trainer.hub), session)
    same = {
        "session": session, "starts_at": session.starts_at, "minutes": 120, "place": "Room 2", "taught_by": "X",
        "taught_kind": "expert", "by": trainer, "at": NOW,
    }  # fmt: skip
    with pytest.raises(actions.NotWhole, match="2 people have a place") as refused, signed_in_as(trainer):
        actions.change_session(capacity=1, **same)
    assert refused.value.place == "capacity"
    with signed_in_as(trainer):
        actions.change_session(capacity=2, **same)


def test_nothing_is_booked_that_has_begun_or_was_called_off(trainer):
    session = plan(trainer)
    post = StaffFactory(hub=trainer.hub)
    with pytest.raises(actions.NotWhole):
        of(post, session, session.starts_at)
    with signed_in_as(trainer):
        actions.call_off(session=session, why="The trainer is ill", by=trainer, at=NOW)
        actions.call_off(session=session, why="Again", by=trainer, at=NOW)
    with pytest.raises(actions.NotWhole):
        of(post, session)
    assert Session.objects.using(B).get().called_off_why == "The trainer is ill"


def test_nobody_books_for_a_stranger(trainer):
    session, learner = plan(trainer), LearnerFactory(by=trainer)
    stranger = StaffFactory(hub=trainer.hub)
    with pytest.raises(PermissionDenied), signed_in_as(stranger):
        actions.book(session=session, learner=learner, by=stranger, at=NOW)


def test_more_than_a_third_of_one_agency_is_said_to_whoever_trains(trainer):
    session = SessionFactory(by=trainer, capacity=9)
    agency = trainer.agency
    for turn in range(6):
        learner = LearnerFactory(by=trainer, **({"agency": agency} if turn < 3 else {}))
        BookingFactory(session=session, learner=learner)
    with signed_in_as(trainer):
        assert sessions.crowding(sessions.places(trainer, session)) == (agency.name, 50)
        assert sessions.crowding(sessions.places(trainer, session)[:4]) is None  # too few to say


# Two days


def test_both_days_are_booked_together_and_given_back_together(trainer):
    first = two_days(trainer, datetime(2027, 5, 9, 9, tzinfo=UTC))
    post = StaffFactory(hub=trainer.hub)
    booking = of(post, first)
    assert Booking.objects.using(B).count() == 2
    with signed_in_as(post), pytest.raises(actions.NotWhole):
        second = sessions.other_day(first)
        actions.book(session=second, learner=booking.learner, by=post, at=NOW)
    with signed_in_as(post):
        actions.give_back(booking=sessions.find_booking(post, booking.pk), by=post, at=NOW)
    assert not Booking.objects.using(B).filter(given_back_at=None).exists()


def test_somebody_comes_to_day_two_with_another_group_that_is_in_time_and_not_full(trainer):
    days = {"autumn": 9, "later": 30}
    autumn = two_days(trainer, datetime(2027, 5, days["autumn"], 9, tzinfo=UTC))
    later = two_days(
        trainer, datetime(2027, 5, days["later"], 9, tzinfo=UTC), group="Later group", capacity=1
    )
    too_late = two_days(
        trainer, datetime(2027, 8, 9, 9, tzinfo=UTC), starts_at=NOW + timedelta(days=70), group="Too late"
    )
    post, other = StaffFactory(hub=trainer.hub), StaffFactory(hub=trainer.hub)
    of(post, autumn)
    with signed_in_as(post):
        me = learners.own(post)
        second = sessions.bookings_of(me)[sessions.other_day(autumn).pk]
        (to,) = sessions.may_swap_to(second, NOW)
        assert to == sessions.other_day(later)
        with pytest.raises(actions.NotWhole):
            actions.swap(booking=second, to=sessions.other_day(too_late), by=post, at=NOW)
        made = actions.swap(booking=second, to=to, by=post, at=NOW)
        assert set(sessions.bookings_of(me)) == {autumn.pk, to.pk}
        back = sessions.may_swap_to(made, NOW)
    assert [one.cohort.label for one in back] == ["Autumn group"]
    of(other, autumn)
    with signed_in_as(other):
        mine = sessions.bookings_of(learners.own(other))[sessions.other_day(autumn).pk]
        assert sessions.may_swap_to(mine, NOW) == []  # the one place of the later group is taken


# What a program tells


def told_by(session, at=NOW):
    with in_service("reminders"), content_of(session.hub_id):
        return actions.tell_session(session=for_jobs.session_of(session.pk), at=at)


def emails():
    return list(Email.objects.using(B).order_by("queued_at", "to").values_list("to", "subject", "calendar"))


def test_whoever_has_a_place_is_told_once_with_what_belongs_into_the_calendar(trainer):
    session = plan(trainer, capacity=1)
    first, waits = StaffFactory(hub=trainer.hub), StaffFactory(hub=trainer.hub)
    booking = of(first, session)
    of(waits, session, NOW + timedelta(minutes=1))
    assert told_by(session) == 1
    assert told_by(session) == 0
    ((to, subject, calendar),) = emails()
    assert to == first.account.email
    assert subject == "You have a place: Child neglect"
    event = Calendar.from_ical(calendar).walk("VEVENT")[0]
    assert event["DTSTART"].dt == session.starts_at
    with signed_in_as(first):
        actions.give_back(booking=sessions.find_booking(first, booking.pk), by=first, at=NOW)
    assert told_by(session, NOW + timedelta(hours=1)) == 2
    (_, off, cancel), (to, subject, _) = sorted(emails()[1:], key=lambda one: one[0] == waits.account.email)
    assert "METHOD:CANCEL" in cancel
    assert off.startswith("Taken out")
    assert (to, subject) == (waits.account.email, "You have a place: Child neglect")


def test_booking_orders_a_program_to_tell_and_it_tells(trainer):
    session = plan(trainer)
    post = StaffFactory(hub=trainer.hub)
    of(post, session)
    waiting = ProcrastinateJob.objects.using(B).get(task_name=TELL)
    order = waiting.args["order"]
    assert signing.loads(order, salt=TELL)["actor"] == ["service", "reminders"]
    tell.task.func(order)
    assert [one[0] for one in emails()] == [post.account.email]


def test_a_reminder_goes_out_before_any_session_and_a_month_before_day_two(trainer):
    first = two_days(trainer, datetime(2027, 5, 9, 9, tzinfo=UTC))
    of(StaffFactory(hub=trainer.hub), first)
    with signed_in_as(trainer):
        second = sessions.other_day(first)

    def reminded(session, days):
        at = session.starts_at - timedelta(days=days)
        with in_service("reminders"), content_of(session.hub_id):
            return actions.remind_when_due(session=for_jobs.session_of(session.pk), at=at)

    assert [reminded(first, days) for days in (4, 3, 2)] == [0, 1, 0]
    assert [reminded(second, days) for days in (31, 30, 20, 3, 1)] == [0, 1, 0, 1, 0]
    with in_service("reminders"):
        assert for_jobs.coming(NOW) == [first]
        assert for_jobs.held(second.starts_at + timedelta(days=200)) == [second]


def test_who_came_is_asked_again_half_a_year_later_unless_they_said_it(trainer):
    session = SessionFactory(by=trainer, starts_at=MONDAY_9AM)
    came, not_there, said = (BookingFactory(session=session) for _ in range(3))
    for one, how in ((came, "part"), (not_there, "not"), (said, "came")):
        AttendanceFactory(booking=one, came=how)
    SelfRatingFactory(session=session, learner=said.learner, moment="later")

    def asked(at):
        with in_service("reminders"), content_of(session.hub_id):
            return actions.ask_again(session=for_jobs.session_of(session.pk), at=at)

    assert asked(datetime(2027, 5, 1, 12, tzinfo=UTC)) == 0
    assert asked(datetime(2027, 5, 2, 12, tzinfo=UTC)) == 1
    assert asked(datetime(2027, 5, 3, 12, tzinfo=UTC)) == 0
    assert Reminded.objects.using(B).get().about == came.pk
    assert [one[0] for one in emails()] == [came.learner.email]


# Who came, and what they say


def test_who_came_is_written_down_once_it_began_and_can_be_mended(trainer):
    session = SessionFactory(by=trainer, starts_at=MONDAY_9AM)
    booking = BookingFactory(session=session)
    elsewhere = BookingFactory(session=SessionFactory(by=trainer))

    def write(came, at=MONDAY_9AM, **more):
        with signed_in_as(trainer):
            return actions.record_attendance(
                session=session, came={booking.pk: came, **more}, by=trainer, at=at
            )

    with pytest.raises(actions.NotWhole):
        write("came", MONDAY_9AM - timedelta(minutes=1))
    assert write("came") == 1
    assert write("came") == 0
    assert write("not") == 1
    with signed_in_as(trainer):
        assert (
            actions.record_attendance(session=session, came={elsewhere.pk: "came"}, by=trainer, at=MONDAY_9AM)
            == 0
        )
    assert Attendance.objects.using(B).get().came == "not"


def test_what_somebody_says_is_kept_once_and_whole(trainer):
    post = StaffFactory(hub=trainer.hub)
    learner = learner_of(post, by=trainer)
    session = SessionFactory(by=trainer)
    AttendanceFactory(booking=BookingFactory(session=session, learner=learner))
    offer = content.offers()["child_neglect"]

    def said(moment, answers, **more):
        with signed_in_as(post):
            return actions.say(
                session=session,
                offer=offer,
                learner=learner,
                moment=moment,
                said=answers,
                by=post,
                at=NOW,
                **more,
            )

    for answers in ({}, {"able_1": 6}, {"able_1": 0}, {"other": 3}):
        with pytest.raises(actions.NotWhole):
            said("before", answers)
    other = learner_of(StaffFactory(hub=trainer.hub), by=trainer)  # has no place
    with pytest.raises((actions.NotWhole, PermissionDenied)), signed_in_as(post):
        actions.say(
            session=session, offer=offer, learner=other, moment="before", said={"able_1": 2}, by=post, at=NOW
        )
    first = said("before", {"able_1": 2, "other": 3}, worth=5, words="Not asked yet")
    assert (first.said, first.worth, first.words) == ({"able_1": 2}, None, "")
    assert said("before", {"able_1": 5}) == first
    with pytest.raises(actions.NotWhole) as refused:
        said("after", {"able_1": 4})
    assert refused.value.place == "worth"
    said("after", {"able_1": 4}, worth=5, words="Keep the chronology.")
    assert SelfRating.objects.using(B).count() == 2


def answered(trainer, kind, rows):
    """rows: (before, after, later or None, worth) of each person."""
    session = SessionFactory(by=trainer, taught_kind=kind, capacity=99)
    for before, after, later, worth in rows:
        learner = LearnerFactory(by=trainer)
        at = {"session": session, "learner": learner}
        SelfRatingFactory(moment="before", said={"able_1": before}, **at)
        SelfRatingFactory(moment="after", said={"able_1": after}, worth=worth, words="Good.", **at)
        if later:
            SelfRatingFactory(moment="later", said={"able_1": later}, **at)


def test_results_tell_shares_with_their_interval_and_compare_experts_with_trainers(trainer):
    answered(trainer, "expert", [(2, 4, 4, 5)] * 8 + [(3, 3, 3, 4)] * 2)
    answered(trainer, "trainer", [(2, 4, 2, 5)] * 3 + [(3, 3, None, 2)] * 7)
    offer = content.offers()["child_neglect"]
    with signed_in_as(trainer):
        found = results(trainer, offer)
    (higher,), (kept,) = found.outcomes, found.kept
    assert (higher.share.top, higher.share.n) == (11, 20)
    assert (kept.share.top, kept.share.n) == (8, 13)
    expert, general = found.kinds
    assert [(line.share and (line.share.top, line.share.n)) for line in expert.lines] == [
        (10, 10),
        (8, 10),
        (8, 10),
    ]
    assert [(line.share and (line.share.top, line.share.n)) for line in general.lines] == [
        (3, 10),
        (3, 10),
        None,
    ]
    assert general.lines[2].of == 3  # fewer than five: no figure
    worth, moved = found.apart
    assert (round(worth.value, 4), round(moved.value, 4)) == (0.7, 0.5)
    assert worth.within.low > 0
    assert len(found.words) == 20


def test_a_group_too_small_has_no_figure_and_no_words(trainer):
    answered(trainer, "expert", [(2, 4, 4, 5)] * 4)
    with signed_in_as(trainer):
        found = results(trainer, content.offers()["child_neglect"])
    assert [line.share for line in (*found.outcomes, *found.kinds[0].lines)] == [None] * 4
    assert found.words == []
    assert found.apart == []


# Learners


def test_a_learner_is_kept_once_and_guided_by_two_other_people(trainer):
    guide, other = StaffFactory(hub=trainer.hub), StaffFactory(hub=trainer.hub)
    second_post = StaffFactory(hub=trainer.hub, account=guide.account)
    learner = StaffFactory(hub=trainer.hub)
    said = {
        "name": "Ida Holm", "email": learner.account.email.upper(), "agency": learner.agency, "roles": ["idva", "x"],
        "starts_on": LONG_AGO.date(), "by": trainer, "at": NOW,
    }  # fmt: skip
    for mentor, manager, place in (
        (guide, second_post, "line_manager"),
        (learner, other, "mentor"),
        (guide, learner, "line_manager"),
    ):
        with pytest.raises(actions.NotWhole) as refused, signed_in_as(trainer):
            actions.add_learner(mentor=mentor, line_manager=manager, **said)
        assert refused.value.place == place
    with signed_in_as(trainer):
        made = actions.add_learner(mentor=guide, line_manager=other, **said)
        assert actions.add_learner(**said) == made
    assert (made.account, made.roles) == (learner.account, ["idva"])
    with signed_in_as(learner):
        assert actions.own_learner(by=learner, at=NOW) == made
        assert learners.guided(learner) == []
    with signed_in_as(guide):
        assert learners.guided(guide) == [made]
    with signed_in_as(trainer):
        actions.change_learner(
            learner=made, agency=made.agency, unit="Team 4", roles=[], mentor=other, line_manager=guide,
            starts_on=made.starts_on, ended_on=None, by=trainer, at=NOW,
        )  # fmt: skip
    now = Learner.objects.using(B).get()
    assert (now.unit, now.roles, now.mentor_id) == ("Team 4", [], other.pk)


def test_a_group_s_two_days_are_one_a_day():
    cohort = CohortFactory()
    SessionFactory(by=cohort.by, cohort=cohort, day=1)
    SessionFactory(by=cohort.by, cohort=cohort, day=2)
    with pytest.raises(IntegrityError):
        SessionFactory(by=cohort.by, cohort=cohort, day=2)
