"""What was on paper is entered once, with the time on the paper and the time of entry; clocks count from the paper."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import Contact
from mash.decision import actions as decisions
from mash.decision.models import Decision
from mash.ledger.models import Entry as Line
from mash.outage import actions, policy, queries
from mash.outage.actions import NotThatForm, NotThen, Paper
from mash.outage.models import Away, Entered
from mash.triage import actions as triage
from mash.triage.models import Rating
from tests.contact.test_telephone import CALL, carried
from tests.decision.story import decide
from tests.decision.test_pages import Deciding, hidden_of
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.decision import agreed, ready, settle
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
NOON, BACK = MONDAY_9AM + timedelta(hours=3), MONDAY_9AM + timedelta(hours=8)
ON_PAPER, ENTERED = MONDAY_9AM + timedelta(hours=5), MONDAY_9AM + timedelta(hours=9)
FORM = "PP-2611020930-03"


@pytest.fixture
def hub():
    return HubFactory(prefix="PP")


@pytest.fixture
def manager(hub):
    return StaffFactory(hub=hub, manager=True)


@pytest.fixture
def away(manager):
    with signed_in_as(manager):
        return actions.say_away(
            began_at=NOON, ended_at=BACK, why="The council's network was down.", by=manager, at=ENTERED
        )


@pytest.fixture
def decider(hub):
    return StaffFactory(hub=hub, decider=True)


def kept(model, **found):
    return model.objects.using(B).filter(**found)


def rate(contact, by, paper, colour="amber"):
    with signed_in_as(by):
        return triage.rate(contact=contact, colour=colour, why="It grows.", by=by, at=ENTERED, paper=paper)


# When the product was away


def test_who_manages_the_hub_says_when_it_was_away_and_nobody_else(hub, manager, decider, away):
    assert (away.began_at, away.ended_at, away.at) == (NOON, BACK, ENTERED)
    [line] = kept(Line, event="outage.away")
    assert (line.at, line.detail["until"]) == (ENTERED, BACK.isoformat())
    with signed_in_as(decider), pytest.raises(PermissionDenied):
        actions.say_away(began_at=NOON, ended_at=BACK, why="It was.", by=decider, at=ENTERED)
    with signed_in_as(decider), pytest.raises(DatabaseError):
        row = Away(hub=hub, began_at=NOON, ended_at=BACK, why="It was.", by=decider, at=ENTERED)
        Away.objects.bulk_create([row])
    stranger = StaffFactory(manager=True)
    with signed_in_as(stranger):
        assert queries.aways(stranger) == []
    with signed_in_as(manager), pytest.raises(DatabaseError):
        Away.objects.update(ended_at=ENTERED)


@pytest.mark.parametrize(
    ("began_at", "ended_at", "why"),
    [(BACK, NOON, "It was."), (NOON, NOON, "It was."), (NOON, ENTERED + timedelta(minutes=1), "It was."),
     (NOON - timedelta(days=367), BACK, "It was."), (NOON, BACK, "  ")],
)  # fmt: skip
def test_a_time_that_cannot_be_is_refused(manager, began_at, ended_at, why):
    with signed_in_as(manager), pytest.raises(actions.NotSo):
        actions.say_away(began_at=began_at, ended_at=ended_at, why=why, by=manager, at=ENTERED)
    assert not kept(Away).exists()


def test_a_time_that_is_said_again_stands_once(manager, away):
    with signed_in_as(manager):
        again = actions.say_away(
            began_at=NOON, ended_at=BACK, why="The council's network was down.", by=manager, at=ENTERED
        )
    assert again.pk == away.pk
    assert kept(Line, event="outage.away").count() == 1
    with signed_in_as(manager):
        actions.say_away(began_at=NOON, ended_at=BACK, why="The telephones too.", by=manager, at=ENTERED)
    assert kept(Away).count() == 2


# The time on the paper


@pytest.mark.parametrize(
    ("happened_at", "number", "error", "words"),
    [
        (ENTERED + timedelta(minutes=1), "", NotThen, "has not come"),
        (NOON - timedelta(minutes=1), "", NotThen, "Nobody has said"),
        (BACK + timedelta(minutes=1), "", NotThen, "Nobody has said"),
        (MONDAY_9AM - timedelta(minutes=1), "", NotThen, "before the contact was received"),
        (ON_PAPER, "QQ-2611020930-03", NotThatForm, "form of this hub"),
        (ON_PAPER, "three", NotThatForm, "form of this hub"),
        (ON_PAPER, "PP-2611021700-03", NotThatForm, "printed after"),
    ],
)
def test_a_time_or_a_form_that_cannot_be_is_refused_and_nothing_is_kept(
    hub, away, decider, happened_at, number, error, words
):
    contact = ContactFactory(hub=hub)
    with pytest.raises(error, match=words):
        rate(contact, decider, Paper(happened_at, number))
    assert not kept(Rating).exists()
    assert not kept(Entered).exists()


def test_a_time_outside_is_told_when_the_product_was_away_that_day(hub, away, decider):
    contact = ContactFactory(hub=hub)
    with pytest.raises(NotThen, match="from 2 Nov 2026, midday until 2 Nov 2026, 5pm"):
        rate(contact, decider, Paper(BACK + timedelta(minutes=1)))
    before = ContactFactory(hub=hub, received_at=MONDAY_9AM - timedelta(days=2))
    with pytest.raises(NotThen, match=r"away then[.] Whoever manages the hub"):
        rate(before, decider, Paper(NOON - timedelta(days=1)))


def test_another_hub_being_away_opens_nothing_here(away):
    elsewhere = StaffFactory(decider=True)
    contact = ContactFactory(hub=elsewhere.hub)
    with pytest.raises(NotThen, match="Nobody has said"):
        rate(contact, elsewhere, Paper(ON_PAPER))


# Rating


def test_a_rating_counts_from_the_paper_and_its_line_says_when_it_was_entered(hub, away, decider):
    contact = ContactFactory(hub=hub)
    rating = rate(contact, decider, Paper(ON_PAPER, "pp 2611020930 03"))
    assert kept(Rating).get().at == ON_PAPER
    row = kept(Entered).get()
    assert (row.what, row.of, row.number) == ("rating", rating.pk, FORM)
    assert (row.happened_at, row.at, row.by_id) == (ON_PAPER, ENTERED, decider.pk)
    assert kept(Line, event="contact.rated").get().at == ENTERED
    line = kept(Line, event="outage.entered").get()
    assert (line.at, line.detail["happened_at"]) == (ENTERED, ON_PAPER.isoformat())
    early = Paper(ON_PAPER - timedelta(minutes=1))
    less = {"colour": "green", "why": "Less.", "change": "lowered", "after": rating.pk}
    with signed_in_as(decider), pytest.raises(NotThen, match="its last rating"):
        triage.rate(contact=contact, by=decider, at=ENTERED, paper=early, **less)


def test_one_form_is_entered_once_for_each_thing_on_it(hub, away, decider):
    first, second = ContactFactory(hub=hub), ready(colour="", hub=hub)
    rate(first, decider, Paper(ON_PAPER, FORM))
    with pytest.raises(NotThatForm, match="entered before"):
        rate(second, decider, Paper(ON_PAPER, FORM))
    assert kept(Rating).count() == 1
    rate(second, decider, Paper(ON_PAPER, FORM + "A"))
    agreed(second)
    decided_on(second, decider, Paper(ON_PAPER, FORM))
    assert kept(Entered, number=FORM).count() == 2


def test_a_form_of_a_case_that_is_closed_to_them_is_refused_like_any_other(hub, away, decider):
    hidden = ContactFactory(hub=hub)
    rate(hidden, decider, Paper(ON_PAPER, FORM))
    other = StaffFactory(hub=hub, decider=True)
    AccessFactory(hub=hub, staff=other, contact_id=hidden.pk, bars=True)
    with pytest.raises(NotThatForm, match="entered before"):
        rate(ContactFactory(hub=hub), other, Paper(ON_PAPER, FORM))
    with signed_in_as(other):
        assert queries.entered_lately(other) == []
        assert not Entered.objects.exists()
    with signed_in_as(decider):
        assert [one.contact_id for one in queries.entered_lately(decider)] == [hidden.pk]


# Decision


def decided_on(contact, by, paper, outcome="early_help"):
    return decide(contact, by, outcome, at=ENTERED, paper=paper)


def test_a_decision_stands_from_the_time_on_the_paper_and_clocks_say_so(hub, away, decider):
    contact = ready(hub=hub)
    agreed(contact)
    decision = decided_on(contact, decider, Paper(ON_PAPER, FORM))
    decision = kept(Decision).get(pk=decision.pk)
    assert (decision.made_at, decision.at) == (ON_PAPER, ENTERED)
    assert decision.was_on_paper
    assert {one.at for one in kept(Line, event__startswith="decision.")} == {ENTERED}
    page = browser(decider).get(reverse("decision:page", args=[decision.pk])).content.decode()
    assert "Decided on paper, entered later" in page
    assert FORM in page
    assert "as it was decided on paper" in page


def test_a_decision_cannot_come_before_its_rating(hub, away, decider):
    contact = ContactFactory(hub=hub)
    settle(contact)
    agreed(contact)
    rate(contact, decider, Paper(ON_PAPER))
    with pytest.raises(NotThen, match="it was rated"):
        decided_on(contact, decider, Paper(ON_PAPER - timedelta(minutes=1)))
    assert not kept(Decision).exists()


def test_what_waits_for_words_stands_from_the_last_of_them(hub, away, decider):
    contact = ready(colour="red", hub=hub)
    second, cleared = StaffFactory(hub=hub, second_person=True), StaffFactory(hub=hub, cleared=True)
    decision = decided_on(contact, decider, Paper(ON_PAPER, FORM), "no_further_action")
    assert decision.needs_second
    assert decision.waits
    assert not decision.was_on_paper
    later = ENTERED + timedelta(minutes=30)
    early = Paper(ON_PAPER - timedelta(minutes=1))
    with signed_in_as(cleared), pytest.raises(NotThen, match="it was decided"):
        decisions.clear_closing(decision=decision, by=cleared, at=later, paper=early)
    for by, agree, minutes in ((cleared, decisions.clear_closing, 40), (second, decisions.approve, 20)):
        with signed_in_as(by):
            agree(
                decision=decision, by=by, at=later, paper=Paper(ON_PAPER + timedelta(minutes=minutes), FORM)
            )
    decision = kept(Decision).get(pk=decision.pk)
    assert decision.made_at == ON_PAPER + timedelta(minutes=40)
    assert decision.was_on_paper
    assert {one.what for one in kept(Entered, number=FORM)} == {"decision", "second", "cleared"}
    assert kept(Line, event="decision.stands").get().at == later


def test_a_word_that_is_given_here_lets_it_stand_from_now(hub, away, decider):
    contact = ready(hub=hub)
    decision = decided_on(contact, decider, Paper(ON_PAPER, FORM), "no_further_action")
    later = ENTERED + timedelta(minutes=30)
    cleared = StaffFactory(hub=hub, cleared=True)
    with signed_in_as(cleared):
        decisions.clear_closing(decision=decision, by=cleared, at=later)
    assert kept(Decision).get(pk=decision.pk).made_at == later


def test_a_word_on_paper_is_given_on_its_page_whole_or_not_at_all(hub, away, decider, now):
    contact = ready(hub=hub)
    decision = decided_on(contact, decider, Paper(ON_PAPER, FORM), "no_further_action")
    cleared = StaffFactory(hub=hub, cleared=True)
    client, page = browser(cleared), reverse("decision:clear", args=[decision.pk])
    assert "If you signed there too" in client.get(page).content.decode()
    said = {"agreed": "yes", "why": "", "paper_number": "", "paper_on": "", "paper_time": ""}
    half = client.post(page, said | {"paper_time": "14:20"}).content.decode()
    assert "Choose the day on the paper" in half
    assert kept(Decision).get(pk=decision.pk).waits
    client.post(page, said | {"paper_time": "14:20", "paper_on": "2026-11-02"})
    assert kept(Decision).get(pk=decision.pk).made_at == MONDAY_9AM.replace(hour=14, minute=20)


def test_a_decision_is_entered_on_its_page_through_every_step(hub, away, decider, now):
    contact = ready(hub=hub)
    agreed(contact)
    page = reverse("decision:decide", args=[contact.pk])
    assert "Time on the paper" in browser(decider).get(page + "?paper=1").content.decode()
    desk = Deciding(decider, contact)
    assert "Time on the paper" not in desk.answer.content.decode()
    assert "Enter the time on the paper" in desk.chooses("early_help", paper_number=FORM).content.decode()
    soon = desk.chooses("early_help", **typed(paper_time="16:59", paper_number="QQ-2611020930-03"))
    assert "not the number of a form of this hub" in soon.content.decode()
    desk.chooses("early_help", **typed())
    desk.says(p0_early_help_lead_agency="School", p0_early_help_accepted_by="Not yet")
    assert "Decided on paper" in desk.answer.content.decode()
    early = desk.client.post(desk.address, hidden_of(desk.answer) | {"step": "save", "paper_time": "09:30"})
    assert "Nobody has said that the product was away then" in early.content.decode()
    assert not kept(Decision).exists()
    assert desk.send("save").status_code == 302
    assert kept(Decision).get().made_at == at_five_past_two()


def test_without_paper_everything_is_as_it_was():
    contact = ready()
    agreed(contact)
    decision = decide(contact, StaffFactory(hub=contact.hub, decider=True), "early_help")
    assert decision.made_at == decision.at
    assert not decision.was_on_paper
    assert not kept(Entered).exists()


# The pages


def typed(**more):
    return {"paper_number": FORM, "paper_on": "2026-11-02", "paper_time": "14:05"} | more


def at_five_past_two():
    return MONDAY_9AM.replace(hour=14, minute=5)


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: ENTERED)


def test_a_contact_is_entered_from_paper_and_counts_from_it(hub, away, now):
    worker = StaffFactory(hub=hub, screener=True)
    client = browser(worker)
    page = reverse("outage:contact")
    assert "Choose the day" in client.get(page).content.decode()
    missing = client.post(page, CALL | {"step": "check"}).content.decode()
    assert "Enter the time on the paper" in missing
    late = client.post(page, CALL | typed(paper_time="23:59") | {"step": "send"}).content.decode()
    assert "has not come yet" in late
    late = client.post(page, CALL | typed(paper_time="17:30") | {"step": "check"}).content.decode()
    assert "Nobody has said that the product was away then" in late
    assert "Compare them with the paper" not in late
    checked = client.post(page, CALL | typed() | {"step": "check"})
    assert "Compare them with the paper" in checked.content.decode()
    assert "14:05:00" not in checked.content.decode()
    sent = client.post(page, carried(checked) | {"step": "send"})
    contact = kept(Contact).get()
    assert sent.url == reverse("contact:taken", args=[contact.pk])
    assert "Write the reference on the paper" in client.get(sent.url).content.decode()
    assert (contact.received_at, contact.channel, contact.taken_by_id) == (
        at_five_past_two(),
        "telephone",
        worker.pk,
    )
    assert kept(Line, event="contact.received").get().at == ENTERED
    row = kept(Entered).get()
    assert (row.what, row.happened_at, row.at) == ("contact", at_five_past_two(), ENTERED)
    again = client.post(page, carried(checked) | {"step": "send"})
    assert again.url == sent.url
    assert kept(Contact).count() == kept(Entered).count() == 1
    case = client.get(reverse("desk:case", args=[contact.pk])).content.decode()
    assert "Contact taken" in case
    assert FORM in case
    listed = client.get(reverse("outage:entering")).content.decode()
    assert contact.reference in listed
    refused = client.post(page, CALL | typed() | {"step": "send"}).content.decode()
    assert "entered before" in refused
    assert kept(Contact).count() == 1


def test_the_page_leads_to_where_a_form_is_entered(hub, away, decider, now):
    contact, hidden = ContactFactory(hub=hub), ContactFactory(hub=hub)
    AccessFactory(hub=hub, staff=decider, contact_id=hidden.pk, bars=True)
    client, page = browser(decider), reverse("outage:entering")
    assert "The council" in client.get(page).content.decode()
    for wrong in (hidden.reference, "PP-NONE"):
        said = client.post(page, {"reference": wrong, "what": "rating"}).content.decode()
        assert "no contact with this reference" in said
    asked = client.post(page, {"reference": contact.reference.lower(), "what": "rating"})
    assert asked.url == reverse("triage:rating", args=[contact.pk]) + "?paper=1"
    first = client.get(asked.url)
    assert first.url == reverse("triage:page", args=[contact.pk]) + "?paper=1"
    assert "Day on the paper" in client.get(first.url).content.decode()
    assert "Day on the paper" not in client.get(reverse("triage:page", args=[contact.pk])).content.decode()
    decision = client.post(page, {"reference": contact.reference, "what": "decision"})
    assert decision.url == reverse("decision:decide", args=[contact.pk]) + "?paper=1"


def test_a_first_rating_is_entered_on_the_page_of_triage(hub, away, decider, now):
    contact = ContactFactory(hub=hub)
    client, page = browser(decider), reverse("triage:page", args=[contact.pk])
    said = typed(key=str(uuid.uuid4()), colour="amber", why="It grows.")
    assert "Choose the rating on the paper" in client.post(page, typed(key=said["key"])).content.decode()
    early = client.post(page, said | {"paper_time": "08:30"}).content.decode()
    assert "before the contact was received" in early
    assert "Rated on paper" not in early
    checked = client.post(page, said)
    assert "Rated on paper" in checked.content.decode()
    wrong = client.post(page, carried(checked) | {"step": "save", "paper_time": "09:30"}).content.decode()
    assert "Nobody has said that the product was away then" in wrong
    client.post(page, carried(checked) | {"step": "save"})
    assert kept(Rating).get().at == at_five_past_two()
    shown = client.get(page).content.decode()
    assert FORM in shown


def test_the_manager_says_on_the_page_when_it_was_away(hub, manager, decider, now):
    said = {
        "from_on-day": "2", "from_on-month": "11", "from_on-year": "2026", "from_time": "12:00",
        "until_on-day": "2", "until_on-month": "11", "until_on-year": "2026", "until_time": "17:00",
        "why": "The network was down.",
    }  # fmt: skip
    assert browser(decider).post(reverse("outage:away"), said).status_code == 403
    client = browser(manager)
    wrong = client.post(reverse("outage:away"), said | {"until_time": "11:00"}).content.decode()
    assert "It was back after it went away" in wrong
    assert client.post(reverse("outage:away"), said).url == reverse("outage:entering")
    assert kept(Away).get().began_at == NOON


def test_an_agency_and_another_hub_see_nothing_of_it(hub, away, decider):
    rate(ContactFactory(hub=hub), decider, Paper(ON_PAPER, FORM))
    answerer, stranger = StaffFactory(hub=hub, answerer=True), StaffFactory(decider=True)
    assert browser(answerer).get(reverse("outage:entering")).status_code == 403
    assert not policy.may_see_entered(answerer)
    for who in (answerer, stranger):
        with signed_in_as(who):
            assert not Entered.objects.exists()
            assert not Away.objects.exists()
