"""What is watched is told of: a new contact, once, to who may see it; and it lapses where nobody looks at it again."""

from datetime import timedelta

import pytest

from mash.harm import actions
from mash.harm.models import Watch, WatchHit
from mash.partnership.models import Email, Restriction
from tests.factories import harm as made
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import KnownFactory
from tests.harm.story import counted, told

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
DAY = timedelta(days=1)
BOY = {"role": "child", "given": "Ash", "family": "Rook"}


@pytest.fixture
def hub():
    return HubFactory()


def watched(hub, *told_to, **options):
    by = made.analyst(hub)
    return made.WatchFactory(
        hub=hub, by=by, told=[one.pk for one in told_to] or [by.pk], at=MONDAY_9AM - DAY, **options
    )


def tell(hub):
    counted(hub)
    with in_service("harm"):
        return actions.tell_of_touched(at=MONDAY_9AM)


def letters():
    return {(one.to, one.subject) for one in Email.objects.using(B).all()}


def test_a_new_contact_is_told_once_by_its_reference_alone(hub):
    ash, reader = KnownFactory(hub=hub), StaffFactory(hub=hub, screener=True)
    watched(hub, reader, person=ash)
    told(hub, [(BOY, ash)], received_at=MONDAY_9AM - 30 * DAY)  # before it was watched
    contact = told(hub, [(BOY, ash)])
    assert tell(hub) == 1
    assert tell(hub) == 0
    (email,) = Email.objects.using(B).all()
    assert email.to == reader.account.email
    assert contact.reference in email.subject
    assert "Ash" not in email.subject + email.body
    assert "Rook" not in email.subject + email.body


def test_a_place_and_a_group_are_told_of_too(hub):
    ash = KnownFactory(hub=hub)
    place = told(
        hub, [], event_place="12 Cobbold Street", event_postcode="NF2 3AB", received_at=MONDAY_9AM - 9 * DAY
    )
    counted(hub)
    from mash.harm.models import Touch

    touch = Touch.objects.using(B).get(contact=place.pk, kind="address")
    here = watched(hub, place="12 Cobbold Street")
    Watch.objects.using(B).filter(pk=here.pk).update(subject=touch.subject)
    member = made.MemberFactory(group=made.GroupFactory(hub=hub), person=ash)
    watched(hub, group=member.group)
    told(hub, [(BOY, ash)], event_place="12 Cobbold St", event_postcode="NF2 3AB")
    assert tell(hub) == 2


@pytest.mark.parametrize("kept", ["restricted", "barred", "person", "ended"])
def test_nobody_is_told_of_what_is_closed_to_them(hub, kept):
    ash = KnownFactory(hub=hub)
    reader, other = StaffFactory(hub=hub, screener=True), StaffFactory(hub=hub, duties=["screen", "clear"])
    watch = watched(hub, reader, other, person=ash)
    contact = told(hub, [(BOY, ash)])
    if kept == "restricted":
        Restriction.objects.using(B).create(
            hub=hub,
            contact_id=contact.pk,
            why="A reason",
            from_at=LONG_AGO,
            by=StaffFactory(hub=hub, manager=True),
        )
    if kept == "barred":
        AccessFactory(staff=reader, contact_id=contact.pk, bars=True)
    if kept == "person":
        AccessFactory(staff=reader, person_id=ash.pk, bars=True)
    if kept == "ended":
        type(reader).objects.using(B).filter(pk=reader.pk).update(until_at=MONDAY_9AM - DAY)
    tell(hub)
    assert {to for to, _ in letters()} == {other.account.email}
    with signed_in_as(other):
        assert WatchHit.objects.filter(watch=watch).count() == 1
    if kept != "ended":
        with signed_in_as(reader):
            assert not WatchHit.objects.exists()


def test_a_contact_of_another_hub_and_an_ended_watch_tell_nobody(hub):
    ash = KnownFactory(hub=hub)
    by = made.analyst(hub)
    made.WatchFactory(
        hub=hub,
        by=by,
        person=ash,
        at=MONDAY_9AM - 2 * DAY,
        ended_at=MONDAY_9AM - DAY,
        ended_by=by,
        ended_why="Done",
    )
    told(hub, [(BOY, ash)])
    assert tell(hub) == 0


def test_what_nobody_looks_at_again_lapses_the_day_after_its_day(hub):
    today = MONDAY_9AM.date()
    late, due = watched(hub, review_on=today - DAY), watched(hub, review_on=today)
    with in_service("harm"):
        assert actions.let_lapse(at=MONDAY_9AM) == 1
        assert actions.let_lapse(at=MONDAY_9AM) == 0
    rows = {one.pk: one for one in Watch.objects.using(B).all()}
    assert rows[late.pk].ended_why == "Nobody looked at it again in time."
    assert rows[late.pk].ended_by_id is None
    assert rows[due.pk].ended_at is None
