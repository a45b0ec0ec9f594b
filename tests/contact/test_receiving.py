"""Taking in a message: once, frozen, whole, and without what must not be shown."""

import base64
import hashlib
import json
import threading

import pytest
from django.db import connection, connections

from mash.contact import actions, queries
from mash.contact.actions import receiving
from mash.contact.message import parse
from mash.contact.models import (
    Attachment,
    Contact,
    ContactPerson,
    ContactRelationship,
    Referrer,
    Reply,
    Warned,
)
from mash.ledger.models import Entry
from mash.partnership.models import Email
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import A_CHILD, A_PARENT, a_message
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
REFUGE = {"lines": ["c/o Harbour", "Unit 3 Quay Row"], "postcode": "HV2 6FF", "protected": True}
EVERYTHING = [Contact, ContactPerson, ContactRelationship, Attachment, Referrer, Reply, Warned, Email, Entry]


def message(reference="S-1", **changes):
    return parse(json.dumps(a_message(reference, **changes)).encode())


def take(one, hub, **changes):
    with in_service("intake"):
        return actions.receive(one, **({"hub": hub, "channel": "file", "received_at": MONDAY_9AM} | changes))


def take_other_content(one, hub):
    """Send something else under a reference in use; return why it is refused, which undoes nothing."""
    with in_service("intake"), pytest.raises(actions.DifferentContent) as refused:
        actions.receive(one, hub=hub, channel="file", received_at=MONDAY_9AM)
    return refused.value


def counts():
    return {model.__name__: model.objects.using("builder").count() for model in EVERYTHING}


def test_a_message_becomes_a_frozen_contact_with_its_people():
    hub = HubFactory(prefix="NF")
    relationships = [{"from": "p2", "to": "p1", "kind": "parent", "parental_responsibility": True}]
    contact, is_new = take(message(relationships=relationships), hub)

    assert is_new
    assert contact.reference.startswith("NF-")
    with in_service("intake"):
        held = Contact.objects.get(pk=contact.pk)
        assert held.message["concern"]["what_happened"].startswith("Came to school")
        assert [(person.ref, person.given) for person in held.people.order_by("ref")] == [
            ("p1", "Daniel"),
            ("p2", "Grace"),
        ]
        assert held.relationships.get().parental_responsibility is True
        assert held.referrer.name == "Ines Duarte"


def test_a_machines_receipt_says_that_nobody_has_read_it():
    contact, _ = take(message(), HubFactory())
    with in_service("intake"):
        said = contact.replies.get()
    assert (said.kind, said.by) == ("received", None)
    assert "nobody has read it yet" in said.words


def test_the_referrer_is_sent_an_email_with_the_reference_and_nothing_else():
    source = {"kind": "school", "organisation": "Fernbank Primary", "email": "ines@fernbank.example.org"}
    contact, _ = take(message(source=source), HubFactory())
    email = Email.objects.using("builder").get()
    assert email.to == "ines@fernbank.example.org"
    assert contact.reference in email.subject
    assert not [
        word for word in ("Daniel", "Okafor", "coat", "Fernbank") if word in email.subject + email.body
    ]


def test_the_same_message_again_changes_nothing_and_answers_as_the_first_did():
    hub = HubFactory()
    first, _ = take(message(), hub)
    before = counts()
    again, is_new = take(message(), hub)
    assert (again.pk, again.reference, is_new) == (first.pk, first.reference, False)
    assert counts() == before


def test_an_organisation_is_the_same_however_its_name_is_written():
    hub = HubFactory()
    take(message(source={"kind": "school", "organisation": "Fernbank Primary"}), hub)
    take_other_content(message(source={"kind": "school", "organisation": "FERNBANK  primary"}), hub)


def test_one_reference_of_two_organisations_or_two_hubs_is_not_the_same():
    hub = HubFactory()
    take(message(), hub)
    assert take(message(source={"kind": "school", "organisation": "Elm Road Infants"}), hub)[1]
    assert take(message(), HubFactory())[1]


def test_other_content_under_a_reference_is_refused_and_kept_for_a_person():
    hub = HubFactory()
    first, _ = take(message(), hub)
    changed = {"what_happened": "It was nothing after all."}
    for _ in range(2):  # sent again it is kept once
        refused = take_other_content(message(concern=changed), hub)
        assert refused.path == "reference"
        assert first.reference in refused.reason

    worker = StaffFactory(hub=hub, screener=True)
    with signed_in_as(worker):
        (kept,) = queries.disputed(worker)
        assert kept.contact == first
        assert kept.message["concern"]["what_happened"] == "It was nothing after all."
        assert kept.contact.message["concern"]["what_happened"].startswith("Came to school")


def test_what_is_disputed_is_not_shown_to_a_stranger():
    hub = HubFactory()
    take(message(), hub)
    take_other_content(message(concern={"what_happened": "Other."}), hub)
    stranger = StaffFactory(whole_desk=True)
    with signed_in_as(stranger):
        assert not queries.disputed(stranger)


def test_a_protected_address_goes_into_the_sealed_room_and_stands_in_no_other_table():
    hub = HubFactory()
    child = A_CHILD | {"address": REFUGE}
    words = {"what_happened": "They are at hv26ff now, Unit 3 Quay Row."}
    contact, _ = take(message(people=[child, A_PARENT], concern=words), hub)

    assert not everywhere("HV2 6FF", "hv26ff", "Quay Row", "c/o Harbour")
    with in_service("intake"):
        person = contact.people.get(ref="p1")
    assert (person.protected, person.lines, person.postcode) == (True, [], "")
    assert sealed_words(hub, contact) == [
        {
            "lines": ["c/o Harbour", "Unit 3 Quay Row"],
            "postcode": "HV2 6FF",
            "words": {"concern.what_happened": words["what_happened"]},
        }
    ]


def test_a_protected_address_in_a_disputed_message_is_sealed_too():
    hub = HubFactory()
    contact, _ = take(message(), hub)
    take_other_content(message(people=[A_CHILD | {"address": REFUGE}]), hub)
    assert not everywhere("HV2 6FF", "Quay Row")
    assert [one["postcode"] for one in sealed_words(hub, contact)] == ["HV2 6FF"]


def sealed_words(hub, contact):
    from mash.sealed.queries import items_for

    cleared = StaffFactory(hub=hub, cleared=True)
    with signed_in_as(cleared):
        return [json.loads(item.words) for item in items_for(cleared, contact.pk, at=MONDAY_9AM)]


def everywhere(*needles):
    """Return the tables outside the sealed room in which one of these stands, in any column."""
    with connections["builder"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = set()
        for table in tables:
            for needle in needles:
                cursor.execute(f"SELECT 1 FROM {table} t WHERE t::text ILIKE %s LIMIT 1", [f"%{needle}%"])
                if cursor.fetchone():
                    found.add((table, needle))
    return found


def test_looking_everywhere_finds_what_is_there():
    take(message(people=[A_CHILD | {"address": REFUGE | {"protected": False}}]), HubFactory())
    assert ("contact_contactperson", "HV2 6FF") in everywhere("HV2 6FF")


def test_a_member_of_the_public_is_named_in_one_table_that_agencies_never_see():
    source = {
        "kind": "public",
        "name": "Malcolm Eade",
        "phone": "07700 900486",
        "email": "m.eade@example.org",
    }
    contact, _ = take(message(source=source), HubFactory())
    assert everywhere("Malcolm", "900486") == {
        ("contact_referrer", "Malcolm"),
        ("contact_referrer", "900486"),
    }
    assert everywhere("m.eade@") == {("contact_referrer", "m.eade@"), ("partnership_email", "m.eade@")}
    with in_service("intake"):
        assert queries.source_for_agencies(contact) == "A member of the public"


def test_the_name_of_a_refuge_does_not_reach_agencies():
    source = {"kind": "voluntary", "organisation": "Harbour Refuge"}
    contact, _ = take(message(source=source, people=[A_CHILD | {"address": REFUGE}]), HubFactory())
    with in_service("intake"):
        assert "Harbour" not in queries.source_for_agencies(contact)


def test_an_attachment_is_kept_with_its_size_and_sum_and_is_not_in_the_message():
    body = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
    files = [
        {
            "name": "../body-map.pdf",
            "media_type": "application/pdf",
            "base64": base64.b64encode(body).decode(),
        }
    ]
    contact, _ = take(message(attachments=files), HubFactory())
    with in_service("intake"):
        kept = contact.attachments.get()
    assert (kept.size, kept.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert bytes(kept.body) == body
    assert "base64" not in contact.message["attachments"][0]


def test_words_too_long_for_a_list_are_cut_there_and_stay_whole_in_the_message():
    long = "Bartholomew" * 30
    contact, _ = take(message(people=[A_CHILD | {"given": long}]), HubFactory())
    with in_service("intake"):
        assert len(contact.people.get().given) == 120
        assert contact.message["people"][0]["name"]["given"] == long
        assert contact.warnings.filter(path="people[0].given").exists()


@pytest.mark.parametrize("table", EVERYTHING[1:])
def test_a_crash_after_the_contacts_row_leaves_nothing(table, monkeypatch):
    hub = HubFactory()

    def crash(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(table.objects, "bulk_create", crash)
    source = {"kind": "school", "organisation": "Fernbank Primary", "email": "ines@fernbank.example.org"}
    with pytest.raises(ZeroDivisionError):
        take(message(source=source), hub)
    assert not any(counts().values())


def test_a_reference_already_taken_is_drawn_again(monkeypatch):
    hub = HubFactory()
    first, _ = take(message("S-1"), hub)
    drawn = iter([first.reference, first.reference, "NF-2AAA-AAA"])
    monkeypatch.setattr(receiving, "new_reference", lambda prefix: next(drawn))
    second, is_new = take(message("S-2"), hub)
    assert is_new
    assert second.reference == "NF-2AAA-AAA"


def test_of_two_that_arrive_at_one_moment_one_is_taken():
    hub, start, found = HubFactory(), threading.Barrier(2), []

    def arrive():
        try:
            start.wait(timeout=10)
            found.append(take(message(), hub))
        finally:
            connection.close()
            connections["builder"].close()

    threads = [threading.Thread(target=arrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(is_new for _, is_new in found) == [False, True]
    assert len({contact.pk for contact, _ in found}) == 1
    assert counts()["Contact"] == 1
    assert counts()["Reply"] == 1


def test_the_record_says_that_a_contact_was_received_and_nothing_of_it():
    contact, _ = take(message(), HubFactory())
    (line,) = Entry.objects.using("builder").filter(event="contact.received")
    assert line.about == f"contact.contact:{contact.pk}"
    assert line.detail == {"channel": "file", "people": 2, "warnings": 1}
    assert not [word for word in ("Okafor", "coat") if word in str(line.detail) + line.why]
