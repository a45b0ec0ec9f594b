"""A decision is reopened, taken back or sent back: the contact is on the line again, with the reason and its clock."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from mash.contact import policy as contacts
from mash.decision import actions, policy
from mash.decision.models import Decision, Reopening, Told
from mash.desk import queries as desk
from mash.ledger.models import Entry
from mash.triage.actions import link_event, recount
from mash.triage.models import Standing
from mash.triage.queries import clock_for
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.decision import DecisionFactory, ready
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
DAY = timedelta(days=1)
THURSDAY = MONDAY_9AM + 3 * DAY
CLOSING = timedelta(hours=8)
NEWS = {"kind": "news", "why": "He is back in the house.", "said_by": "Her grandmother"}
WRONG = {"kind": "wrong", "why": "The hospital's letter was not read."}


@pytest.fixture
def decided():
    """A decision on an amber contact, received and decided on Monday."""
    contact = ready()
    StandingFactory(contact=contact, due_at=MONDAY_9AM + CLOSING)
    return DecisionFactory(contact=contact)


@pytest.fixture
def worker(decided):
    return StaffFactory(hub=decided.hub, decider=True)


def does(by, action, **said):
    with signed_in_as(by):
        return action(by=by, at=said.pop("at", THURSDAY), **said)


def reopen(decision, by, **said):
    does(by, actions.reopen, decision=decision, **said)


def line_of(worker, at=THURSDAY):
    with signed_in_as(worker):
        return desk.worklist(worker, desk.Wanted(), at, page="1")[2]


def due(contact):
    return Standing.objects.using("builder").get(contact=contact).due_at


# Who may


@pytest.mark.parametrize(
    ("same_hub", "duties", "barred", "may"),
    [
        (True, ["assess"], False, True),
        (True, ["decide"], False, True),
        (True, ["manage"], False, True),
        (True, ["screen"], False, False),
        (True, ["approve"], False, False),
        (True, ["out_of_hours"], False, False),
        (True, ["answer"], False, False),
        (True, ["decide"], True, False),
        (False, ["decide"], False, False),
    ],
)
def test_who_reopens_a_decision(decided, same_hub, duties, barred, may):
    somebody = StaffFactory(
        hub=decided.hub if same_hub else HubFactory(), agency=decided.by.agency, duties=duties
    )
    if barred:
        AccessFactory(staff=somebody, contact_id=decided.contact_id, bars=True, why="her neighbour")
    with signed_in_as(somebody):
        assert bool(policy.may_reopen(somebody, decided)) is may
    if not may:
        with pytest.raises(PermissionDenied):
            reopen(decided, somebody, **NEWS)
    row = Reopening(
        hub_id=decided.hub_id,
        decision=decided,
        contact=decided.contact,
        kind="wrong",
        why="It was",
        at=THURSDAY,
    )
    row.by = somebody
    if may:
        with signed_in_as(somebody):
            Reopening.objects.bulk_create([row])
    else:
        with pytest.raises(DatabaseError), signed_in_as(somebody):
            Reopening.objects.bulk_create([row])


@pytest.mark.parametrize(
    ("same_hub", "duties", "barred", "reads"),
    [
        (True, ["screen"], False, True),
        (True, ["answer"], False, False),
        (True, ["screen"], True, False),
        (False, ["screen"], False, False),
    ],
)
def test_who_reads_why_a_decision_was_reopened(decided, worker, same_hub, duties, barred, reads):
    reopen(decided, worker, **NEWS)
    somebody = StaffFactory(
        hub=decided.hub if same_hub else HubFactory(), agency=worker.agency, duties=duties
    )
    if barred:
        AccessFactory(staff=somebody, contact_id=decided.contact_id, bars=True, why="her neighbour")
    with signed_in_as(somebody):
        assert Reopening.objects.exists() is reads


# The line


def test_a_decided_contact_is_not_on_the_line_and_a_reopened_one_is_with_the_reason(decided, worker):
    assert line_of(worker) == []
    reopen(decided, worker, **NEWS)
    (row,) = line_of(worker)
    assert row.contact == decided.contact
    assert row.stage == "Decision"
    assert (row.back.what, row.back.why) == ("Decision reopened", "He is back in the house.")
    assert (row.back.by, row.back.at) == (worker.account.name, THURSDAY)
    page = browser(worker).get("/worklist/").content.decode()
    assert "Decision reopened" in page
    assert "He is back in the house." in page
    line = Entry.objects.using("builder").get(event="decision.reopened")
    assert line.why == "He is back in the house."


def test_a_decision_taken_back_while_it_waits_leaves_the_contact_on_the_line_with_the_reason(worker):
    contact = ready(hub=worker.hub)
    StandingFactory(contact=contact, due_at=MONDAY_9AM + CLOSING)
    waiting = DecisionFactory(contact=contact, by=worker, waiting=True)
    assert [one.back for one in line_of(worker)] == [None]
    does(worker, actions.turn_down, decision=waiting, why="The school has rung.")
    (row,) = line_of(worker)
    assert (row.back.what, row.back.why) == ("Decision taken back", "The school has rung.")
    assert row.clock.due_at == MONDAY_9AM + CLOSING  # the first clock ran on


def test_a_decision_sent_back_by_the_second_person_says_so(worker):
    contact = ready(hub=worker.hub)
    waiting = DecisionFactory(contact=contact, waiting=True)
    other = StaffFactory(hub=worker.hub, second_person=True)
    does(other, actions.turn_down, decision=waiting, why="Who has seen her?")
    (row,) = line_of(worker)
    assert (row.back.what, row.back.by) == ("Decision sent back", other.account.name)


def test_decided_again_it_leaves_the_line_and_reopened_again_it_returns(decided, worker):
    reopen(decided, worker, **WRONG)
    waiting = DecisionFactory(contact=decided.contact, follows=decided, at=THURSDAY + DAY, waiting=True)
    (row,) = line_of(worker)
    assert row.back is None  # a newer decision waits
    Decision.objects.using("builder").filter(pk=waiting.pk).update(
        second_by=worker, cleared_by=worker, made_at=THURSDAY + DAY
    )
    assert line_of(worker) == []
    with signed_in_as(worker):
        again = Decision.objects.get(pk=waiting.pk)
    reopen(again, worker, **NEWS, at=THURSDAY + 2 * DAY)
    (row,) = line_of(worker)
    assert row.back.why == NEWS["why"]


def test_every_report_of_the_event_returns(decided, worker):
    other = ready(hub=decided.hub)
    with signed_in_as(worker):
        link_event(contact=other, other=decided.contact, why="The same night.", by=worker, at=MONDAY_9AM)
    for one in (decided.contact, other):
        Told.objects.using("builder").create(
            hub_id=decided.hub_id, decision_id=decided.pk, contact_id=one.pk, why_not="No address is known."
        )
    assert line_of(worker) == []
    reopen(decided, worker, **NEWS)
    assert {row.contact for row in line_of(worker)} == {decided.contact, other}
    assert {row.back.why for row in line_of(worker)} == {NEWS["why"]}


# The clock


def test_news_starts_the_rating_s_clock_from_the_reopening(decided, worker):
    reopen(decided, worker, **NEWS)
    assert due(decided.contact) == THURSDAY + CLOSING
    (row,) = line_of(worker)
    assert row.clock.due_at == THURSDAY + CLOSING
    with signed_in_as(worker):
        assert clock_for(decided.contact, THURSDAY).due_at == THURSDAY + CLOSING


def test_a_wrong_decision_buys_no_time(decided, worker):
    reopen(decided, worker, **WRONG)
    assert due(decided.contact) == MONDAY_9AM + CLOSING
    (row,) = line_of(worker)
    assert row.clock.is_overdue(THURSDAY)


def test_the_first_decision_keeps_its_own_result(decided, worker):
    reopen(decided, worker, **NEWS)
    with signed_in_as(worker):
        first = clock_for(
            decided.contact, THURSDAY, stage="hub_decision", ended_at=MONDAY_9AM + timedelta(hours=1)
        )
        second = clock_for(decided.contact, THURSDAY, stage="hub_decision", ended_at=THURSDAY + 2 * DAY)
    assert first.clock.due_at == MONDAY_9AM + CLOSING
    assert not first.clock.is_overdue(THURSDAY)
    assert second.clock.due_at == THURSDAY + CLOSING
    assert second.clock.ended_at > second.clock.due_at


def test_counted_afresh_each_night_it_stays_where_it_is(decided, worker):
    reopen(decided, worker, **NEWS)
    with in_service("reminders"):
        recount(decided.hub, at=THURSDAY + DAY)
    assert due(decided.contact) == THURSDAY + CLOSING


def test_the_bar_of_the_case_runs_again(decided, worker):
    page = browser(worker).get(f"/cases/{decided.contact_id}/").content.decode()
    assert "Done" in page or "Met" in page or "Overdue" not in page
    reopen(decided, worker, **WRONG)
    assert "Overdue" in browser(worker).get(f"/cases/{decided.contact_id}/").content.decode()


# Saying it


@pytest.mark.parametrize(
    "said",
    [{"kind": "wrong", "why": "  "}, {"kind": "news", "why": "He is back.", "said_by": " "}],
)
def test_a_reopening_says_why_and_news_who_said_so(decided, worker, said):
    with pytest.raises(actions.NotWhole):
        reopen(decided, worker, **said)
    assert not Reopening.objects.using("builder").exists()


def test_reopened_twice_it_is_reopened_once(decided, worker):
    reopen(decided, worker, **NEWS)
    reopen(decided, worker, **WRONG)
    assert Reopening.objects.using("builder").get().kind == "news"


def test_what_a_newer_decision_follows_is_not_reopened(decided, worker):
    DecisionFactory(contact=decided.contact, follows=decided, at=THURSDAY)
    with pytest.raises(actions.AlreadyDecided):
        reopen(decided, worker, **NEWS)


def test_a_decision_that_waits_has_nothing_to_reopen(worker):
    waiting = DecisionFactory(contact=ready(hub=worker.hub), waiting=True)
    with signed_in_as(worker):
        assert "does not stand" in policy.may_reopen(worker, waiting).refusal


def test_the_page_asks_why_keeps_what_was_typed_and_offers_to_decide_again(decided, worker):
    client = browser(worker)
    where = f"/decisions/{decided.pk}/reopen/"
    assert where in client.get(f"/decisions/{decided.pk}/").content.decode()
    shown = client.get(where).content.decode()
    assert "checked" not in shown
    refused = client.post(where, {"kind": "news", "why": "He is back in the house."}).content.decode()
    assert "Say who told you what is new" in refused
    assert "He is back in the house." in refused
    assert client.post(where, NEWS).status_code == 302
    page = client.get(f"/decisions/{decided.pk}/").content.decode()
    assert "Reopened" in page
    assert "until it was reopened" in page
    assert "It stands since" not in page
    assert "Her grandmother" in page
    assert f"/decisions/on/{decided.contact_id}/" in page
    assert where not in page


def test_the_night_sees_a_red_contact_again_when_its_decision_is_reopened(worker):
    contact = ready(hub=worker.hub, colour="red")
    StandingFactory(contact=contact, colour="red")
    decision = DecisionFactory(contact=contact, colour="red")
    night = StaffFactory(hub=worker.hub, duties=["out_of_hours"])
    with signed_in_as(night):
        assert not Decision.objects.exists()
    reopen(decision, worker, **NEWS)
    everything = type(contact).objects.using("builder")
    assert everything.filter(contacts.readable_by(night)).exists()
    with signed_in_as(night):
        assert contacts.may_read(night, contact)
        assert Decision.objects.get() == decision
        assert Reopening.objects.exists()
