"""Every measure: which rows it counts, on which day, and what it asks of each.  What it means is said in measures.yaml.

The same few lines make the sums, the list behind each figure and the figures of whoever is kept from a case.

Source: docs/rules.md, "Performance figures".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from mash.insight.models import Advised, Course, Enquired

ANY = Q()
STANDS = Q(stands=True, notice=False)
SETTLED = Q(to_and_fro__isnull=False)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    on: the column of the day on which a row counts.  colour: the column of its rating, "" for what has none.
    only: which rows count.
    hit: the column that says yes, no, or None where the question does not arise; "" for a measure that only counts.
    rested: the same once pauses are taken out.  lengths: columns of working and of elapsed seconds, where it has them.
    """

    id: str
    of: type[Course] | type[Enquired] | type[Advised]
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

    @property
    def is_placed(self) -> bool:
        """Tell whether a row lies in a ward: advice is about nobody in particular, and lies in none."""
        return self.of is not Advised


MEASURES: Mapping[str, Measure] = {
    one.id: one
    for one in (
        Measure("advice", Advised, "held_on", "", hit="came"),
        Measure("advice_followed", Advised, "held_on", "", Q(advised=True), "came"),
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
        Measure("to_and_fro", Course, "decided_on", "decided_colour", STANDS & SETTLED, "to_and_fro"),
        Measure("nfa_again", Course, "decided_on", "decided_colour", STANDS & SETTLED, "nfa_again"),
        Measure("worry_again", Course, "decided_on", "decided_colour", STANDS & SETTLED, "worry_again"),
        Measure("otherwise", Course, "decided_on", "decided_colour", Q(otherwise__isnull=False), "otherwise"),
        Measure(
            "off_rating", Course, "decided_on", "decided_colour", Q(off_rating__isnull=False), "off_rating"
        ),
        Measure("without_agreement", Course, "decided_on", "decided_colour", hit="without_agreement"),
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
