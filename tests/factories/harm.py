"""What harm comes back to, for tests."""

import uuid
from datetime import timedelta

import factory

from mash.harm.models import (
    Area,
    AreaMap,
    Counting,
    Group,
    Member,
    PostcodeArea,
    Postcodes,
    Reduction,
    ReductionNote,
    Report,
    Together,
    Touch,
    Watch,
    WatchHit,
    WatchReview,
)
from tests.factories.base import Factory
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, HubFactory, StaffFactory
from tests.factories.triage import KnownFactory

TODAY = MONDAY_9AM.date()


def analyst(hub, *more):
    """Return a post that analyses at the desk of a hub."""
    return StaffFactory(hub=hub, duties=["screen", "analyse", *more])


class CountingFactory(Factory):
    class Meta:
        model = Counting

    hub = factory.SubFactory(HubFactory)
    at = MONDAY_9AM
    counted = 1
    whole = True


class ReportFactory(Factory):
    class Meta:
        model = Report

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    event = factory.LazyFunction(uuid.uuid4)
    happened_at = factory.SelfAttribute("contact.received_at")
    known = "report"
    categories = factory.SelfAttribute("contact.categories")
    source_kind = "school"
    organisation = "Fernbank Primary"


class TouchFactory(Factory):
    """That a contact names a child; `place="..."` for an address instead."""

    class Meta:
        model = Touch

    class Params:
        place = ""

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    kind = factory.LazyAttribute(lambda made: "address" if made.place else "child")
    label = factory.SelfAttribute("place")
    person = factory.Maybe(
        "place", None, factory.SubFactory(KnownFactory, hub=factory.SelfAttribute("..hub"))
    )
    subject = factory.LazyAttribute(
        lambda made: made.person.pk if made.person else uuid.uuid5(made.hub.pk, made.place)
    )
    event = factory.LazyFunction(uuid.uuid4)
    happened_at = factory.SelfAttribute("contact.received_at")


class TogetherFactory(Factory):
    class Meta:
        model = Together

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    other = factory.SelfAttribute("contact")
    event = factory.LazyFunction(uuid.uuid4)
    happened_at = factory.SelfAttribute("contact.received_at")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        people = kwargs.pop("people", None) or [KnownFactory(hub=kwargs["hub"]) for _ in range(2)]
        first, second = sorted(people, key=lambda one: one.pk)
        return super()._create(model_class, *args, first=first, second=second, **kwargs)


class GroupFactory(Factory):
    class Meta:
        model = Group

    hub = factory.SubFactory(HubFactory)
    key = factory.LazyFunction(uuid.uuid4)
    name = "The stairwell"
    why = "Three events at one stairwell named the same boys."
    by = factory.LazyAttribute(lambda made: analyst(made.hub))
    at = MONDAY_9AM


class MemberFactory(Factory):
    class Meta:
        model = Member

    hub = factory.SelfAttribute("group.hub")
    group = factory.SubFactory(GroupFactory)
    person = factory.SubFactory(KnownFactory, hub=factory.SelfAttribute("..hub"))
    why = "Named in all three."
    by = factory.SelfAttribute("group.by")
    at = MONDAY_9AM


class AboutPerson(Factory):
    """About a person, unless `place` names one, or `group` is given."""

    class Meta:
        abstract = True

    class Params:
        place = ""

    hub = factory.SubFactory(HubFactory)
    key = factory.LazyFunction(uuid.uuid4)
    group = None
    label = factory.SelfAttribute("place")
    by = factory.LazyAttribute(lambda made: analyst(made.hub))
    at = MONDAY_9AM

    @factory.lazy_attribute
    def person(self):
        return None if self.place or self.group else KnownFactory(hub=self.hub)

    @factory.lazy_attribute
    def about(self):
        return "place" if self.place else "group" if self.group else "person"

    @factory.lazy_attribute
    def subject(self):
        return uuid.uuid5(self.hub.pk, self.place) if self.place else (self.person or self.group).pk


class WatchFactory(AboutPerson):
    class Meta:
        model = Watch

    why = "Three events in a month."
    told = factory.LazyAttribute(lambda made: [made.by.pk])
    review_on = TODAY + timedelta(days=90)


class WatchReviewFactory(Factory):
    class Meta:
        model = WatchReview

    hub = factory.SelfAttribute("watch.hub")
    watch = factory.SubFactory(WatchFactory)
    key = factory.LazyFunction(uuid.uuid4)
    words = "Nothing new in the quarter."
    next_on = TODAY + timedelta(days=180)
    by = factory.SelfAttribute("watch.by")
    at = MONDAY_9AM


class WatchHitFactory(Factory):
    class Meta:
        model = WatchHit

    hub = factory.SelfAttribute("watch.hub")
    watch = factory.SubFactory(WatchFactory)
    contact = factory.SubFactory(ContactFactory, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM


class ReductionFactory(AboutPerson):
    class Meta:
        model = Reduction

    agency = factory.SubFactory(AgencyFactory)
    named = "Sgt Ola Brand, neighbourhood team"
    action = "Patrol the stairwell at the end of the school day and have the light mended."
    known_by = "Fewer events there in the half year after."
    due_on = TODAY + timedelta(days=28)
    from_on = TODAY
    days = 182


class ReductionNoteFactory(Factory):
    class Meta:
        model = ReductionNote

    hub = factory.SelfAttribute("reduction.hub")
    reduction = factory.SubFactory(ReductionFactory)
    key = factory.LazyFunction(uuid.uuid4)
    words = "The light was mended."
    by = factory.SelfAttribute("reduction.by")
    at = MONDAY_9AM


class AreaMapFactory(Factory):
    class Meta:
        model = AreaMap

    hub = factory.SubFactory(HubFactory)
    name = "Wards"
    source = "Made up"
    sha256 = "0" * 64
    by = factory.LazyAttribute(lambda made: analyst(made.hub))
    at = MONDAY_9AM


def square(x, y, size=0.01):
    """Return a square of GeoJSON, by its lower left corner."""
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


class AreaFactory(Factory):
    class Meta:
        model = Area

    hub = factory.SelfAttribute("map.hub")
    map = factory.SubFactory(AreaMapFactory)
    code = factory.Sequence("W{:02}".format)
    name = factory.Sequence("Ward {:02}".format)
    children = 2000
    shape = factory.LazyFunction(lambda: square(0.0, 51.5))


class PostcodesFactory(Factory):
    class Meta:
        model = Postcodes

    hub = factory.SubFactory(HubFactory)
    source = "Made up"
    sha256 = "0" * 64
    rows = 1
    by = factory.LazyAttribute(lambda made: analyst(made.hub))
    at = MONDAY_9AM


class PostcodeAreaFactory(Factory):
    class Meta:
        model = PostcodeArea

    hub = factory.SelfAttribute("postcodes.hub")
    postcodes = factory.SubFactory(PostcodesFactory)
    postcode = factory.Sequence("NF1{:01}AA".format)
    code = "W01"
