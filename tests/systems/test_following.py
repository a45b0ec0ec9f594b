"""What became of what a system sent: its sender's words, of its own referrals, and nobody else's."""

import pytest
from django.db import connection

from mash.contact.models import Contact, Reply, ReplySeen
from mash.ledger.models import Entry
from mash.systems.models import Arrival, Key
from mash.systems.queries import ask_about
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory, ReplyFactory, a_message
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.systems import KeyFactory, SystemFactory
from tests.ledger.test_no_line_no_page import a_ledger_that_fails
from tests.systems.asking import Asking

pytestmark = pytest.mark.usefixtures("transactional_db")


def rows(model):
    return model.objects.using("builder")


@pytest.fixture
def key():
    return KeyFactory()


def sent(key, reference="A-1", **more):
    answer = Asking(key).send(a_message(reference, **more))
    assert answer.status_code == 201
    contact = rows(Contact).select_related("hub").get(reference=answer.json()["reference"])
    contact._state.db = contact.hub._state.db = "default"
    return contact


def test_a_sender_reads_what_it_was_told_and_that_is_written_down(key):
    contact = sent(key)
    ReplyFactory(contact=contact, kind="decided", words="A social worker visits.", at=contact.received_at)
    answer = Asking(key).get(f"/api/v1/referrals/{contact.reference}")
    assert answer.status_code == 200
    said = answer.json()
    assert {one["kind"] for one in said["told"]} == {"received", "decided"}
    assert "A social worker visits." in {one["words"] for one in said["told"]}
    assert rows(ReplySeen).count() == 2
    line = rows(Entry).get(event="referral.followed")
    assert line.actor == f"staff:{key.post_id}"


def test_a_list_says_where_each_is_and_nothing_of_anybody(key):
    contact = sent(key)
    ReplyFactory(
        contact=contact,
        kind="acknowledged",
        words="Somebody reads it.",
        at=contact.received_at.replace(year=2099),
    )
    answer = Asking(key).get("/api/v1/referrals")
    (row,) = answer.json()["referrals"]
    assert (row["reference"], row["sender_reference"]) == (contact.reference, "A-1")
    assert (row["stage"], row["stage_words"]) == ("acknowledged", "Read by a person")
    assert b"Okafor" not in answer.content
    assert not rows(ReplySeen).exists()


def test_a_long_list_comes_page_by_page_each_once(key):
    for number in range(7):
        sent(key, f"A-{number}")
    found, after = [], None
    for _ in range(4):
        said = Asking(key).get("/api/v1/referrals", limit=2, **({"after": after} if after else {})).json()
        found += [one["sender_reference"] for one in said["referrals"]]
        after = said["next"]
    assert found == [f"A-{number}" for number in range(7)]
    assert after is None


def test_one_is_found_by_the_sender_s_own_reference(key):
    sent(key, "A-1")
    contact = sent(key, "A-2")
    said = Asking(key).get("/api/v1/referrals", sender_reference="A-2").json()
    assert [one["reference"] for one in said["referrals"]] == [contact.reference]
    assert Asking(key).get("/api/v1/referrals", sender_reference="A-9").json()["referrals"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "9999"},
        {"limit": "²"},
        {"after": "x"},
        {"after": "0" * 32},
        {"sender_reference": "x" * 61},
    ],
)
def test_what_cannot_be_read_in_an_address_is_said(key, query):
    answer = Asking(key).get("/api/v1/referrals", **query)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.json()["detail"]


def strangers(key):
    """Yield keys that let nobody follow what `key` sent."""
    yield KeyFactory(system=SystemFactory(lead=StaffFactory(leads=True, hub=key.hub)))  # another agency's
    yield KeyFactory(
        system=SystemFactory(lead=key.post, name="Its other system")
    )  # the same agency's other system
    yield KeyFactory(system=SystemFactory())  # another hub's


def test_nobody_else_follows_it(key):
    contact = sent(key)
    for stranger in strangers(key):
        there = Asking(stranger).get(f"/api/v1/referrals/{contact.reference}")
        nowhere = Asking(stranger).get("/api/v1/referrals/NF-7K3M-2Q9")
        assert (
            (there.status_code, there.content)
            == (nowhere.status_code, nowhere.content)
            == (404, there.content)
        )
        assert Asking(stranger).get("/api/v1/referrals").json()["referrals"] == []


def test_of_its_own_reference_in_other_hands_a_system_learns_nothing(key):
    contact = ContactFactory(hub=key.hub)
    assert Asking(key).get(f"/api/v1/referrals/{contact.reference}").status_code == 404


def test_a_new_key_by_another_post_of_the_agency_follows_what_the_system_sent(key):
    contact = sent(key)
    next_one = KeyFactory(system=key.system)
    assert next_one.post_id != key.post_id
    assert Asking(next_one).get(f"/api/v1/referrals/{contact.reference}").status_code == 200


def test_whoever_is_kept_from_a_case_follows_it_by_no_system_either(key):
    contact = sent(key)
    AccessFactory(staff=key.post, contact_id=contact.pk, bars=True)
    assert Asking(key).get(f"/api/v1/referrals/{contact.reference}").status_code == 404


def test_without_its_line_nothing_is_shown(key):
    contact = sent(key)
    asking = Asking(key)
    asking.client.raise_request_exception = False
    with a_ledger_that_fails():
        for path in ("/api/v1/referrals", f"/api/v1/referrals/{contact.reference}"):
            answer = asking.client.get(path, HTTP_AUTHORIZATION=f"Bearer {asking.words}")
            assert answer.status_code == 503
            assert contact.reference.encode() not in answer.content


# Under the pages: what the database lets a post have


def seen_by(post, contact):
    with signed_in_as(post):
        before = Contact.objects.filter(pk=contact.pk).exists()
        ask_about([contact.pk])
        return (
            before,
            Contact.objects.filter(pk=contact.pk).exists(),
            Reply.objects.filter(contact=contact.pk).exists(),
        )


def test_the_database_opens_what_a_system_sent_to_the_post_behind_its_key_alone(key):
    contact = sent(key)
    assert seen_by(key.post, contact) == (False, True, True)
    for stranger in strangers(key):
        if stranger.post_id != key.post_id:
            assert seen_by(stranger.post, contact) == (False, False, False)
    colleague = StaffFactory(hub=key.hub, agency=key.system.agency, leads=True)
    assert seen_by(colleague, contact) == (False, False, False)


@pytest.mark.parametrize("what", ["key ended", "key ran out", "no scope"])
def test_the_database_closes_it_again(key, what):
    contact = sent(key)
    if what == "key ended":
        rows(Key).update(ended_at=MONDAY_9AM, ended_by=key.post_id)
    elif what == "key ran out":
        rows(Key).update(expires_at=key.at.replace(day=2))
    else:
        rows(type(key.system)).update(scopes=["referrals.send"])
    assert seen_by(key.post, contact) == (False, False, False)


def test_what_is_asked_about_is_forgotten_with_the_transaction(key):
    contact = sent(key)
    with signed_in_as(key.post):
        ask_about([contact.pk])
    with signed_in_as(key.post):
        assert not Contact.objects.filter(pk=contact.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('mash.asked_about', true)")
        assert not cursor.fetchone()[0]


def test_an_arrival_is_written_by_the_front_door_alone(key):
    from django.db import DatabaseError

    contact = sent(key)
    other = ContactFactory(hub=key.hub)
    with pytest.raises(DatabaseError), signed_in_as(key.post):
        Arrival.objects.create(
            hub_id=key.hub_id,
            system=key.system,
            contact=other,
            reference="X",
            sender_reference="X",
            at=MONDAY_9AM,
        )
    assert rows(Arrival).get().contact_id == contact.pk
