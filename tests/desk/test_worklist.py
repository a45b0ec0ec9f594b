"""The worklist: the order of work, what it shows and counts, and who sees it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mash.check.models import Check
from mash.contact.models import Contact
from mash.decision.models import Decision
from mash.desk import queries
from mash.triage import order
from mash.triage.models import Owner
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import (
    GroundFactory,
    HoldFactory,
    KnownFactory,
    OwnerFactory,
    RatingFactory,
    ReturnedFactory,
    RouteFactory,
    StandingFactory,
    who,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
HOUR = timedelta(hours=1)
NOON = MONDAY_9AM + 3 * HOUR


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


def a_contact(worker, colour="", *, due=None, **changes):
    contact = ContactFactory(hub=worker.hub, **changes)
    if colour:
        RatingFactory(contact=contact, colour=colour)
        StandingFactory(contact=contact, colour=colour, due_at=due or contact.received_at + 4 * HOUR)
    return contact


def listed(worker, at=NOON, **wanted):
    with signed_in_as(worker):
        _, _, rows = queries.worklist(worker, queries.Wanted(**wanted), at, page="1")
    return [row.contact.pk for row in rows]


def counted(worker, at=NOON):
    with signed_in_as(worker):
        return queries.worklist(worker, queries.Wanted(), at, page="1")[0]


def test_danger_comes_first_then_red_then_unrated_then_the_rest(worker):
    blue, green = a_contact(worker, "blue"), a_contact(worker, "green")
    amber, unrated = a_contact(worker, "amber"), a_contact(worker)
    red, danger = a_contact(worker, "red"), a_contact(worker, immediate_danger=True)
    assert listed(worker) == [one.pk for one in (danger, red, unrated, amber, green, blue)]


def test_danger_that_a_worker_has_rated_takes_its_rating_s_place(worker):
    rated = a_contact(worker, "amber", immediate_danger=True)
    red = a_contact(worker, "red")
    assert listed(worker) == [red.pk, rated.pk]


def test_an_overdue_green_never_passes_an_amber(worker):
    late = a_contact(worker, "green", due=MONDAY_9AM - 100 * HOUR)
    amber = a_contact(worker, "amber", due=MONDAY_9AM + 100 * HOUR)
    assert listed(worker) == [amber.pk, late.pk]


def test_within_a_place_least_time_left_comes_first_and_then_the_earliest_received(worker):
    later = a_contact(worker, "amber", due=NOON, received_at=MONDAY_9AM)
    earlier = a_contact(worker, "amber", due=NOON, received_at=MONDAY_9AM - HOUR)
    least = a_contact(worker, "amber", due=NOON - HOUR, received_at=MONDAY_9AM + HOUR)
    assert listed(worker) == [least.pk, earlier.pk, later.pk]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "red", "amber", "green", "blue"]),
            st.booleans(),
            st.integers(0, 40),
            st.one_of(st.none(), st.integers(0, 60)),
        ),
        max_size=12,
    )
)
def test_the_list_is_sorted_as_the_rule_says(said):
    worker = StaffFactory(screener=True)
    keys = {}
    for colour, danger, received, due in said:
        at = MONDAY_9AM + received * HOUR
        due_at = None if due is None else MONDAY_9AM + due * HOUR
        contact = ContactFactory(hub=worker.hub, received_at=at, immediate_danger=danger, people=[])
        if colour:
            StandingFactory(contact=contact, colour=colour, due_at=due_at)
        by = at if not colour else due_at
        place = order.place_of(colour, danger=danger)
        keys[contact.pk] = (place, by is None, by or at, at, contact.pk)
    with signed_in_as(worker):
        found = list(order.in_order(Contact.objects.all()).values_list("pk", flat=True))
    assert found == sorted(keys, key=keys.get)


def test_a_contact_leaves_the_list_when_a_decision_stands(worker):
    decided, waiting = a_contact(worker, "green"), a_contact(worker, "green")
    a_decision_on(decided, made_at=MONDAY_9AM)
    a_decision_on(waiting, made_at=None)
    assert listed(worker) == [waiting.pk]
    assert counted(worker).stages == {"new": 0, "triage": 0, "check": 0, "decision": 1, "back": 0}


def a_decision_on(contact, **changes):
    by = StaffFactory(hub=contact.hub)
    row = Decision(
        hub_id=contact.hub_id, contact_id=contact.pk, key=contact.pk, reasons="Enough is known.", snapshot={},
        closes=False, needs_second=False, needs_clearance=False, by_id=by.pk, at=MONDAY_9AM, **changes,
    )  # fmt: skip
    row.save(using="builder")


def a_check_of(contact, **changes):
    by = StaffFactory(hub=contact.hub)
    ground = GroundFactory(contact=contact, approved_by=by, approved_at=MONDAY_9AM)
    row = Check(
        hub_id=contact.hub_id, contact_id=contact.pk, gate_ground_id=ground.pk, ground=ground.ground,
        reason=ground.reason, approved_by_id=by.pk, colour="amber", opened_by_id=by.pk, opened_at=MONDAY_9AM,
        **changes,
    )  # fmt: skip
    row.save(using="builder")


def test_each_contact_stands_at_one_stage(worker):
    new, triage = a_contact(worker), a_contact(worker, "amber")
    to_check, checking, answered, proposed, back = (a_contact(worker, "amber") for _ in range(5))
    RouteFactory(contact=to_check)
    RouteFactory(contact=proposed, route="early_help")
    ReturnedFactory(contact=back)
    a_check_of(checking)
    a_check_of(answered, closed_at=MONDAY_9AM)
    assert listed(worker, stage="new") == [new.pk]
    assert listed(worker, stage="triage") == [triage.pk]
    assert set(listed(worker, stage="check")) == {to_check.pk, checking.pk}
    assert set(listed(worker, stage="decision")) == {answered.pk, proposed.pk}
    assert listed(worker, stage="back") == [back.pk]
    assert counted(worker).stages == {"new": 1, "triage": 1, "check": 2, "decision": 2, "back": 1}
    assert counted(worker).of("") == 7


def test_from_the_day_to_look_again_it_leaves_the_referrer_s_stage_and_is_marked(worker):
    back = a_contact(worker, "green")
    ReturnedFactory(contact=back, look_again_on="2026-11-03")
    late = MONDAY_9AM + timedelta(days=1)
    assert listed(worker, again=True) == []
    assert listed(worker, late, stage="triage", again=True) == [back.pk]
    assert (counted(worker).again, counted(worker, late).again) == (0, 1)
    with signed_in_as(worker):
        _, _, rows = queries.worklist(worker, queries.Wanted(), late, page="1")
    assert rows[0].away.is_due
    assert rows[0].away.words == "Received yesterday, back with the referrer once"


def test_cards_count_what_the_lists_behind_them_hold(worker):
    red = a_contact(worker, "red", due=NOON + 2 * HOUR)
    late = a_contact(worker, "green", due=NOON - HOUR)
    old = a_contact(worker, received_at=NOON - 2 * HOUR)
    fresh = a_contact(worker, received_at=NOON)
    OwnerFactory(contact=red, staff=worker)
    counts = counted(worker)
    assert (counts.red, counts.soon, counts.overdue, counts.mine) == (1, 2, 2, 1)
    assert set(listed(worker, due="overdue")) == {late.pk, old.pk}
    assert set(listed(worker, due="soon")) == {red.pk, fresh.pk}
    assert listed(worker, owner="me") == [red.pk]


def test_only_the_newest_owner_counts(worker):
    contact = a_contact(worker, "amber")
    OwnerFactory(contact=contact, staff=worker)
    colleague = StaffFactory(hub=worker.hub, social_worker=True)
    OwnerFactory(contact=contact, staff=colleague, at=MONDAY_9AM + HOUR)
    assert listed(worker, owner="me") == []
    assert listed(colleague, owner="me") == [contact.pk]


def test_the_list_is_narrowed_by_what_a_contact_says(worker):
    police = a_contact(worker, "red", police=True, categories=["missing"])
    school = a_contact(worker, people=[{"role": "child", "born_on": "2024-01-05"}])
    adult = a_contact(worker, "amber", people=[{"role": "adult_at_risk", "born_on": "1941-05-06"}])
    unborn = a_contact(worker, "green", people=[{"role": "child", "expected_on": "2027-01-05"}])
    assert listed(worker, sources=("police",)) == [police.pk]
    assert listed(worker, ratings=("red",)) == [police.pk]
    assert listed(worker, ratings=("unrated", "amber")) == [school.pk, adult.pk]
    assert listed(worker, category="missing") == [police.pk]
    assert listed(worker, age="0_4") == [school.pk]
    assert listed(worker, age="adult") == [adult.pk]
    assert listed(worker, age="unborn") == [unborn.pk]


def test_a_repeat_within_a_year_is_marked_and_found(worker):
    known = KnownFactory(hub=worker.hub)
    before = a_contact(worker, "green", received_at=MONDAY_9AM - timedelta(days=300))
    again = a_contact(worker, "green")
    for contact in (before, again):
        SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=known)
    assert listed(worker, repeat=True) == [again.pk]
    with signed_in_as(worker):
        _, _, rows = queries.worklist(worker, queries.Wanted(), NOON, page="1")
    assert {row.contact.pk: row.badges for row in rows} == {before.pk: [], again.pk: ["Repeat in 12 months"]}


@pytest.mark.parametrize(
    ("same_hub", "duties", "barred", "sees"),
    [
        (True, ["screen"], False, True),
        (True, ["manage"], False, True),
        (True, ["answer"], False, False),
        (True, [], False, False),
        (True, ["screen"], True, False),
        (False, ["screen", "manage"], False, False),
    ],
)
def test_who_sees_a_contact_in_the_list(worker, same_hub, duties, barred, sees):
    contact = a_contact(worker)
    reader = StaffFactory(hub=worker.hub if same_hub else HubFactory(), agency=worker.agency, duties=duties)
    if barred:
        AccessFactory(staff=reader, contact_id=contact.pk, bars=True, why="her nephew")
    assert listed(reader) == ([contact.pk] if sees else [])


def test_the_page_asks_the_same_number_of_questions_however_long_the_list(worker, django_assert_num_queries):
    client = browser(worker)
    for colour in ("", "red", "amber"):
        a_contact(worker, colour)
    client.get("/worklist/")
    with django_assert_num_queries(21) as few:
        client.get("/worklist/")
    for number in range(20):
        contact = a_contact(worker, ("", "red", "amber", "green")[number % 4])
        OwnerFactory(contact=contact)
        SettlementFactory(
            contact_person=who(contact, "p1"), answer="known", person=KnownFactory(hub=worker.hub)
        )
    with django_assert_num_queries(len(few)):
        assert client.get("/worklist/").status_code == 200


def test_the_page_shows_each_contact_and_who_works_on_it(worker):
    contact = a_contact(worker, "amber")
    HoldFactory(contact=contact, until=MONDAY_9AM + timedelta(days=4000))
    words = browser(worker).get("/worklist/").content.decode()
    assert "OKAFOR, Daniel" in words
    assert contact.reference in words
    assert "works on it now" in words


def test_several_are_given_to_a_colleague_in_one_action(worker):
    first, second = a_contact(worker), a_contact(worker)
    colleague = StaffFactory(hub=worker.hub, screener=True)
    form = {"contact": [str(first.pk), str(second.pk)], "to": str(colleague.pk), "why": "Back from leave"}
    for _ in range(2):
        assert browser(worker).post("/worklist/assign/", form).status_code == 302
    given = Owner.objects.using("builder").all()
    assert {(one.contact_id, one.staff_id) for one in given} == {
        (first.pk, colleague.pk), (second.pk, colleague.pk),
    }  # fmt: skip
    assert len(given) == 2


def test_a_contact_of_another_hub_cannot_be_given_away(worker):
    elsewhere = ContactFactory()
    form = {"contact": [str(elsewhere.pk)], "to": str(worker.pk), "why": "Mine"}
    browser(worker).post("/worklist/assign/", form)
    assert not Owner.objects.using("builder").exists()


def test_a_form_without_a_tick_is_shown_again(worker):
    a_contact(worker)
    answer = browser(worker).post("/worklist/assign/", {"to": str(worker.pk), "why": "Mine"})
    assert answer.status_code == 200
    assert "Tick at least one contact" in answer.content.decode()


def test_what_is_missing_from_giving_is_said_in_a_sentence(worker):
    a_contact(worker)
    page = browser(worker).post("/worklist/assign/", {}).content.decode()
    for said in (
        "Tick at least one contact",
        "Choose who is given them",
        "Say why they are given to somebody",
    ):
        assert said in page


def test_somebody_who_answers_for_an_agency_sees_no_worklist():
    answerer = StaffFactory(answerer=True)
    assert browser(answerer).get("/worklist/").status_code == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rating", "purple"),
        ("source", "newspaper"),
        ("stage", "limbo"),
        ("age", "200"),
        ("category", "untidiness"),
        ("owner", "them"),
        ("due", "yesterday"),
    ],
)
def test_a_filter_that_does_not_exist_is_said_and_everything_is_shown(worker, name, value):
    contacts = [a_contact(worker, colour) for colour in ("red", "green")]
    page = browser(worker).get("/worklist/", {name: value, "due": value if name == "due" else ""})
    words = page.content.decode()
    assert "<title>Error: " in words
    assert f"does not exist ({name})" in words
    assert all(contact.reference in words for contact in contacts)
    assert "Remove filter" not in words
    part = browser(worker).get("/worklist/", {name: value}, headers={"HX-Request": "true"}).content.decode()
    assert f"does not exist ({name})" in part
    assert words.count("There is a problem") == part.count("There is a problem") == 1


def test_one_wrong_filter_among_right_ones_narrows_nothing(worker):
    red, green = a_contact(worker, "red"), a_contact(worker, "green")
    words = browser(worker).get("/worklist/?rating=red&rating=purple").content.decode()
    assert red.reference in words
    assert green.reference in words
