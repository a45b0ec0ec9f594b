"""What somebody in a seat is shown: their own paper, and nobody else's."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from mash.exercise import policy, timeline
from mash.exercise.models import Given, Seat, Seen, Turn
from mash.exercise.queries.running import moved
from mash.exercise.timeline import Span, Stands
from mash.partnership.models import Staff


@dataclass(frozen=True, slots=True)
class Paper:
    """One piece of paper.  is_new: it was not before this seat yet."""

    given: Given
    is_new: bool


def my_seat(staff: Staff) -> Seat:
    """Return the seat of a post.  Raises Http404 for a post that is none."""
    found = None
    if policy.sits_in_an_exercise(staff):
        found = Seat.objects.select_related("run", "group").filter(post=staff.pk).defer("run__gone").first()
    if found is None:
        raise Http404
    return found


def stands(seat: Seat, at: datetime) -> Stands:
    """Return where the clock of a seat's exercise stands."""
    turns = list(Turn.objects.filter(run=seat.run_id).order_by("number"))
    spans = [Span(**one) for one in seat.told["spans"]]
    return timeline.stands(spans, moved(turns), seat.run.pace, seat.run.ended_at or at)


def feed(seat: Seat) -> list[Paper]:
    """Return what was given to a seat, the newest first."""
    found = Given.objects.filter(group=seat.group_id, seats__contains=[seat.seat]).order_by("-at", "-number")
    seen = set(Seen.objects.filter(seat=seat).values_list("given_id", flat=True))
    return [Paper(one, one.pk not in seen) for one in found]
