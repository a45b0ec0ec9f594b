"""When e-mails go, and to whom goes on what nobody read: `notifications.yaml`.

Source: docs/rules.md, "Notifications".
"""

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse
from mash.common.editions import Content

NOTIFICATIONS = Path(__file__).parent / "notifications.yaml"
Which = Literal[
    "one_a_day_hour", "quiet_from_hour", "quiet_until_hour", "minutes_to_read", "hours_before_due"
]
HOURS = ("one_a_day_hour", "quiet_from_hour", "quiet_until_hour")
Quiet = tuple[time, time]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Number:
    """One number.  Its unit stands in its id."""

    id: Which
    label: str
    value: Annotated[int, Field(ge=0, le=1440)]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Next:
    """Who is told of what nobody read."""

    id: Literal["lead", "on_duty", "manager"]
    label: str
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class NotificationsContent:
    """The whole of `notifications.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    numbers: tuple[Number, ...]
    goes_on: tuple[Next, ...]


def load_notifications(file: Source = NOTIFICATIONS) -> NotificationsContent:
    """Read and check what the hub says of notifications.  Raises ContentError naming the place."""
    content = read(file, NotificationsContent)
    named = by_id(content.numbers, f"{file.name}: numbers")
    refuse(set(named) != set(Which.__args__), f"{file.name}: numbers", "each of them once")  # type: ignore[attr-defined]
    for hour in HOURS:
        refuse(named[hour].value > 23, f"{file.name}: numbers.{hour}", "an hour of the day is 0 to 23")
    by_id(content.goes_on, f"{file.name}: goes_on")
    return content


notifications_content = Content(NOTIFICATIONS, "Notifications", load_notifications)
"""Return what the hub that acts says of notifications."""


@notifications_content.derived
def numbers(content: NotificationsContent) -> Mapping[str, int]:
    """Return each number by its id."""
    return {one.id: one.value for one in content.numbers}


def quiet_hours() -> Quiet | None:
    """Return from when until when the hub that acts sends no e-mail that is not urgent; None for no such hours."""
    begins, ends = numbers()["quiet_from_hour"], numbers()["quiet_until_hour"]
    return None if begins == ends else (time(begins), time(ends))


def one_a_day_at() -> time:
    """Return when the one e-mail a day goes."""
    return time(numbers()["one_a_day_hour"])
