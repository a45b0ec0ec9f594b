"""How long a hub keeps its records: `retention.yaml`.  Records are reviewed by it in `mash.retention`, above."""

from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse
from mash.common.editions import Content

RETENTION = Path(__file__).parent / "content" / "retention.yaml"
LONGEST = 100  # years
COUNTED_FROM = (
    ("last_contact", "The last contact about the person"),
    ("birth", "The birth of the person"),
    ("eighteenth_birthday", "The person’s 18th birthday"),
    ("end_of_involvement", "The end of the last agency’s work with the person"),
)
Start = Literal["last_contact", "birth", "eighteenth_birthday", "end_of_involvement"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Period:
    """How long one class of record is kept.  years: whole years from `counted_from` on."""

    id: str
    label: str
    covers: str
    years: int
    counted_from: Start
    source: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RetentionContent:
    """The whole of `retention.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    periods: tuple[Period, ...]


def load_retention(file: Source = RETENTION) -> RetentionContent:
    """Read and check the periods.  Raises ContentError naming the place.

    A period ends no sooner than a child's record could be asked for: counted from birth, not before the 18th birthday.

    Source: docs/rules.md, "Records".
    """
    content = read(file, RetentionContent)
    for one in by_id(content.periods, f"{file.name}: periods").values():
        place = f"{file.name}: periods.{one.id}.years"
        refuse(not 1 <= one.years <= LONGEST, place, f"from 1 to {LONGEST} years")
        refuse(
            one.counted_from == "birth" and one.years < 18,
            place,
            "counted from birth, a record is kept until the person is 18 at least",
        )
    return content


retention = Content(RETENTION, "How long records are kept", load_retention)
"""Return the periods as the hub that acts has them."""
