"""Who else follows what is said of people: a later app says so, and is told in the transaction that changed it."""

import uuid
from collections.abc import Callable, Mapping

from mash.people.details import Details

Follows = Callable[[uuid.UUID, Mapping[uuid.UUID, Details]], None]
FOLLOWING: list[Follows] = []


def follow(*several: Follows) -> None:
    """Be told a hub, and what is now held on each of some of its people; called from an app's `ready()`."""
    FOLLOWING.extend(one for one in several if one not in FOLLOWING)


def tell(hub_id: uuid.UUID, people: Mapping[uuid.UUID, Details]) -> None:
    """Tell everybody who follows."""
    for one in FOLLOWING:
        one(hub_id, people)
