"""What makes a strategy discussion one: who must be there and who may chair it.  Pure."""

from collections.abc import Iterable

from mash.common.clock import Kind, Target
from mash.partnership.models import AgencyKind
from mash.triage.content import clocks

MUST_ATTEND: dict[str, frozenset[str]] = {  # what it cannot do without, and the kinds of agency that are it
    "children's social care": frozenset({AgencyKind.CHILDRENS_SOCIAL_CARE}),
    "police": frozenset({AgencyKind.POLICE}),
    "health": frozenset(
        {
            AgencyKind.COMMUNITY_HEALTH,
            AgencyKind.GP,
            AgencyKind.HOSPITAL,
            AgencyKind.MATERNITY,
            AgencyKind.CAMHS,
            AgencyKind.ADULT_MENTAL_HEALTH,
        }
    ),
}
CHAIRS = {
    "team_manager": "Team manager",
    "service_manager": "Service manager",
    "head_of_service": "Head of service",
    "director": "Director",
}
RECORD_SENT = "strategy_record_sent"


def not_there(attending: Iterable[str]) -> list[str]:
    """Return which agencies a strategy discussion cannot do without and did not have.

    attending: kinds of agency.

    Source: docs/rules.md, "Strategy discussion".
    """
    there = set(attending)
    return [words for words, kinds in MUST_ATTEND.items() if not kinds & there]


def record_target() -> Target:
    """Return by when the record reaches those who attended.  Source: docs/rules.md, "Strategy discussion"."""
    limit = clocks()[RECORD_SENT].limit
    return Target(limit.value, "working_days", Kind.WORKING)
