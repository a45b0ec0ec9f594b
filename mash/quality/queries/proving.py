"""Proving a draw: done again from what was kept, and compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from mash.quality.measures.drawing import METHOD, draw, frame_hash
from mash.quality.models import Dip, Dipped, Round, Sampled


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What came of drawing again.  differs: what does not come out as it was kept, in words."""

    differs: Sequence[str]

    @property
    def is_proved(self) -> bool:
        return not self.differs


def redrawn(drawn: Round | Dip) -> Redrawn:
    """Draw a round of grading or a dip sample again from its seed and its frame, and compare.

    Source: docs/rules.md, "Figures of quality".
    """
    frame = [(key, stratum) for key, stratum in drawn.frame]
    differs = []
    if drawn.method != METHOD:
        return Redrawn([f"it was drawn by {drawn.method}, which this version does not know"])
    if frame_hash(frame) != drawn.frame_hash or len(frame) != drawn.frame_size:
        differs.append("the frame is not the one whose hash was kept")
    again = draw(frame, drawn.asked, drawn.seed)
    if again.all != drawn.drawn:
        differs.append("seed and frame give another sample than was kept")
    of = {"dip": drawn} if isinstance(drawn, Dip) else {"round": drawn}
    there = Dipped if isinstance(drawn, Dip) else Sampled
    kept = {*there.objects.filter(**of).values_list("drawn_as", flat=True)}
    if kept - {*again.all}:
        what = (
            "an incident stands in the sample" if isinstance(drawn, Dip) else "a referral stands in the round"
        )
        differs.append(f"{what} that was not drawn")
    return Redrawn(differs)
