"""The screener's workspace and the small pages beside it, through the browser."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.common.references import new_reference
from mash.contact.models import Reply
from mash.ledger.models import Entry
from mash.triage.models import (
    Agreement,
    Basis,
    EpisodeContact,
    Ground,
    Hold,
    NotOneEvent,
    Rating,
    Returned,
    Route,
    Standing,
)
from tests.factories.base import browser
from tests.factories.contact import (
    ContactFactory,
    ContactRelationshipFactory,
    SettlementFactory,
    WarnedFactory,
)
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.triage import (
    AgreementFactory,
    GroundFactory,
    KnownFactory,
    OpenWorkFactory,
    RatingFactory,
    who,
)

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


@pytest.fixture
def contact(worker):
    made = ContactFactory(hub=worker.hub, reference="NF-7K3M-2Q9")
    ContactRelationshipFactory(contact=made)
    return made


def address(name, contact):
    return reverse(f"triage:{name}", args=[contact.pk])


def words_of(worker, name, contact):
    answer = browser(worker).get(address(name, contact))
    assert answer.status_code == 200
    return answer.content.decode()


def kept(model):
    return list(model.objects.using("builder").all())


SCREENED = {
    "colour": "amber",
    "why": "Three days without a coat, and nobody can say why.",
    "bases": ["gdpr_6_1_e"],
    "route": "check",
    "route_why": "The school alone cannot tell us.",
    "read": "on",
}


def screen(worker, contact, key=None, **changes):
    form = SCREENED | {"key": str(key or uuid.uuid4()), "step": "save"} | changes
    return browser(worker).post(address("page", contact), form)


@pytest.mark.parametrize("name", ["page", "saved", "agreement", "event", "return"])
def test_each_page_opens_and_says_so_in_the_ledger(worker, contact, name):
    assert contact.reference in words_of(worker, name, contact)
    seen = Entry.objects.using("builder").filter(event="contact.seen", actor=f"staff:{worker.pk}")
    assert seen.count() == 1


@pytest.mark.parametrize("name", ["page", "saved", "agreement", "event", "return", "rating"])
@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_contact_one_may_not_see_is_not_there(contact, name, elsewhere):
    stranger = (
        StaffFactory(hub=HubFactory(), social_worker=True)
        if elsewhere
        else StaffFactory(hub=contact.hub, answerer=True)
    )
    assert browser(stranger).get(address(name, contact)).status_code == 404


def test_nothing_is_preselected(worker, contact):
    for name in ("page", "agreement"):
        words = words_of(worker, name, contact)
        assert " checked" not in words
        assert not re.search(r'value="[^"]+" selected', words)


def test_the_workspace_shows_what_came_in_and_what_is_known(worker, contact):
    WarnedFactory(contact=contact)
    known = KnownFactory(hub=contact.hub)
    SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=known)
    OpenWorkFactory(person=known, worker_name="Femi Adewale")
    earlier = ContactFactory(hub=contact.hub, received_at=MONDAY_9AM - timedelta(days=40))
    SettlementFactory(contact_person=who(earlier, "p1"), answer="known", person=known)
    words = words_of(worker, "page", contact)
    for said in (
        "Came to school without a coat",
        "Fernbank Primary",
        "is in the future",
        "A case is already open",
        "Femi Adewale",
        earlier.reference,
        "Referral again within 12 months",
        "Goes to the allocated worker",
    ):
        assert said in words


def test_answers_are_shown_before_they_are_saved(worker, contact):
    answer = screen(worker, contact, step="")
    assert "Check your answers" in answer.content.decode()
    assert "Three days without a coat" in answer.content.decode()
    assert not kept(Rating)
    again = screen(worker, contact, step="change").content.decode()
    assert "Screen this contact" in again
    assert "Three days without a coat" in again


def test_a_contact_is_screened_in_one_go_and_only_once(worker, contact):
    key = uuid.uuid4()
    for _ in range(2):
        answer = screen(worker, contact, key)
        assert answer.status_code == 302
        assert answer.url == address("saved", contact)
    (rating,) = kept(Rating)
    (route,) = kept(Route)
    assert (rating.colour, rating.change, rating.by_id) == ("amber", "first", worker.pk)
    assert route.route == "check"
    assert [basis.basis for basis in kept(Basis)] == ["gdpr_6_1_e"]
    assert [reply.kind for reply in kept(Reply)] == ["acknowledged"]
    assert len(kept(Standing)) == 1
    assert "Saved" in words_of(worker, "saved", contact)


def test_an_outcome_is_proposed_and_not_decided(worker, contact):
    screen(worker, contact, route="outcome", outcome="early_help")
    assert [route.route for route in kept(Route)] == ["early_help"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"why": ""}, "Say why this rating"),
        ({"colour": ""}, "Rate the contact before it is sent on"),
        ({"route_why": ""}, "Say why it goes there"),
        ({"route": "outcome"}, "Choose the outcome you propose"),
        ({"colour": "purple"}, "Select a valid choice"),
        ({"route": ""}, "Choose where it goes: you have written why"),
        ({"colour": "", "route": "", "route_why": ""}, "Choose the rating that you give a reason for"),
        (dict.fromkeys(SCREENED, ""), "Nothing has been filled in"),
    ],
)
def test_a_form_with_a_gap_is_shown_again_and_saves_nothing(worker, contact, change, said):
    answer = screen(worker, contact, **change)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not kept(Rating)
    assert not kept(Route)


def test_stated_danger_needs_what_was_done_about_it(worker):
    danger = ContactFactory(hub=worker.hub, immediate_danger=True)
    assert "what was done about the danger" in screen(worker, danger).content.decode()
    assert screen(worker, danger, danger_answered="Police are with her.").status_code == 302
    assert kept(Rating)[0].danger_answered == "Police are with her."


def test_a_screener_reads_and_does_not_set_the_first_rating(contact):
    screener = StaffFactory(hub=contact.hub, screener=True)
    assert "sets the first rating" in words_of(screener, "page", contact)
    answer = screen(screener, contact)
    assert answer.status_code == 200
    assert not kept(Rating)


def test_two_workers_do_not_overwrite_each_other(worker, contact):
    RatingFactory(contact=contact, colour="red")
    stale = browser(worker).post(
        address("rating", contact),
        {
            "key": uuid.uuid4(),
            "after": uuid.uuid4(),
            "colour": "amber",
            "change": "lowered",
            "why": "Calmer now",
        },
    )
    assert "Somebody else rated this contact" in stale.content.decode()
    assert len(kept(Rating)) == 1


def test_a_raise_on_news_says_what_is_new(worker, contact):
    first = RatingFactory(contact=contact, colour="green")
    form = {"key": uuid.uuid4(), "after": first.pk, "colour": "red", "change": "news", "why": "A bruise"}
    assert "Say what is new" in browser(worker).post(address("rating", contact), form).content.decode()
    news = {
        "what_is_new": "A bruise on his arm",
        "said_by": "Ines Duarte",
        "reached_on-day": "2",
        "reached_on-month": "11",
        "reached_on-year": "2026",
        "reached_at": "09:20",
    }
    assert browser(worker).post(address("rating", contact), form | news).status_code == 302
    newest = next(one for one in kept(Rating) if one.change == "news")
    assert (newest.said_by, newest.reached_us_at) == ("Ines Duarte", MONDAY_9AM + timedelta(minutes=20))


AGREED = {
    "sought": "given",
    "given_by": "parent",
    "scopes": ["agency_checks"],
    "how": "by_phone",
    "said_on-day": "2",
    "said_on-month": "11",
    "said_on-year": "2026",
    "aware": "yes",
}


def test_agreement_is_recorded_person_by_person_and_once(worker, contact):
    mother, child = who(contact, "p2"), who(contact, "p1")
    form = AGREED | {"key": uuid.uuid4(), "about": [child.pk], "given_by_person": mother.pk}
    for _ in range(2):
        assert browser(worker).post(address("agreement", contact), form).status_code == 302
    (said,) = (one for one in kept(Agreement) if not one.from_message)
    assert (said.about_id, said.given_by_person_id, said.sought) == (child.pk, mother.pk, "given")
    assert "A check may open" in words_of(worker, "agreement", contact)


def test_one_parent_does_not_agree_for_another_adult(worker, contact):
    mother, child = who(contact, "p2"), who(contact, "p1")
    form = AGREED | {"key": uuid.uuid4(), "about": [child.pk, mother.pk], "given_by_person": child.pk}
    answer = browser(worker).post(address("agreement", contact), form)
    assert "Nobody answers for another adult" in answer.content.decode()
    assert not [one for one in kept(Agreement) if not one.from_message]


def test_who_answers_for_themselves_is_taken_for_the_one_person_it_is_about(worker, contact):
    mother = who(contact, "p2")
    form = AGREED | {"key": uuid.uuid4(), "about": [mother.pk], "given_by": "adult"}
    assert browser(worker).post(address("agreement", contact), form).status_code == 302
    (said,) = (one for one in kept(Agreement) if not one.from_message)
    assert said.given_by_person_id == mother.pk


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"given_by": "adult"}, "Choose who answered"),
        ({"given_by": "parent"}, "Say who answered"),
        ({"given_by": "attorney_or_deputy"}, "Say what gives them authority"),
        ({"given_by": "attorney_or_deputy", "words": "A deputy"}, "never for a child"),
    ],
)
def test_an_agreement_of_nobody_in_particular_is_not_recorded(worker, contact, said, why):
    both = [who(contact, "p1").pk, who(contact, "p2").pk]
    answer = browser(worker).post(
        address("agreement", contact), AGREED | {"key": uuid.uuid4(), "about": both} | said
    )
    assert why in answer.content.decode()
    assert not [one for one in kept(Agreement) if not one.from_message]


def test_an_agreement_is_withdrawn(worker, contact):
    said = AgreementFactory(contact=contact)
    form = {"agreement": said.pk, "why": "She rang on Tuesday"}
    for _ in range(2):
        browser(worker).post(address("withdraw", contact), form)
    assert [one.pk for one in kept(Agreement) if one.withdrawn_at] == [said.pk]
    assert Entry.objects.using("builder").filter(event="agreement.withdrawn").count() == 1


def test_a_ground_is_recorded_and_another_manager_approves_it(worker, contact):
    child = who(contact, "p1")
    form = {"key": uuid.uuid4(), "about": [child.pk], "ground": "significant_harm", "reason": "He said so."}
    for _ in range(2):
        assert browser(worker).post(address("ground", contact), form).status_code == 302
    (ground,) = kept(Ground)
    word = {"ground": ground.pk, "word": "approve"}
    assert browser(worker).post(address("approve", contact), word).status_code == 403
    manager = StaffFactory(hub=contact.hub, manager=True)
    assert "Approve for" in words_of(manager, "agreement", contact)
    assert browser(manager).post(address("approve", contact), word).status_code == 302
    assert kept(Ground)[0].approved_by_id == manager.pk


def test_a_ground_of_another_contact_is_not_there(contact):
    other = GroundFactory(contact=ContactFactory(hub=contact.hub))
    manager = StaffFactory(hub=contact.hub, manager=True)
    word = {"ground": other.pk, "word": "approve"}
    assert browser(manager).post(address("approve", contact), word).status_code == 404


def test_reports_of_one_event_are_suggested_linked_and_unlinked(worker, contact):
    told = {"event_at": MONDAY_9AM, "event_postcode": "NF2 3AB", "hub": contact.hub}
    one, two = (
        ContactFactory(**told, reference=new_reference("NF")),
        ContactFactory(**told, reference=new_reference("NF")),
    )
    words = words_of(worker, "event", one)
    assert "Postcode NF2 3AB at about the same time" in words
    same = {"other": two.reference, "word": "same", "why": "Same house, same hour"}
    for _ in range(2):
        assert browser(worker).post(address("event", one), same).status_code == 302
    assert len(kept(EpisodeContact)) == 2
    browser(worker).post(address("unlink", one), {"why": "Another night"})
    assert sorted(bool(row.undone_at) for row in kept(EpisodeContact)) == [False, True]
    different = {"other": two.reference.lower(), "word": "different"}
    for _ in range(2):
        browser(worker).post(address("event", one), different)
    assert len(kept(NotOneEvent)) == 1
    assert "Postcode NF2 3AB" not in words_of(worker, "event", one)


def test_a_contact_goes_back_to_its_referrer_and_is_taken_up_again(worker, contact):
    RatingFactory(contact=contact, colour="green")
    today = timezone.localdate()
    form = {
        "reason": "Nobody has spoken with home.",
        "look_again_on-day": today.day,
        "look_again_on-month": today.month,
        "look_again_on-year": today.year,
        "who_keeps_safe": "School",
    }
    for _ in range(2):
        assert browser(worker).post(address("return", contact), form).status_code == 302
    assert len(kept(Returned)) == 1
    assert [reply.kind for reply in kept(Reply)] == ["back_for_agreement"]
    assert "Look at this again: it was back with the referrer" in words_of(worker, "page", contact)
    browser(worker).post(address("take_back", contact))
    assert kept(Returned)[0].back_at


def test_a_red_contact_never_goes_back(worker, contact):
    RatingFactory(contact=contact, colour="red")
    form = {"reason": "x", "look_again_on-day": 1, "look_again_on-month": 1, "look_again_on-year": 2027}
    answer = browser(worker).post(address("return", contact), form | {"who_keeps_safe": "School"})
    assert "A red contact never goes back" in answer.content.decode()
    assert not kept(Returned)


def test_work_on_the_next_one_leads_to_the_most_urgent(worker, contact):
    for _ in range(2):
        answer = browser(worker).post(reverse("triage:next"))
        assert answer.url == address("page", contact)
    assert [hold.staff_id for hold in kept(Hold)] == [worker.pk]
    colleague = StaffFactory(hub=worker.hub, social_worker=True)
    assert browser(colleague).post(reverse("triage:next")).url == reverse("desk:worklist")
    assert "works on this contact now" in words_of(colleague, "page", contact)
    browser(colleague).post(address("take", contact))
    assert kept(Hold)[0].staff_id == worker.pk
    browser(worker).post(address("let_go", contact))
    assert not kept(Hold)
