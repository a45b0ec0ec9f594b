"""Who sees what harm comes back to: row-level security asked by itself, and the rules beside it."""

import pytest
from django.db import DatabaseError

from mash.harm import policy
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
from mash.partnership.models import Restriction
from tests.factories import harm as made
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import LONG_AGO, AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

COUNTED = (Counting, Report, Touch, Together)
WATCHED = (Watch, WatchReview, WatchHit)
ALL = (*COUNTED, Group, Member, *WATCHED, Reduction, ReductionNote, AreaMap, Area, Postcodes, PostcodeArea)
OF_A_CASE = {Report, Touch, Together, WatchHit}


def everything(hub):
    """One row of each, all of one case and one person."""
    contact = ContactFactory(hub=hub)
    touch = made.TouchFactory(contact=contact)
    person = touch.person
    made.CountingFactory(hub=hub)
    made.ReportFactory(contact=contact)
    made.TogetherFactory(contact=contact, people=[person, made.KnownFactory(hub=hub)])
    member = made.MemberFactory(group=made.GroupFactory(hub=hub), person=person)
    watch = made.WatchFactory(hub=hub, person=person, by=member.by)
    made.WatchReviewFactory(watch=watch)
    made.WatchHitFactory(watch=watch, contact=contact)
    made.ReductionNoteFactory(reduction=made.ReductionFactory(hub=hub, person=person, by=member.by))
    made.AreaFactory(map=made.AreaMapFactory(hub=hub, by=member.by))
    made.PostcodeAreaFactory(postcodes=made.PostcodesFactory(hub=hub, by=member.by))
    return contact, person, watch


def seen():
    return {model for model in ALL if model.objects.exists()}


# same hub, duties, kept from the case, from the person, case restricted: what is seen
CASES = [
    (True, ["screen", "analyse"], "", set(ALL)),
    (True, ["manage"], "", set(ALL)),
    (True, ["clear", "analyse"], "", set(ALL)),
    (True, ["screen", "analyse"], "case", set(ALL) - OF_A_CASE),
    (True, ["manage"], "case", set(ALL) - OF_A_CASE),
    (True, ["screen", "analyse"], "restricted", set(ALL) - OF_A_CASE),
    (True, ["clear", "analyse"], "restricted", set(ALL)),
    (True, ["manage"], "restricted", set(ALL)),
    (
        True,
        ["screen", "analyse"],
        "person",
        set(ALL) - {Touch, Together, Member, Reduction, ReductionNote, *WATCHED},
    ),
    (True, ["screen"], "", set()),
    (True, ["decide", "assess", "screen", "clear", "approve"], "", set()),
    (True, ["analyse"], "", set()),  # sees no case, so that there is nothing to count
    (True, ["answer", "audit", "grade", "train", "administer"], "", set()),
    (True, [], "", set()),
    (False, ["screen", "analyse", "manage", "clear"], "", set()),
]


@pytest.mark.parametrize(("here", "duties", "kept", "sees"), CASES)
def test_who_sees_what_harm_comes_back_to(here, duties, kept, sees):
    hub = HubFactory()
    contact, person, watch = everything(hub)
    reader = StaffFactory(hub=hub if here else HubFactory(), duties=duties)
    if kept == "case":
        AccessFactory(staff=reader, contact_id=contact.pk, bars=True)
    if kept == "person":
        AccessFactory(staff=reader, person_id=person.pk, bars=True)
    if kept == "restricted":
        Restriction.objects.using("builder").create(
            hub=hub,
            contact_id=contact.pk,
            why="A reason",
            from_at=LONG_AGO,
            by=StaffFactory(hub=hub, manager=True),
        )
    with signed_in_as(reader):
        assert seen() == sees
        pages = bool({"analyse", "manage"} & {*duties}) and reader.works_at_the_desk
        assert bool(policy.may_see(reader)) is pages
        watches = Watch in sees or kept == "person"  # the rule leaves persons to the database
        assert bool(policy.may_see_watch(reader, watch)) is watches
        assert Watch.objects.filter(policy.watches_seen_by(reader)).exists() is (Watch in sees)


def test_who_is_told_of_what_is_watched_sees_that_and_nothing_else():
    hub = HubFactory()
    _, _, watch = everything(hub)
    told = StaffFactory(hub=hub, screener=True)
    other = made.WatchFactory(hub=hub, by=watch.by, told=[watch.by.pk, told.pk])
    with signed_in_as(told):
        assert list(Watch.objects.all()) == [other]
        assert list(Watch.objects.filter(policy.watches_seen_by(told))) == [other]
        assert policy.may_see_watch(told, other)
        assert not policy.may_see_watch(told, watch)
        assert seen() == {Watch}


def test_whoever_works_nights_alone_sees_no_pattern():
    hub = HubFactory()
    everything(hub)
    night = StaffFactory(hub=hub, duties=["out_of_hours", "analyse"])
    with signed_in_as(night):
        assert not policy.may_see(night)
        assert not seen()
        with pytest.raises(DatabaseError):
            Group.objects.create(hub=hub, key=hub.pk, name="A", why="B", by=night, at=LONG_AGO)


@pytest.mark.parametrize("model", [Counting, Report, Touch, Together, WatchHit])
def test_no_worker_counts_by_hand(model):
    hub = HubFactory()
    everything(hub)
    by = made.analyst(hub, "clear", "manage")
    with signed_in_as(by):
        row = model.objects.first()
        row._state.adding, row.pk = True, hub.pk
        if model in {Report, WatchHit}:
            row.contact_id = ContactFactory(hub=hub).pk
        if model is Touch:
            row.kind = "sibling"
        if model is Together:
            row.other_id = ContactFactory(hub=hub).pk
    with pytest.raises(DatabaseError), signed_in_as(by):
        row.save(force_insert=True)
    with pytest.raises(DatabaseError), signed_in_as(by):
        model.objects.update(at=LONG_AGO) if model in {Counting, WatchHit} else model.objects.update(
            happened_at=LONG_AGO
        )


@pytest.mark.parametrize("factory", [made.GroupFactory, made.WatchFactory, made.ReductionFactory])
def test_nobody_writes_in_anothers_name_or_for_another_hub(factory):
    hub = HubFactory()
    other, by = made.analyst(hub), made.analyst(hub)
    stranger = made.analyst(HubFactory())
    row = factory(hub=hub, by=other)
    copy = dict(type(row).objects.using("builder").filter(pk=row.pk).values()[0])
    type(row).objects.using("builder").filter(pk=row.pk).delete()
    for who in (by, stranger):
        with pytest.raises(DatabaseError), signed_in_as(who):
            type(row).objects.create(**copy)
    with signed_in_as(other):
        type(row).objects.create(**copy)


def test_a_program_counts_anew_and_removes_what_it_counted():
    hub = HubFactory()
    everything(hub)
    with pytest.raises(DatabaseError), in_service("reminders"):
        Counting.objects.create(hub=hub, at=LONG_AGO, counted=1, whole=True)
    with in_service("harm"):
        assert Touch.objects.filter(hub=hub).delete()[0] == 1
        Counting.objects.create(hub=hub, at=LONG_AGO, counted=1, whole=True)


@pytest.mark.parametrize("model", [Touch, Report, Together])
def test_no_worker_removes_what_was_counted(model):
    hub = HubFactory()
    everything(hub)
    with signed_in_as(made.analyst(hub, "manage")):
        assert model.objects.all().delete()[0] == 0
