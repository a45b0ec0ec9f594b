"""How long what another server did not take is tried again.  Pure."""

from datetime import datetime, timedelta

MOST_TRIES = 77  # three days: 63 minutes for the first six, then one an hour


def try_again_at(at: datetime, tries: int) -> datetime:
    """Return when what failed for the nth time is tried again: after 1, 2, 4 minutes and so on, an hour at most."""
    return at + timedelta(minutes=min(2 ** (tries - 1), 60))
