"""What of a spreadsheet is new, what is there already, and what cannot be taken."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404

from mash.partnership.models import Agency, Staff
from mash.training import sheets
from mash.training.models import Done, Learner, Sheet
from mash.training.queries.learners import agencies
from mash.training.sheets import Refused, Taken

STRANGER = "nobody with this address is among the learners, and the row names no agency of this hub"


@dataclass(frozen=True, slots=True)
class Found:
    """What a file would change.  there: how many rows say what stands already.  new_people: addresses to be added."""

    new: Sequence[Taken]
    there: int
    refused: Sequence[Refused]
    new_people: Sequence[str]
    learners: Mapping[str, Learner]
    agencies: Mapping[str, Agency]


def find(staff: Staff, sheet_id: uuid.UUID) -> Sheet:
    """Return a file that was put in in one's hub.  Raises Http404."""
    found = Sheet.objects.filter(hub=staff.hub_id, pk=sheet_id).select_related("by__account").first()
    if found is None:
        raise Http404
    return found


def look(staff: Staff, sheet: Sheet, today: date) -> Found:
    """Return what taking a file over would change."""
    rows = sheets.rows_of(sheet.header, [(line, cells) for line, cells in sheet.rows], sheet.columns, today)
    taken = [one for one in rows if isinstance(one, Taken)]
    refused = [one for one in rows if isinstance(one, Refused)]
    emails = {one.email for one in taken}
    learners = {one.email: one for one in Learner.objects.filter(hub=staff.hub_id, email__in=emails)}
    there = {
        (email, label.casefold(), on)
        for email, label, on in Done.objects.filter(
            learner__in=[one.pk for one in learners.values()]
        ).values_list("learner__email", "label", "done_on")
    }
    known = {one.name.casefold(): one for one in agencies(staff)}
    new, people, old = [], [], 0
    for row in taken:
        if (row.email, row.label.casefold(), row.done_on) in there:
            old += 1
        elif row.email not in learners and (not row.name or row.agency.casefold() not in known):
            refused.append(Refused(row.line, STRANGER))
        else:
            new.append(row)
            if row.email not in learners and row.email not in people:
                people.append(row.email)
    refused.sort(key=lambda one: one.line)
    return Found(new, old, refused, people, learners, known)
