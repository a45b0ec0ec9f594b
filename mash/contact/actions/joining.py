"""Two records of one person, as the contacts that tell of them need it: whoever is kept from one is kept from all."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.contact.actions.allocating import tell_allocated
from mash.contact.models import AT_RISK, Contact, Settlement
from mash.partnership.actions.access import keep_out_of_these_too
from mash.partnership.models import Staff
from mash.people import actions as people
from mash.people.joined import as_one
from mash.people.models import Joining, Person


@transaction.atomic
def join_records(*, person: Person, into: Person, why: str, by: Staff, at: datetime) -> Joining:
    """Say that two records are one person; return the word.

    Whoever is kept from either record or from a contact about it is kept from both and from all such contacts, and
    stays so if the records are separated again.  Whoever works with the person already is let in and told.

    Raises as `mash.people.actions.join`.

    Source: docs/rules.md, "Two records of one person", "Access", "Known already, open already".
    """
    said = people.join(person=person, into=into, why=why, by=by, at=at)
    records = as_one([said.into_id])
    told = contacts_about(records)
    keep_out_of_these_too(contacts=[one.pk for one in told], people=records, by=by, at=at)
    at_risk = contacts_about(records, at_risk=True)
    for contact in at_risk:
        tell_allocated(contact=contact, people=records, by=by, at=at)
    return said


def contacts_about(people_known: set[uuid.UUID], *, at_risk: bool = False) -> list[Contact]:
    """Return the contacts in which one of these records is settled, the newest first.

    at_risk: those in which they are the child or the adult at risk.
    """
    said = Settlement.objects.filter(person__in=people_known, undone_at=None)
    if at_risk:
        said = said.filter(contact_person__role__in=AT_RISK)
    return list(
        Contact.objects.filter(pk__in=said.values("contact_person__contact")).order_by("-received_at", "pk")
    )
