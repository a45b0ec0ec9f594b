"""Rounds, what stands of each referral in them, and what they came to."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Func, IntegerField, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from mash.contact.models import Contact
from mash.partnership.models import Hub, Staff
from mash.quality import policy
from mash.quality.content import Criterion
from mash.quality.measures.agreement import alpha
from mash.quality.measures.grades import Counts
from mash.quality.models import Aside, Given, Round, Sampled, Settled, Sheet, Told


@dataclass(frozen=True, slots=True)
class Standing:
    """How one referral of a round stands, for the lead.

    waits_for: graders who have not graded it.  grade: the panel's one, None until there is one.
    apart: steps between the lowest and the highest, None while not all have graded.
    """

    sampled: Sampled
    sheet: Sheet
    given: Sequence[Given]
    settled: Settled | None
    aside: Sequence[Aside]
    waits_for: Sequence[Staff]

    @property
    def apart(self) -> int | None:
        grades = [one.grade for one in self.given]
        if self.is_off or self.waits_for or not grades:
            return None
        return max(grades) - min(grades)

    @property
    def is_off(self) -> bool:
        """Tell whether it was taken from its graders."""
        return not self.sheet.graders

    @property
    def grade(self) -> int | None:
        if self.is_off:
            return None
        if self.settled:
            return self.settled.grade
        return self.given[0].grade if self.apart == 0 else None

    @property
    def is_to_be_settled(self) -> bool:
        return bool(self.apart) and self.settled is None

    @property
    def urgent(self) -> bool:
        """Tell whether a grader found a risk that was missed."""
        return any("urgent_risk" in one.also_found for one in self.given)


class JSONBLength(Func):
    """How many things a list holds."""

    function = "jsonb_array_length"
    output_field = IntegerField()


def rounds(staff: Staff) -> QuerySet[Round]:
    """Return the hub's rounds as far as this post sees them, newest days first."""
    found = Round.objects.filter(policy.visible_to(staff)).defer("frame", "drawn", "results")
    return found.annotate(drawn_count=JSONBLength("drawn")).order_by("-until_on", "-at", "pk")


def find_round(staff: Staff, round_id: uuid.UUID) -> Round:
    """Return a round that this post sees.  Raises Http404."""
    found = Round.objects.filter(policy.visible_to(staff)).select_related("by__account", "closed_by__account")
    return get_object_or_404(found, pk=round_id)


def find_to_grade(staff: Staff, sheet_id: uuid.UUID) -> Sheet:
    """Return a sheet that was given to this post, in a round that is open, and from which it has not stepped aside.

    Raises Http404.
    """
    found = Sheet.objects.filter(policy.gradable_by(staff)).select_related("round")
    return get_object_or_404(found.filter(~Exists(_asides(staff))), pk=sheet_id)


def _asides(staff: Staff) -> QuerySet[Aside]:
    return Aside.objects.filter(sheet=OuterRef("pk"), by=staff.pk)


def mine_to_grade(staff: Staff) -> list[tuple[Sheet, Given | None]]:
    """Return what was given to this post to grade, and its own word where it has given it."""
    sheets = Sheet.objects.filter(policy.gradable_by(staff)).filter(~Exists(_asides(staff)))
    own = {one.sheet_id: one for one in Given.objects.filter(by=staff.pk, sheet__in=sheets)}
    found = sheets.select_related("round").defer("sections").order_by("round__until_on", "round_id", "place")
    return [(one, own.get(one.pk)) for one in found]


def find_sheet(staff: Staff, sheet_id: uuid.UUID) -> Standing:
    """Return how one referral stands, for the lead of its round.  Raises Http404."""
    here = Sheet.objects.filter(hub=staff.hub_id) if policy.may_lead(staff) else Sheet.objects.none()
    sheet = get_object_or_404(here.select_related("round"), pk=sheet_id)
    return standing(staff, sheet.round, only=sheet_id)[0]


def standing(staff: Staff, round_: Round, only: uuid.UUID | None = None) -> list[Standing]:
    """Return how every referral of a round stands, for its lead; as many queries for ten as for one."""
    sampled = Sampled.objects.filter(round=round_, hub=staff.hub_id).select_related(
        "contact", "agency", "sheet__round"
    )
    if only:
        sampled = sampled.filter(sheet=only)
    rows = list(sampled.order_by("place"))
    keys = [one.sheet.pk for one in rows]
    given: dict[uuid.UUID, list[Given]] = defaultdict(list)
    for word in (
        Given.objects.filter(sheet__in=keys).select_related("by__account", "by__agency").order_by("at", "pk")
    ):
        given[word.sheet_id].append(word)
    aside: dict[uuid.UUID, list[Aside]] = defaultdict(list)
    for gone in Aside.objects.filter(sheet__in=keys).select_related("by__account").order_by("at", "pk"):
        aside[gone.sheet_id].append(gone)
    settled = {
        one.sheet_id: one for one in Settled.objects.filter(sheet__in=keys).select_related("by__account")
    }
    posts = {
        one.pk: one
        for one in Staff.objects.filter(
            pk__in={key for one in rows for key in one.sheet.graders}
        ).select_related("account", "agency")
    }
    found = []
    for one in rows:
        done = {each.by_id for each in given[one.sheet.pk]}
        waits = [posts[key] for key in one.sheet.graders if key not in done and key in posts]
        found.append(
            Standing(
                one, one.sheet, given[one.sheet.pk], settled.get(one.sheet.pk), aside[one.sheet.pk], waits
            )
        )
    return found


def results_of(stand: Iterable[Standing], criteria: Sequence[str]) -> dict[str, Any]:
    """Return what a round came to, as it is kept: counts by grade, of all, by source, by unit and by criterion.

    Agreement is worked out of what each grader gave before anybody talked it over.

    Source: docs/rules.md, "Figures of quality".
    """
    graded = [one for one in stand if one.grade]
    found = alpha([[given.grade for given in one.given] for one in graded])
    by_source: dict[str, list[int]] = defaultdict(list)
    by_unit: dict[str, list[int]] = defaultdict(list)
    for one in graded:
        by_source[one.sampled.source_kind].append(one.grade or 0)
        unit = ", ".join(part for part in (one.sampled.organisation, one.sampled.unit) if part)
        by_unit[unit].append(one.grade or 0)
    given = [(one, word) for one in graded for word in one.given]
    left_out = Counter(one.sampled.source_kind for one, word in given if "voice" in word.left_out)
    return {
        "counts": [*Counts.from_grades(one.grade or 0 for one in graded).of],
        "by_source": {name: [*Counts.from_grades(grades).of] for name, grades in sorted(by_source.items())},
        "by_unit": {name: [*Counts.from_grades(grades).of] for name, grades in sorted(by_unit.items())},
        "by_criterion": {
            name: [*Counts.from_grades(word.criteria[name] for _, word in given if name in word.criteria).of]
            for name in criteria
        },
        "voice_left_out": dict(sorted(left_out.items())),
        "words": len(given),
        "agreement": {
            "value": found.value,
            "low": found.interval.low if found.interval else None,
            "high": found.interval.high if found.interval else None,
            "units": found.units,
            "ratings": found.ratings,
        },
        "talked_over": sum(1 for one in graded if (one.apart or 0) >= 2),
    }


def told_of(contact: Contact) -> list[Told]:
    """Return the grades of one referral, for whoever may see its page."""
    return list(Told.objects.filter(contact=contact).order_by("-at", "pk"))


def our_grades(staff: Staff) -> QuerySet[Told]:
    """Return the grades of what this post's agency sent, newest first, for who leads it."""
    return Told.objects.filter(policy.told_to(staff)).order_by("-at", "reference", "pk")


def our_counts(staff: Staff) -> Counts:
    """Return how many of the agency's referrals were given each grade."""
    return Counts.from_grades(our_grades(staff).values_list("grade", flat=True))


def own_grade(staff: Staff, sheet: Sheet) -> Given | None:
    """Return what this post gave a referral, None before it has."""
    return Given.objects.filter(sheet=sheet, by=staff.pk).first()


@dataclass(frozen=True, slots=True)
class Results:
    """What a closed round came to, as its page shows it."""

    kept: Mapping[str, Any]
    criteria: Mapping[str, Criterion]

    @property
    def counts(self) -> Counts:
        return Counts(tuple(self.kept["counts"]))

    @property
    def by_criterion(self) -> list[tuple[str, Counts]]:
        """Return each criterion that is still one, with its counts."""
        found = self.kept["by_criterion"]
        return [
            (one.label, Counts(tuple(found[name]))) for name, one in self.criteria.items() if name in found
        ]

    @property
    def by_unit(self) -> list[tuple[str, Counts]]:
        return [(name, Counts(tuple(counts))) for name, counts in self.kept["by_unit"].items()]


def quarter_before(today: date) -> tuple[date, date]:
    """Return the first and last day of the quarter before this one."""
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last = first - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


def drawn_rounds(hub: Hub, label: str = "") -> list[Round]:
    """Return the rounds of a hub, oldest first, for a program; of one name alone where it is said."""
    found = Round.objects.filter(hub=hub)
    return list((found.filter(label=label) if label else found).order_by("at", "pk"))
