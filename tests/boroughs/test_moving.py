"""A family that moves: the first hub keeps the duty until the other accepts in writing."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import Http404

from mash.boroughs import actions, queries
from mash.boroughs.actions.telling import tell_sender
from mash.boroughs.models import Transfer, TransferWord
from mash.contact.models import Contact, ContactPerson
from mash.ledger.models import Entry
from tests.boroughs.story import MONDAY_9AM, Side, a_moved_family, send
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import doing

pytestmark = pytest.mark.usefixtures("transactional_db")
ACCEPTED = {"worker_name": "Bea Lund", "words": "We hold her from today.", "at": MONDAY_9AM}


@pytest.fixture
def here():
    return Side()


@pytest.fixture
def there():
    return Side()


@pytest.fixture
def outcome(here):
    return a_moved_family(here)


@pytest.fixture
def transfer(here, there, outcome):
    made = send(here, there, outcome)
    made.hub, made.to = here.hub, there.hub
    return made


def word_of(side, transfer):
    with signed_in_as(side.decider):
        return TransferWord.objects.filter(transfer=transfer).first()


def test_what_is_sent_names_people_and_no_address(here, transfer):
    assert transfer.people == [
        {"given": "Tamsin", "family": "Quillfeather", "born_on": "", "sex": "", "role": "child"}
    ]


def test_accepted_it_is_a_contact_on_the_other_line_with_a_clock_from_now(here, there, transfer):
    made = doing(there.decider, actions.accept, transfer=transfer, **ACCEPTED)
    with signed_in_as(there.decider):
        contact = Contact.objects.get(pk=made.pk)
        assert (contact.hub_id, contact.received_at) == (there.hub.pk, MONDAY_9AM)
        assert contact.source_kind == "other_authority"
        assert [one.family for one in ContactPerson.objects.filter(contact=contact)] == ["Quillfeather"]
    with signed_in_as(here.decider):
        assert not Contact.objects.filter(pk=made.pk).exists()
    word = word_of(here, transfer)
    assert (word.kind, word.worker_name, word.words) == ("accepted", "Bea Lund", "We hold her from today.")
    with in_service("boroughs"):
        tell_sender(transfer_id=transfer.pk, at=MONDAY_9AM)
    assert Entry.objects.using("builder").filter(hub_id=here.hub.pk, event="transfer.taken_on").count() == 1


def test_until_somebody_accepts_nothing_is_on_the_other_line(there, transfer):
    with signed_in_as(there.decider):
        assert Contact.objects.count() == 1


def test_a_transfer_has_one_answer(here, there, transfer):
    doing(there.decider, actions.decline, transfer=transfer, words="They live elsewhere.", at=MONDAY_9AM)
    with pytest.raises(actions.NotWhole, match="its answer already"):
        doing(there.decider, actions.accept, transfer=transfer, **ACCEPTED)
    with pytest.raises(actions.NotWhole, match="its answer already"):
        doing(here.decider, actions.take_back, transfer=transfer, words="x", at=MONDAY_9AM)


def test_declined_it_can_be_sent_again_and_accepted_it_cannot(here, there, outcome, transfer):
    with pytest.raises(actions.NotWhole, match="sent already"):
        send(here, there, outcome)
    doing(there.decider, actions.decline, transfer=transfer, words="Not ours.", at=MONDAY_9AM)
    second = send(here, there, outcome)
    assert second.number == 2
    second.hub, second.to = here.hub, there.hub
    doing(there.decider, actions.accept, transfer=second, **ACCEPTED)
    with pytest.raises(actions.NotWhole, match="sent already"):
        send(here, there, outcome)


def test_one_form_sent_twice_sends_one(here, there, outcome):
    key = uuid.uuid4()
    assert send(here, there, outcome, key=key) == send(here, there, outcome, key=key)


def test_each_hub_says_only_what_is_its_own_to_say(here, there, transfer):
    with pytest.raises(actions.NotWhole, match="other hub"):
        doing(here.decider, actions.accept, transfer=transfer, **ACCEPTED)
    with pytest.raises(actions.NotWhole, match="other hub"):
        doing(there.decider, actions.take_back, transfer=transfer, words="x", at=MONDAY_9AM)
    with pytest.raises(PermissionDenied):
        doing(there.screener, actions.accept, transfer=transfer, **ACCEPTED)


def test_a_third_hub_and_who_only_screens_see_nothing(here, there, transfer):
    third = Side()
    for staff in (third.decider, there.screener):
        with signed_in_as(staff):
            assert not Transfer.objects.exists()
            with pytest.raises(Http404):
                queries.find_transfer(staff, transfer.pk)


@pytest.mark.parametrize("kind", ["accepted", "withdrawn"])
def test_raw_sql_does_not_answer_for_another_hub(here, there, transfer, kind):
    wrong = here if kind == "accepted" else there
    words = (
        "INSERT INTO boroughs_transferword "
        "(id, hub_id, transfer_id, kind, worker_name, said_by, words, made, by_post, at) "
        "VALUES (gen_random_uuid(), %s, %s, %s, 'x', 'x', 'x', gen_random_uuid(), %s, now())"
    )
    for hub in (here.hub.pk, there.hub.pk):
        with pytest.raises(DatabaseError), signed_in_as(wrong.decider), connection.cursor() as cursor:
            cursor.execute(words, [hub, transfer.pk, kind, wrong.decider.pk])


def test_the_pages_send_and_take_on(here, there, outcome):
    page = browser(here.decider)
    address = f"/other-hubs/families/send/{outcome.pk}/"
    assert there.hub.name in page.get(address).content.decode()
    wrong = page.post(address, {"key": uuid.uuid4(), "lives": "Kept words"}).content.decode()
    assert "There is a problem" in wrong
    assert "Kept words" in wrong
    said = {
        "key": uuid.uuid4(),
        "to": there.hub.pk,
        "lives": "x",
        "worries": "x",
        "safety": "x",
        "reach": "x",
    }
    assert "No answer yet" in page.post(address, said, follow=True).content.decode()
    with signed_in_as(there.decider):
        (one,) = queries.on_their_way(there.decider)
    other = browser(there.decider)
    assert "No answer yet" in other.get("/other-hubs/families/").content.decode()
    assert "Take this family on" in other.get(f"/other-hubs/families/{one.pk}/").content.decode()
    taken_on = {"worker_name": "Bea Lund", "words": "Ours."}
    done = other.post(f"/other-hubs/families/{one.pk}/accept/", taken_on, follow=True)
    assert "Held by Bea Lund" in done.content.decode()
    assert "Accepted" in page.get(f"/other-hubs/families/{one.pk}/").content.decode()
    assert browser(there.screener).get(f"/other-hubs/families/{one.pk}/").status_code == 404
    assert page.get(f"/other-hubs/families/{one.pk}/accept/").status_code == 404


WAYS = {  # of ending a transfer: which side says it, and what the other reads
    "decline": ("there", "Declined"),
    "back": ("here", "Taken back"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_pages_decline_and_take_back_in_words_once(here, there, transfer, way):
    says, shown = WAYS[way]
    sides = {"here": here, "there": there}
    by = browser(sides[says].decider)
    other = browser(sides[{"here": "there", "there": "here"}[says]].decider)
    address, page = f"/other-hubs/families/{transfer.pk}/{way}/", f"/other-hubs/families/{transfer.pk}/"
    wrong = by.post(address, {"why": " "}).content.decode()
    assert "There is a problem" in wrong
    assert "No answer yet" in by.get(page).content.decode()
    assert other.get(address).status_code == other.post(address, {"why": "Ours."}).status_code == 404
    for who in (sides[says].screener, Side().decider):
        assert browser(who).post(address, {"why": "Mine."}).status_code in {403, 404}
    done = by.post(address, {"why": "They moved on to the coast."}, follow=True).content.decode()
    assert "The other hub reads your words" in done
    read = other.get(page).content.decode()
    assert shown in read
    assert "They moved on to the coast." in read
    again = by.post(address, {"why": "Pressed twice."}).content.decode()
    assert actions.moving.NOT_WAITING in again
    assert "Pressed twice." in again
    word = TransferWord.objects.using("builder").get()
    assert word.words == "They moved on to the coast."


def test_two_answers_at_once_leave_one(here, there, transfer):
    doing(here.decider, actions.take_back, transfer=transfer, words="They came back.", at=MONDAY_9AM)
    late = browser(there.decider).post(
        f"/other-hubs/families/{transfer.pk}/accept/", {"worker_name": "Bea Lund", "words": "Ours."}
    )
    assert actions.moving.NOT_WAITING in late.content.decode()
    assert not Contact.objects.using("builder").filter(hub=there.hub, channel="api").exists()
