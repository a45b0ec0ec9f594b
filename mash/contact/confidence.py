"""Whether the unit holds something on anybody in a contact who is on no list: what the cleared alone are told."""

import uuid
from collections.abc import Sequence

from mash.contact.models import Contact, ContactPerson, Settlement
from mash.contact.queries import details_of
from mash.partnership.models import Staff
from mash.people.details import Details
from mash.people.held import known
from mash.people.joined import counts, records_of_each
from mash.sealed.queries import ask_the_unit


def unit_knows(staff: Staff, contacts: Sequence[Contact]) -> set[uuid.UUID]:
    """Return the keys of those contacts in which somebody is to be asked about at the unit.

    People are asked about as the contacts describe them, and as the records say whom they were settled to be.  For
    whoever is not cleared there are none, after the same work.

    Source: docs/rules.md, "People whom only the unit knows".
    """
    cases = [one.pk for one in contacts]
    named = ContactPerson.objects.filter(contact__in=cases).select_related("contact").order_by("pk")
    asked: list[tuple[uuid.UUID, Details]] = [(one.contact_id, details_of(one)) for one in named]
    said = Settlement.objects.filter(contact_person__contact__in=cases, person__isnull=False, undone_at=None)
    settled = said.values_list("contact_person__contact", counts())
    people = list(settled.order_by("pk"))
    joined = records_of_each({person for _, person in people})
    of_case = [(case, record) for case, person in people for record in joined[person]]
    on_record = known([record for _, record in of_case])
    asked += [(case, on_record[person]) for case, person in of_case if person in on_record]
    held = ask_the_unit(staff, [described for _, described in asked])
    return {case for (case, _), is_held in zip(asked, held, strict=True) if is_held}
