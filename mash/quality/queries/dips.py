"""Dip samples: what can be drawn, how each incident stands, and what is to be done."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from mash.common.clock import LONDON
from mash.partnership.models import Hub, Staff
from mash.partnership.queries import lasting
from mash.quality import policy
from mash.quality.content.dips import dip_rules
from mash.quality.measures.drawing import EVERYTHING, due
from mash.quality.models import (
    Dip,
    DipCard,
    Dipped,
    EarlierShare,
    Incident,
    IncidentFile,
    Raised,
    Review,
    Strata,
)

NOT_KNOWN = "not known"
MOST_KINDS = 60
LARGEST_FRAME = 200_000


def dips(staff: Staff) -> QuerySet[Dip]:
    """Return the hub's dip samples as far as this post sees them, newest days first."""
    found = Dip.objects.filter(policy.dips_of(staff)).defer("frame")
    return found.annotate(
        many=Count("cards", distinct=True), reviewed=Count("cards__review", distinct=True)
    ).order_by("-until_on", "-at", "pk")


def find_dip(staff: Staff, dip_id: uuid.UUID) -> Dip:
    """Return a dip sample that this post sees.  Raises Http404."""
    found = Dip.objects.filter(policy.dips_of(staff)).select_related("by__account", "closed_by__account")
    return get_object_or_404(found, pk=dip_id)


def kinds_of_incidents(staff: Staff) -> list[str]:
    """Return the types that the hub's files brought, by name; none where there are too many to choose from."""
    found: set[str] = set()
    for taken in IncidentFile.objects.filter(policy.files_of(staff), taken_at__isnull=False).values_list(
        "taken", flat=True
    ):
        found |= {*taken.get("types", [])}
    return sorted(found) if len(found) <= MOST_KINDS else []


def between(from_on: date, until_on: date) -> Q:
    """Return a filter on incidents of some days, both included, on England's clock."""
    begin = datetime.combine(from_on, time(), LONDON)
    end = datetime.combine(until_on + timedelta(days=1), time(), LONDON)
    return Q(occurred_at__gte=begin, occurred_at__lt=end)


@dataclass(frozen=True, slots=True)
class Dippable:
    """An incident that could be drawn.  key: a hash of its own key, which says nothing of it."""

    key: str
    stratum: str
    incident_id: uuid.UUID


def dip_frame(
    staff: Staff, from_on: date, until_on: date, kinds: Sequence[str], spread_over: str
) -> tuple[list[Dippable], int]:
    """Return every incident of these days that may be drawn, and how many are left out since they were drawn before.

    Source: docs/rules.md, "Dip samples".
    """
    found = Incident.objects.filter(policy.incidents_of(staff), between(from_on, until_on))
    if kinds:
        found = found.filter(kind__in=kinds)
    before = Exists(Dipped.objects.filter(incident=OuterRef("pk")))
    excluded = found.filter(before).count()
    column = {Strata.KIND: "kind", Strata.UNIT: "unit", Strata.CHILD: "child_present"}.get(
        Strata(spread_over)
    )
    names = ["pk", column] if column else ["pk"]
    rows = found.exclude(before).order_by().values_list(*names)[: LARGEST_FRAME + 1]
    frame = [
        Dippable(sha256(str(row[0]).encode()).hexdigest(), _stratum(row[1]) if column else EVERYTHING, row[0])
        for row in rows
    ]
    return sorted(frame, key=lambda one: one.key), excluded


def _stratum(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or NOT_KNOWN)


def incidents_to_copy(staff: Staff, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Incident]:
    """Return incidents by key."""
    return {one.pk: one for one in Incident.objects.filter(policy.incidents_of(staff), pk__in=keys)}


def dips_over(staff: Staff, from_on: date, until_on: date) -> list[Dip]:
    """Return the dip samples that were drawn from some of these days."""
    found = Dip.objects.filter(policy.dips_of(staff), from_on__lte=until_on, until_on__gte=from_on)
    return list(found.defer("frame").order_by("from_on", "pk"))


def is_dip_label_taken(staff: Staff, label: str) -> bool:
    """Tell whether the hub has a dip sample of this name."""
    return Dip.objects.filter(hub=staff.hub_id, label__iexact=label).exists()


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """How far a year is: what was drawn and reviewed of its days, the least, and how many to draw now."""

    year: int
    drawn: int
    reviewed: int
    least: int
    due: int


def on_the_way(staff: Staff, from_on: date) -> OnTheWay:
    """Return how far the year of a day is, and how many to draw from days that begin then.

    Source: docs/rules.md, "Dip samples".
    """
    rules = dip_rules()
    of_year = DipCard.objects.filter(hub=staff.hub_id, dip__from_on__year=from_on.year)
    counts = of_year.aggregate(drawn=Count("pk"), reviewed=Count("review"))
    least = rules["least_a_year"]
    now = due(least, counts["drawn"], from_on.month, rules["months_between"])
    return OnTheWay(from_on.year, counts["drawn"], counts["reviewed"], least, now)


def months_before(today: date, months: int) -> tuple[date, date]:
    """Return the first and last day of the last whole stretch of so many months, counted from January."""
    begin = (today.month - 1) // months * months + 1
    last = date(today.year, begin, 1) - timedelta(days=1)
    return date(last.year, (last.month - 1) // months * months + 1, 1), last


# Cards


def cards(staff: Staff, dip: Dip) -> QuerySet[DipCard]:
    """Return how every incident of a sample stands, for who sees the sample."""
    found = DipCard.objects.filter(hub=staff.hub_id, dip=dip)
    return found.select_related(
        "review__told", "review__by__account", "reviewer__account", "reviewer__agency", "dipped__incident"
    ).order_by("place")


def find_card(staff: Staff, card_id: uuid.UUID) -> DipCard:
    """Return one incident of a sample, for who leads.  Raises Http404."""
    here = DipCard.objects.filter(hub=staff.hub_id) if policy.may_lead(staff) else DipCard.objects.none()
    found = here.select_related(
        "dip", "review__told__by__account", "review__by__account", "reviewer__account", "dipped__incident"
    )
    return get_object_or_404(found, pk=card_id)


def find_to_review(staff: Staff, card_id: uuid.UUID) -> DipCard:
    """Return an incident that was given to this post, of a sample that is open.  Raises Http404."""
    found = DipCard.objects.filter(policy.reviewable_by(staff)).select_related("dip", "review__told")
    return get_object_or_404(found, pk=card_id)


def mine_to_review(staff: Staff) -> list[DipCard]:
    """Return what was given to this post to review, what waits first."""
    found = DipCard.objects.filter(policy.reviewable_by(staff)).select_related("dip", "review__told")
    rows = list(found.order_by("dip__until_on", "dip_id", "place"))
    return sorted(rows, key=lambda one: waits_for_the_hub(one) is False and review_of(one) is not None)


def review_of(card: DipCard) -> Review | None:
    """Return what was found of an incident, None before it is reviewed."""
    return getattr(card, "review", None)


def waits_for_the_hub(card: DipCard) -> bool:
    """Tell whether somebody is at risk, and nobody has said yet that the hub was told."""
    review = review_of(card)
    return review is not None and review.at_risk and getattr(review, "told", None) is None


def at_risk_untold(staff: Staff) -> QuerySet[DipCard]:
    """Return incidents of which somebody is at risk and the hub was not told, for who leads."""
    here = DipCard.objects.filter(hub=staff.hub_id) if policy.may_lead(staff) else DipCard.objects.none()
    return (
        here.filter(review__at_risk=True, review__told=None).select_related("dip").order_by("dip_id", "place")
    )


# What is to be done


def raised(staff: Staff) -> QuerySet[Raised]:
    """Return what is to be done, as far as this post sees it: open first, by the day on which it is due."""
    found = Raised.objects.filter(policy.raised_for(staff)).select_related(
        "owner__account", "dip", "card__dip", "done_by__account"
    )
    return found.order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")


def find_raised(staff: Staff, raised_id: uuid.UUID) -> Raised:
    """Return something that is to be done.  Raises Http404."""
    return get_object_or_404(raised(staff), pk=raised_id)


def raised_of(staff: Staff, *, card: DipCard | None = None, dip: Dip | None = None) -> list[Raised]:
    """Return what was raised from an incident, or from a sample and its incidents."""
    of = Q(card=card) if card else Q(dip=dip)
    return list(raised(staff).filter(of))


def owners(staff: Staff, at: datetime) -> QuerySet[Staff]:
    """Return the posts to whom something may be given, by agency and name: who opens the pages of quality."""
    comes_in = Q(duties__overlap=[*policy.READS]) | Q(leads=True)
    found = Staff.objects.filter(lasting(at), comes_in, hub=staff.hub_id)
    return found.select_related("account", "agency").order_by("agency__name", "account__name", "pk")


def overdue(at: datetime) -> list[Raised]:
    """Return what is overdue in every hub, for a program."""
    found = Raised.objects.filter(done_at=None, due_on__lt=localdate(at)).select_related("owner__account")
    return list(found.order_by("due_on", "pk"))


def has_tasks(staff: Staff) -> bool:
    """Tell whether something is to be done by this post."""
    return Raised.objects.filter(hub=staff.hub_id, owner=staff.pk).exists()


def earlier_shares(staff: Staff) -> list[EarlierShare]:
    """Return yearly figures that were published elsewhere, by year."""
    return list(EarlierShare.objects.filter(hub=staff.hub_id).order_by("year", "label"))


def drawn_dips(hub: Hub, label: str = "") -> list[Dip]:
    """Return the dip samples of a hub, oldest first, for a program; of one name alone where it is said."""
    found = Dip.objects.filter(hub=hub)
    return list((found.filter(label=label) if label else found).order_by("at", "pk"))
