"""What a family's page says of panels, who waits to be brought to one, and what the form starts from."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from mash.common.verdict import Verdict
from mash.decision import policy as decisions
from mash.decision.models import Decision, Outcome, Reopening
from mash.panel import policy
from mash.panel.models import Item, OwnCheck
from mash.panel.queries.meetings import find_item
from mash.panel.queries.panels import own_seat, panels_of
from mash.partnership.models import Staff
from mash.people.joined import as_one
from mash.people.models import Person

PANEL = "multi_agency_panel"  # an outcome of a decision
ASKED = "questions_for_panel"  # what that outcome records
LOOKED_BACK = timedelta(days=90)


def not_brought(staff: Staff, at: datetime) -> list[Outcome]:
    """Return, oldest first, whom standing decisions of the last 90 days send to a panel and nobody has brought yet.

    Nobody for whoever does not bring families to a panel.

    Source: docs/rules.md, "What a panel talks about".
    """
    if staff.works_nights or not staff.has(*policy.BRINGS):
        return []
    brought = Item.objects.filter(person=OuterRef("person"), at__gte=OuterRef("decision__made_at"))
    found = _sent_to_panel(staff).filter(~Exists(brought), decision__made_at__gte=at - LOOKED_BACK)
    return list(found.order_by("decision__made_at", "pk"))


def _sent_to_panel(staff: Staff) -> QuerySet[Outcome]:
    """Return whom standing decisions send to a panel, as far as this worker may read the decisions."""
    again = Reopening.objects.filter(decision=OuterRef("decision"))
    later = Decision.objects.filter(follows=OuterRef("decision"), made_at__isnull=False)
    standing = Decision.objects.filter(
        decisions.readable_by(staff), made_at__isnull=False, turned_down_at=None
    )
    found = Outcome.objects.filter(~Exists(again), ~Exists(later), decision__in=standing, outcome=PANEL)
    return found.filter(person__isnull=False).select_related("decision__contact", "person", "about")


def decided_of(staff: Staff, person: Person) -> Outcome | None:
    """Return the newest standing decision that sends a person to a panel; None where there is none."""
    found = _sent_to_panel(staff).filter(person__in=as_one([person.pk]))
    return found.order_by("-decision__made_at", "-pk").first()


def asked_in(outcome: Outcome | None) -> str:
    """Return what a decision asks the panel, "" where it says nothing."""
    return str(outcome.needs.get(ASKED, "")) if outcome else ""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What a person's page says of panels.  items: newest first.  may: whether this worker may bring them to one."""

    person: Person
    items: Sequence[Item]
    may: bool


def on_a_record(staff: Staff, person: Person, at: datetime) -> OnRecord:  # noqa: ARG001
    """Return where a person stands with the panels, in every record of theirs, as far as this worker may know."""
    heard = Item.objects.filter(policy.heard_by(staff), person__in=as_one([person.pk]))
    rows = heard.select_related("panel", "meeting").order_by("-at", "-pk")
    may: Verdict = policy.may_bring(staff, person)
    return OnRecord(person, list(rows), bool(may) and panels_of(staff).exists())


def find_to_check(staff: Staff, item_id: uuid.UUID) -> Item:
    """Return a family that this worker looks up for their agency.  Raises Http404 for any other."""
    item = find_item(staff, item_id)
    if not policy.may_check(staff, item, own_seat(staff, item.panel)):
        raise Http404
    return item


def own_check(staff: Staff, item: Item) -> tuple[OwnCheck | None, int]:
    """Return the newest word of this worker's agency on an item, and how often it has said something."""
    rows = list(
        OwnCheck.objects.filter(item=item, agency=staff.agency_id)
        .select_related("by__account")
        .order_by("number")
    )
    return (rows[-1] if rows else None), len(rows)
