"""A check opens through the gate: asked of the action, of the rules, and of the database with plain SQL."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, connections
from django.urls import reverse

from mash.check.actions import (
    AlreadyOpen,
    NeedsApproval,
    NotRated,
    OpenForTheEvent,
    StillWaiting,
    approve_check,
    close_check,
    open_check,
)
from mash.check.models import Check
from mash.contact.models import Reply
from tests.factories.base import browser, signed_in_as
from tests.factories.check import CheckFactory, EnquiryFactory, doing, ready
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import SettledPersonFactory, one_event
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.triage import AgreementFactory, GroundFactory, who

pytestmark = pytest.mark.usefixtures("transactional_db")


def opened(contact, by=None, at=MONDAY_9AM):
    by = by or StaffFactory(hub=contact.hub, social_worker=True)
    return doing(by, open_check, contact=contact, why="What is known?", at=at)


def test_a_check_opens_on_agreement_that_covers_the_child():
    contact = ready()
    check = opened(contact)
    assert check.gate_agreement_id
    assert check.colour == "amber"
    assert not check.approval_due_at


def test_the_referrer_is_told_that_a_check_opened():
    contact = ready()
    opened(contact)
    (reply,) = Reply.objects.using("builder").filter(contact_id=contact.pk)
    assert reply.kind == "check_opened"
    assert "Okafor" not in reply.words


def test_a_member_of_the_public_is_thanked_and_told_nothing_of_a_check():
    contact = ready(from_public=True)
    opened(contact)
    words = Reply.objects.using("builder").get(contact_id=contact.pk).words
    assert words.startswith("Thank you")
    assert "agenc" not in words


def test_without_agreement_or_ground_the_gate_is_shut():
    with pytest.raises(PermissionDenied, match="No agreement"):
        opened(ready(agreed=False))


def test_agreement_about_the_mother_opens_no_check_on_the_child():
    contact = ready(agreed=False)
    AgreementFactory(contact=contact, about=who(contact, "p2"), given_by="adult")
    with pytest.raises(PermissionDenied):
        opened(contact)


def test_a_ground_waits_for_another_managers_approval_unless_red():
    contact = ready(agreed=False)
    GroundFactory(contact=contact)
    with pytest.raises(PermissionDenied, match="no manager has approved"):
        opened(contact)


def test_an_approved_ground_opens_the_check():
    contact = ready(agreed=False)
    manager = StaffFactory(hub=contact.hub, manager=True)
    GroundFactory(contact=contact, approved_by=manager, approved_at=MONDAY_9AM)
    check = opened(contact)
    assert (check.ground, check.approved_by_id) == ("significant_harm", manager.pk)
    assert check.reason


def test_red_opens_on_a_ground_with_the_approval_due_by_midnight_in_london():
    contact = ready("red", agreed=False)
    GroundFactory(contact=contact)
    check = opened(contact)
    assert check.approved_by_id is None
    assert check.approval_due_at.isoformat() == "2026-11-03T00:00:00+00:00"


def test_whoever_recorded_the_ground_cannot_approve_it_and_another_manager_can():
    contact = ready("red", agreed=False)
    recorder = StaffFactory(hub=contact.hub, duties=["screen", "manage"])
    GroundFactory(contact=contact, by=recorder)
    check = opened(contact)
    with pytest.raises(PermissionDenied, match="another manager"):
        doing(recorder, approve_check, check=check, at=MONDAY_9AM)
    manager = StaffFactory(hub=contact.hub, manager=True)
    for _ in range(2):
        approved = doing(manager, approve_check, check=check, at=MONDAY_9AM)
    assert approved.approved_by_id == manager.pk


def test_a_senders_ground_with_their_manager_needs_one_of_the_hubs_too():
    contact = ready(agreed=False)
    GroundFactory(contact=contact, by=None, from_message=True, manager_said="DI Ashdown")
    with pytest.raises(NeedsApproval):
        opened(contact)
    manager = StaffFactory(hub=contact.hub, duties=["screen", "manage"])
    assert opened(contact, by=manager).approved_by_id == manager.pk


def test_one_check_at_a_time():
    contact = ready()
    opened(contact)
    with pytest.raises(AlreadyOpen):
        opened(contact)


def two_reports(*, of_one_child):
    """Return two reports of one event, each with agreement about its child."""
    first = ready()
    second = ready(hub=first.hub)
    one_event(first, second)
    child = SettledPersonFactory(hub=first.hub)
    SettlementFactory(contact_person=who(first, "p1"), person=child, answer="known")
    other = child if of_one_child else SettledPersonFactory(hub=first.hub)
    SettlementFactory(contact_person=who(second, "p1"), person=other, answer="known")
    return first, second


def test_a_family_is_asked_about_once_however_many_told_of_the_event():
    first, second = two_reports(of_one_child=True)
    opened(first)
    with pytest.raises(OpenForTheEvent, match=first.reference):
        opened(second)
    page = browser(StaffFactory(hub=second.hub, social_worker=True)).post(
        reverse("check:open", args=[second.pk]), {"why": "What is known?"}
    )
    assert f"A check is running on {first.reference}" in page.text
    assert Check.objects.using("builder").count() == 1


def test_another_child_of_the_event_may_be_asked_about():
    first, second = two_reports(of_one_child=False)
    opened(first)
    assert opened(second).contact_id == second.pk


def test_nobody_opens_a_check_on_an_unrated_contact():
    contact = ContactFactory()
    AgreementFactory(contact=contact)
    with pytest.raises(NotRated):
        opened(contact)


@pytest.mark.parametrize("duties", [["answer"], ["approve"], ["audit"], []])
def test_only_the_desks_workers_open_a_check(duties):
    contact = ready()
    with pytest.raises(PermissionDenied):
        opened(contact, by=StaffFactory(hub=contact.hub, duties=duties))


def test_nobody_opens_a_check_in_another_hub():
    with pytest.raises(PermissionDenied):
        opened(ready(), by=StaffFactory(whole_desk=True))


def test_closing_without_an_answer_says_why():
    enquiry = EnquiryFactory()
    worker = StaffFactory(hub=enquiry.hub, decider=True)
    check = Check.objects.using("builder").get(pk=enquiry.check_asked_id)
    check._state.db = "default"
    check.contact = enquiry.check_asked.contact
    with pytest.raises(StillWaiting):
        doing(worker, close_check, check=check, at=MONDAY_9AM)
    assert doing(worker, close_check, check=check, why="Enough is known to act", at=MONDAY_9AM).closed_at


# The database's own gate


def insert(staff, contact, **values):
    row = {
        "id": uuid.uuid4(),
        "hub_id": contact.hub_id,
        "contact_id": contact.pk,
        "colour": "amber",
        "why": "",
        "ground": "",
        "reason": "",
        "opened_by_id": staff.pk,
        "opened_at": MONDAY_9AM,
    } | values
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    with signed_in_as(staff), connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        assert cursor.fetchone() == ("mash_app",)
        cursor.execute(f"INSERT INTO check_check ({names}) VALUES ({places})", list(row.values()))


def stands():
    with connections["builder"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM check_check")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("colour", "values"),
    [
        ("amber", {}),
        ("amber", {"ground": "significant_harm", "reason": "Words"}),  # a ground that no row stands for
        (
            "amber",
            {"gate_ground_id": "ground", "ground": "significant_harm", "reason": "Words"},
        ),  # unapproved
        (
            "amber",
            {"gate_ground_id": "ground", "ground": "significant_harm", "reason": "", "approved_by_id": "m"},
        ),
        ("amber", {"gate_ground_id": "ground", "ground": "", "reason": "Words", "approved_by_id": "m"}),
        (
            "red",
            {"gate_ground_id": "ground", "ground": "significant_harm", "reason": "Words"},
        ),  # no approval due
        (
            "amber",
            {"gate_ground_id": "ground", "ground": "x", "reason": "Words", "approval_due_at": MONDAY_9AM},
        ),
    ],
)
def test_smuggled_sql_cannot_open_a_check_past_the_gate(colour, values):
    contact = ready(colour, agreed=False)
    ground = GroundFactory(contact=contact)
    manager = StaffFactory(hub=contact.hub, manager=True)
    known = {"ground": ground.pk, "m": manager.pk}
    real = {k: known.get(v, v) if k.endswith("_id") else v for k, v in values.items()}
    with pytest.raises(IntegrityError, match="check_gate"):
        insert(StaffFactory(hub=contact.hub, whole_desk=True), contact, colour=colour, **real)
    assert stands() == 0


@pytest.mark.parametrize("what", ["another contact's", "refused", "for early help only"])
def test_smuggled_sql_cannot_rely_on_an_agreement_that_does_not_cover(what):
    contact = ready(agreed=False)
    agreement = {
        "another contact's": lambda: AgreementFactory(contact=ContactFactory(hub=contact.hub)),
        "refused": lambda: AgreementFactory(contact=contact, sought="refused"),
        "for early help only": lambda: AgreementFactory(contact=contact, scopes=["early_help"]),
    }[what]()
    with pytest.raises(DatabaseError, match="row-level security"):
        insert(StaffFactory(hub=contact.hub, whole_desk=True), contact, gate_agreement_id=agreement.pk)
    assert stands() == 0


def test_smuggled_sql_cannot_name_the_recorder_of_a_ground_as_its_approver():
    contact = ready(agreed=False)
    ground = GroundFactory(contact=contact)
    values = {
        "gate_ground_id": ground.pk,
        "ground": "significant_harm",
        "reason": "x",
        "approved_by_id": ground.by_id,
    }
    with pytest.raises(DatabaseError, match="row-level security"):
        insert(StaffFactory(hub=contact.hub, whole_desk=True), contact, **values)


def test_plain_sql_through_the_gate_is_taken():
    contact = ready()
    agreement = AgreementFactory(contact=contact)
    insert(StaffFactory(hub=contact.hub, whole_desk=True), contact, gate_agreement_id=agreement.pk)
    assert stands() == 1


def test_a_second_open_check_is_refused_by_the_database():
    check = CheckFactory()
    with pytest.raises(IntegrityError, match="check_one_open_a_contact"):
        insert(
            StaffFactory(hub=check.hub, whole_desk=True),
            check.contact,
            gate_agreement_id=check.gate_agreement_id,
        )
