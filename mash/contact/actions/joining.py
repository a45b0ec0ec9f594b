"""Two records of one person, as the contacts that tell of them need it: whoever is kept from one is kept from all."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.common.jobs import order_from
from mash.contact.actions.allocating import tell_allocated
from mash.contact.models import AT_RISK, Contact, Settlement
from mash.partnership.actions.access import keep_out_of_these_too
from mash.partnership.models import Staff
from mash.people import actions as people
from mash.people.joined import as_one
from mash.people.models import Joining, Person

EVERYWHERE = "mash.contact.jobs.keep_out_everywhere"


@transaction.atomic
def join_records(*, person: Person, into: Person, why: str, by: Staff, at: datetime) -> Joining:
    """Say that two records are one person; return the word.

    Whoever is kept from either record is kept from both and from every contact about either, and stays so if the
    records are separated again.  Whoever works with the person already is let in and told.

    Raises as `mash.people.actions.join`.

    Source: docs/rules.md, "Two records of one person", "Access", "Known already, open already".
    """
    said = people.join(person=person, into=into, why=why, by=by, at=at)
    who_may_see_it_now(joining=said, at=at)
    order_from("reminders", EVERYWHERE, joining_id=str(said.pk))
    return said


@transaction.atomic
def who_may_see_it_now(*, joining: Joining, at: datetime) -> None:
    """Do what joining two records does to the contacts that tell of them, as far as whoever acts sees these.

    The worker's own share is done with their word; a program, who sees the whole hub, does the rest.  Done again,
    nothing happens.

    Source: docs/rules.md, "Two records of one person", "Access", "Known already, open already".
    """
    records = as_one([joining.into_id])
    told = [one.pk for one in contacts_about(records)]
    keep_out_of_these_too(contacts=told, people=records, by=joining.by, at=at)
    for contact in contacts_about(records, at_risk=True):
        tell_allocated(contact=contact, people=records, by=joining.by, at=at)


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
