"""The gate against every line of the made-up referrals, and in the words of the field."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.http import Http404
from django.urls import reverse

from mash.triage import actions, queries
from mash.triage.gate import Word
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import (
    ContactFactory,
    ContactPersonFactory,
    ContactRelationshipFactory,
    SettlementFactory,
)
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.triage import (
    AgreementFactory,
    GroundFactory,
    KnownFactory,
    OpenWorkFactory,
    RatingFactory,
    RouteFactory,
    taken_in,
    who,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
DATA = Path(__file__).parent.parent / "data"
KEY = {
    line["line"]: line for line in yaml.safe_load((DATA / "referrals.expected.yaml").read_text())["referrals"]
}
MESSAGES = [json.loads(line) for line in (DATA / "referrals.jsonl").read_text().splitlines()]
LINES = [(line, message) for line, message in enumerate(MESSAGES, 1) if "gates" in KEY[line]]


def gate_of(contact, worker=None):
    worker = worker or StaffFactory(hub=contact.hub, social_worker=True)
    with signed_in_as(worker):
        return queries.gate_of(queries.find(worker, contact.pk), MONDAY_9AM)


@pytest.mark.parametrize(("line", "message"), LINES, ids=[message["reference"] for _, message in LINES])
def test_the_gate_says_what_the_key_says(line, message):
    contact = taken_in(message)
    expected = KEY[line]["gates"]["check"]
    with in_service("intake"):
        actions.adopt_from_message(contact=contact, at=contact.received_at)
    if expected.startswith("forward"):
        _open_a_case_with(contact)

    gate = gate_of(contact)

    assert gate.word == expected.split(":")[0].split(" about")[0]
    assert gate.act_first is ("immediate_danger" in KEY[line]["gates"])
    if "only; not about" in expected:
        about, left_out = expected.split("about ", 1)[1].split(" only; not about ")
        assert {cover.person.ref for cover in gate.covered} == set(about.split(", "))
        assert {cover.person.ref for cover in gate.left_out} == set(left_out.split(" until")[0].split(", "))
    if "without parental responsibility" in expected:
        assert gate.why


def test_immediate_danger_is_said_on_the_page_in_the_words_of_the_key():
    line = next(line for line, one in KEY.items() if "immediate_danger" in one.get("gates", {}))
    first, then = KEY[line]["gates"]["immediate_danger"].split("; ")
    contact = taken_in(MESSAGES[line - 1])
    page = browser(StaffFactory(hub=contact.hub, social_worker=True)).get(
        reverse("triage:page", args=[contact.pk])
    )
    words = " ".join(page.text.split())
    assert f"{first}.</strong> {then.capitalize()}." in words


def _open_a_case_with(contact):
    child = who(contact, "p1")
    person = KnownFactory(hub=contact.hub)
    SettlementFactory(contact_person=child, answer="known", person=person)
    OpenWorkFactory(person=person)


@pytest.fixture
def contact():
    made = ContactFactory()
    ContactRelationshipFactory(contact=made)
    return made


def test_agreement_of_a_parent_opens_the_check_about_the_child_and_nobody_else(contact):
    AgreementFactory(contact=contact)
    gate = gate_of(contact)
    assert gate.may_open
    assert [cover.person.ref for cover in gate.covered] == ["p1"]
    assert [cover.person.ref for cover in gate.left_out] == ["p2"]
    assert not gate.needs_approval


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"withdrawn_at": MONDAY_9AM}, "withdrawn"),
        ({"lapses_at": MONDAY_9AM}, "lapsed"),
        ({"scopes": ["early_help"]}, "not for asking agencies"),
        ({"sought": "refused"}, "No agreement"),
    ],
)
def test_an_agreement_that_does_not_hold_opens_nothing(contact, change, why):
    AgreementFactory(contact=contact, **change)
    gate = gate_of(contact)
    assert gate.word is Word.MAY_NOT_OPEN
    assert why in gate.why


def test_agreement_of_somebody_without_parental_responsibility_never_covers_the_child(contact):
    step_father = ContactPersonFactory(contact=contact, ref="p3", role="household")
    ContactRelationshipFactory(
        contact=contact, from_ref="p3", kind="step_parent", parental_responsibility=False
    )
    AgreementFactory(contact=contact, given_by_person=step_father)
    assert "without parental responsibility" in gate_of(contact).why


def test_a_parent_does_not_answer_for_the_other_parent(contact):
    mother = who(contact, "p2")
    father = ContactPersonFactory(contact=contact, ref="p3", parent=True)
    AgreementFactory(contact=contact, given_by_person=mother)
    AgreementFactory(contact=contact, about=father, given_by_person=mother)
    assert [cover.person.ref for cover in gate_of(contact).left_out] == ["p2", "p3"]


@pytest.mark.parametrize("given_by", ["adult", "young_person"])
def test_who_answers_for_themselves_and_is_not_named_answers_for_nobody(contact, given_by):
    for ref in ("p1", "p2"):
        AgreementFactory(contact=contact, about=who(contact, ref), given_by=given_by, given_by_person=None)
    gate = gate_of(contact)
    assert gate.word is Word.MAY_NOT_OPEN
    assert gate.covered == ()


def test_an_adult_answers_for_themselves_and_not_for_their_child(contact):
    mother = who(contact, "p2")
    for ref in ("p1", "p2"):
        AgreementFactory(contact=contact, about=who(contact, ref), given_by="adult", given_by_person=mother)
    assert [cover.person.ref for cover in gate_of(contact).covered] == ["p2"]


@pytest.mark.parametrize(
    ("ref", "words", "covers"), [("p1", "Seen", False), ("p2", "Seen", True), ("p2", " ", False)]
)
def test_an_attorney_answers_for_an_adult_under_a_named_authority_and_never_for_a_child(
    contact, ref, words, covers
):
    about = who(contact, ref)
    AgreementFactory(
        contact=contact, about=about, given_by="attorney_or_deputy", given_by_person=None, words=words
    )
    assert (about.pk in {cover.person.pk for cover in gate_of(contact).covered}) is covers


@pytest.mark.parametrize(("words", "opens"), [("Her mother, Eva Lindqvist", True), ("", False)])
def test_a_parent_whom_the_contact_does_not_name_is_named_in_words(contact, words, opens):
    AgreementFactory(contact=contact, given_by_person=None, words=words)
    assert gate_of(contact).may_open is opens


def test_a_refusal_beside_an_agreement_is_shown_and_ends_nothing(contact):
    AgreementFactory(contact=contact)
    father = ContactPersonFactory(contact=contact, ref="p3", parent=True)
    AgreementFactory(contact=contact, sought="refused", given_by_person=father)
    gate = gate_of(contact)
    assert gate.may_open
    assert gate.relies_on.refused_too


def test_a_ground_opens_a_check_once_another_manager_has_approved_it(contact):
    ground = GroundFactory(contact=contact)
    waiting = gate_of(contact)
    manager = StaffFactory(hub=contact.hub, manager=True)
    with signed_in_as(manager):
        actions.approve_ground(ground=queries.find_ground(manager, ground.pk), by=manager, at=MONDAY_9AM)
    assert waiting.word is Word.NOT_YET
    assert gate_of(contact).may_open


def test_a_red_check_may_open_on_a_ground_with_the_approval_due(contact):
    GroundFactory(contact=contact)
    RatingFactory(contact=contact, colour="red")
    gate = gate_of(contact)
    assert gate.may_open
    assert gate.approval_due
    assert gate.needs_approval


def test_a_red_check_does_not_open_on_a_ground_without_a_reason(contact):
    GroundFactory(contact=contact, by=None, from_message=True, reason="")
    RatingFactory(contact=contact, colour="red")
    assert gate_of(contact).word is Word.NOT_YET


def test_a_ground_that_a_manager_refused_opens_nothing(contact):
    GroundFactory(contact=contact, refused_at=MONDAY_9AM)
    RatingFactory(contact=contact, colour="red")
    assert gate_of(contact).word is Word.MAY_NOT_OPEN


def test_an_open_case_goes_to_its_worker_unless_they_ask_for_a_check(contact):
    AgreementFactory(contact=contact)
    _open_a_case_with(contact)
    assert gate_of(contact).word is Word.FORWARD
    RouteFactory(contact=contact, at=MONDAY_9AM - timedelta(hours=1))
    assert gate_of(contact).word is Word.FORWARD
    RouteFactory(contact=contact, asked_for_by="Femi Adewale, allocated worker")
    assert gate_of(contact).may_open


def test_the_gate_of_another_hub_s_contact_is_not_there(contact):
    stranger = StaffFactory(hub=HubFactory(), social_worker=True)
    with pytest.raises(Http404):
        gate_of(contact, stranger)
