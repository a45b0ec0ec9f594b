"""When a hub is staffed, and how long each stage may take there."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import DateField, QuerySet, UUIDField

from mash.common.clock import Kind, WorkingWeek
from mash.common.clock import Target as Limit
from mash.common.prepared import prepared
from mash.partnership.models import Hub
from mash.partnership.queries.rota import working_week
from mash.triage import content
from mash.triage.models import Stage, Target

WRITTEN = "phone_referral_confirmed"


@dataclass(frozen=True, slots=True)
class HubTime:
    """When a hub is staffed and how long things may take there, as they stand on one day."""

    week: WorkingWeek
    targets: Mapping[tuple[str, str], Mapping[str, Limit | None]]

    def limits(self, stage: str, subject: str) -> Sequence[Mapping[str, Limit | None]]:
        """Return the limits by rating of a stage: a child's, an adult's, or both for a contact about both."""
        subjects = ["child", "adult"] if subject == "both" else [subject]
        return [self.targets[stage, one] for one in subjects]


def hub_time(hub: Hub, on: date) -> HubTime:
    """Return a hub's week and targets on a day, read once for each hub object: once a request, that is."""
    kept: dict[date, HubTime] = vars(hub).setdefault("_time", {})
    if on not in kept:
        kept[on] = HubTime(working_week(hub), _targets(hub, on))
    return kept[on]


def keep_time(hub: Hub, days: Iterable[date]) -> None:
    """Read a hub's week and targets for many days at once: days between two changes of its targets have the same."""
    begun = list(
        Target.objects.filter(hub=hub).order_by("from_on").values_list("from_on", flat=True).distinct()
    )
    kept: dict[date, HubTime] = vars(hub).setdefault("_time", {})
    alike: dict[int, HubTime] = {}
    for day in days:
        place = bisect_right(begun, day)
        if place not in alike:
            alike[place] = hub_time(hub, day)
        kept[day] = alike[place]


def target_on(hub: Hub, stage: str, rating: str, subject: str, on: date) -> Limit | None:
    """Return how long a stage may take in a hub on a day; None for no limit."""
    return hub_time(hub, on).targets[stage, subject][rating]


def targets_to_come(hub: Hub, after: date) -> list[Target]:
    """Return the limits of a hub that begin after a day, the soonest first."""
    return list(
        Target.objects.filter(hub=hub, from_on__gt=after).order_by("from_on", "stage", "subject", "pk")
    )


def every_hub() -> QuerySet[Hub]:
    """Return the hubs that whoever acts may see: for a service, all."""
    return Hub.objects.order_by("name")


def forget_time(hub: Hub) -> None:
    """Read the hub's week and targets afresh the next time."""
    vars(hub).pop("_time", None)


def _targets(hub: Hub, on: date) -> dict[tuple[str, str], dict[str, Limit | None]]:
    """Return the newest targets begun by a day; where a hub has set none, what hubs start from."""
    found = _starting_targets()
    for stage, subject, rating, value, unit, kind in _set_by.rows(hub=hub.pk, on=on):
        limit = Limit(value, _unit(unit), Kind(kind))
        found[stage, subject] |= dict.fromkeys([rating] if rating else content.ratings(), limit)
    return found


@prepared(hub=UUIDField(), on=DateField())
def _set_by(hub: Any, on: Any) -> QuerySet[Target, Any]:
    rows = Target.objects.filter(hub=hub, from_on__lte=on).order_by("from_on")
    return rows.values_list("stage", "subject", "rating", "value", "unit", "kind")


def _starting_targets() -> dict[tuple[str, str], dict[str, Limit | None]]:
    return {
        (stage, subject): {
            rating: limit_of(limits.limit(rating)) for rating in ("red", "amber", "green", "blue")
        }
        for subject in ("child", "adult")
        for stage, limits in content.stages(subject).items()
    } | {
        (Stage.WRITTEN, subject): dict.fromkeys(content.ratings(), limit_of(content.clocks()[WRITTEN].limit))
        for subject in ("child", "adult")
    }


def limit_of(limit: content.Limit | None) -> Limit | None:
    """Return a limit of content as a clock takes it."""
    return Limit(limit.value, _unit(limit.unit), Kind(limit.clock)) if limit else None


def _unit(unit: str) -> Literal["hours", "working_days"]:
    return "working_days" if unit == "working_days" else "hours"
