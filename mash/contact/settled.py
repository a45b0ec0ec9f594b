"""What workers said of who is in a contact, beside the records that they saw: what can be learned from."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from mash.contact.models import Answer, NotThisPerson, SetBeside, Settlement
from mash.people.decisions import Shown, Word
from mash.people.matching.remembered import read_back

KNOWN = {Answer.KNOWN.value: True, Answer.NEW.value: False}


def words(hub_id: uuid.UUID) -> Iterator[Word]:
    """Yield each worker's word that stands in a hub, with what they saw when they said it.

    What was decided before it was kept how the records compared is not among them.
    """
    said = {
        row.contact_person_id: row for row in Settlement.objects.filter(hub=hub_id, undone_at=None).iterator()
    }
    denied: dict[uuid.UUID, dict[uuid.UUID, datetime]] = defaultdict(dict)
    for about, person, at in NotThisPerson.objects.filter(hub=hub_id, undone_at=None).values_list(
        "contact_person", "person", "at"
    ):
        denied[about][person] = at
    for about, contact, shown in _seen(hub_id, {about: row.search for about, row in said.items()}):
        word = said.get(about)
        if not word and about not in denied:
            continue
        yield Word(
            together=contact,
            known=KNOWN.get(word.answer) if word else None,
            person=word.person_id if word else None,
            at=word.at if word else None,
            shown=shown,
            not_same=denied[about],
        )


def _seen(
    hub_id: uuid.UUID, searches: dict[uuid.UUID, uuid.UUID]
) -> Iterator[tuple[uuid.UUID, uuid.UUID, list[Shown]]]:
    """Yield each person in a contact, the contact, and whom the search showed that the word rests on, or the newest."""
    shown: dict[uuid.UUID, dict[uuid.UUID, list[Shown]]] = {}
    contacts: dict[uuid.UUID, uuid.UUID] = {}
    rows = SetBeside.objects.filter(hub=hub_id).order_by("at", "search", "place")
    for row in rows.select_related("contact_person").iterator():
        levels = read_back(row.levels)
        if levels is None:
            continue
        about = row.contact_person_id
        contacts[about] = row.contact_person.contact_id
        searched = shown.setdefault(about, {}).setdefault(row.search, [])
        searched.append(Shown(row.person_id, levels, row.claimed))
    for about, by_search in shown.items():
        newest = [*by_search.values()][-1]
        yield about, contacts[about], by_search.get(searches.get(about, uuid.UUID(int=0)), newest)
