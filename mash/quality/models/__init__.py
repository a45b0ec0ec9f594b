"""What is kept about quality."""

from mash.quality.models.incidents import Incident, IncidentFile, IncidentPiece
from mash.quality.models.rounds import (
    Aside,
    Earlier,
    Given,
    Marked,
    Round,
    Sampled,
    Settled,
    Sheet,
    Spread,
    Told,
)
from mash.quality.own.models import Again, Copy, Followed, Month, Redecided, Reviewer

__all__ = [
    "Again",
    "Aside",
    "Copy",
    "Earlier",
    "Followed",
    "Given",
    "Incident",
    "IncidentFile",
    "IncidentPiece",
    "Marked",
    "Month",
    "Redecided",
    "Reviewer",
    "Round",
    "Sampled",
    "Settled",
    "Sheet",
    "Spread",
    "Told",
]
