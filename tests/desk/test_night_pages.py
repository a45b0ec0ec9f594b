"""The emergency duty team at work: its page, what it does, and what it is told that others do."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mash.check import actions as checks
from mash.contact import policy as reading
from mash.contact.models import Contact
from mash.decision import policy as deciding
from mash.desk.hand_over import actions as handing
from mash.desk.night import queries
from mash.ledger.models import Entry
from mash.partnership.models import Email
from mash.triage import actions, policy
from mash.triage.models import Rating, Standing
from tests.factories.base import browser, signed_in_as
from tests.factories.check import CheckFactory, ready
from tests.factories.contact import ContactFactory
from tests.factories.desk import HandedOverFactory
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, MembershipFactory, StaffFactory
from tests.factories.rota import TurnFactory
from tests.factories.triage import GroundFactory, RatingFactory, StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
TONIGHT = MONDAY_9AM + timedelta(hours=12)
FOUR = timedelta(hours=4)


@pytest.fixture
def team():
    """An emergency duty worker, with the manager and the sealed unit on call."""
    care, police = AgencyFactory(kind="childrens_social_care"), AgencyFactory(kind="police")
    night = StaffFactory(agency=care, duties=["out_of_hours"])
    for agency in (care, police):
        MembershipFactory(hub=night.hub, agency=agency)

    class Team:
        on_call = StaffFactory(hub=night.hub, agency=care, duties=["approve"])
        unit = StaffFactory(hub=night.hub, agency=police, cleared=True)
        day = StaffFactory(hub=night.hub, agency=care, decider=True)

    Team.night, Team.hub = night, night.hub
    span = {"from_at": MONDAY_9AM + timedelta(hours=8), "until_at": MONDAY_9AM + timedelta(hours=24)}
    TurnFactory(staff=Team.on_call, post="manager_on_call", reached_on="020 7946 0107", **span)
    TurnFactory(staff=Team.unit, post="intelligence_on_call", reached_on="020 7946 0111", **span)
    return Team


def rated(team, colour, **changes):
    made = ContactFactory(hub=team.hub, **changes)
    RatingFactory(contact=made, colour=colour)
    StandingFactory(contact=made, colour=colour)
    return made


def does(by, action, **said):
    with signed_in_as(by):
        return action(by=by, at=said.pop("at", TONIGHT), **said)


def shown(client, path="/night/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# The page


def test_the_night_begins_at_its_own_page_and_the_day_at_the_worklist(team):
    assert browser(team.night).get("/").url == "/night/"
    assert browser(team.night).get("/worklist/").url == "/night/"
    assert browser(team.day).get("/").url == "/worklist/"
    assert browser(team.day).get("/night/").status_code == 403


def test_the_page_shows_what_is_urgent_and_what_was_handed_over_and_no_green_work(team):
    red, unrated, green = rated(team, "red"), ContactFactory(hub=team.hub), rated(team, "green")
    given = rated(team, "amber")
    says = {"what_is_asked_of_you_and_by_when": "Ring the grandmother before ten."}
    HandedOverFactory(hand_over__by=team.day, case=given.pk, reference=given.reference, says=says)
    page = shown(browser(team.night))
    for contact in (red, unrated, given):
        assert contact.reference in page
    assert green.reference not in page
    assert "Ring the grandmother before ten." in page
    assert Entry.objects.using("builder").filter(event="night.seen").count() == 1


def test_an_empty_night_says_so(team):
    page = shown(browser(team.night))
    assert "Nothing is open tonight." in page
    assert "Nothing has been handed over to you" in page


@pytest.mark.parametrize(
    ("at", "is_open", "turns"),
    [
        (TONIGHT, False, MONDAY_9AM + timedelta(days=1)),
        (MONDAY_9AM + FOUR, True, MONDAY_9AM + timedelta(hours=8)),
        (MONDAY_9AM - timedelta(minutes=1), False, MONDAY_9AM),
    ],
)
def test_the_night_knows_when_the_hub_opens(team, at, is_open, turns):
    with signed_in_as(team.day):
        hours = queries.hours(team.hub, at)
    assert (hours.is_open, hours.turns_at) == (is_open, turns)


def test_what_is_due_before_the_hub_opens_is_told_apart(team):
    soon = rated(team, "red", received_at=TONIGHT)
    given = rated(team, "green", received_at=TONIGHT)
    HandedOverFactory(hand_over__by=team.day, case=given.pk)
    with signed_in_as(team.night):
        _, rows = queries.work(team.night, TONIGHT, "1")
        first = queries.due_before(rows, MONDAY_9AM + timedelta(days=1))
    assert {row.contact.pk for row in rows} == {soon.pk, given.pk}
    assert first == {soon.pk}


def test_what_came_before_is_reached_from_a_contact_and_not_listed(team):
    """Earlier contacts about the same child are open to the night; its list is of what is open tonight."""
    contact = rated(team, "red")
    with signed_in_as(team.night):
        _, rows = queries.work(team.night, TONIGHT, "1")
    assert [row.contact.pk for row in rows] == [contact.pk]


def test_whom_to_call_is_said_by_name_and_number(team):
    with signed_in_as(team.night):
        said = [(one.person, one.reached_on) for one in queries.on_call(team.hub, TONIGHT)]
    assert said == [(team.on_call, "020 7946 0107"), (team.unit, "020 7946 0111")]


def test_a_contact_of_the_day_is_absent_for_the_night_wherever_it_is_asked_for(team):
    red, green, nothing = rated(team, "red"), rated(team, "green"), uuid.uuid4()
    client = browser(team.night)
    for name in ("desk:case", "triage:page", "contact:settle", "decision:decide", "check:open"):
        hidden, absent, open_ = (
            client.get(reverse(name, args=[key])).status_code for key in (green.pk, nothing, red.pk)
        )
        assert hidden == absent == 404, name
        assert open_ == 200, name


def test_a_page_asks_once_what_is_open_however_often_its_rules_are(team):
    contact = rated(team, "red")
    with signed_in_as(team.night, role="mash_reader"):
        reader = type(team.night).objects.select_related("hub").get(pk=team.night.pk)
        with CaptureQueriesContext(connection) as asked:
            for _ in range(3):
                assert reading.may_read(reader, contact)
                assert Contact.objects.filter(reading.readable_by(reader)).count() == 1
    heavy = [one for one in asked.captured_queries if "desk_handover" in one["sql"]]
    assert len(heavy) == 1


# What it may do


def test_the_night_rates_and_hands_back_what_it_rated(team):
    contact = ContactFactory(hub=team.hub)
    does(team.night, actions.rate, contact=contact, colour="green", why="The school has seen her since.")
    with signed_in_as(team.night):
        assert Contact.objects.get() == contact
    made = does(team.night, handing.begin, which="to_day_team", key=uuid.uuid4())
    with signed_in_as(team.night):
        assert [line.case for line in made.lines.all()] == [contact.pk]


def test_a_red_contact_is_lowered_by_the_manager_on_call_and_the_night_is_told_so(team):
    contact = rated(team, "red")
    newest = Rating.objects.using("builder").get(contact=contact)
    said = {
        "contact": contact,
        "colour": "amber",
        "why": "Seen, and safe.",
        "change": "lowered",
        "after": newest.pk,
    }
    with pytest.raises(PermissionDenied, match="lowered by the manager on call"):
        does(team.night, actions.rate, **said)
    does(team.on_call, actions.rate, **said)
    assert Standing.objects.using("builder").get(contact=contact).colour == "amber"


def test_the_page_of_a_rating_keeps_what_was_typed_when_it_refuses(team):
    contact = rated(team, "red")
    form = {
        "key": str(uuid.uuid4()),
        "after": str(Rating.objects.using("builder").get(contact=contact).pk),
        "colour": "amber",
        "change": "lowered",
        "why": "Seen, and safe with her aunt.",
    }
    answer = browser(team.night).post(f"/triage/{contact.pk}/rating/", form)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "lowered by the manager on call" in page
    assert "Seen, and safe with her aunt." in page
    assert Standing.objects.using("builder").get(contact=contact).colour == "red"


@pytest.mark.parametrize(("colour", "opens"), [("red", True), ("amber", False)])
def test_the_night_opens_a_red_check_and_the_manager_on_call_is_told(team, colour, opens):
    contact = ready(colour, hub=team.hub)
    StandingFactory(contact=contact, colour=colour)
    HandedOverFactory(hand_over__by=team.day, case=contact.pk)
    if not opens:
        with pytest.raises(PermissionDenied, match="the day team opens this one"):
            does(team.night, checks.open_check, contact=contact, why="Who knows them?")
        return
    does(team.night, checks.open_check, contact=contact, why="Who knows them?")
    mail = Email.objects.using("builder").get(to=team.on_call.account.email)
    assert contact.reference in mail.subject
    assert "Daniel" not in mail.subject + mail.body


def test_a_check_opened_by_day_tells_nobody_on_call(team):
    contact = ready("red", hub=team.hub)
    does(team.day, checks.open_check, contact=contact, why="Who knows them?")
    assert not Email.objects.using("builder").filter(to=team.on_call.account.email).exists()


def test_the_night_opens_a_red_check_on_a_recorded_ground(team):
    contact = ready("red", agreed=False, hub=team.hub)
    StandingFactory(contact=contact, colour="red")
    GroundFactory(contact=contact)
    check = does(team.night, checks.open_check, contact=contact, why="Who knows them?")
    assert check.approval_due_at


def test_the_night_decides_nothing_closes_no_check_and_sends_nothing_back(team):
    contact = rated(team, "red")
    check = CheckFactory(contact=contact, colour="red")
    with pytest.raises(PermissionDenied, match="closed by the day team"):
        does(team.night, checks.close_check, check=check, why="Enough")
    with signed_in_as(team.night):
        assert "decided by the day's" in deciding.may_decide(team.night, contact, [], "red").refusal
        assert (
            "sent back to its referrer by the day team" in policy.may_send_back(team.night, contact).refusal
        )
        assert not deciding.may_write_letter(team.night, contact)
    page = shown(browser(team.night), f"/decisions/on/{contact.pk}/")
    assert "decided by the day" in page


def test_the_night_records_a_strategy_discussion(team):
    contact = rated(team, "red")
    with signed_in_as(team.night):
        assert deciding.may_record_strategy(team.night, contact)
    assert browser(team.night).get(f"/decisions/on/{contact.pk}/strategy/").status_code == 200


# In the morning


def test_what_the_night_was_given_ends_when_the_day_team_accepts_the_hand_back(team):
    given = rated(team, "green")
    HandedOverFactory(
        hand_over__by=team.day,
        hand_over__accepted_at=TONIGHT,
        hand_over__accepted_by=team.night,
        case=given.pk,
    )
    morning = MONDAY_9AM + timedelta(days=1)
    made = does(team.night, handing.begin, which="to_day_team", key=uuid.uuid4(), at=morning)
    does(team.night, handing.offer, hand_over=made, at=morning)
    with signed_in_as(team.night):
        assert Contact.objects.exists()
    assert "not accepted yet" in shown(browser(team.night))
    does(team.day, handing.accept_whole, hand_over=made, at=morning + timedelta(minutes=5))
    with signed_in_as(team.night):
        assert not Contact.objects.exists()
