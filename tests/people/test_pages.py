"""The pages about people: what they show, what they write down first, and what they never give away."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.ledger.models import Entry
from mash.people import links, panels
from mash.people.details import Home
from mash.people.models import Alert, CourtOrder, Relationship
from tests.factories.base import browser
from tests.factories.partnership import AccessFactory, StaffFactory
from tests.factories.people import (
    AlertFactory,
    CourtOrderFactory,
    IdentifierFactory,
    InvolvementFactory,
    NameFactory,
    OpenCasesListFactory,
    PersonFactory,
    RelationshipFactory,
    a_known_person,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
GRACE = {
    "given": "Grace",
    "family": "Okafor",
    "known_as": ("Gracie",),
    "sex": "F",
    "addresses": (Home(("12 Cobbold Street",), "NF2 3AB"),),
    "phones": ("07700 900503",),
    "nhs_number": "9990541957",
}
SEARCH = "/people/"


def look_for(client, words):
    return client.post(SEARCH, {"q": words}, follow=True)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def lines(event):
    return list(Entry.objects.using("builder").filter(event=event))


@pytest.fixture
def worker():
    return StaffFactory(screener=True)


@pytest.fixture
def grace(worker):
    return a_known_person(worker.hub, **GRACE)


def test_somebody_is_found_with_what_tells_them_apart(worker, grace):
    InvolvementFactory(person=grace)
    page = text_of(look_for(browser(worker), "gracie"))
    for words in (
        "1 person found",
        "OKAFOR, Grace",
        "Gracie",
        "12 Cobbold Street, NF2 3AB",
        "Child in need plan",
    ):
        assert words in page


def test_a_search_is_written_down_without_its_words(worker, grace):
    look_for(browser(worker), "Okafor NF2 3AB")
    (line,) = lines("people.searched")
    assert line.hub_id == worker.hub_id
    assert line.detail["people"] == [str(grace.pk)]
    assert line.detail["count"] == 1
    assert len(line.detail["terms"]) == 2
    assert "kafor" not in str(line.detail).lower()
    assert "NF2" not in str(line.detail)


def test_no_address_of_a_page_carries_what_was_typed(worker, grace):
    client = browser(worker)
    for answer in (client.post(SEARCH, {"q": "Okafor"}), client.get(SEARCH, {"q": "Okafor"})):
        assert answer.status_code == 302
        assert "kafor" not in answer["Location"].lower()
        assert "OKAFOR, Grace" in text_of(client.get(answer["Location"]))
    assert (
        "kafor"
        not in re.search("<title>(.*?)</title>", client.get(f"/people/{grace.pk}/").content.decode())[
            1
        ].lower()
    )


def test_a_search_of_another_hub_cannot_be_opened(worker, grace):
    address = browser(worker).post(SEARCH, {"q": "Okafor"})["Location"]
    other = browser(StaffFactory(screener=True)).get(address)
    assert other.status_code == 200
    assert "kafor" not in other.content.decode().lower()
    assert links.reveal("nonsense", worker.hub_id) == ""


def test_an_empty_search_says_what_to_enter(worker):
    page = browser(worker).post(SEARCH, {"q": " "})
    assert page.status_code == 200
    assert "Enter what you know of the person" in text_of(page)
    assert "<title>Error: Find a person" in page.content.decode()
    assert "at least two letters" in text_of(look_for(browser(worker), "g"))
    assert not [line for line in lines("people.searched") if line.detail["count"]]


def test_where_nobody_fits_who_nearly_does_is_offered_with_reasons(worker, grace):
    page = text_of(look_for(browser(worker), "Grase Okafor NF2 3AB"))
    assert "Nobody is found by all of this" in page
    assert "Nearly so" in page
    assert "given name one letter different" in page
    assert lines("people.searched")[0].detail["people"] == [str(grace.pk)]


def test_more_than_fifty_are_cut_with_a_hint(worker):
    PersonFactory.create_batch(51, hub=worker.hub, family="Shah")
    page = text_of(look_for(browser(worker), "shah"))
    assert "More than 50 people found" in page
    assert "Add a date of birth" in page


def test_a_search_shows_another_hub_nothing_and_says_the_same_as_for_nobody(worker, grace):
    elsewhere = browser(StaffFactory(screener=True))
    stripped = re.compile(r"name=\"csrfmiddlewaretoken\" value=\"[^\"]+\"")
    here = look_for(elsewhere, "okafor").content.decode()
    nobody = look_for(elsewhere, "qwafor").content.decode().replace("qwafor", "okafor")
    assert stripped.sub("", here) == stripped.sub("", nobody)


def test_whom_a_worker_is_barred_from_is_not_found_and_answers_as_nobody_does(worker, grace):
    AccessFactory(staff=worker, person_id=grace.pk, bars=True, why="a cousin")
    client = browser(worker)
    assert "Nobody is found" in text_of(look_for(client, "okafor"))
    hidden = client.get(f"/people/{grace.pk}/")
    absent = client.get(f"/people/{worker.pk}/")
    assert hidden.status_code == absent.status_code == 404
    token = re.compile(r"name=\"csrfmiddlewaretoken\" value=\"[^\"]+\"")
    assert token.sub("", hidden.content.decode()) == token.sub("", absent.content.decode())


def test_a_worker_without_a_duty_at_the_desk_does_not_search():
    client = browser(StaffFactory(answerer=True))
    assert client.get(SEARCH).status_code == 403
    assert "Find a person" not in text_of(client.get(SEARCH))


def test_the_list_takes_the_same_queries_however_many_are_found(worker, grace, django_assert_num_queries):
    client = browser(worker)
    address = client.post(SEARCH, {"q": "okafor"})["Location"]
    for count in (0, 4):
        for person in PersonFactory.create_batch(count, hub=worker.hub):
            InvolvementFactory(person=person)
            NameFactory(person=person)
        with django_assert_num_queries(12):
            client.get(address)


def test_the_record_shows_all_that_is_held(worker, grace):
    NameFactory(person=grace, given="Grace", family="Marsh", kind="former")
    AlertFactory(person=grace, words="Two workers at every visit", expires_on="2099-01-01")
    AlertFactory(person=grace, words="Long over", expires_on="2026-01-02")
    CourtOrderFactory(person=grace, court="Northfield Family Court")
    InvolvementFactory(person=grace)
    InvolvementFactory(person=grace, plan="Early help plan", tier=2, until_on="2026-06-01")
    IdentifierFactory(person=grace, value="9990541958")
    child = RelationshipFactory(from_person=grace, to_person__hub=worker.hub).to_person
    OpenCasesListFactory(hub=worker.hub, as_at=timezone.now() - timedelta(hours=2), rows=3)
    page = browser(worker).get(f"/people/{grace.pk}/")
    said = text_of(page)
    for words in (
        "OKAFOR, Grace", "Two workers at every visit", "Northfield Family Court", "Child in need plan", "level 3",
        "Ada Mensah", "Tom Reilly", "Early help plan", "Gracie", "Grace Marsh", "07700 900503", "9990541957",
        "9990541958 (fails its check digit)", "NF2 3AB", "Parent of OKAFOR, Daniel", "parental responsibility yes",
        "list of open cases is as at",
    ):  # fmt: skip
        assert words in said, words
    assert "Long over" not in said
    assert f"/people/{child.pk}/" in page.content.decode()


def test_opening_a_record_is_written_down_before_it_is_shown(worker, grace):
    browser(worker).get(f"/people/{grace.pk}/")
    (line,) = lines("person.seen")
    assert line.about == f"people.person:{grace.pk}"
    assert line.actor == f"staff:{worker.pk}"


def test_an_old_list_of_open_cases_warns_and_so_does_none(worker, grace):
    client, address = browser(worker), f"/people/{grace.pk}/"
    assert "No list of open cases has ever come" in text_of(client.get(address))
    OpenCasesListFactory(hub=worker.hub, as_at=timezone.now() - timedelta(days=9))
    assert "list of open cases is old" in text_of(client.get(address))


def test_a_hub_that_writes_the_given_name_first_is_followed(worker, grace):
    worker.hub.family_first = False
    worker.hub.save(using="builder")
    assert "Grace Okafor" in text_of(browser(worker).get(f"/people/{grace.pk}/"))


def test_an_alert_is_added_once_and_shown(worker, grace):
    client, year = browser(worker), str(timezone.now().year + 1)
    sent = {"words": "Large dog", "expires_on-day": "1", "expires_on-month": "2", "expires_on-year": year}
    for _ in range(2):
        answer = client.post(f"/people/{grace.pk}/alert/", sent, follow=True)
    assert "Alert added" in text_of(answer)
    assert "Large dog" in text_of(answer)
    assert Alert.objects.using("builder").count() == 1


def test_an_alert_that_is_over_already_is_refused_in_words(worker, grace):
    sent = {"words": "Dog", "expires_on-day": "1", "expires_on-month": "2", "expires_on-year": "2020"}
    answer = browser(worker).post(f"/people/{grace.pk}/alert/", sent)
    assert answer.status_code == 200
    assert "The last day of the alert must be" in text_of(answer)
    assert not Alert.objects.using("builder").exists()


def test_a_court_order_is_added_once(worker, grace):
    client = browser(worker)
    sent = {"kind": "Non-molestation order", "court": "Northfield", "words": "Not within 100 metres"}
    sent |= {"made_on-day": "3", "made_on-month": "6", "made_on-year": "2026"}
    for _ in range(2):
        answer = client.post(f"/people/{grace.pk}/court-order/", sent, follow=True)
    assert "Not within 100 metres" in text_of(answer)
    assert CourtOrder.objects.using("builder").count() == 1
    sent |= {"until_on-day": "3", "until_on-month": "6", "until_on-year": "2025"}
    assert "after it was made" in text_of(client.post(f"/people/{grace.pk}/court-order/", sent))


def test_a_relationship_is_added_to_somebody_who_is_looked_for_first(worker, grace):
    daniel = PersonFactory(hub=worker.hub)
    client, address = browser(worker), f"/people/{daniel.pk}/relationship/"
    asked = client.post(address, {"q": "grace", "find": "yes"})
    assert "OKAFOR, Grace" in text_of(asked)
    assert "There is a problem" not in text_of(asked)
    assert "checked" not in asked.content.decode()
    sent = {"q": "grace", "other": str(grace.pk), "kind": "parent", "responsibility": "yes", "save": "yes"}
    for _ in range(2):
        answer = client.post(address, sent, follow=True)
    assert "OKAFOR, Grace : parent of this person, parental responsibility yes" in text_of(answer)
    said = Relationship.objects.using("builder").get()
    assert (said.from_person_id, said.to_person_id) == (grace.pk, daniel.pk)


def test_a_relationship_left_unsaid_is_asked_for_in_words(worker, grace):
    address = f"/people/{PersonFactory(hub=worker.hub).pk}/relationship/"
    page = text_of(browser(worker).post(address, {"q": "grace", "save": "yes"}))
    assert "Select who it is" in page
    assert "Select how they are related" in page
    assert "Nobody else is found" in text_of(
        browser(worker).post(address, {"q": "nobody here", "find": "yes"})
    )


def test_a_form_that_comes_with_nothing_in_it_at_all_asks_whom_to_find():
    person = PersonFactory()
    manager = browser(StaffFactory(hub=person.hub, manager=True))
    answer = manager.post(reverse("people:relate", args=[person.pk]))
    assert answer.status_code == 200
    assert "Enter whom to find" in answer.content.decode()


@pytest.mark.parametrize("name", ["alert", "court_order", "relate"])
def test_only_whoever_may_change_a_record_reaches_its_forms(worker, grace, name):
    address = reverse(f"people:{name}", args=[grace.pk])
    assert browser(worker).get(address).status_code == 200
    assert browser(StaffFactory(hub=worker.hub, cleared=True)).get(address).status_code == 403
    assert browser(StaffFactory(screener=True)).get(address).status_code == 404
    assert browser(StaffFactory(hub=worker.hub)).get(address).status_code == 404


def test_later_stages_add_their_own_part_to_the_page(worker, grace, monkeypatch):
    monkeypatch.setattr(panels, "PANELS", [])
    panels.add(
        panels.Panel("people/_words.html", lambda staff, person, at: asked.append((staff, person)), 10)
    )
    asked = []
    browser(worker).get(f"/people/{grace.pk}/")
    assert asked == [(worker, grace)]


# Correcting and adding


def corrected(person, **changes):
    """Return what the form that corrects a record sends, with these changes."""
    said = {"given": person.given, "family": person.family, "sex": person.sex, "interpreter": "no"}
    return said | {"why": "Her mother, by telephone"} | changes


def test_a_record_is_corrected_and_the_name_replaced_is_kept(worker, grace):
    client = browser(worker)
    shown = text_of(client.get(reverse("people:correct", args=[grace.pk])))
    assert "Correct the record" in shown
    said = {
        "family": "Mensah",
        "pronunciation": "MEN-sah",
        "interpreter": "yes",
        "language": "Twi",
        "born_on-day": "4",
        "born_on-month": "3",
        "born_on-year": "2016",
    }
    answer = client.post(reverse("people:correct", args=[grace.pk]), corrected(grace, **said), follow=True)
    words = text_of(answer)
    assert "MENSAH, Grace" in words
    assert "Former name Grace Okafor" in words
    assert "MEN-sah" in words
    assert "Twi, interpreter needed" in words
    assert "4 March 2016" in words
    (line,) = lines("person.corrected")
    assert line.why == "Her mother, by telephone"
    assert set(line.detail["fields"]) == {"family", "pronunciation", "interpreter", "language", "born_on"}
    assert "Mensah" not in str(line.detail)
    assert "MENSAH, Grace" in text_of(look_for(client, "mensah"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"why": ""}, "Enter where the correction comes from"),
        ({"given": "", "family": ""}, "Enter at least one name"),
        ({"born_on-day": "1", "born_on-month": "1", "born_on-year": "2999"}, "Date of birth must be"),
        (
            {
                "born_on-day": "4", "born_on-month": "3", "born_on-year": "2016",
                "died_on-day": "3", "died_on-month": "3", "died_on-year": "2016",
            },
            "must be after the date of birth",
        ),
        ({"interpreter": ""}, "Select whether they need an interpreter"),
    ],
)  # fmt: skip
def test_a_correction_that_cannot_be_right_changes_nothing(worker, grace, changes, why):
    answer = browser(worker).post(
        reverse("people:correct", args=[grace.pk]), corrected(grace, language="Twi", **changes)
    )
    assert why in text_of(answer)
    assert "Twi" in answer.text
    assert not lines("person.corrected")


def test_what_is_learned_is_added_and_nothing_is_taken_away(worker, grace):
    client, address = browser(worker), reverse("people:add", args=[grace.pk])
    said = {
        "given": "Gigi",
        "kind": "known_as",
        "lines": "3 Alder Road\nFlat 2",
        "postcode": "nf4 1lz",
        "number": "07700 900777",
        "scheme": "upn",
        "value": "X999999999999",
    }
    words = text_of(client.post(address, said, follow=True))
    for told in ("Also known as Gigi", "3 Alder Road", "NF4 1LZ", "07700 900777", "X999999999999"):
        assert told in words
    for held in ("12 Cobbold Street", "07700 900503", "9990541957"):
        assert held in words.replace("999 054 1957", "9990541957")
    assert "Okafor".upper() in text_of(look_for(client, "gigi"))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"postcode": ""}, "Enter a name, an address, a telephone or a number to add"),
        ({"given": "Gigi"}, "Select what sort of name it is"),
        ({"value": "123"}, "Select what sort of number it is"),
        ({"number": "none"}, "Enter a telephone number in figures"),
        ({"since-day": "1", "since-month": "2", "since-year": "2020"}, "Enter the address they moved to"),
    ],
)
def test_half_of_what_is_to_be_added_is_asked_for(worker, grace, said, why):
    answer = browser(worker).post(reverse("people:add", args=[grace.pk]), said)
    assert why in text_of(answer)


@pytest.mark.parametrize("name", ["correct", "add"])
def test_a_record_is_changed_by_the_desk_of_its_hub_alone(grace, name):
    address = reverse(f"people:{name}", args=[grace.pk])
    assert browser(StaffFactory(whole_desk=True)).get(address).status_code == 404
    assert browser(StaffFactory(hub=grace.hub, answerer=True)).get(address).status_code == 404
    assert browser(StaffFactory(hub=grace.hub, auditor=True)).get(address).status_code in {403, 404}
    barred = StaffFactory(hub=grace.hub, whole_desk=True)
    AccessFactory(staff=barred, person_id=grace.pk, bars=True)
    assert browser(barred).get(address).status_code == 404
