"""When an e-mail may go.  Pure: times of day are local to Europe/London, moments are in UTC or anywhere."""

from datetime import datetime, time, timedelta

from mash.common.clock import LONDON


def quiet_until(at: datetime, quiet: tuple[time, time] | None) -> datetime | None:
    """Return when the quiet hours end that a moment lies in; None outside them.

    quiet: from when until when; over midnight where the first is later.  Where both are the same there are none.
    """
    if quiet is None or quiet[0] == quiet[1]:
        return None
    begins, ends = quiet
    local = at.astimezone(LONDON)
    now = local.time()
    if begins < ends:
        return _on(local, ends, 0) if begins <= now < ends else None
    if now >= begins:
        return _on(local, ends, 1)
    return _on(local, ends, 0) if now < ends else None


def next_at(at: datetime, of_day: time) -> datetime:
    """Return the next moment after `at` at which it is this time of day."""
    local = at.astimezone(LONDON)
    return _on(local, of_day, 0 if local.time() < of_day else 1)


def _on(local: datetime, of_day: time, days: int) -> datetime:
    return datetime.combine(local.date() + timedelta(days=days), of_day, LONDON)
