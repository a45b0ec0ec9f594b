"""An auditor follows a complaint: from the name to who saw the record, to the worker's day, to what they conclude."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from mash.ledger.actions import record
from mash.people.actions import note_search, note_seen
from mash.people.tokens import read
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory, ContactPersonFactory
from tests.factories.partnership import AccountFactory, StaffFactory
from tests.factories.people import a_known_person


def test_an_auditor_follows_a_complaint_to_a_conclusion(transactional_db, visitor, width):
    at = timezone.now() - timedelta(hours=1)
    contact = ContactFactory(reference="NF-4KM2-7Q0", received_at=at)
    ContactPersonFactory(contact=contact, hub=contact.hub, given="Ama", family="Larkspur")
    person = a_known_person(contact.hub, given="Ama", family="Larkspur")
    worker = StaffFactory(
        hub=contact.hub, account=AccountFactory(name="Rosa Larkspur"), screener=True, title="Screener"
    )
    with signed_in_as(worker):
        note_search(terms=read("ama larkspur").terms, found=[person.pk], by=worker, at=at)
        note_seen(person=person, at=at)
        record("contact.seen", about=contact, at=at, hub_id=contact.hub_id, detail={"page": "case"})

    auditor = visitor(StaffFactory(hub=contact.hub, auditor=True), width=width)
    auditor.opens(reverse("desk:audit"))
    auditor.photographs("audit")
    auditor.follows("Searches")
    auditor.fills("Name", "Ama Larkspur")
    auditor.fills("Why do you ask?", "Complaint 17")
    auditor.presses("Ask")
    assert auditor.sees("Rosa Larkspur")
    auditor.photographs("audit_searches")
    auditor.follows("Audit")
    auditor.follows("Who saw a person")
    auditor.presses("Find the record")
    assert auditor.sees("Enter why you ask")
    auditor.fills("Name", "Ama Larkspur")
    auditor.fills("Why do you ask?", "Complaint 17")
    auditor.presses("Find the record")
    auditor.photographs("audit_people")
    auditor.follows("Ama Larkspur")
    assert auditor.sees("Saw the person’s record")
    auditor.photographs("audit_person")
    auditor.follows("Rosa Larkspur")
    assert auditor.sees("NF-4KM2-7Q0")
    auditor.photographs("audit_worker")
    auditor.follows("NF-4KM2-7Q0")
    assert auditor.sees("Works at the hub’s desk")
    auditor.photographs("audit_case")

    auditor.opens(reverse("desk:audit_unusual"))
    assert auditor.sees("Own family name")
    auditor.photographs("audit_unusual")
    auditor.follows("Conclude", exact=False)
    auditor.presses("Keep this")
    assert auditor.sees("Choose what you conclude")
    auditor.photographs("audit_conclude")
    auditor.page.get_by_label("To be followed up").check()
    auditor.fills("Why?", "Ask her manager whether she is related")
    auditor.presses("Keep this")
    auditor.opens(reverse("desk:audit"))
    assert auditor.sees("Ask her manager whether she is related")
    auditor.opens(reverse("desk:audit_refusals"))
