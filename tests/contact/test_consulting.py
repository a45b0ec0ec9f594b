"""Advice to a professional: recorded, found again, linked to the referral that came of it, and closed with its case."""

import json
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError
from django.urls import reverse
from django.utils import timezone

from mash.common.references import new_reference
from mash.contact import actions, policy, queries
from mash.contact.actions import receive
from mash.contact.advice import UNANSWERED, what_names_somebody
from mash.contact.message import as_json, parse
from mash.contact.models import Consultation, ConsultationLink, FollowUp
from mash.ledger.models import Entry
from tests.contact.test_message import a_referral
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ConsultationFactory, ConsultationLinkFactory, ContactFactory, a_message
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
SAID = {
    "held_at": MONDAY_9AM,
    "how": "telephone",
    "source_kind": "school",
    "organisation": "Fernbank  Primary",
    "question": "A child comes hungry. Is that for you?",
    "advice": "Offer early help first.",
    "next_steps": "The school speaks with the parent.",
    "referral_advised": False,
    "categories": ["neglect"],
    "levels": [2, 1],
}


def recorded(by, **changes):
    with signed_in_as(by):
        return actions.record_consultation(
            **(SAID | {"key": uuid.uuid4()} | changes), by=by, at=MONDAY_9AM + timedelta(minutes=20)
        )


def link(consultation, contact, by):
    with signed_in_as(by):
        return actions.link_consultation(
            consultation=consultation, contact=contact, why="They rang again.", by=by, at=MONDAY_9AM
        )


def kept(model=Consultation):
    return model.objects.using("builder")


def events():
    return sorted(Entry.objects.using("builder").values_list("event", flat=True))


# Recording


def test_advice_is_kept_under_a_reference_of_its_own():
    by = StaffFactory(screener=True)
    made = recorded(by)
    held = kept().get()
    assert held.reference == made.reference
    assert held.reference.startswith(f"{by.hub.prefix}C-")
    assert (held.organisation, held.levels, held.named) == ("Fernbank Primary", [1, 2], "")
    assert events() == ["consultation.recorded"]


def test_the_same_form_twice_makes_one():
    by, key = StaffFactory(screener=True), uuid.uuid4()
    assert recorded(by, key=key).pk == recorded(by, key=key).pk
    assert kept().count() == 1
    assert events() == ["consultation.recorded"]


def test_a_professional_with_a_post_here_is_found_by_their_address_and_it_is_not_kept():
    by = StaffFactory(screener=True)
    teacher = StaffFactory(hub=by.hub, answerer=True)
    StaffFactory(account=teacher.account)  # another hub's post of the same person
    assert recorded(by, asked_email=teacher.account.email.upper()).asker_id == teacher.pk
    assert recorded(by, asked_email="nobody@school.example").asker_id is None


@pytest.mark.parametrize(
    ("duty", "may"),
    [("screen", True), ("out_of_hours", True), ("manage", True), ("answer", False), ("audit", False)],
)
def test_who_records_advice(duty, may):
    by = StaffFactory(duties=[duty])
    assert bool(policy.may_advise(by)) is may
    if not may:
        with pytest.raises(PermissionDenied):
            recorded(by)


def test_a_name_stands_only_with_the_reason_that_allows_it():
    by = StaffFactory(screener=True)
    assert recorded(by, named="Daniel Okafor").named == ""
    assert recorded(by, named="Daniel Okafor", why_named="agrees").named == "Daniel Okafor"
    with pytest.raises(IntegrityError, match="consultation_named_for_a_reason"):
        ConsultationFactory(named="Daniel Okafor")


@pytest.mark.parametrize(
    ("words", "telling"),
    [
        ("He lives at 4 Row, NF2 3AB.", "a postcode"),
        ("A boy, DOB 4/3/2016, is hungry.", "a date of birth"),
        ("NHS number 943 476 5919.", "an NHS number"),
        ("Ring 0207 946 0000 about a boy of 9 in year 4.", ""),
        ("Three children under 5; level 2 or 3?", ""),
    ],
)
def test_what_names_somebody(words, telling):
    assert what_names_somebody(words) == telling


# Who reads it


def desk_worker(link):
    return StaffFactory(hub=link.hub, screener=True)


def asker(link):
    return link.asker


def colleague_of_the_asker(link):
    return StaffFactory(hub=link.hub, agency=link.asker.agency, answerer=True)


def same_agency_elsewhere(link):
    return StaffFactory(hub=HubFactory(), agency=link.by.agency, whole_desk=True)


def stranger(link):
    return StaffFactory(whole_desk=True)


def the_askers_other_post(link):
    return StaffFactory(account=link.asker.account, whole_desk=True)


def barred(link):
    staff = StaffFactory(hub=link.hub, whole_desk=True)
    AccessFactory(staff=staff, contact_id=link.contact_id, bars=True)
    return staff


def auditor(link):
    return StaffFactory(hub=link.hub, auditor=True)


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        (desk_worker, True),
        (asker, True),
        (colleague_of_the_asker, False),
        (same_agency_elsewhere, False),
        (stranger, False),
        (the_askers_other_post, False),
        (barred, False),
        (auditor, False),
    ],
)
def test_who_reads_advice(who, reads):
    link = ConsultationLinkFactory()
    link.asker = StaffFactory(hub=link.hub, answerer=True)
    kept().update(asker=link.asker)
    consultation = kept().get()
    reader = who(link)
    with signed_in_as(reader):
        assert bool(policy.may_read_consultation(reader, consultation)) is reads
        assert Consultation.objects.exists() is reads
        mine = policy.consultations_readable_by(reader)
        assert ConsultationLink.objects.exists() is (reads and reader.works_at_the_desk)
    with signed_in_as(reader):
        assert Consultation.objects.filter(mine).exists() is reads
    assert kept().filter(mine).exists() is reads


def test_what_was_asked_and_advised_cannot_be_changed():
    held = ConsultationFactory()
    by = StaffFactory(hub=held.hub, whole_desk=True)
    for change in ({"advice": "Other words."}, {"named": "x", "why_named": "agrees"}, {"reference": "x"}):
        with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(by):
            Consultation.objects.update(**change)


# Linking


def test_a_referral_that_came_of_it_is_linked_once_and_unlinked_for_a_reason():
    held, contact = ConsultationFactory(), ContactFactory()
    kept().update(hub=contact.hub)
    held = kept().get()
    held._state.db = "default"
    by = StaffFactory(hub=contact.hub, screener=True)
    one = link(held, contact, by)
    assert link(held, contact, by).pk == one.pk
    assert kept().get().contacts == [contact.pk]
    with signed_in_as(by):
        assert [found.pk for found in queries.consultations_of(by, contact)] == [one.pk]
        for _ in range(2):
            actions.unlink_consultation(link=one, why="Another child.", by=by, at=MONDAY_9AM)
    assert kept().get().contacts == []
    assert kept(ConsultationLink).get().undone_why == "Another child."
    with signed_in_as(by):
        assert not queries.consultations_of(by, contact)
    assert events() == ["consultation.linked", "consultation.unlinked"]


def test_no_contact_is_linked_by_anybody_who_may_not_read_it():
    held, elsewhere = ConsultationFactory(), ContactFactory()
    with pytest.raises(PermissionDenied):
        link(held, elsewhere, held.by)
    here = ContactFactory(hub=held.hub)
    AccessFactory(staff=held.by, contact_id=here.pk, bars=True)
    with pytest.raises(PermissionDenied):
        link(held, here, held.by)


def test_a_referral_suggests_the_advice_it_may_have_come_of():
    hub = HubFactory()
    by = StaffFactory(hub=hub, screener=True)
    named = ConsultationFactory(
        hub=hub, organisation="North Hospital", reference="NFC-7K3M-2Q9", held_at=MONDAY_9AM - timedelta(200)
    )
    same = ConsultationFactory(hub=hub, held_at=MONDAY_9AM - timedelta(days=3))
    ConsultationFactory(hub=hub, held_at=MONDAY_9AM - timedelta(days=91))  # too long before
    ConsultationFactory(hub=hub, organisation="Elm Road School")
    ConsultationFactory()  # another hub's
    named_as = new_reference("NFC")
    kept().filter(pk=named.pk).update(reference=named_as)
    contact = ContactFactory(hub=hub, message={"consultation": named_as.lower().replace("-", " ")})
    with signed_in_as(by):
        found = [one.pk for one in queries.suggested_consultations(by, contact)]
    assert found == [named.pk, same.pk]
    link(same, contact, by)
    with signed_in_as(by):
        assert [one.pk for one in queries.suggested_consultations(by, contact)] == [named.pk]
        assert [one.pk for one in queries.suggested_contacts(by, same)] == []


def test_a_referral_may_give_the_reference_and_one_that_does_not_is_the_message_it_was():
    said = parse(json.dumps(a_referral(consultation="NFC-7K3M-2Q9")).encode())
    assert as_json(said)["consultation"] == "NFC-7K3M-2Q9"
    assert "consultation" not in as_json(parse(json.dumps(a_referral()).encode()))


# Afterwards


def test_what_became_of_it_is_kept_once_and_moves_the_day_to_ask():
    held = ConsultationFactory(follow_up_on=date(2026, 11, 6))
    key = uuid.uuid4()
    for _ in range(2):
        with signed_in_as(held.by):
            actions.follow_up(
                consultation=held,
                key=key,
                words="The parent agreed.",
                next_on=date(2026, 12, 1),
                by=held.by,
                at=MONDAY_9AM,
            )
    assert kept(FollowUp).count() == 1
    assert kept().get().follow_up_on == date(2026, 12, 1)
    assert events() == ["consultation.followed_up"]


def test_what_is_asked_most_is_counted_by_category():
    hub = HubFactory()
    for categories in (["neglect"], ["neglect", "domestic_abuse"], []):
        ConsultationFactory(hub=hub, categories=categories)
    ConsultationFactory(categories=["neglect"])
    by = StaffFactory(hub=hub, screener=True)
    with signed_in_as(by):
        found = queries.consultations(by)
        assert found.count() == 3
        assert queries.asked_most(found) == [("neglect", 2), ("domestic_abuse", 1)]


def test_what_the_guide_lacks_is_shown_without_names_and_from_this_year_alone():
    by = StaffFactory(screener=True)
    lacking = recorded(by, guide=UNANSWERED)
    recorded(by, guide="do_i_need_consent")
    recorded(by, guide=UNANSWERED, why_named="safety", named="Nora Lindqvist")
    ConsultationFactory(guide=UNANSWERED)
    teacher = StaffFactory(hub=by.hub, answerer=True)
    kept().filter(pk=lacking.pk).update(asker=teacher)
    with signed_in_as(by):
        found = queries.consultations(by)
        assert queries.asked_of_the_guide(found) == [(UNANSWERED, 2), ("do_i_need_consent", 1)]
        shown = queries.without_an_answer(by, since=MONDAY_9AM)
        assert [one.pk for one in shown] == [lacking.pk]
        assert list(queries.without_an_answer(by, since=MONDAY_9AM + timedelta(minutes=1))) == []
    with signed_in_as(teacher):
        assert list(queries.without_an_answer(teacher, since=MONDAY_9AM)) == []


def test_which_question_it_was_is_said_later_and_once():
    by = StaffFactory(screener=True)
    held, client = recorded(by, guide=UNANSWERED), browser(by)
    address = reverse("contact:of_the_guide", args=[held.pk])
    assert client.post(address, {"guide": "made_up"}).status_code == 200
    for _ in range(2):
        assert client.post(address, {"guide": "do_i_need_consent"}).status_code == 302
    assert kept().get().guide == "do_i_need_consent"
    assert events().count("consultation.of_the_guide") == 1
    assert (
        "Do I need the family’s agreement?" in client.get(reverse("contact:consultations")).content.decode()
    )
    elsewhere, teacher = StaffFactory(screener=True), StaffFactory(hub=by.hub, answerer=True)
    assert browser(elsewhere).post(address, {"guide": ""}).status_code == 404
    assert browser(teacher).post(address, {"guide": ""}).status_code == 404
    assert kept().get().guide == "do_i_need_consent"


# Pages


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY_9AM + timedelta(hours=3))


def a_form(**changes):
    return {
        "key": str(uuid.uuid4()),
        "held_on-day": "2",
        "held_on-month": "11",
        "held_on-year": "2026",
        "held_time": "09:15",
        "how": "telephone",
        "source_kind": "school",
        "organisation": "Fernbank Primary",
        "why_named": "none",
        "question": "A child comes hungry. Is that for you?",
        "categories": ["neglect"],
        "levels": ["2"],
        "advice": "Offer early help first.",
        "referral_advised": "no",
        "next_steps": "The school speaks with the parent.",
    } | changes


def test_a_worker_records_finds_and_follows_up(today):
    by = StaffFactory(screener=True)
    client = browser(by)
    address = reverse("contact:record_consultation")
    page = client.get(address).content.decode()
    assert 'value="none" checked' in page
    assert "Level 2" in page
    assert not kept().exists()
    answer = client.post(address, a_form(), follow=True)
    held = kept().get()
    assert held.reference in answer.content.decode()
    listed = client.get(reverse("contact:consultations"), {"category": "neglect", "level": "2"})
    assert held.reference in listed.content.decode()
    assert held.reference not in client.get("/contacts/consultations/?referral=advised").content.decode()
    for words in (held.reference.lower().replace("-", ""), "hungry", "fernbank"):
        found = client.post(reverse("contact:search_consultations"), {"q": words}).content.decode()
        assert held.reference in found
    nothing = client.post(reverse("contact:search_consultations"), {"q": "sunshine"}).content.decode()
    assert "Nothing fits" in nothing
    client.post(
        reverse("contact:follow_up", args=[held.pk]),
        {"follow-key": uuid.uuid4(), "follow-words": "It went well."},
    )
    assert "It went well." in client.get(reverse("contact:consultation", args=[held.pk])).content.decode()
    searched = Entry.objects.using("builder").filter(event="consultations.searched")
    assert searched.count() == 4
    assert "hungry" not in str(list(searched.values()))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"advice": ""}, "What did you advise"),
        ({"question": "He lives at NF2 3AB."}, "Take out a postcode"),
        ({"named": "Daniel"}, "Say why a name may be held"),
        ({"why_named": "safety"}, "Enter who it is about"),
        ({"held_time": "14:00"}, "Advice is recorded once it has been given"),
        ({"how": ""}, "There is a problem"),
        (
            {"follow_up_on-day": "1", "follow_up_on-month": "11", "follow_up_on-year": "2026"},
            "today or later",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(today, changes, says):
    client = browser(StaffFactory(screener=True))
    page = client.post(reverse("contact:record_consultation"), a_form(**changes)).content.decode()
    assert "Error: " in page
    assert says in page
    assert "The school speaks with the parent." in page
    assert not kept().exists()


def test_the_case_offers_the_link_and_the_advice_shows_it():
    held = ConsultationFactory()
    contact = ContactFactory(hub=held.hub)
    client = browser(held.by)
    case = client.get(reverse("desk:case", args=[contact.pk])).content.decode()
    assert f"Link {held.reference}" in case
    address = reverse("contact:link_consultation", args=[held.pk])
    wrong = client.post(address, {"link-reference": contact.reference, "link-why": ""}).content.decode()
    assert "There is a problem" in wrong
    assert not kept(ConsultationLink).exists()
    unknown = client.post(address, {"link-reference": "NF-2222-222", "link-why": "x"}).content.decode()
    assert "No contact here has that reference" in unknown
    contact_reference = new_reference(held.hub.prefix)
    type(contact).objects.using("builder").filter(pk=contact.pk).update(reference=contact_reference)
    client.post(address, {"link-reference": contact_reference.lower(), "link-why": "They rang."})
    made = kept(ConsultationLink).get()
    assert "They rang." in client.get(reverse("desk:case", args=[contact.pk])).content.decode()
    away = reverse("contact:unlink_consultation", args=[made.pk])
    assert "There is a problem" in client.post(away, {"why": ""}).content.decode()
    client.post(away, {"why": "Another child."})
    assert "Taken back by" in client.get(reverse("contact:consultation", args=[held.pk])).content.decode()


def test_a_professional_reads_their_own_advice_and_no_work_of_the_desk():
    link_ = ConsultationLinkFactory()
    teacher = StaffFactory(hub=link_.hub, answerer=True)
    other = ConsultationFactory(hub=link_.hub)
    kept().filter(pk=link_.consultation_id).update(asker=teacher)
    client = browser(teacher)
    listed = client.get(reverse("contact:consultations")).content.decode()
    assert link_.consultation.reference in listed
    assert other.reference not in listed
    assert "What is asked most often" not in listed
    page = client.get(reverse("contact:consultation", args=[link_.consultation_id])).content.decode()
    assert "Speak with the parent first" in page
    assert link_.contact.reference not in page
    assert client.get(reverse("contact:consultation", args=[other.pk])).status_code == 404
    assert client.get(reverse("contact:record_consultation")).status_code == 403
    follow = reverse("contact:follow_up", args=[link_.consultation_id])
    assert client.post(follow, {"follow-key": uuid.uuid4(), "follow-words": "x"}).status_code == 403


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(django_assert_max_num_queries):
    hub = HubFactory()
    for _ in range(12):
        ConsultationFactory(hub=hub)
    client = browser(StaffFactory(hub=hub, screener=True))
    with django_assert_max_num_queries(15):
        client.get(reverse("contact:consultations"))


# The reference in a message


@pytest.mark.parametrize(
    ("given", "organisation", "held_at", "linked"),
    [
        ("same", "Fernbank Primary", MONDAY_9AM - timedelta(days=200), True),
        ("read aloud", "FERNBANK PRIMARY", MONDAY_9AM, True),
        ("same", "Another School", MONDAY_9AM, False),
        ("mistaken", "Fernbank Primary", MONDAY_9AM, False),
        ("none", "Fernbank Primary", MONDAY_9AM, False),
        ("same", "Fernbank Primary", MONDAY_9AM + timedelta(days=2), False),
    ],
)
def test_a_message_that_gives_the_reference_is_linked_when_it_comes(given, organisation, held_at, linked):
    hub = HubFactory(prefix="NF")
    reference = new_reference("NFC")
    held = ConsultationFactory(hub=hub, reference=reference, organisation=organisation, held_at=held_at)
    elsewhere = ConsultationFactory(reference=new_reference("NFC"), organisation=organisation)
    words = {
        "same": reference,
        "read aloud": reference.lower().replace("-", " "),
        "mistaken": elsewhere.reference,
        "none": None,
    }
    said = a_message("S-1", consultation=words[given])
    with in_service("front_door"):
        for _ in range(2):
            contact, _new = receive(
                parse(json.dumps(said).encode()), hub=hub, channel="form", received_at=MONDAY_9AM
            )
    links = list(ConsultationLink.objects.using("builder").all())
    assert bool(links) is linked
    assert kept().filter(pk=held.pk).get().contacts == ([contact.pk] if linked else [])
    if linked:
        assert (links[0].consultation_id, links[0].contact_id, links[0].by_id) == (held.pk, contact.pk, None)
    worker = StaffFactory(hub=hub, whole_desk=True)
    page = browser(worker).get(f"/cases/{contact.pk}/").content.decode()
    assert ("linked when it came: It gives this reference" in page) is linked
    assert (f"Unlink {reference}" in page) is linked


def test_a_link_that_came_by_itself_is_taken_back_for_a_reason():
    link = ConsultationLinkFactory(by=None)
    worker = StaffFactory(hub=link.hub, whole_desk=True)
    where = reverse("contact:unlink_consultation", args=[link.pk])
    assert browser(worker).post(where, {"why": "Another child."}).status_code == 302
    gone = ConsultationLink.objects.using("builder").get()
    assert (gone.undone_by_id, gone.undone_why) == (worker.pk, "Another child.")


@pytest.mark.parametrize("own", [True, False])
def test_at_night_only_whoever_recorded_the_advice_takes_a_link_back(own):
    contact = ContactFactory()  # not yet rated: of the night
    night = StaffFactory(hub=contact.hub, duties=["out_of_hours"])
    by = night if own else StaffFactory(hub=contact.hub, screener=True)
    advice = ConsultationFactory(hub=contact.hub, by=by, contacts=[contact.pk])
    link = ConsultationLinkFactory(contact=contact, consultation=advice, by=by)
    where = reverse("contact:unlink_consultation", args=[link.pk])
    answer = browser(night).post(where, {"why": "Another child."})
    assert answer.status_code == (302 if own else 403)
    assert bool(ConsultationLink.objects.using("builder").get(pk=link.pk).undone_at) is own
