"""What is read of a hub's set-up: the hub itself, its closures, its change log."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.common.clock import LONDON, england
from mash.partnership import providers
from mash.partnership.models import Agency, Closure, Hub, Staff
from mash.partnership.providers import Provider
from mash.partnership.queries import agencies_in
from mash.setup import policy
from mash.setup.models import Change, Grant, Logo
from mash.triage import queries as triaged
from mash.triage.content import Limit, fixed_clocks
from mash.triage.fixed import RUN
from mash.triage.limits import in_words, label
from mash.triage.models import Colour, Stage

RATINGS = tuple(Colour)
SUBJECTS = ("child", "adult")


def hub_for_a_program(hub_id: uuid.UUID) -> Hub:
    """Return a hub by its key, for a listed service.  Raises Hub.DoesNotExist."""
    return Hub.objects.get(pk=hub_id)


def own_hub(staff: Staff) -> Hub:
    """Return the hub that this worker sets up, as it stands now."""
    return Hub.objects.get(pk=staff.hub_id)


def practice_of(staff: Staff) -> Hub | None:
    """Return the hub in which this worker's hub tries changes first, if it has one."""
    return Hub.objects.filter(practises_for=staff.hub_id).first()


def sign_in_of_agencies(staff: Staff) -> list[tuple[Agency, Provider | None]]:
    """Return each agency of this worker's hub, with the provider through which its people sign in."""
    return [(one, providers.of_agency(one.name)) for one in agencies_in(staff.hub_id)]


def closures(staff: Staff, at: datetime) -> list[Closure]:
    """Return the closures from today on, the next first."""
    return list(Closure.objects.filter(hub=staff.hub_id, on__gte=_day(at)).order_by("on"))


def bank_holidays(at: datetime) -> list[date]:
    """Return England's bank holidays from today to the end of next year: no working hours fall on them."""
    today = _day(at)
    return sorted(day for day in england([today.year, today.year + 1]) if day >= today)


def clocks(staff: Staff, at: datetime) -> list[dict[str, Any]]:
    """Return every stage and subject with its limits by rating, in words, as they count today."""
    hub = own_hub(staff)
    return [
        {
            "stage": stage.label,
            "subject": subject,
            "limits": [
                in_words(triaged.target_on(hub, stage, rating, subject, _day(at))) for rating in RATINGS
            ],
        }
        for subject in SUBJECTS
        for stage in Stage
    ]


def clocks_to_come(staff: Staff, at: datetime) -> list[dict[str, Any]]:
    """Return the limits that begin after today."""
    hub = own_hub(staff)
    return [
        {
            "label": label(row.stage, row.rating or "red", row.subject),
            "limit": in_words(
                triaged.target_on(hub, row.stage, row.rating or "red", row.subject, row.from_on)
            ),
            "from_on": row.from_on,
        }
        for row in triaged.targets_to_come(hub, _day(at))
    ]


def statutory_clocks() -> list[dict[str, Any]]:
    """Return the clocks of law and national guidance, in words: a hub may tighten them and never pause them."""
    return [
        {
            "label": sentence(one.id),
            "for": one.applies_to,
            "limit": limit_in_words(one.limit),
            "in_use": one.id in RUN,
        }
        for one in fixed_clocks().values()
    ]


def sentence(name: str) -> str:
    """Return a name of content as words: "referral_decision" is "Referral decision"."""
    return name.replace("_", " ").capitalize()


def limit_in_words(limit: Limit) -> str:
    """Say a limit of content: "45 working days", "72 hours by the clock"."""
    many = "" if limit.value == 1 else "s"
    unit = {"hours": "hour", "working_days": "working day", "school_day_starts": "start"}[limit.unit]
    after = {"elapsed": " by the clock", "working": "", "calendar": " of a school day"}[limit.clock]
    return f"{limit.value} {unit}{many}{after}"


def changes(staff: Staff) -> QuerySet[Change]:
    """Return the hub's change log, newest first."""
    found = Change.objects.filter(policy.readable_by(staff)).select_related("by__account")
    return found.order_by("-at", "-pk")


def find_change(staff: Staff, change_id: uuid.UUID) -> Change:
    """Return one line of the hub's change log.  Raises Http404 for any other."""
    return get_object_or_404(changes(staff), pk=change_id)


def last_changed(staff: Staff) -> Mapping[str, datetime]:
    """Return when each part of the set-up was last changed by a person."""
    found = Change.objects.filter(hub=staff.hub_id, by__isnull=False).values("part").order_by("part")
    return {row["part"]: row["last"] for row in found.annotate(last=Max("at"))}


def grants_waiting(staff: Staff) -> list[Grant]:
    """Return the guarded duties that wait for a second person, the oldest first."""
    found = Grant.objects.filter(policy.drafted_by(staff), answered_at=None)
    return list(found.select_related("post__account", "post__agency", "by__account").order_by("at", "pk"))


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def find_logo(digest: str) -> Logo:
    """Return a logo that whoever asks may see.  Raises Http404 for any other."""
    found = Logo.objects.filter(digest=digest).first()
    if found is None:
        raise Http404
    return found


def own_logo(staff: Staff, digest: str) -> Logo:
    """Return a logo of this worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(
        Logo.objects.select_related("hub").defer("body"), hub=staff.hub_id, digest=digest
    )
