"""All that a hub holds about one person, as whoever gathers may read it: one text for each thing that somebody wrote.

Records that were joined are read as one, and whoever a contact calls by another name counts once that was settled.  The
ledger is not gathered.  Nothing here reaches what is sealed.  One module reads one kind of source.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from mash.check.models import Answer, Sharing
from mash.contact.models import Contact
from mash.people.models import Person
from mash.subject_access.models import Found
from mash.subject_access.queries.gathering.alongside import alongside
from mash.subject_access.queries.gathering.at_agencies import at_agencies
from mash.subject_access.queries.gathering.cases import contacts_about, named_as
from mash.subject_access.queries.gathering.checked import checked
from mash.subject_access.queries.gathering.decided import decided, written
from mash.subject_access.queries.gathering.handed_over import with_services
from mash.subject_access.queries.gathering.others import others_in, own_names
from mash.subject_access.queries.gathering.panels import at_panels
from mash.subject_access.queries.gathering.plans import in_plans
from mash.subject_access.queries.gathering.received import beside, received
from mash.subject_access.queries.gathering.record import on_record
from mash.subject_access.queries.gathering.returned import in_earlier_returns
from mash.subject_access.queries.gathering.text import Text
from mash.subject_access.queries.gathering.triaged import triaged
from mash.subject_access.queries.gathering.watched import watched

__all__ = [
    "Text",
    "at_panels",
    "contacts_about",
    "gather",
    "in_plans",
    "named_as",
    "others_in",
    "own_names",
    "summaries_without_full_words",
]
OF_A_CONTACT: tuple[Callable[[Contact], Iterator[Text]], ...] = (
    received, beside, triaged, checked, decided, written, with_services,
)  # fmt: skip


def gather(person: Person, at: datetime) -> list[Text]:
    """Return every text about a person, in order: the record, contact by contact, plans and panels.

    Source: docs/rules.md, "Subject access".
    """
    person = Person.objects.select_related("hub").get(
        pk=person.pk
    )  # as it stands now, not when a page was opened
    found = list(on_record(person, at))
    for contact in contacts_about(person):
        for read in OF_A_CONTACT:
            found += read(contact)
        found += alongside(contact, person)
    for told in (at_agencies, in_plans, at_panels, in_earlier_returns, watched):
        found += told(person)
    return [text for text in found if text.text.strip()]


def summaries_without_full_words(request_id: uuid.UUID, contacts: Iterable[uuid.UUID]) -> int:
    """Return of how many summaries the full words were not gathered, since nobody who may read them has gathered."""
    summed = Answer.objects.filter(check_asked__contact__in=list(contacts), sharing=Sharing.SUMMARY)
    places = {f"check.fullanswer:{key}" for key in summed.values_list("pk", flat=True)}
    gathered = Found.objects.filter(request=request_id, place__in=places).values_list("place", flat=True)
    return len(places - set(gathered))
