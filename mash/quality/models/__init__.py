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

__all__ = [
    "Aside",
    "Earlier",
    "Given",
    "Incident",
    "IncidentFile",
    "IncidentPiece",
    "Marked",
    "Round",
    "Sampled",
    "Settled",
    "Sheet",
    "Spread",
    "Told",
]
