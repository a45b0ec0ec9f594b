"""What a contact is about as a worker says, repeats that ask a manager, notices that end, and held contacts."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import Reply
from mash.desk import queries as desk
from mash.partnership.models import Email
from mash.sealed.actions import seal
from mash.triage import about, actions, noting, order, queries, repeating
from mash.triage.models import Hold
from mash.triage.reading import Noted, NotedSeen, Reading, RepeatReview
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import CheckFactory
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import (
    GroundFactory,
    HoldFactory,
    KnownFactory,
    OpenWorkFactory,
    RatingFactory,
    RouteFactory,
    StandingFactory,
    who,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
TEN = MONDAY_9AM + timedelta(hours=1)
WAITING = "/decisions/waiting/"


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


@pytest.fixture
def manager(worker):
    return StaffFactory(hub=worker.hub, manager=True)


def does(worker, action, **said):
    with signed_in_as(worker):
        return action(by=worker, at=said.pop("at", TEN), **said)


def kept(model, **where):
    return list(model.objects.using("builder").filter(**where))


def known_in(*contacts):
    """Say that the children of these contacts are one, and settle the parents too."""
    child = KnownFactory(hub=contacts[0].hub)
    parent = KnownFactory(hub=contacts[0].hub, given="Grace")
    for contact in contacts:
        SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=child)
        SettlementFactory(contact_person=who(contact, "p2"), answer="known", person=parent)
    return child


def notice(worker, colour="green", **changes):
    contact = ContactFactory(hub=worker.hub, type="information_only", **changes)
    if colour:
        RatingFactory(contact=contact, colour=colour)
        StandingFactory(contact=contact, colour=colour)
    return contact


# What it is about


def test_a_worker_s_categories_stand_beside_the_sender_s_and_the_newest_count(worker):
    contact = ContactFactory(hub=worker.hub, categories=["neglect"])
    for hours, chosen in enumerate((["missing"], ["forced_marriage", "missing", "forced_marriage"])):
        later = TEN + timedelta(hours=hours)
        does(worker, actions.read_as, contact=contact, categories=chosen, level=None, at=later)
    with signed_in_as(worker):
        contact.refresh_from_db()
        assert contact.categories == ["neglect"]
        assert about.counted(contact) == ("forced_marriage", "missing")
    assert len(kept(Reading)) == 2


@pytest.mark.parametrize(
    ("categories", "level"),
    [(["nothing_known"], None), (["neglect", "missing", "trafficking", "fgm"], None), ([], None), ([], 5)],
)
def test_a_reading_is_of_the_hub_s_own_list_and_three_at_most(worker, categories, level):
    contact = ContactFactory(hub=worker.hub)
    with pytest.raises(actions.NotACategory):
        does(worker, actions.read_as, contact=contact, categories=categories, level=level)


def test_a_level_alone_leaves_the_categories_as_they_are(worker):
    contact = ContactFactory(hub=worker.hub, categories=["neglect"])
    does(worker, actions.read_as, contact=contact, categories=[], level=3)
    with signed_in_as(worker):
        assert about.counted(contact) == ("neglect",)


def test_the_list_is_narrowed_by_what_the_worker_says(worker):
    sent, read = ContactFactory(hub=worker.hub, categories=["missing"]), ContactFactory(hub=worker.hub)
    corrected = ContactFactory(hub=worker.hub, categories=["missing"])
    does(worker, actions.read_as, contact=read, categories=["missing"], level=None)
    does(worker, actions.read_as, contact=corrected, categories=["missing"], level=None)
    does(
        worker, actions.read_as, contact=corrected, categories=["neglect"], level=None, at=TEN + timedelta(1)
    )
    with signed_in_as(worker):
        _, _, rows = desk.worklist(worker, desk.Wanted(category="missing"), TEN, page="1")
        assert {row.contact.pk for row in rows} == {sent.pk, read.pk}


def test_triage_shows_the_first_thing_to_find_out_and_keeps_what_was_chosen(worker):
    contact = ContactFactory(hub=worker.hub, categories=[])
    form = {
        "key": str(uuid.uuid4()),
        "step": "save",
        "category": "forced_marriage",
        "category_2": "missing",
        "level": "4",
    }
    client, page = browser(worker), reverse("triage:page", args=[contact.pk])
    assert client.post(page, form).status_code == 302
    words = client.get(page).content.decode()
    assert "First to find out" in words
    assert about.explained(["forced_marriage"])[0].ask.split(".")[0] in words.replace("&#39;", "'")
    assert "Sensitive from the start" in words
    assert [(one.categories, one.level) for one in kept(Reading)] == [(["forced_marriage", "missing"], 4)]


# Repeats that ask a manager


@pytest.fixture
def missing_twice(worker):
    first = ContactFactory(hub=worker.hub, received_at=MONDAY_9AM - timedelta(days=5), categories=["missing"])
    again = ContactFactory(hub=worker.hub)
    known_in(first, again)
    does(worker, actions.read_as, contact=again, categories=["missing"], level=None)
    return again


def test_a_repeat_that_asks_a_manager_stands_on_the_managers_list_until_one_looked(
    worker, manager, missing_twice
):
    with in_service("reminders"):
        assert actions.ask_about_repeats(contact=missing_twice, at=TEN) == 1
        assert actions.ask_about_repeats(contact=missing_twice, at=TEN) == 0
    client = browser(manager)
    assert "Missing again" in client.get(WAITING).content.decode()
    assert missing_twice.reference not in browser(worker).get(WAITING).content.decode()
    with signed_in_as(manager):
        assert desk.worklist(manager, desk.Wanted(), TEN, page="1")[0].repeats == 1
    page = reverse("triage:repeat", args=[missing_twice.pk, "missing_again"])
    assert "Enter" in client.post(page, {"words": ""}).content.decode() or not kept(
        RepeatReview, at__isnull=False
    )
    client.post(page, {"words": "He goes to the same flat each time: ask the police for the address."})
    assert missing_twice.reference not in client.get(WAITING).content.decode()
    shown = browser(worker).get(reverse("triage:page", args=[missing_twice.pk])).content.decode()
    assert "He goes to the same flat each time" in shown


def test_a_screener_does_not_look_for_the_manager(worker, missing_twice):
    with pytest.raises(PermissionDenied):
        does(worker, actions.look_at_repeat, contact=missing_twice, rule="missing_again", words="Fine.")


def test_a_repeat_that_only_marks_asks_nobody(worker):
    first = ContactFactory(hub=worker.hub, received_at=MONDAY_9AM - timedelta(days=5))
    again = ContactFactory(hub=worker.hub)
    known_in(first, again)
    with signed_in_as(worker):
        assert [one.rule.id for one in queries.repeats_of(again)] == ["re_referral"]
        assert repeating.asking(again) == []


# Notices for information only


def test_a_notice_ends_at_triage_as_recorded_and_counted(worker):
    contact = notice(worker)
    known_in(contact)
    form = {"key": str(uuid.uuid4()), "step": "save", "route": "noted", "route_why": "The plan is known."}
    assert browser(worker).post(reverse("triage:page", args=[contact.pk]), form).status_code == 302
    assert [one.why for one in kept(Noted)] == ["The plan is known."]
    assert [one.kind for one in kept(Reply)] == ["acknowledged"]
    with signed_in_as(worker):
        assert not order.still_open(type(contact).objects.filter(pk=contact.pk)).exists()


def test_taken_up_again_it_waits_as_before(worker):
    contact = notice(worker)
    known_in(contact)
    does(worker, actions.record_notice, contact=contact, why="Known.")
    browser(worker).post(reverse("triage:take_up_notice", args=[contact.pk]), {"why": "The school rang."})
    with signed_in_as(worker):
        assert queries.waiting(worker, TEN).filter(pk=contact.pk).exists()
    assert [one.undone_why for one in kept(Noted)] == ["The school rang."]


def against(worker, contact):
    with signed_in_as(worker):
        return noting.why_not(contact, TEN)


def test_what_asks_for_more_does_not_end_at_triage(worker):
    assert "Only a notice" in against(worker, ContactFactory(hub=worker.hub))
    assert "Rate it first" in against(worker, notice(worker, ""))
    assert "Rated red or amber" in against(worker, notice(worker, "amber"))
    assert "Settle who this is" in against(worker, notice(worker))
    sent = notice(worker)
    RouteFactory(contact=sent)
    assert "sent on already" in against(worker, sent)
    with_a_plan = notice(worker)
    OpenWorkFactory(person=known_in(with_a_plan), from_on="2026-06-01")
    assert "A case is open" in against(worker, with_a_plan)


def test_a_notice_that_repeats_waits_for_the_manager_s_look(worker, manager):
    first = ContactFactory(hub=worker.hub, received_at=MONDAY_9AM - timedelta(days=5), categories=["missing"])
    again = notice(worker, categories=["missing"])
    known_in(first, again)
    assert "A manager looks at the repeat first" in against(worker, again)
    does(manager, actions.look_at_repeat, contact=again, rule="missing_again", words="One event told twice.")
    assert against(worker, again) == ""


def test_a_screener_alone_ends_no_notice(worker):
    contact = notice(worker)
    known_in(contact)
    with pytest.raises(PermissionDenied):
        does(StaffFactory(hub=worker.hub, screener=True), actions.record_notice, contact=contact, why="x")


@pytest.mark.parametrize("held", [True, False])
def test_what_is_held_shows_to_a_cleared_person_alone(worker, held):
    contact = notice(worker)
    child = known_in(contact)
    cleared = StaffFactory(hub=worker.hub, cleared=True)
    if held:
        with signed_in_as(cleared):
            seal(hub_id=worker.hub_id, case=uuid.uuid4(), agency=None, author=cleared.pk, about="enquiry:1/2",
                 people=[child.pk], words="Owes money to the man next door", at=MONDAY_9AM)  # fmt: skip
    now = timezone.now()
    does(worker, actions.record_notice, contact=contact, why="Known.", at=now)
    assert contact.reference not in browser(worker).get(WAITING).content.decode()
    shown = browser(cleared).get(WAITING).content.decode()
    assert (contact.reference in shown) is held
    passing = reverse("triage:pass_notice", args=[contact.pk])
    assert browser(worker).post(passing).status_code == 404
    browser(cleared).post(passing)
    assert contact.reference not in browser(cleared).get(WAITING).content.decode()
    for reader, sees in ((worker, False), (cleared, True)):
        with signed_in_as(reader):
            assert NotedSeen.objects.exists() is sees


@pytest.mark.parametrize(
    ("same_hub", "duties", "barred", "sees"),
    [
        (True, ["screen"], False, True),
        (True, ["screen"], True, False),
        (True, ["answer"], False, False),
        (False, ["screen"], False, False),
    ],
)
def test_who_reads_what_triage_made_of_it(worker, missing_twice, same_hub, duties, barred, sees):
    with signed_in_as(worker):
        actions.ask_about_repeats(contact=missing_twice, at=TEN)
    contact = notice(worker)
    known_in(contact)
    does(worker, actions.record_notice, contact=contact, why="Known.")
    reader = StaffFactory(hub=worker.hub if same_hub else HubFactory(), duties=duties)
    if barred:
        for one in (contact, missing_twice):
            AccessFactory(staff=reader, contact_id=one.pk, bars=True, why="her nephew")
    with signed_in_as(reader):
        assert [model.objects.exists() for model in (Reading, RepeatReview, Noted)] == [sees] * 3


# Grounds that wait


def test_a_ground_waits_on_the_list_of_every_manager_but_who_recorded_it(worker, manager):
    contact = ContactFactory(hub=worker.hub)
    GroundFactory(contact=contact, by=worker)
    approved = ContactFactory(hub=worker.hub)
    GroundFactory(contact=approved, by=worker, approved_by=manager, approved_at=TEN)
    shown = browser(manager).get(WAITING).content.decode()
    assert contact.reference in shown
    assert approved.reference not in shown
    decider = StaffFactory(hub=worker.hub, decider=True, account=worker.account)
    for other in (worker, decider, StaffFactory(social_worker=True), StaffFactory(manager=True)):
        assert contact.reference not in browser(other).get(WAITING).content.decode()
    with signed_in_as(manager):
        assert desk.worklist(manager, desk.Wanted(), TEN, page="1")[0].grounds == 1


def test_a_red_check_that_runs_on_a_ground_comes_first_and_leads_to_its_board(worker, manager):
    GroundFactory(contact=ContactFactory(hub=worker.hub), by=worker)
    check = CheckFactory(contact=ContactFactory(hub=worker.hub))
    ground = GroundFactory(contact=check.contact, by=worker, at=TEN)
    type(check).objects.using("builder").filter(pk=check.pk).update(
        gate_agreement=None, gate_ground=ground.pk, ground=ground.ground, reason=ground.reason, colour="red",
        approved_by=None, approved_at=None, approval_due_at=TEN,
    )  # fmt: skip
    shown = browser(manager).get(WAITING).content.decode()
    assert reverse("check:board", args=[check.pk]) in shown
    assert "The check runs already" in shown


def test_the_managers_are_told_once_that_a_ground_waits(worker, manager):
    contact = ContactFactory(hub=worker.hub)
    with signed_in_as(worker):
        people = list(contact.people.order_by("ref"))
        actions.record_grounds(
            contact=contact,
            about=people,
            ground="significant_harm",
            reason="He has said so.",
            by=worker,
            at=TEN,
        )
    assert [one.to for one in kept(Email)] == [manager.account.email]
    assert contact.reference in kept(Email)[0].subject


# The soft lock


def until(contact):
    return kept(Hold, contact=contact.pk)[0].until


def test_a_page_of_the_contact_renews_its_holder_s_lock_and_nobody_else_s(worker):
    contact = ContactFactory(hub=worker.hub)
    HoldFactory(contact=contact, staff=worker, until=timezone.now() + timedelta(minutes=1))
    before = until(contact)
    browser(StaffFactory(hub=worker.hub, screener=True)).get(reverse("triage:page", args=[contact.pk]))
    browser(worker).get("/worklist/")
    assert until(contact) == before
    browser(worker).get(reverse("triage:agreement", args=[contact.pk]))
    assert until(contact) > before + timedelta(minutes=13)


def test_words_that_are_kept_renew_the_lock(worker):
    contact = ContactFactory(hub=worker.hub)
    client, page = browser(worker), reverse("triage:page", args=[contact.pk])
    shown = client.get(page).content.decode()
    token = shown.split('name="kept_for" value="')[-1].split('"')[0]
    HoldFactory(contact=contact, staff=worker, until=timezone.now() + timedelta(minutes=1))
    before = until(contact)
    said = {"kept_for": token, "why": "A growing worry", "autosave_changed": "why"}
    assert client.post(reverse("drafts:save"), said, headers={"X-Autosave": "1"}).status_code == 200
    assert until(contact) > before + timedelta(minutes=13)
