"""Checks that were opened again after their contact was decided: what is waited for now, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass

from mash.check import policy as checks
from mash.check.models import Check, Reopened
from mash.check.queries.late_comers import Awaited, awaited, reopenings
from mash.decision.models import Decision
from mash.decision.queries.event import episode_of, keys_of
from mash.decision.queries.finding import newest
from mash.partnership.models import Staff


@dataclass(frozen=True, slots=True)
class OpenedAgain:
    """A check that gathers again although a decision stands.

    reopenings: those since the decision, oldest first; none where the decision left the check open.
    """

    check: Check
    decision: Decision
    reopenings: Sequence[Reopened]
    awaited: Sequence[Awaited]


def opened_since(staff: Staff, decision: Decision) -> list[OpenedAgain]:
    """Return the checks of a decision's event that gather while it stands, with what they wait for.

    Source: docs/rules.md, "The check".
    """
    event = keys_of(episode_of(decision.contact))
    running = Check.objects.filter(checks.seen_by(staff), contact__in=event, closed_at=None)
    found = []
    for check in running.select_related("contact__hub").order_by("opened_at", "pk"):
        since = [one for one in reopenings(check) if one.at >= decision.at]
        found.append(OpenedAgain(check, decision, since, awaited(staff, check)))
    return found if decision.made_at else []


def opened_again(staff: Staff) -> list[OpenedAgain]:
    """Return the checks that were opened again after a decision that stands, the oldest opening first.

    Source: docs/rules.md, "The check".
    """
    rows = Reopened.objects.filter(
        check_asked__in=Check.objects.filter(checks.seen_by(staff), closed_at=None).values("pk")
    )
    again = {
        one.check_asked_id: one.check_asked
        for one in rows.select_related("check_asked__contact").order_by("at")
    }
    found = []
    for check in again.values():
        decision = newest(check.contact)
        if decision and decision.made_at:
            found += [one for one in opened_since(staff, decision) if one.check == check and one.reopenings]
    return found
