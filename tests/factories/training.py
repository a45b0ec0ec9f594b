"""Learners, sessions and what came of them, for tests."""

import uuid
from datetime import timedelta

import factory

from mash.training.models import Attendance, Booking, Cohort, Done, Learner, SelfRating, Session
from tests.factories.base import Factory
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, AgencyFactory, StaffFactory

BEGAN, MONDAY = LONG_AGO.date(), MONDAY_9AM.date()


class LearnerFactory(Factory):
    """Somebody without an account, unless one is given."""

    class Meta:
        model = Learner

    by = factory.SubFactory(StaffFactory, duties=["train"])
    hub = factory.SelfAttribute("by.hub")
    name = factory.Sequence("Learner {:05}".format)
    email = factory.Sequence("learner{}@school.example".format)
    agency = factory.SubFactory(AgencyFactory)
    starts_on = BEGAN
    at = LONG_AGO


def learner_of(post, **changes):
    """Return the record of whoever holds a post."""
    whose = {"hub": post.hub, "account": post.account, "name": post.account.name, "email": post.account.email}
    return LearnerFactory(**(whose | {"agency": post.agency, "by": post} | changes))


class CohortFactory(Factory):
    class Meta:
        model = Cohort

    by = factory.SubFactory(StaffFactory, duties=["train"])
    hub = factory.SelfAttribute("by.hub")
    programme = "mast_two_day"
    label = "Autumn group"
    at = LONG_AGO


class SessionFactory(Factory):
    """A session in a week, with two places."""

    class Meta:
        model = Session

    by = factory.SubFactory(StaffFactory, duties=["train"])
    hub = factory.SelfAttribute("by.hub")
    key = factory.LazyFunction(uuid.uuid4)
    offer = "child_neglect"
    label = "Child neglect"
    version = 1
    starts_at = MONDAY_9AM + timedelta(days=7)
    minutes = 120
    place = "Room 2"
    way = "face_to_face"
    capacity = 2
    taught_by = "Lindiwe Dube"
    taught_kind = "expert"
    at = LONG_AGO


class BookingFactory(Factory):
    class Meta:
        model = Booking

    session = factory.SubFactory(SessionFactory)
    hub = factory.SelfAttribute("session.hub")
    learner = factory.SubFactory(LearnerFactory, by=factory.SelfAttribute("..session.by"))
    by = factory.SelfAttribute("session.by")
    at = LONG_AGO


class AttendanceFactory(Factory):
    class Meta:
        model = Attendance

    booking = factory.SubFactory(BookingFactory)
    hub = factory.SelfAttribute("booking.hub")
    came = "came"
    by = factory.SelfAttribute("booking.by")
    at = MONDAY_9AM


class SelfRatingFactory(Factory):
    class Meta:
        model = SelfRating

    session = factory.SubFactory(SessionFactory)
    hub = factory.SelfAttribute("session.hub")
    learner = factory.SubFactory(LearnerFactory, by=factory.SelfAttribute("..session.by"))
    moment = "before"
    said = factory.LazyFunction(lambda: {"able_1": 2})
    at = MONDAY_9AM


class DoneFactory(Factory):
    """A topic of continuing development, unless a module is named."""

    class Meta:
        model = Done

    class Params:
        module = None

    learner = factory.SubFactory(LearnerFactory)
    hub = factory.SelfAttribute("learner.hub")
    key = factory.LazyFunction(uuid.uuid4)
    kind = factory.LazyAttribute(lambda made: "module" if made.module else "cpd")
    what = factory.LazyAttribute(lambda made: made.module or "cpd_fire")
    label = factory.LazyAttribute(lambda made: made.module or "Referring to the fire service")
    version = factory.LazyAttribute(lambda made: 1 if made.module else None)
    done_on = MONDAY_9AM.date()
    minutes = 90
    way = "face_to_face"
    by = factory.SelfAttribute("learner.by")
    at = MONDAY_9AM


def on_a_path(trainer, role="business_support", **options):
    """Return somebody with a mentor and a line manager, and who they are: post, learner, mentor, manager."""
    post, mentor, manager = (StaffFactory(hub=trainer.hub) for _ in range(3))
    learner = learner_of(post, by=trainer, roles=[role], mentor=mentor, line_manager=manager, **options)
    return post, learner, mentor, manager


def took(learner, *modules, on=MONDAY, version=1):
    """Have somebody take modules."""
    for one in modules:
        DoneFactory(learner=learner, module=one, done_on=on, version=version)
