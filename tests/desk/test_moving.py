"""All of an absent worker's work moves in one action: whole, to somebody who may have it, accepted by name."""

import inspect
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from mash.check.models import Draft, Enquiry, EnquiryPassed
from mash.decision import actions as decision
from mash.decision.models import Decision, LetterPassed
from mash.decision.queries import letters_waiting
from mash.desk.hand_over import actions as hand_overs
from mash.desk.models import HandOver, Moved, Moving
from mash.desk.moving import actions, queries
from mash.ledger.models import Entry
from mash.partnership.content import rota_content
from mash.partnership.models import Email
from mash.triage import actions as triage
from mash.triage.models import Hold, Owner, Rating, Standing
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import CheckFactory, DraftFactory, EnquiryFactory, ReturnFactory
from tests.factories.contact import ContactFactory, ReferrerFactory
from tests.factories.decision import DecisionFactory, LetterFactory
from tests.factories.desk import HandedOverFactory, HandOverFactory, HandOverWordFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.rota import AbsenceFactory, TurnFactory
from tests.factories.triage import (
    HoldFactory,
    OwnerFactory,
    RatingFactory,
    ReturnedFactory,
    StandingFactory,
)
from tests.factories.triage import who as person

pytestmark = pytest.mark.usefixtures("transactional_db")
TEN = MONDAY_9AM + timedelta(hours=1)
WHY = "Off sick from this morning"


@pytest.fixture
def nadia():
    return StaffFactory(social_worker=True)


@pytest.fixture
def manager(nadia):
    return StaffFactory(hub=nadia.hub, manager=True)


@pytest.fixture
def deputy(nadia):
    found = StaffFactory(hub=nadia.hub, agency=nadia.agency, social_worker=True)
    TurnFactory(staff=nadia, post="duty_social_worker", deputies=[found.pk])
    return found


def owned(worker, colour="amber", *, due=TEN + timedelta(days=3), **changes):
    contact = ContactFactory(hub=worker.hub, **changes)
    RatingFactory(contact=contact, colour=colour)
    StandingFactory(contact=contact, colour=colour, due_at=due)
    OwnerFactory(contact=contact, staff=worker, by=worker)
    return contact


def a_letter(worker, colour="amber", **changes):
    """Return a letter that a worker has begun on a contact that was decided."""
    contact = ContactFactory(hub=worker.hub)
    made = DecisionFactory(contact=contact, by=worker, colour=colour)
    return LetterFactory(decision=made, recipient=person(contact, "p2"), by=worker, **changes)


def work(by, who):
    with signed_in_as(by):
        found = queries.work_of(by, who, TEN)
        queries.offer(by, who, found, TEN)
    return found


def move(by, who, *, to=None, key=None, why=WHY, at=TEN, **chosen):
    pieces = work(by, who)
    choices = {one.name: to.pk for one in pieces} if to else {}
    with signed_in_as(by):
        return actions.move_all(
            who=who, choices=choices | chosen, why=why, key=key or uuid.uuid4(), by=by, at=at
        )


def owner_of(contact):
    return Owner.objects.using("builder").filter(contact=contact).order_by("-at").first().staff_id


def everything(model, **where):
    return list(model.objects.using("builder").filter(**where))


# What waits, and for whom


def test_red_and_due_today_come_first(nadia, manager, deputy):
    later, today, red = owned(nadia), owned(nadia, due=TEN + timedelta(hours=3)), owned(nadia, "red")
    found = work(manager, nadia)
    assert {one.reference for one in found[:2]} == {today.reference, red.reference}
    assert found[2].reference == later.reference
    assert [one.urgent for one in found] == [True, True, False]
    assert found[0].may[0] == deputy


def test_everything_of_a_worker_is_on_the_list(nadia, manager, deputy):
    contact = owned(nadia)
    HoldFactory(contact=ContactFactory(hub=nadia.hub), staff=nadia, until=TEN + timedelta(minutes=5))
    back = ReturnedFactory(contact=ContactFactory(hub=nadia.hub), by=nadia).contact
    enquiry = EnquiryFactory(
        check_asked=CheckFactory(contact=ContactFactory(hub=nadia.hub)), agency=nadia.agency
    )
    Enquiry.objects.using("builder").filter(pk=enquiry.pk).update(addressed_to=nadia)
    decided = DecisionFactory(
        contact=ContactFactory(hub=nadia.hub), by=nadia, needs_second=True, made_at=None
    )
    kinds = {one.kind: one.case for one in work(manager, nadia)}
    assert kinds == {
        "contact": contact.pk,
        "follow_up": back.pk,
        "enquiry": enquiry.contact_id_opaque,
        "decision": decided.contact_id,
        "held": kinds["held"],
    }


def test_a_letter_that_waits_and_a_hand_over_that_nobody_accepted_are_on_the_list_and_move(
    nadia, manager, deputy
):
    letter = a_letter(nadia)
    offered = HandOverFactory(by=nadia, which="to_day_team")
    day = StaffFactory(hub=nadia.hub, duties=["out_of_hours"])
    found = {one.kind: one for one in work(manager, nadia)}
    assert found.keys() == {"letter", "hand_over"}
    assert (found["letter"].thing, found["letter"].reference) == (letter.pk, letter.contact.reference)
    assert found["letter"].may[0] == deputy
    assert manager not in found["letter"].may  # writes no letters
    assert set(found["hand_over"].may) == {manager, day}
    made = move(manager, nadia, to=deputy, **{found["hand_over"].name: day.pk})
    assert made.finished_at
    passed = LetterPassed.objects.using("builder").get()
    assert (passed.frm, passed.to, passed.why) == (nadia, deputy, WHY)
    assert HandOver.objects.using("builder").get(pk=offered.pk).by_id == day.pk
    with signed_in_as(manager):
        assert [one.holder_name for one in letters_waiting(manager)] == [deputy.account.name]
    assert {one.to_id for one in everything(Moved)} == {deputy.pk, day.pk}
    assert {one.event for one in everything(Entry)} >= {"letter.passed", "hand_over.passed"}
    assert work(manager, nadia) == []
    assert [one.kind for one in work(manager, deputy)] == ["letter"]


@pytest.mark.parametrize("state", ["draft", "no_way", "cleared", "ready", "given", "back"])
def test_only_a_letter_that_waits_moves(nadia, manager, deputy, state):
    changes = {"no_way": {"look_again_on": "2026-11-03"}, "back": {"taken_back_why": "Not needed"}}
    a_letter(nadia, state=state, **changes.get(state, {}))
    waits = state not in {"given", "back"}
    assert [one.kind for one in work(manager, nadia)] == (["letter"] if waits else [])


def test_a_letter_moves_beside_its_case_and_only_to_whoever_may_write_it(nadia, manager, deputy):
    letter = a_letter(nadia, colour="red")
    OwnerFactory(contact=letter.contact, staff=nadia, by=nadia)
    StandingFactory(contact=letter.contact, colour="red")
    barred = StaffFactory(hub=nadia.hub, agency=nadia.agency, social_worker=True)
    AccessFactory(staff=barred, contact_id=letter.contact_id, bars=True, why="her cousin")
    Decision.objects.using("builder").filter(pk=letter.decision_id).update(made_at=None)
    found = {one.kind: one for one in work(manager, nadia)}
    assert found.keys() == {"contact", "letter"}
    assert barred not in found["letter"].may
    assert found["letter"].urgent
    with pytest.raises(PermissionDenied), signed_in_as(manager):
        said = {"frm": nadia, "why": WHY, "by": manager, "at": TEN}
        decision.pass_letter(letter=letter, to=barred, **said)


def test_a_hand_over_never_moves_to_whoever_answered_a_line_of_it(nadia, manager):
    other = StaffFactory(hub=nadia.hub, duties=["out_of_hours"])
    line = HandedOverFactory(hand_over=HandOverFactory(by=nadia, which="to_day_team"))
    HandOverWordFactory(line=line, by=other)
    (piece,) = work(manager, nadia)
    assert piece.may == [manager]


def test_a_hand_over_accepted_meanwhile_stays_as_it_is(nadia, manager):
    by_day = StaffFactory(hub=nadia.hub, decider=True)
    accepted = HandOverFactory(by=nadia, which="to_day_team", accepted_at=MONDAY_9AM, accepted_by=by_day)
    assert work(manager, nadia) == []
    with signed_in_as(manager):
        said = {"frm": nadia, "to": manager, "why": WHY, "by": manager, "at": TEN}
        assert not hand_overs.pass_on(hand_over=accepted, **said)


def test_who_is_away_at_night_passes_their_own_hand_over_on(nadia, manager):
    night = StaffFactory(hub=nadia.hub, duties=["out_of_hours"])
    HandOverFactory(by=night, which="to_day_team", offered_at=None)
    (piece,) = work(night, night)
    assert move(night, night, to=manager).finished_at
    assert piece.says.endswith("being written")


@pytest.mark.parametrize(
    ("same_hub", "duties", "barred", "sees"),
    [
        (True, ["screen"], False, True),
        (True, ["answer"], False, False),
        (True, ["screen"], True, False),
        (False, ["screen"], False, False),
    ],
)
def test_who_sees_to_whom_a_letter_was_passed(nadia, manager, deputy, same_hub, duties, barred, sees):
    letter = a_letter(nadia)
    move(manager, nadia, to=deputy)
    reader = StaffFactory(hub=nadia.hub if same_hub else HubFactory(), agency=nadia.agency, duties=duties)
    if barred:
        AccessFactory(staff=reader, contact_id=letter.contact_id, bars=True, why="his sister")
    with signed_in_as(reader):
        assert LetterPassed.objects.exists() is sees


def test_the_page_lists_letters_and_hand_overs_before_anything_moves(nadia, manager, deputy):
    letter = a_letter(nadia)
    HandOverFactory(by=nadia, which="to_day_team")
    page = browser(manager).get(f"/moving/{nadia.pk}/").content.decode()
    assert "Letter to a family. Draft: nobody has cleared it" in page
    assert "Hand over to the day team: handed over, and not accepted yet" in page
    assert letter.contact.reference in page
    assert "OKAFOR" not in page
    assert not everything(LetterPassed)


def test_what_others_own_and_what_is_finished_is_not(nadia, manager):
    contact = owned(nadia)
    OwnerFactory(contact=contact, staff=StaffFactory(hub=nadia.hub), at=TEN)
    enquiry = EnquiryFactory(check_asked=CheckFactory(contact=ContactFactory(hub=nadia.hub)))
    Enquiry.objects.using("builder").filter(pk=enquiry.pk).update(addressed_to=nadia)
    ReturnFactory(enquiry=enquiry)
    assert work(manager, nadia) == []


# Moving


def test_it_moves_in_one_action_and_keeps_rating_clock_and_history(nadia, manager, deputy):
    contact = owned(nadia, "red")
    HoldFactory(contact=contact, staff=nadia, until=TEN + timedelta(minutes=5))
    before = everything(Rating), [(one.colour, one.due_at) for one in everything(Standing)]
    made = move(manager, nadia, to=deputy)
    assert owner_of(contact) == deputy.pk
    assert (everything(Rating), [(one.colour, one.due_at) for one in everything(Standing)]) == before
    assert not everything(Hold)
    assert made.finished_at == TEN
    assert len(everything(Owner, contact=contact)) == 2
    line = Entry.objects.using("builder").get(event="contact.moved")
    assert (line.why, line.detail) == (WHY, {"from": str(nadia.pk), "to": str(deputy.pk)})


def test_an_enquiry_goes_with_its_draft_and_its_clock(nadia, manager):
    hannah = StaffFactory(hub=nadia.hub, answerer=True)
    rob = StaffFactory(hub=nadia.hub, agency=hannah.agency, answerer=True)
    enquiry = EnquiryFactory(
        check_asked=CheckFactory(contact=ContactFactory(hub=nadia.hub)), agency=hannah.agency
    )
    Enquiry.objects.using("builder").filter(pk=enquiry.pk).update(addressed_to=hannah)
    DraftFactory(enquiry=enquiry, by=hannah)
    lead = StaffFactory(hub=nadia.hub, agency=hannah.agency, answerer=True, leads=True)
    move(lead, hannah, to=rob)
    after = everything(Enquiry)[0]
    assert (after.addressed_to_id, after.due_at) == (rob.pk, enquiry.due_at)
    assert [one.enquiry_id for one in everything(Draft)] == [enquiry.pk]
    passed = everything(EnquiryPassed)[0]
    assert (passed.frm_id, passed.to_id, passed.why, passed.by_id) == (hannah.pk, rob.pk, "by_hand", lead.pk)


def test_a_lead_changes_nothing_of_an_enquiry_but_who_answers_it(nadia):
    hannah = StaffFactory(hub=nadia.hub, answerer=True)
    lead = StaffFactory(hub=nadia.hub, agency=hannah.agency, answerer=True, leads=True)
    enquiry = EnquiryFactory(
        check_asked=CheckFactory(contact=ContactFactory(hub=nadia.hub)), agency=hannah.agency
    )
    for who, what in (
        (lead, {"focus": "Nothing"}),
        (lead, {"due_at": TEN}),
        (hannah, {"addressed_to": lead}),
    ):
        with pytest.raises(DatabaseError), signed_in_as(who):
            if not Enquiry.objects.filter(pk=enquiry.pk).update(**what):
                raise DatabaseError("no row")
    with signed_in_as(lead):
        assert Enquiry.objects.filter(pk=enquiry.pk).update(addressed_to=hannah) == 1


@pytest.mark.parametrize("why_not", ["no duty", "barred", "away", "elsewhere"])
def test_it_never_goes_to_somebody_who_may_not_have_it(nadia, manager, why_not):
    contact = owned(nadia)
    other = StaffFactory(
        hub=HubFactory() if why_not == "elsewhere" else nadia.hub,
        agency=nadia.agency,
        duties=["manage"] if why_not == "no duty" else ["screen", "assess"],
    )
    if why_not == "barred":
        AccessFactory(staff=other, contact_id=contact.pk, bars=True, why="her nephew")
    if why_not == "away":
        AbsenceFactory(staff=other)
    made = move(manager, nadia, to=other)
    assert owner_of(contact) == nadia.pk
    assert made.finished_at is None
    assert everything(Moved)[0].cannot
    with signed_in_as(manager):
        assert list(queries.unfinished(manager)) == [made]


def test_a_lead_who_is_not_at_the_desk_gives_no_enquiry_to_who_is_kept_from_the_case(nadia):
    hannah = StaffFactory(hub=nadia.hub, answerer=True)
    rob = StaffFactory(hub=nadia.hub, agency=hannah.agency, answerer=True)
    lead = StaffFactory(hub=nadia.hub, agency=hannah.agency, answerer=True, leads=True)
    enquiry = EnquiryFactory(
        check_asked=CheckFactory(contact=ContactFactory(hub=nadia.hub)), agency=hannah.agency
    )
    Enquiry.objects.using("builder").filter(pk=enquiry.pk).update(addressed_to=hannah)
    AccessFactory(staff=rob, contact_id=enquiry.contact_id_opaque, bars=True, why="his sister")
    assert rob not in work(lead, hannah)[0].may


def test_a_word_that_nobody_else_can_give_is_listed_until_somebody_can(nadia, manager):
    cleared = StaffFactory(hub=nadia.hub, cleared=True)
    DecisionFactory(
        contact=ContactFactory(hub=nadia.hub), by=nadia, closes=True, needs_clearance=True, made_at=None
    )
    (piece,) = work(manager, cleared)
    assert "Nobody else here can be a cleared person" in piece.cannot
    assert move(manager, cleared).finished_at is None
    StaffFactory(hub=nadia.hub, cleared=True)
    assert work(manager, cleared) == []
    assert move(manager, cleared).finished_at
    assert not everything(Moving, finished_at=None)


def test_the_other_side_of_a_two_person_step_cannot_clear_it(nadia, manager):
    cleared = StaffFactory(hub=nadia.hub, cleared=True)
    StaffFactory(hub=nadia.hub, account=nadia.account, cleared=True)  # the decider's other post
    DecisionFactory(
        contact=ContactFactory(hub=nadia.hub), by=nadia, closes=True, needs_clearance=True, made_at=None
    )
    assert work(manager, cleared)[0].cannot


def test_a_line_without_a_name_is_left_and_the_manager_is_told(nadia, manager, deputy):
    owned(nadia)
    made = move(manager, nadia)
    assert made.finished_at is None
    assert [one.cannot for one in everything(Moved)] == ["Nobody was chosen for it."]
    assert [one.to for one in everything(Email)] == [manager.account.email]
    assert move(manager, nadia, to=deputy).finished_at
    assert not everything(Moving, finished_at=None)


def test_the_same_form_twice_moves_once(nadia, manager, deputy):
    owned(nadia)
    key = uuid.uuid4()
    assert move(manager, nadia, to=deputy, key=key) == move(manager, nadia, to=deputy, key=key)
    assert len(everything(Moving)) == 1


def test_a_reason_is_needed(nadia, manager, deputy):
    owned(nadia)
    with pytest.raises(actions.ReasonMissing):
        move(manager, nadia, to=deputy, why=" ")


def test_who_waits_is_told_the_reference_and_nothing_else(nadia, manager, deputy):
    contact = owned(nadia)
    ReferrerFactory(contact=contact, email="ines@fernbank.example.org")
    move(manager, nadia, to=deputy)
    said = {one.to: f"{one.subject} {one.body}" for one in everything(Email)}
    assert set(said) == {deputy.account.email, "ines@fernbank.example.org"}
    assert contact.reference in said["ines@fernbank.example.org"]
    for words in said.values():
        assert not re.search(r"Okafor|Daniel|sick", words, flags=re.IGNORECASE)
        assert nadia.account.name not in words


@pytest.mark.parametrize(
    ("who", "may"),
    [("manager", True), ("lead", True), ("self", True), ("colleague", False), ("lead elsewhere", False)],
)
def test_who_may_move_somebody_s_work(nadia, who, may):
    owned(nadia)
    other = {
        "manager": {"manager": True},
        "lead": {"agency": nadia.agency, "social_worker": True, "leads": True},
        "colleague": {"agency": nadia.agency, "social_worker": True},
        "lead elsewhere": {"social_worker": True, "leads": True},
    }
    by = nadia if who == "self" else StaffFactory(hub=nadia.hub, **other[who])
    assert browser(by).get(f"/moving/{nadia.pk}/").status_code == (200 if may else 404)
    if not may:
        with pytest.raises(PermissionDenied):
            move(by, nadia)


@pytest.mark.parametrize(
    ("same_hub", "role", "sees"),
    [(True, "manager", True), (True, "receiver", True), (True, "stranger", False), (False, "manager", False)],
)
def test_who_reads_what_was_moved(nadia, manager, deputy, same_hub, role, sees):
    owned(nadia)
    move(manager, nadia, to=deputy)
    reader = {
        "manager": lambda: StaffFactory(hub=nadia.hub if same_hub else HubFactory(), manager=True),
        "receiver": lambda: deputy,
        "stranger": lambda: StaffFactory(hub=nadia.hub, answerer=True),
    }[role]()
    with signed_in_as(reader):
        assert Moving.objects.exists() is sees
        assert Moved.objects.exists() is sees


# Accepting


def test_each_line_is_accepted_by_name_and_once(nadia, manager, deputy):
    owned(nadia), owned(nadia)
    move(manager, nadia, to=deputy)
    lines = [one.pk for one in everything(Moved)]
    other = StaffFactory(hub=nadia.hub, social_worker=True)
    with signed_in_as(other):
        assert actions.accept(lines=lines, by=other, at=TEN) == 0
    for accepted in (2, 0):
        with signed_in_as(deputy):
            assert actions.accept(lines=lines, by=deputy, at=TEN) == accepted
    assert Entry.objects.using("builder").filter(event="work.accepted").count() == 2


def test_red_that_nobody_accepts_in_half_an_hour_calls_the_manager_once(nadia, manager, deputy):
    owned(nadia, "red"), owned(nadia, "green")
    move(manager, nadia, to=deputy)
    for minutes, called in ((29, 0), (30, 1), (31, 0)):
        with in_service("reminders"):
            assert actions.call_about_unaccepted(at=TEN + timedelta(minutes=minutes)) == called
    assert len(everything(Email, to=manager.account.email)) == 1


# Pages


def test_a_list_is_moved_and_accepted_on_the_pages(nadia, manager, deputy):
    contact = owned(nadia, "red")
    client = browser(manager)
    where = f"/moving/{nadia.pk}/"
    shown = client.get(where).content.decode()
    assert contact.reference in shown
    assert "OKAFOR" not in shown
    key = re.search(r'name="key" value="([^"]+)"', shown)[1]
    assert "Answer “Why is the work moved?”" in client.post(where, {"key": key}).content.decode()
    name = f"contact-{contact.pk}"
    assert client.post(where, {"key": key, "why": WHY, name: str(deputy.pk)}).status_code == 302
    assert owner_of(contact) == deputy.pk
    mine = browser(deputy)
    assert contact.reference in mine.get("/given/").content.decode()
    assert "There is a problem" in mine.post("/given/", {"line": ""}).content.decode()
    line = everything(Moved)[0]
    mine.post("/given/", {"line": [str(line.pk)]})
    assert everything(Moved)[0].accepted_at
    assert "Nothing waits for you to accept" in mine.get("/given/").content.decode()


# Never in bulk

NEVER = {
    "rate": triage.rate,
    "re_rate": triage.rate,
    "decide": decision.decide,
    "close": decision.clear_closing,
    "record_agreement": triage.record_agreement,
    "approve": decision.approve,
}
ROOT = Path(__file__).parent.parent.parent


def test_what_is_never_done_to_several_takes_one_at_a_time():
    listed = set(rota_content().bulk.never) - {
        "release",
        "merge_people",
        "send_to_families",
    }  # no such page yet
    assert listed == set(NEVER)
    for action in NEVER.values():
        first = next(
            one
            for name, one in inspect.signature(action).parameters.items()
            if name in {"contact", "decision", "about"}
        )
        assert first.annotation.__name__ in {"Contact", "Decision", "ContactPerson"}


def test_no_page_with_ticks_beside_contacts_rates_decides_or_closes():
    pages = [
        file for file in (ROOT / "mash/templates").rglob("*.html") if 'name="contact"' in file.read_text()
    ]
    assert [file.name for file in pages] == ["_rows.html"]
    for file in pages:
        assert not re.search(r"colour|decide|close|approve|rate_", file.read_text().split("<fieldset")[-1])


def test_a_rating_sent_with_several_ticks_changes_no_rating(nadia):
    first, second = owned(nadia), owned(nadia)
    form = {
        "contact": [str(first.pk), str(second.pk)],
        "colour": "green",
        "why": "Backlog",
        "to": str(nadia.pk),
    }
    browser(nadia).post("/worklist/assign/", form)
    browser(nadia).post("/triage/next/", form)
    assert {one.colour for one in everything(Rating)} == {"amber"}


def test_nobody_is_told_to_choose_where_nothing_is_to_choose(nadia, manager):
    HoldFactory(
        contact=ContactFactory(hub=nadia.hub), staff=nadia, until=timezone.now() + timedelta(minutes=5)
    )
    address = reverse("desk:moving", args=[nadia.pk])
    page = browser(manager).get(address).content.decode()
    assert "Open on their screen" in page
    assert "choose for each line" not in page
    owned(nadia)
    assert "choose for each line" in browser(manager).get(address).content.decode()
