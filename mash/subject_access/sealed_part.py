"""What a cleared person decides about what is sealed: of every request, whether anything is there or not.  Pure.

It lies encrypted, under a key of its own, and bound to its row and its request.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from mash.common.locking import Locked, lock, unlock
from mash.subject_access.grounds import GIVE

PURPOSE = "subject_access"


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of one sealed thing.

    what: "withhold" with a ground, or "give".  words: what is given, written anew; of an address, why it is given.
    owner_said: who spoke for the agency that owns it, when, and that they agree; needed where something is given.
    """

    what: str
    ground: str = ""
    words: str = ""
    owner_said: str = ""

    @property
    def is_given(self) -> bool:
        return self.what == GIVE


@dataclass(frozen=True, slots=True)
class Strike:
    """Exact words that are left out wherever they stand, with the sentence around them, and on which ground."""

    words: str
    ground: str


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of the unit.  things: by the key of the sealed item."""

    things: Mapping[str, Decided] = field(default_factory=dict)
    strikes: tuple[Strike, ...] = ()

    def to_json(self) -> str:
        """Write it down, to be encrypted."""
        things = {key: asdict(one) for key, one in self.things.items()}
        return json.dumps({"things": things, "strikes": [asdict(one) for one in self.strikes]})


def from_json(text: str) -> Pass:
    """Read a pass that was written down."""
    said = json.loads(text)
    things = {key: Decided(**one) for key, one in said["things"].items()}
    return Pass(things, tuple(Strike(**one) for one in said["strikes"]))


def undecided(keys: Iterable[uuid.UUID], decided: Pass) -> int:
    """Return how many sealed things are not decided on."""
    return len({str(key) for key in keys} - set(decided.things))


def place_of(row: uuid.UUID, request: uuid.UUID, part: str) -> str:
    """Return what something of the unit's is bound to: its row, its request, and what part of it this is."""
    return f"{row}|{request}|{part}"


def lock_up(words: str, *, hub: uuid.UUID, row: uuid.UUID, request: uuid.UUID, part: str) -> Locked:
    """Encrypt something of the unit's.  part: what it is, so that one cannot stand for another; "" stays empty."""
    if not words:
        return Locked(b"", b"")
    return lock(words, purpose=PURPOSE, agency=hub, bound_to=place_of(row, request, part))


def open_up(locked: Locked, *, hub: uuid.UUID, row: uuid.UUID, request: uuid.UUID, part: str) -> str:
    """Decrypt it.  Raises InvalidTag if it belongs to another row, request or part."""
    if not bytes(locked.body):
        return ""
    return unlock(locked, purpose=PURPOSE, agency=hub, bound_to=place_of(row, request, part))
