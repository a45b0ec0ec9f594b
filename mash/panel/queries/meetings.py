"""One meeting: its agenda, who came, the quorum, and what was recorded of each thing on it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.panel import policy
from mash.panel.content import kinds, panel_content, rules
from mash.panel.models import (
    Action,
    Came,
    Concluded,
    Confirmed,
    Item,
    Meeting,
    Needed,
    OwnCheck,
    Present,
    Searched,
    Seat,
    Sharing,
)
from mash.panel.quorum import Quorum, Seated, in_words, is_confirmed, quorum
from mash.partnership.models import Agency, Membership, Staff

CAME = (Came.HERE, Came.DEPUTY)


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing on an agenda.  label: of its kind.  at: when it begins.  needed: names of the agencies it needs."""

    item: Item
    label: str
    at: datetime
    needed: Sequence[str] = ()
    decided: str = ""
    checked: int = 0

    @property
    def until(self) -> datetime:
        """When its time is over."""
        return self.at + timedelta(minutes=self.item.minutes)


def find_item(staff: Staff, item_id: uuid.UUID) -> Item:
    """Return an item that this worker hears of.  Raises Http404 for any other."""
    found = Item.objects.filter(policy.heard_by(staff)).select_related(
        "meeting__panel__hub", "panel__hub", "hub", "by__account"
    )
    return get_object_or_404(found, pk=item_id)


def find_to_decide(staff: Staff, item_id: uuid.UUID) -> Item:
    """Return a family on which this worker records what the panel decides.  Raises Http404 for any other."""
    item = find_item(staff, item_id)
    if not (item.of_a_family and item.meeting and policy.may_change(staff, item.meeting)):
        raise Http404
    return item


def listed(staff: Staff, meeting: Meeting) -> QuerySet[Item]:
    """Return what stands on a meeting's agenda, in order, as far as this worker hears of it."""
    found = Item.objects.filter(policy.heard_by(staff), meeting=meeting, taken_off_at=None)
    return found.select_related("meeting__panel", "by__account").order_by("place", "pk")


def agenda(staff: Staff, meeting: Meeting) -> list[Spot]:
    """Return what stands on a meeting's agenda, in order, with when each thing begins.

    Source: docs/rules.md, "What a panel talks about".
    """
    items = list(listed(staff, meeting))
    names, checked = needed_names(items), _checked(items)
    decided = {one.item_id: one.decision for one in newest_conclusions(items).values()}
    return [
        Spot(
            one,
            label_of(one.kind),
            meeting.starts_at + timedelta(minutes=one.begins_after or 0),
            [name for _, name in names[one.pk]],
            decided.get(one.pk, ""),
            checked.get(one.pk, 0),
        )
        for one in items
    ]


def label_of(kind: str) -> str:
    """Return how a kind of thing on an agenda is called."""
    known = kinds().get(kind)
    return known.label if known else kind


def needed_names(items: Iterable[Item]) -> dict[uuid.UUID, list[tuple[uuid.UUID, str]]]:
    """Return the agencies that items need, as key and name by item, in order of name."""
    found: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    rows = Needed.objects.filter(item__in=[one.pk for one in items], left_at=None).select_related("agency")
    for one in rows.order_by("agency__name", "pk"):
        found[one.item_id].append((one.agency_id, one.agency.name))
    return found


def needed_by(item: Item) -> list[Agency]:
    """Return the agencies that an item needs, by name."""
    return list(
        Agency.objects.filter(
            pk__in=Needed.objects.filter(item=item, left_at=None).values("agency")
        ).order_by("name")
    )


def _checked(items: Iterable[Item]) -> dict[uuid.UUID, int]:
    said: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for one in OwnCheck.objects.filter(item__in=[one.pk for one in items]):
        said[one.item_id].add(one.agency_id)
    return {key: len(agencies) for key, agencies in said.items()}


def agencies_of(staff: Staff) -> list[Agency]:
    """Return the agencies of this worker's hub, by name."""
    here = Membership.objects.filter(hub=staff.hub_id, left_at=None)
    return list(Agency.objects.filter(pk__in=here.values("agency")).order_by("name"))


# Who came


@dataclass(frozen=True, slots=True)
class Attending:
    """A seat, and what was recorded of whether its member came; None while nothing was."""

    seat: Seat
    present: Present | None

    @property
    def is_here(self) -> bool:
        """Tell whether the agency has somebody in the room by this seat."""
        return self.present is not None and self.present.came in CAME

    @property
    def words(self) -> str:
        """Return how they came, in words."""
        if self.present is None:
            return "not recorded"
        said = Came(self.present.came).label
        return f"{said}: {self.present.deputy}" if self.present.deputy else said


def attending(meeting: Meeting, seats: Sequence[Seat]) -> list[Attending]:
    """Return, seat by seat, what was recorded of who came."""
    rows = (
        Present.objects.filter(meeting=meeting)
        .select_related("seat__agency", "seat__staff__account")
        .order_by("number")
    )
    newest = {one.seat_id: one for one in rows}
    gone = [one.seat for key, one in newest.items() if key not in {seat.pk for seat in seats}]
    return [Attending(seat, newest.get(seat.pk)) for seat in (*seats, *gone)]


def seated(seat: Seat) -> Seated:
    """Return a seat as the rule of quorum reads it."""
    return Seated(seat.agency_id, seat.agency.kind, seat.role != "member")


def quorum_of(came: Iterable[Attending]) -> Quorum:
    """Return whether there is a quorum, by who came.  Source: docs/rules.md, "Quorum of a panel"."""
    here = [seated(one.seat) for one in came if one.is_here]
    return quorum(here, panel_content().quorum, rules()["quorum_agencies"])


def lacking_words(found: Quorum) -> list[str]:
    """Return what a quorum lacks, in words."""
    return [in_words(one) for one in found.missing]


# What agencies found beforehand


def check_words(check: OwnCheck) -> str:
    """Return what an agency found, as those who are needed read it."""
    if check.sharing == Sharing.NOT_SHARED:
        return "Something is held that is not shared here."
    label = Searched(check.searched).label
    if not check.words:
        return f"{label}."
    return f"{check.words} (a summary)" if check.sharing == Sharing.SUMMARY else check.words


def newest_checks(items: Iterable[Item]) -> dict[uuid.UUID, list[OwnCheck]]:
    """Return the newest word of each agency on items, by item, in order of the agencies' names."""
    rows = OwnCheck.objects.filter(item__in=[one.pk for one in items]).select_related("agency", "by__account")
    newest = {(one.item_id, one.agency_id): one for one in rows.order_by("number")}
    found: dict[uuid.UUID, list[OwnCheck]] = defaultdict(list)
    for one in sorted(newest.values(), key=lambda one: one.agency.name):
        found[one.item_id].append(one)
    return found


# What was decided, and who does what


def newest_conclusions(items: Iterable[Item]) -> dict[uuid.UUID, Concluded]:
    """Return what was decided of items, by item; the newest of each."""
    rows = Concluded.objects.filter(item__in=[one.pk for one in items]).select_related(
        "lead_agency", "by__account"
    )
    return {one.item_id: one for one in rows.order_by("number")}


def find_concluded(staff: Staff, concluded_id: uuid.UUID) -> Concluded:
    """Return a decision on an item that this worker hears of.  Raises Http404 for any other."""
    heard = Item.objects.filter(policy.heard_by(staff))
    found = Concluded.objects.filter(item__in=heard).select_related("item__panel", "item__meeting__panel")
    return get_object_or_404(found, pk=concluded_id)


def confirmations(concluded: Concluded) -> list[Confirmed]:
    """Return what agencies that were missing said of a decision."""
    found = Confirmed.objects.filter(concluded=concluded).select_related("agency", "by__account")
    return list(found.order_by("at", "pk"))


def stands(concluded: Concluded) -> bool:
    """Tell whether a decision stands: made with a quorum, or confirmed by those who were missing.

    Source: docs/rules.md, "Quorum of a panel".
    """
    if not concluded.missing:
        return True
    said = {one.agency_id for one in confirmations(concluded) if one.agrees}
    seats = Seat.objects.filter(panel=concluded.item.panel_id, agency__in=said).select_related("agency")
    return is_confirmed(concluded.missing, [seated(one) for one in seats], panel_content().quorum)


def family_of(item: Item) -> Q:
    """Return the items about the same family as one, on its panel: itself, and those of other meetings."""
    return Q(pk=item.pk) | Q(panel=item.panel_id, person=item.person_id, person__isnull=False)


def find_action(staff: Staff, action_id: uuid.UUID) -> Action:
    """Return what was agreed for a family that this worker hears of and has no plan.  Raises Http404 for any other."""
    heard = Item.objects.filter(policy.heard_by(staff))
    found = Action.objects.filter(item__in=heard, in_plan=None).select_related(
        "agency", "item__panel", "item__meeting__panel"
    )
    return get_object_or_404(found, pk=action_id)


def agencies_needed(staff: Staff, meeting: Meeting) -> list[Agency]:
    """Return the agencies that anything on an agenda needs, as far as this worker hears of it."""
    needed = Needed.objects.filter(item__in=listed(staff, meeting), left_at=None)
    return list(Agency.objects.filter(pk__in=needed.values("agency")).order_by("name"))
