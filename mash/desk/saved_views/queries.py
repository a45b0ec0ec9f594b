"""The views that a worker sees: their own, and those shared in the hub."""

import re
import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject, Lower
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.common import lists
from mash.common.lists import Narrowed
from mash.contact.models import ContactPerson
from mash.desk.models import OF_THE_WORKLIST, SavedView
from mash.partnership.models import Staff

NOT_NAMES = {
    "red",
    "amber",
    "green",
    "blue",
    "my",
    "mine",
    "new",
    "may",
    "police",
    "school",
    "young",
    "child",
    "old",
}


def views_of(staff: Staff) -> QuerySet[SavedView]:
    """Return a worker's own views, and those shared with the whole desk or with a duty of theirs, by name.

    Those of lists that the worker does not open, any more, are left out.
    """
    return _of_lists(staff, *lists.seen_by(staff))


def _of_lists(staff: Staff, *codes: str) -> QuerySet[SavedView]:
    for_me = Q(shared=True) & (Q(duty="") | Q(duty__in=list(staff.duties)))
    found = SavedView.objects.filter(
        Q(staff=staff.pk) | for_me, hub=staff.hub_id, withdrawn_at=None, of__in=codes
    )
    return found.order_by(Lower("name"), "pk")


def as_rows(staff: Staff) -> QuerySet[Any]:
    """Return those of the worklist as one mapping a view, for a question that asks for other things too."""
    row = JSONObject(
        pk="pk",
        name="name",
        query="query",
        shared="shared",
        mine=Q(staff=staff.pk),
        by="staff__account__name",
    )
    return _of_lists(staff, OF_THE_WORKLIST).values(row=row)


def find(staff: Staff, view_id: uuid.UUID) -> SavedView:
    """Return a view that this worker sees.  Raises Http404, never 403, for any other."""
    return get_object_or_404(views_of(staff), pk=view_id)


def list_of(view: SavedView) -> Narrowed:
    """Return the list that a view narrows.  Raises Http404 if the product has it no more."""
    return find_list(view.of)


def find_list(code: str) -> Narrowed:
    """Return a list that can be narrowed.  Raises Http404 if there is none of this code."""
    if (found := lists.named(code)) is None:
        raise Http404
    return found


def names_somebody(staff: Staff, name: str) -> bool:
    """Tell whether a word of a name is the given or family name of somebody in a contact that this worker may see."""
    words = set(re.findall(r"[a-z]{2,}", name.casefold())) - NOT_NAMES
    known = ContactPerson.objects.filter(hub=staff.hub_id).annotate(g=Lower("given"), f=Lower("family"))
    return known.filter(Q(f__in=words) | Q(g__in=words)).exists()
