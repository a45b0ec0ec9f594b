"""Who reads a contact: the rule, the filter and the database, each asked without the others."""

import pytest

from mash.contact import policy
from mash.contact.models import (
    Addition,
    Contact,
    ContactPerson,
    Disputed,
    Referrer,
    Reply,
    Settlement,
    Warned,
)
from tests.factories.base import signed_in_as
from tests.factories.contact import (
    AdditionFactory,
    ContactFactory,
    DisputedFactory,
    ReferrerFactory,
    ReplyFactory,
    SettlementFactory,
    WarnedFactory,
)
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def desk_worker(contact):
    return StaffFactory(hub=contact.hub, screener=True)


def answers_for_an_agency(contact):
    return StaffFactory(hub=contact.hub, answerer=True)


def same_agency_in_another_hub(contact):
    return StaffFactory(agency=desk_worker(contact).agency, screener=True)


def stranger(contact):
    return StaffFactory(whole_desk=True)


def without_duties(contact):
    return StaffFactory(hub=contact.hub)


def two_hubs_in_this_one(contact):
    elsewhere = StaffFactory(screener=True)
    return StaffFactory(hub=contact.hub, account=elsewhere.account, screener=True)


def two_hubs_in_the_other_one(contact):
    here = desk_worker(contact)
    return StaffFactory(account=here.account, screener=True)


def barred(contact):
    worker = desk_worker(contact)
    AccessFactory(staff=worker, contact_id=contact.pk, bars=True, why="knows the family")
    return worker


def barred_once(contact):
    worker = desk_worker(contact)
    AccessFactory(
        staff=worker,
        contact_id=contact.pk,
        bars=True,
        why="knew the family",
        until_at=MONDAY_9AM.replace(year=2025),
    )
    return worker


@pytest.mark.parametrize(
    ("reader", "reads"),
    [
        (desk_worker, True),
        (answers_for_an_agency, False),
        (same_agency_in_another_hub, False),
        (stranger, False),
        (without_duties, False),
        (two_hubs_in_this_one, True),
        (two_hubs_in_the_other_one, False),
        (barred, False),
        (barred_once, True),
    ],
)
def test_who_reads_a_contact(reader, reads):
    contact = ContactFactory()
    worker = reader(contact)

    everything = Contact.objects.using("builder")  # so that the filter is asked without row-level security

    assert everything.filter(policy.readable_by(worker)).exists() is reads
    with signed_in_as(worker):
        assert bool(policy.may_read(worker, contact)) is reads
        assert Contact.objects.exists() is reads  # and row-level security without the filter
        assert ContactPerson.objects.exists() is reads


DESK_ONLY = [
    (WarnedFactory, Warned),
    (ReferrerFactory, Referrer),
    (DisputedFactory, Disputed),
    (AdditionFactory, Addition),
]


@pytest.mark.parametrize(("factory", "table"), DESK_ONLY)
def test_an_agency_that_is_asked_never_sees_what_is_the_desks_own(factory, table):
    contact = ContactFactory()
    factory(contact=contact)
    asked = StaffFactory(hub=contact.hub, answerer=True)
    AccessFactory(hub=contact.hub, staff=None, agency=asked.agency, contact_id=contact.pk)

    with signed_in_as(asked):
        assert Contact.objects.exists()
        assert not policy.may_read(asked, contact)
        assert not table.objects.exists()
    with signed_in_as(desk_worker(contact)):
        assert table.objects.exists()
    with signed_in_as(barred(contact)):
        assert not table.objects.exists()


@pytest.mark.parametrize(
    ("reader", "sees"), [(desk_worker, True), (answers_for_an_agency, False), (stranger, False)]
)
def test_who_sees_how_people_were_settled(reader, sees):
    contact = SettlementFactory().contact_person.contact
    with signed_in_as(reader(contact)):
        assert Settlement.objects.exists() is sees


@pytest.mark.parametrize(
    ("reader", "sees"), [(desk_worker, True), (answers_for_an_agency, False), (stranger, False)]
)
def test_who_sees_what_a_referrer_was_told(reader, sees):
    contact = ReplyFactory().contact
    with signed_in_as(reader(contact)):
        assert Reply.objects.exists() is sees


def test_a_refusal_says_why():
    contact = ContactFactory()
    with signed_in_as(worker := stranger(contact)):
        assert policy.may_read(worker, contact).refusal == "This contact belongs to another hub."
    with signed_in_as(worker := answers_for_an_agency(contact)):
        assert "desk" in policy.may_read(worker, contact).refusal
    with signed_in_as(worker := barred(contact)):
        assert "conflict of interest" in policy.may_read(worker, contact).refusal


@pytest.mark.parametrize(
    ("duty", "may"),
    [("screen", True), ("out_of_hours", True), ("answer", False), ("manage", False), ("audit", False)],
)
def test_who_takes_a_contact_by_telephone(duty, may):
    assert bool(policy.may_write_down(StaffFactory(duties=[duty]))) is may


@pytest.mark.parametrize(
    ("duty", "may"), [("screen", True), ("decide", True), ("manage", False), ("answer", False)]
)
def test_who_settles_people(duty, may):
    contact = ContactFactory()
    worker = StaffFactory(hub=contact.hub, duties=[duty])
    with signed_in_as(worker):
        assert bool(policy.may_settle(worker, contact)) is may
