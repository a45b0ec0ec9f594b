"""Whether a form was sent where one was needed: shares, with what is unclear counted both ways."""

from collections.abc import Iterable
from dataclasses import dataclass

from mash.common.shares import Share


@dataclass(frozen=True, slots=True)
class Found:
    """What is said of some incidents alike.  required: None where it is unclear.  in_time: None where nobody knows."""

    required: bool | None
    submitted: bool
    in_time: bool | None = None
    count: int = 1


@dataclass(slots=True)
class Compliance:
    """Incidents counted by whether a form was needed, and whether one was sent.

    Two shares of compliance stand side by side, and neither alone: what is unclear counted as not needed, and as
    needed.  The truth lies between them if everything unclear is one or the other.
    """

    needed: int = 0
    needed_sent: int = 0
    needed_in_time: int = 0
    unclear: int = 0
    unclear_sent: int = 0
    not_needed: int = 0
    not_needed_sent: int = 0
    time_not_known: int = 0

    def add(self, found: Found) -> None:
        """Count some more."""
        many, sent = found.count, found.count if found.submitted else 0
        if found.required is None:
            self.unclear += many
            self.unclear_sent += sent
        elif found.required:
            self.needed += many
            self.needed_sent += sent
            self.needed_in_time += sent if found.in_time else 0
            self.time_not_known += sent if found.in_time is None else 0
        else:
            self.not_needed += many
            self.not_needed_sent += sent

    @property
    def n(self) -> int:
        """Return how many there are."""
        return self.needed + self.unclear + self.not_needed

    @property
    def as_not_needed(self) -> Share:
        """Return the share sent of those needed, where what is unclear counts as not needed."""
        return Share(self.needed_sent, self.needed)

    @property
    def as_needed(self) -> Share:
        """Return the share sent of those needed, where what is unclear counts as needed."""
        return Share(self.needed_sent + self.unclear_sent, self.needed + self.unclear)

    @property
    def in_time(self) -> Share:
        """Return the share of those needed that were sent in time; what nobody knows counts as not in time."""
        return Share(self.needed_in_time, self.needed)

    @property
    def over_sending(self) -> Share:
        """Return the share of those not needed that were sent all the same."""
        return Share(self.not_needed_sent, self.not_needed)

    @property
    def apart(self) -> float | None:
        """Return how many points the two ways lie apart; None where one says nothing."""
        one, other = self.as_not_needed.value, self.as_needed.value
        return None if one is None or other is None else abs(one - other) * 100


def counted(found: Iterable[Found]) -> Compliance:
    """Count what was found."""
    total = Compliance()
    for one in found:
        total.add(one)
    return total
