"""What panels wrote down of a person, what agencies said there, and what was decided."""

import uuid
from collections.abc import Iterator
from typing import Any

from mash.panel.models import (
    Action,
    Concluded,
    Confirmed,
    Correction,
    Item,
    MinutesPart,
    OwnCheck,
    Progress,
    WentUp,
)
from mash.people.joined import as_one
from mash.people.models import Person
from mash.subject_access.queries.gathering.text import Text, day_of, said_of, written_words

OF_AN_ITEM: tuple[tuple[type[Any], str], ...] = (
    (OwnCheck, "What an agency found in its own records"),
    (Concluded, "What a panel decided"),
    (Confirmed, "What an agency said of that"),
    (Action, "What somebody was to do"),
    (Progress, "How that went"),
    (WentUp, "What the hub was told from the panel"),
    (Correction, "What an agency corrected in the minutes"),
)
AN_AGENCYS = (OwnCheck, Confirmed, Correction, Action)


def at_panels(person: Person) -> Iterator[Text]:
    """Yield what stands at panels about a person, with whose information it is."""
    found = Item.objects.filter(person__in=as_one([person.pk])).order_by("at", "pk")
    for item in found.select_related("panel"):
        here = item.contact_id
        words = said_of({"Panel": item.panel.name} | written_words(item))
        yield Text(f"panel.item:{item.pk}", "decision", "Brought to a panel", words, here, day_of(item.at))
        for model, heading in OF_AN_ITEM:
            for row in model.objects.filter(item=item).order_by("at", "pk"):
                yield _row(row, heading, here)
        for part in MinutesPart.objects.filter(item=item).select_related("minutes"):
            on, lines = day_of(part.minutes.at), "\n".join([part.heading, *part.lines])
            yield Text(f"panel.minutespart:{part.pk}", "decision", "Minutes of a panel", lines, here, on)


def _row(row: Any, heading: str, contact_id: uuid.UUID | None) -> Text:
    agency = row.agency_id if isinstance(row, AN_AGENCYS) else None
    kind = "answer" if isinstance(row, OwnCheck) else "decision"
    place = f"{row._meta.label_lower}:{row.pk}"
    return Text(place, kind, heading, said_of(written_words(row)), contact_id, day_of(row.at), agency)
