"""Every measure: which rows it counts, on which day, and what it asks of each.  What it means is said in measures.yaml.

The same few lines make the sums, the list behind each figure and the figures of whoever is kept from a case.

Source: docs/rules.md, "Performance figures".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from mash.insight.models import Course, Enquired

ANY = Q()
STANDS = Q(stands=True, notice=False)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    on: the column of the day on which a row counts.  colour: the column of its rating.  only: which rows count.
    hit: the column that says yes, no, or None where the question does not arise; "" for a measure that only counts.
    rested: the same once pauses are taken out.  lengths: columns of working and of elapsed seconds, where it has them.
    """

    id: str
    of: type[Course] | type[Enquired]
    on: str
    colour: str
    only: Q = ANY
    hit: str = ""
    rested: str = ""
    lengths: tuple[str, str] | None = None

    @property
    def by(self) -> Literal["agency", "source"]:
        """Return by what it is split."""
        return "agency" if self.of is Enquired else "source"


MEASURES: Mapping[str, Measure] = {
    one.id: one
    for one in (
        Measure("came", Course, "came_on", "colour"),
        Measure("repeats", Course, "came_on", "colour", Q(repeat__isnull=False), "repeat"),
        Measure(
            "rated",
            Course,
            "rated_on",
            "rated_colour",
            hit="rated_met",
            lengths=("rated_working", "rated_elapsed"),
        ),
        Measure("overrides", Course, "checked_on", "checked_colour", hit="overridden"),
        Measure(
            "decided",
            Course,
            "decided_on",
            "decided_colour",
            hit="decided_met",
            rested="decided_rested",
            lengths=("decided_working", "decided_elapsed"),
        ),
        Measure("to_check", Course, "decided_on", "decided_colour", STANDS, "to_check"),
        Measure("to_referral", Course, "decided_on", "decided_colour", STANDS, "to_referral"),
        Measure("to_assessment", Course, "decided_on", "decided_colour", STANDS, "to_assessment"),
        Measure("to_section_47", Course, "decided_on", "decided_colour", STANDS, "to_section_47"),
        Measure("nfa", Course, "decided_on", "decided_colour", STANDS, "nfa"),
        Measure("re_referrals", Course, "decided_on", "decided_colour", Q(again__isnull=False), "again"),
        Measure("told", Course, "told_due_on", "decided_colour", hit="told"),
        Measure("read", Course, "told_due_on", "decided_colour", hit="read"),
        Measure("agency_in_time", Enquired, "due_on", "colour", Q(counts=True), "met"),
        Measure(
            "agency_nil",
            Enquired,
            "returned_on",
            "colour",
            Q(counts=True),
            "nil",
            lengths=("working", "elapsed"),
        ),
    )
}
