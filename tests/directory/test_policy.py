"""Who may do what in the directory: the rule, its filter and row-level security, each asked by itself."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from mash.common.identity import acting_as
from mash.directory import actions, policy
from mash.directory.models import Confirmed, NamedContact, Organisation, Proposal, Service, Token
from tests.directory.entries import an_entry, take_in
from tests.factories.base import in_service, signed_in_as
from tests.factories.directory import NamedContactFactory, linked
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def service(tmp_path):
    hub, agency = HubFactory(), AgencyFactory()
    take_in(hub, an_entry(), tmp_path=tmp_path)
    linked(Organisation.objects.using("builder").get(), agency)
    found = Service.objects.using("builder").select_related("organisation__agency", "hub")
    made = found.get()
    for one in (made, made.organisation, made.hub, made.organisation.agency):
        one._state.db = "default"
    return made


def propose(by, service, **changed):
    entry = service.entry | changed
    with signed_in_as(by):
        return actions.propose(
            organisation=service.organisation,
            service=service,
            entry=entry,
            based_on=1,
            note="",
            by=by,
            at=MONDAY_9AM,
        )


WHO = {  # may propose and read proposals; may approve what another wrote; reads the entry
    "provider": (True, False, True),
    "manager": (True, True, True),
    "administrator": (True, True, True),
    "another agency": (False, False, True),
    "screener": (False, False, True),
    "same agency elsewhere": (False, False, False),
    "manager elsewhere": (False, False, False),
}


def post(who, service):
    hub, agency = service.hub, service.organisation.agency
    return {
        "provider": lambda: StaffFactory(hub=hub, agency=agency, answerer=True),
        "manager": lambda: StaffFactory(hub=hub, manager=True),
        "administrator": lambda: StaffFactory(hub=hub, administrator=True),
        "another agency": lambda: StaffFactory(hub=hub, answerer=True),
        "screener": lambda: StaffFactory(hub=hub, screener=True),
        "same agency elsewhere": lambda: StaffFactory(agency=agency, answerer=True),
        "manager elsewhere": lambda: StaffFactory(manager=True),
    }[who]()


@pytest.mark.parametrize(("who", "proposes", "approves", "reads"), [(who, *may) for who, may in WHO.items()])
def test_who_may_what(service, who, proposes, approves, reads):
    writer = StaffFactory(hub=service.hub, agency=service.organisation.agency, answerer=True)
    proposal = propose(writer, service, description="Other words")
    staff = post(who, service)
    assert bool(policy.may_propose(staff, service.organisation)) is proposes
    assert Service.objects.using("builder").filter(policy.proposable_by(staff)).exists() is proposes
    assert Proposal.objects.using("builder").filter(policy.proposals_of(staff)).exists() is proposes
    assert bool(policy.may_answer(staff, proposal)) is approves
    assert Service.objects.using("builder").filter(policy.readable_by(staff)).exists() is reads
    with signed_in_as(staff):  # row-level security without the filter
        assert Service.objects.exists() is reads
        assert Token.objects.exists() is reads
        assert Proposal.objects.exists() is proposes


def refused(staff, write):
    with pytest.raises(DatabaseError), signed_in_as(staff):
        write()


def test_no_hand_changes_an_entry_past_the_second_person(service):
    """The database holds it: what a manager writes must be another's approved words, letter for letter."""
    manager = StaffFactory(hub=service.hub, manager=True)
    writer = StaffFactory(hub=service.hub, agency=service.organisation.agency, answerer=True)
    row = Service.objects.filter(pk=service.pk)
    for staff in (manager, writer):
        refused(staff, lambda: row.update(entry=service.entry | {"name": "Mine"}))
    proposal = propose(writer, service, description="Other words")
    refused(manager, lambda: row.update(entry=proposal.entry, change=proposal))  # not approved yet
    with signed_in_as(manager):
        actions.approve(proposal=proposal, by=manager, at=MONDAY_9AM)
    refused(manager, lambda: row.update(entry=proposal.entry | {"name": "Mine"}))  # approved, and other words


def test_no_hand_answers_its_own_or_in_anothers_name(service):
    manager = StaffFactory(hub=service.hub, manager=True)
    writer = StaffFactory(hub=service.hub, agency=service.organisation.agency, answerer=True)
    proposal = propose(writer, service, description="Other words")
    row = Proposal.objects.filter(pk=proposal.pk)
    approved = {"approved": True, "answered_at": MONDAY_9AM}
    refused(writer, lambda: row.update(answered_by=writer, **approved))
    refused(writer, lambda: row.update(answered_by=manager, **approved))
    refused(
        manager, lambda: row.update(entry=service.entry, answered_by=manager, **approved)
    )  # its words are fixed
    own = Proposal(hub=service.hub, organisation=service.organisation, entry={}, by=writer, at=MONDAY_9AM)
    refused(manager, lambda: Proposal.objects.bulk_create([own]))


def test_only_whoever_keeps_an_entry_confirms_it_and_in_their_own_name(service):
    writer = StaffFactory(hub=service.hub, agency=service.organisation.agency, answerer=True)
    stranger = StaffFactory(hub=service.hub, answerer=True)

    def confirmed(by):
        row = Confirmed(hub=service.hub, service=service, by=by, on=date(2026, 11, 2), at=MONDAY_9AM)
        return lambda: Confirmed.objects.bulk_create([row])

    refused(stranger, confirmed(stranger))
    refused(writer, confirmed(stranger))
    with signed_in_as(writer):
        confirmed(writer)()
    with signed_in_as(writer), pytest.raises(DatabaseError), transaction.atomic():
        Confirmed.objects.update(on=date(2026, 11, 3))


def test_named_contacts_are_kept_by_their_agency_and_the_hub(service):
    keeper = StaffFactory(hub=service.hub, answerer=True)
    other, manager = StaffFactory(hub=service.hub, answerer=True), StaffFactory(hub=service.hub, manager=True)
    elsewhere = StaffFactory(manager=True)
    named = NamedContactFactory(hub=service.hub, keeps=keeper.agency)
    for staff, may in ((keeper, True), (other, False), (manager, True), (elsewhere, False)):
        assert bool(policy.may_end_named(staff, named)) is may
    row = NamedContact.objects.filter(pk=named.pk)
    refused(other, lambda: row.update(until_on=date(2026, 11, 2)))
    refused(keeper, lambda: row.update(name="Somebody else"))  # only its end is ever changed
    with signed_in_as(elsewhere):
        assert not row.exists()
    with signed_in_as(keeper):
        assert row.update(until_on=date(2026, 11, 2)) == 1


def test_a_program_that_is_not_listed_writes_nothing(service):
    with pytest.raises(DatabaseError), in_service("somebody"):
        Token.objects.filter(hub=service.hub).delete()


def test_nobody_reads_the_directory_without_acting(service):
    with pytest.raises(DatabaseError), acting_as(None), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_service")
