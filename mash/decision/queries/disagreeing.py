"""What is read about disagreements: each with its stages, what was said at them, and how it ended."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from mash.check import policy as checks
from mash.check.models import Enquiry
from mash.decision import policy
from mash.decision.climbing import Standing, standing
from mash.decision.models import Decision, Dissent, DissentEnd, DissentStage, DissentWord
from mash.decision.queries.event import episode_of, keys_of
from mash.partnership.models import Agency, Staff

ENDED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Course:
    """One disagreement on its way.  stages: the first first, each with its `said`."""

    dissent: Dissent
    stages: Sequence[DissentStage]
    standing: Standing
    end: DissentEnd | None

    @property
    def learnt(self) -> str:
        """What was learnt, "" while it goes on."""
        return self.end.learning if self.end else ""


def courses(found: "QuerySet[Dissent]") -> list[Course]:
    """Return these disagreements with their course, each kind of thing read once for all of them."""
    said = Prefetch(
        "words", DissentWord.objects.select_related("by__account").order_by("at", "pk"), to_attr="said"
    )
    stages = Prefetch(
        "stages",
        DissentStage.objects.select_related("by__account").prefetch_related(said).order_by("number"),
        to_attr="climbed",
    )
    ends = Prefetch("end", DissentEnd.objects.select_related("by__account"))
    return [
        _course(one) for one in found.select_related("by__account", "agency").prefetch_related(stages, ends)
    ]


def _course(dissent: Dissent) -> Course:
    stages: list[DissentStage] = dissent.climbed  # type: ignore[attr-defined]
    end = getattr(dissent, "end", None)
    kinds = [word.kind for word in stages[-1].said] if stages else []  # type: ignore[attr-defined]
    numbers = [(one.number, one.due_at) for one in stages]
    return Course(dissent, stages, standing(numbers, kinds, ended=end is not None), end)


def course_of(dissent: Dissent) -> Course:
    """Return the course of one disagreement, as it is now."""
    (found,) = courses(Dissent.objects.filter(pk=dissent.pk))
    return found


def standing_of(dissent: Dissent) -> Standing:
    """Return where a disagreement stands now."""
    stages = list(dissent.stages.order_by("number").values_list("number", "due_at"))
    last = DissentWord.objects.filter(stage__dissent=dissent, stage__number=stages[-1][0] if stages else 0)
    kinds = list(last.order_by("at", "pk").values_list("kind", flat=True))
    return standing(stages, kinds, ended=DissentEnd.objects.filter(dissent=dissent).exists())


def find_dissent(staff: Staff, dissent_id: uuid.UUID) -> Dissent:
    """Return a disagreement on a contact that this worker may read at the desk.  Raises Http404 for any other."""
    found = Dissent.objects.filter(policy.readable_by(staff))
    return get_object_or_404(found.select_related("decision__contact", "hub", "decision__by"), pk=dissent_id)


def ours(staff: Staff) -> "QuerySet[Dissent]":
    """Return the disagreements of the agency that a post answers for, the newest first."""
    return Dissent.objects.filter(policy.dissents_of_agency(staff)).order_by("-at", "pk")


def find_ours(staff: Staff, dissent_id: uuid.UUID) -> Dissent:
    """Return a disagreement of the agency that this post answers for.  Raises Http404 for any other."""
    return get_object_or_404(ours(staff).select_related("hub"), pk=dissent_id)


def find_enquiry(staff: Staff, enquiry_id: uuid.UUID) -> Enquiry:
    """Return an enquiry that was put to the agency of this post.  Raises Http404 for any other.

    The front door asks for them too, so that nothing but this filter stands between.
    """
    here = Enquiry.objects.filter(checks.enquiries_read_by(staff), hub=staff.hub_id, agency=staff.agency_id)
    found = here if staff.has("answer") else here.none()
    return get_object_or_404(found.select_related("agency"), pk=enquiry_id)


def courses_on(decision: Decision) -> list[Course]:
    """Return the disagreements with a decision, the oldest first."""
    return courses(decision.dissents.order_by("at", "pk"))


def who_was_asked(decision: Decision) -> list[Agency]:
    """Return the agencies that were asked in a check of the event of a decision, by name."""
    keys = keys_of(episode_of(decision.contact))
    asked = Enquiry.objects.filter(check_asked__contact__in=keys, withdrawn_at=None).values("agency")
    return list(Agency.objects.filter(pk__in=asked).order_by("name"))


def going_on(staff: Staff, at: datetime) -> list[Course]:
    """Return what has not ended and this worker may read: immediate risk first, then what is due soonest."""
    found = courses(
        Dissent.objects.filter(policy.readable_by(staff), end=None).select_related("decision__contact")
    )
    return sorted(
        found, key=lambda one: (not one.dissent.urgent, one.standing.due_at or at, str(one.dissent.pk))
    )


def ended_lately(staff: Staff) -> list[Course]:
    """Return the disagreements that ended last, with what was learnt, the newest first."""
    found = Dissent.objects.filter(policy.readable_by(staff), end__isnull=False).order_by("-end__at", "pk")
    return courses(found.select_related("decision__contact")[:ENDED_SHOWN])


def to_climb(at: datetime) -> "QuerySet[Dissent]":
    """Return the disagreements that have not ended and of which some stage's time is up.  For a program."""
    late = DissentStage.objects.filter(due_at__lte=at).values("dissent")
    return (
        Dissent.objects.filter(pk__in=late, end=None)
        .select_related("hub", "decision__by__account")
        .order_by("pk")
    )
