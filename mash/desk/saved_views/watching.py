"""What is new on the views that workers watch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import QueryDict

from mash.common.lists import Narrowed
from mash.desk.forms import Filters
from mash.desk.models import SavedView, Watching
from mash.desk.policy import may_watch
from mash.desk.queries import whole_list
from mash.desk.saved_views.queries import list_of, views_of
from mash.partnership.models import Staff


@dataclass(frozen=True, slots=True)
class Kept:
    """A view as its page shows it.

    of: the list that it narrows.  narrowed: by what, and to what.
    new: how many came in since this worker looked; None where they do not watch it.
    """

    view: SavedView
    of: Narrowed
    narrowed: list[tuple[str, str]]
    mine: bool
    new: int | None

    @property
    def can_be_watched(self) -> bool:
        """Tell whether something new comes in on it."""
        return bool(may_watch(self.view))


def kept(staff: Staff, at: datetime) -> list[Kept]:
    """Return the views that a worker sees, and of those they watch how much is new."""
    watched = {one.view_id: one for one in Watching.objects.filter(staff=staff.pk).select_related("view")}
    for one in watched.values():
        one.staff = staff
    found = []
    for view in views_of(staff).select_related("staff__account"):
        of = list_of(view)
        new = count_new(watched[view.pk], at) if view.pk in watched else None
        found.append(Kept(view, of, of.words_of(view.query), view.staff_id == staff.pk, new))
    return found


def count_new(one: Watching, at: datetime) -> int:
    """Return how many contacts that a watched view takes, of those its watcher sees, came since they looked at it."""
    wanted = Filters(QueryDict(one.view.query)).wanted
    return sum(held.received_at > one.looked_at for held in whole_list(one.staff, wanted, at))


def watched_by_all(at: datetime) -> Iterator[Watching]:
    """Yield what is watched, of every hub, by posts that still work there and see the view, and were not told yet."""
    found = Watching.objects.filter(told_at=None, view__withdrawn_at=None, staff__account__is_active=True)
    lasting = found.filter(Q(staff__until_at=None) | Q(staff__until_at__gt=at), staff__from_at__lte=at)
    for one in lasting.select_related("view", "staff__account", "staff__hub", "staff__agency").order_by("pk"):
        if one.staff.works_at_the_desk and views_of(one.staff).filter(pk=one.view_id).exists():
            yield one
