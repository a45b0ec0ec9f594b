"""Families who go to and fro: the list for whoever manages, and tiers as a strip wherever a case is worked on."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from mash.contact.models import Settlement
from mash.decision.queries.tiers import to_and_fro_on
from mash.decision.queries.to_and_fro import Wanted, movers, narrowed
from mash.ledger.models import Entry
from mash.partnership.models import Restriction
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import DecisionFactory, InvolvementFactory, OutcomeFactory, SettledPersonFactory
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.factories.people import HouseholdFactory, ResidentFactory
from tests.factories.triage import who

pytestmark = pytest.mark.usefixtures("transactional_db")
LIST = "/decisions/to-and-fro/"
UP_AND_DOWN = ((3, 300, 100), (2, 100, 40), (3, 40, None))


@pytest.fixture
def manager():
    return StaffFactory(duties=["manage"])


def ago(days):
    return localdate() - timedelta(days=days)


def moment(days):
    """Return this time of day so many days ago, as clocks in London showed it: its day is `ago` also in summer."""
    return localtime() - timedelta(days=days)


def helped(person, spells=UP_AND_DOWN, agency="Children's social care"):
    for tier, begun, ended in spells:
        until = None if ended is None else ago(ended)
        InvolvementFactory(person=person, tier=tier, from_on=ago(begun), until_on=until, agency=agency)


def about(hub, given="Ama", person=None, **more):
    """Return a contact about a child, and who that is."""
    contact = ContactFactory(hub=hub, people=[{"role": "child", "given": given, "family": "Boateng"}], **more)
    person = person or SettledPersonFactory(hub=hub, given=given, family="Boateng")
    SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=person)
    return contact, person


def decided(contact, person, outcome, days):
    made = moment(days)
    decision = DecisionFactory(contact=contact, made_at=made, at=made)
    OutcomeFactory(decision=decision, about=who(contact, "p1"), person=person, outcome=outcome)
    return decision


def found(staff, **wanted):
    with signed_in_as(staff):
        everybody = movers(staff, localdate())
        return narrowed(staff, everybody, Wanted(**wanted), localdate())


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_manager_sees_who_was_stepped_down_and_up_again_with_the_rule_and_its_edition(manager):
    contact, person = about(manager.hub)
    helped(person)
    page = text(browser(manager).get(LIST))
    assert f'href="/cases/{contact.pk}/"' in page
    assert "Stepped down, then back up" in page
    assert "60 days apart" in page
    assert "(within 90 days, edition 1)" in page
    assert "1 family, 1 person" in page
    line = Entry.objects.using("builder").get(event="decision.to_and_fro_seen")
    assert line.detail["people"] == [str(person.pk)]


def test_nobody_is_on_the_list_of_a_hub_in_which_nobody_turned_round(manager):
    _, person = about(manager.hub)
    helped(person, [(2, 60, None)])
    assert "Nobody goes to and fro" in text(browser(manager).get(LIST))


def test_a_referral_within_a_year_of_another_is_shown_and_one_decided_again_counts_once(manager):
    first, person = about(manager.hub)
    second, _ = about(manager.hub, person=person)
    one = decided(first, person, "child_and_family_assessment", 200)
    made = moment(190)
    again = DecisionFactory(contact=first, follows=one, made_at=made, at=made)
    OutcomeFactory(decision=again, about=who(first, "p1"), person=person, outcome="section_47_enquiry")
    assert found(manager).people == 0
    decided(second, person, "child_and_family_assessment", 10)
    (family,) = found(manager).families
    ((bounced,),) = [one.bounced for one in family.movers]
    assert (bounced.rule.id, bounced.days) == ("referred_again", (ago(190), ago(10)))


def test_no_further_action_three_times_and_the_same_worry_are_both_told(manager):
    person = None
    for days in (300, 100, 20):
        contact, person = about(manager.hub, person=person, received_at=moment(days + 1))
        decided(contact, person, "no_further_action", days)
    (family,) = found(manager).families
    assert [one.rule.id for one in family.movers[0].bounced] == [
        "no_action_three_times", "same_worry_returns",
    ]  # fmt: skip
    assert family.movers[0].bounced[1].days == (ago(100), ago(21))


def test_the_list_is_narrowed_by_rule_service_and_days_and_says_what_is_wrong(manager):
    _, ama = about(manager.hub, "Ama")
    _, bo = about(manager.hub, "Bo")
    helped(ama, agency="Northfield Family Help")
    helped(bo, ((2, 300, 80), (3, 80, 20), (2, 20, None)))
    client = browser(manager)

    def named(**query):
        page = text(client.get(LIST, query))
        return [name for name in ("Ama", "Bo") if f"BOATENG, {name}" in page]

    both = named()
    assert both == ["Ama", "Bo"]
    assert named(rule="down_then_up") == ["Ama"]
    assert named(service="Northfield Family Help") == ["Ama"]
    assert named(days="30") == ["Bo"]
    wrong = text(client.get(LIST, {"days": "many"}))
    assert "Write the days as a number" in wrong
    assert 'value="many"' in wrong
    assert named(days="many") == both  # a mistake hides nobody


def test_who_lives_together_stands_in_one_row(manager):
    home = HouseholdFactory(hub=manager.hub)
    for given in ("Ama", "Bo"):
        _, person = about(manager.hub, given)
        helped(person)
        ResidentFactory(person=person, household=home)
    (family,) = found(manager).families
    assert len(family.movers) == 2
    assert "They live in one household." in text(browser(manager).get(LIST))


def test_the_table_for_a_spreadsheet_names_nobody(manager):
    contact, person = about(manager.hub)
    helped(person)
    answer = browser(manager).get(LIST, {"as": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    (line,) = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert line["Reference"] == contact.reference
    assert (line["Rule"], line["Days apart"]) == ("Stepped down, then back up", "60")
    assert "Boateng" not in answer.content.decode()
    assert "BOATENG" not in answer.content.decode()


@pytest.mark.parametrize("duty", ["screen", "answer", "out_of_hours", "audit"])
def test_the_list_is_for_whoever_manages_or_decides(manager, duty):
    post = StaffFactory(hub=manager.hub, duties=[duty])
    assert browser(post).get(LIST).status_code == 403


def test_another_hub_has_a_list_of_its_own(manager):
    _, person = about(manager.hub)
    helped(person)
    elsewhere = StaffFactory(hub=HubFactory(), duties=["manage"])
    assert found(elsewhere).people == 0


def test_what_was_decided_on_a_restricted_case_is_kept_from_who_may_not_see_it(manager):
    decider = StaffFactory(hub=manager.hub, decider=True)
    first, person = about(manager.hub)
    second, _ = about(manager.hub, person=person)
    decided(first, person, "child_and_family_assessment", 200)
    decided(second, person, "child_and_family_assessment", 10)
    assert found(decider).people == 1
    Restriction.objects.using("builder").create(
        hub=manager.hub, contact_id=second.pk, why="Exploitation", from_at=timezone.now(), by=manager
    )
    assert found(decider).people == 0
    page = text(browser(decider).get(LIST))
    assert second.reference not in page
    assert "BOATENG" not in page
    assert found(manager).people == 1  # who manages the hub sees it


def test_a_conflict_of_interest_keeps_a_person_off_the_list(manager):
    contact, person = about(manager.hub)
    helped(person)
    AccessFactory(staff=manager, person_id=person.pk, bars=True, why="Her nephew")
    AccessFactory(staff=manager, contact_id=contact.pk, bars=True, why="Her nephew")
    assert found(manager).people == 0


def test_the_list_asks_as_much_for_many_families_as_for_one(manager):
    client = browser(manager)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            client.get(LIST)
        return len(seen)

    contact, person = about(manager.hub)
    helped(person)
    decided(contact, person, "no_further_action", 30)
    asked()
    one = asked()
    for number in range(8):
        contact, person = about(manager.hub, f"Child {number}")
        helped(person)
        decided(contact, person, "no_further_action", 30)
    assert asked() == one


# Strips


def test_the_strip_and_the_rules_stand_on_the_case_in_triage_and_on_the_decision():
    worker = StaffFactory(decider=True)
    contact, person = about(worker.hub)
    helped(person)
    decision = decided(contact, person, "early_help", 1)
    client = browser(worker)
    for address in (
        f"/cases/{contact.pk}/",
        f"/triage/{contact.pk}/",
        f"/decisions/{decision.pk}/",
        f"/decisions/on/{contact.pk}/",
    ):
        page = text(client.get(address))
        assert '<svg class="mash-tiers__picture"' in page, address
        assert "Stepped down, then back up" in page, address
        assert "goes on" in page, address


def test_a_brothers_move_counts_for_the_household_and_is_said_as_his():
    worker = StaffFactory(social_worker=True)
    contact, ama = about(worker.hub)
    helped(ama, [(2, 300, None)])
    brother = SettledPersonFactory(hub=worker.hub, given="Kofi", family="Boateng")
    helped(brother, [(4, 400, 90)])
    home = HouseholdFactory(hub=worker.hub)
    ResidentFactory(person=ama, household=home, from_on=ago(500), until_on=None)
    ResidentFactory(person=brother, household=home, from_on=ago(200), until_on=None)
    with signed_in_as(worker):
        (shown,) = to_and_fro_on(contact, timezone.now())
    assert [(one.tier, one.from_on, one.until_on) for one in shown.stretches] == [(2, ago(300), None)]
    assert [(one.tier, one.from_on, one.until_on) for one in shown.household] == [
        (2, ago(300), ago(200)), (4, ago(200), ago(90)), (2, ago(90), None),
    ]  # fmt: skip
    assert [(one.own, one.others) for one in shown.moves] == [
        (True, ()), (False, (str(brother),)), (False, (str(brother),)),
    ]  # fmt: skip
    assert shown.bounced == []  # her own help never turned round
    assert f"through {brother}, who lived with" in text(browser(worker).get(f"/cases/{contact.pk}/"))


def test_nobody_unknown_has_a_strip():
    worker = StaffFactory(social_worker=True)
    contact, _ = about(worker.hub)
    Settlement.objects.using("builder").all().delete()
    assert "mash-tiers" not in text(browser(worker).get(f"/cases/{contact.pk}/"))
