"""Taking a contact by telephone, as the worker does it, without JavaScript."""

import html
import re

import pytest

from mash.contact.models import Contact, Disputed
from tests.factories.base import browser, in_service
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
PAGE = "/contacts/by-telephone/"
CALL = {
    "people": "2",
    "relationships": "1",
    "kind": "school",
    "organisation": "Fernbank Primary",
    "caller_name": "Ines Duarte",
    "caller_email": "ines@fernbank.example.org",
    "subject": "child",
    "type": "safeguarding",
    "immediate_danger": "no",
    "what_happened": "Came to school without a coat.",
    "seen": "Thin jumper, blue lips.",
    "told": "His sister says there is no coat at home.",
    "opinion": "I think they have no money.",
    "categories": ["neglect"],
    "sought": "given",
    "agreed_by": "Grace Okafor",
    "covers": ["p1"],
    "family_aware": "yes",
    "p1-role": "child",
    "p1-given": "Daniel",
    "p1-family": "Okafor",
    "p1-born_on-day": "4",
    "p1-born_on-month": "3",
    "p1-born_on-year": "2016",
    "p2-role": "parent_or_carer",
    "p2-given": "Grace",
    "p2-family": "Okafor",
    "r1-from_ref": "p2",
    "r1-kind": "parent",
    "r1-to_ref": "p1",
    "r1-parental_responsibility": "yes",
}


@pytest.fixture
def worker():
    return StaffFactory(screener=True)


@pytest.fixture
def client(worker):
    return browser(worker)


def key_of(response):
    return html.unescape(re.search(r'name="key" value="([^"]+)"', response.content.decode())[1])


def opened(client):
    return {"key": key_of(client.get(PAGE))}


def carried(response):
    """Return every value that the page which checks the answers carries."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode())
    found = {}
    for name, value in pairs:
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


def contacts():
    return list(Contact.objects.using("builder").all())


def test_a_call_is_written_down_checked_and_sent(client, worker):
    checked = client.post(PAGE, opened(client) | CALL | {"step": "check"})
    assert "Check the answers" in checked.content.decode()
    assert not contacts()

    sent = client.post(PAGE, carried(checked) | {"step": "send"})
    (contact,) = contacts()
    assert sent.url == f"/contacts/{contact.pk}/taken/"
    assert (contact.channel, contact.taken_by_id) == ("telephone", worker.pk)
    assert contact.message["agreement"] == {
        "family_aware": True,
        "sought": "given",
        "by": "Grace Okafor",
        "covers": ["p1"],
    }
    assert contact.message["relationships"][0]["parental_responsibility"] is True
    with in_service("intake"):
        assert [str(person) for person in contact.people.order_by("ref")] == [
            "OKAFOR, Daniel",
            "OKAFOR, Grace",
        ]


def test_seen_told_and_thought_are_kept_apart(client):
    checked = client.post(PAGE, opened(client) | CALL | {"step": "check"})
    client.post(PAGE, carried(checked) | {"step": "send"})
    assert contacts()[0].message["concern"]["seen_or_told"] == (
        "Seen or heard by the caller: Thin jumper, blue lips.\n\n"
        "Told to the caller: His sister says there is no coat at home.\n\n"
        "The caller’s opinion: I think they have no money."
    )


def test_the_reference_is_read_out(client):
    checked = client.post(PAGE, opened(client) | CALL | {"step": "check"})
    sent = client.post(PAGE, carried(checked) | {"step": "send"}, follow=True)
    assert contacts()[0].reference in sent.content.decode()


def test_sent_twice_it_is_one_contact(client):
    checked = client.post(PAGE, opened(client) | CALL | {"step": "check"})
    first = client.post(PAGE, carried(checked) | {"step": "send"})
    second = client.post(PAGE, carried(checked) | {"step": "send"})
    assert first.url == second.url
    assert len(contacts()) == 1


def test_changed_after_sending_it_is_kept_beside_and_changes_nothing(client):
    checked = client.post(PAGE, opened(client) | CALL | {"step": "check"})
    client.post(PAGE, carried(checked) | {"step": "send"})
    changed = {"what_happened": "He had a coat after all.", "organisation": "Elm Road Infants"}
    answer = client.post(PAGE, carried(checked) | changed | {"step": "send"})
    (contact,) = contacts()
    assert contact.message["concern"]["what_happened"] == "Came to school without a coat."
    assert contact.reference in answer.content.decode()
    assert Disputed.objects.using("builder").count() == 1


def test_nothing_is_preselected(client):
    page = client.get(PAGE).content.decode()
    assert " checked" not in page
    assert not re.findall(r'<option value="[^"]+" selected', page)


def test_an_error_keeps_every_value_and_says_what_to_mend(client):
    answer = client.post(
        PAGE,
        opened(client)
        | CALL
        | {"what_happened": "", "p1-born_on-day": "31", "p1-born_on-month": "2", "step": "check"},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Error: " in page
    assert "Date of birth must be a real date" in page
    for value in ("Thin jumper, blue lips.", "ines@fernbank.example.org", "Grace Okafor", "Fernbank Primary"):
        assert value in page
    assert re.search(r'value="neglect"[^>]* checked', page)
    assert re.search(r'value="school"[^>]* checked', page)


def test_what_the_message_itself_refuses_is_said_beside_its_box(client, monkeypatch):
    from mash.contact import telephone
    from mash.contact.refusals import Refusal, Refused

    def refuse(raw):
        raise Refused([Refusal("people[1].name.given", "holds a character that cannot be kept")])

    monkeypatch.setattr(telephone, "parse", refuse)
    page = client.post(PAGE, opened(client) | CALL | {"step": "check"}).content.decode()
    assert "holds a character that cannot be kept" in page
    assert 'href="#id_p2-given"' in page


def test_a_person_is_added_and_taken_away_without_losing_anything(client):
    added = client.post(PAGE, opened(client) | CALL | {"step": "add-person"}).content.decode()
    assert "Person 3" in added
    assert "There is a problem" not in added
    fewer = client.post(PAGE, opened(client) | CALL | {"step": "drop-p1"}).content.decode()
    assert "Person 2" not in fewer
    assert 'value="Grace"' in fewer
    assert 'value="Daniel"' not in fewer


def test_who_is_renumbered_keeps_their_relationships_and_agreement(client):
    three = CALL | {
        "people": "3",
        "p3-role": "sibling",
        "p3-given": "Ruth",
        "covers": ["p1", "p3"],
        "r1-from_ref": "p3",
        "r1-kind": "sibling",
    }
    fewer = client.post(PAGE, opened(client) | three | {"step": "drop-p2"})
    page = fewer.content.decode()
    assert re.search(r'name="p2-given"[^>]*value="Ruth"', page)
    assert re.search(r'name="covers"[^>]*value="p2"[^>]* checked', page)
    assert re.search(r'<option value="p2" selected', page)


def test_ten_people_are_not_mixed_up_when_the_second_goes(client):
    many = CALL | {"people": "12"} | {f"p{n}-given": f"Child {n}" for n in range(1, 13)}
    page = client.post(PAGE, opened(client) | many | {"step": "drop-p2"}).content.decode()
    found = re.findall(r'name="p\d+-given"[^>]*value="(Child \d+)"', page)
    assert found == [f"Child {n}" for n in (1, *range(3, 13))]


def test_going_back_to_change_keeps_everything(client):
    checked = client.post(PAGE, opened(client) | CALL | {"step": "check"})
    page = client.post(PAGE, carried(checked) | {"step": "change"}).content.decode()
    assert "Thin jumper, blue lips." in page
    assert "There is a problem" not in page


def test_a_key_that_is_not_ours_is_replaced_and_nothing_is_lost(client):
    answer = client.post(PAGE, CALL | {"key": "made up", "step": "check"})
    assert "Thin jumper" in answer.content.decode()
    assert key_of(answer) != "made up"


def test_who_may_not_take_a_call_is_told_why():
    answer = browser(StaffFactory(answerer=True)).get(PAGE)
    assert answer.status_code == 403
    assert "Only staff who screen contacts" in answer.content.decode()


def test_the_page_of_another_hubs_contact_is_not_there(client):
    checked = client.post(PAGE, opened(client) | CALL | {"step": "check"})
    sent = client.post(PAGE, carried(checked) | {"step": "send"})
    assert browser(StaffFactory(whole_desk=True)).get(sent.url).status_code == 404


def test_a_protected_address_is_on_no_page_once_sent(client):
    hidden = {"p2-address": "c/o Harbour\r\nUnit 3 Quay Row", "p2-postcode": "HV2 6FF", "p2-protected": "on"}
    checked = client.post(PAGE, opened(client) | CALL | hidden | {"step": "check"})
    sent = client.post(PAGE, carried(checked) | {"step": "send"}, follow=True)
    assert "HV2 6FF" not in sent.content.decode()
    assert contacts()[0].message["people"][1]["address"] == {"protected": True}
