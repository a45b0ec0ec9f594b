"""What is counted for a while by every process together: Django's cache, kept in the database.

It holds how often something was asked for from one place, and which codes of a second factor were used.  A key is kept
as a keyed hash, so that no address stands there in clear; a value is JSON, since what is unpickled can run.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils import timezone

from mash.common.prepared import plans_kept

FOR_EVER = datetime(9999, 12, 31, tzinfo=timezone.get_default_timezone())
PUT = """
    INSERT INTO partnership_tally (key, value, until_at) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, until_at = excluded.until_at
"""
UNLESS_THERE = " WHERE partnership_tally.until_at <= %s"
GET = "SELECT value FROM partnership_tally WHERE key = %s AND until_at > %s"
COUNT = """
    UPDATE partnership_tally SET value = to_jsonb((value #>> '{}')::bigint + %s)
    WHERE key = %s AND until_at > %s RETURNING value
"""
CLOCKS_AGREE_WITHIN = timedelta(minutes=1)  # what was counted by a clock further ahead than that begins anew
COUNT_ON = """
    WITH soon AS (SELECT set_config('synchronous_commit', 'off', true))  -- a count that a crash loses is no loss
    INSERT INTO partnership_tally (key, value, until_at)
    SELECT key, '1'::jsonb, until_at
    FROM unnest(%(names)s::text[], %(untils)s::timestamptz[]) AS asked(key, until_at), soon ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
      value = CASE WHEN partnership_tally.until_at <= %(at)s
        OR partnership_tally.until_at > excluded.until_at + %(within)s THEN '1'::jsonb
        ELSE to_jsonb((partnership_tally.value #>> '{}')::bigint + 1) END,
      until_at = CASE WHEN partnership_tally.until_at <= %(at)s
        OR partnership_tally.until_at > excluded.until_at + %(within)s THEN excluded.until_at
        ELSE partnership_tally.until_at END
    RETURNING key, value, until_at
"""


class Tallies(BaseCache):
    """Django's cache in one small table.

    Two processes that count at one moment wait for each other, so neither count is lost; what a request counts is
    taken back with the request, if that is undone.

    Source: docs/rules.md, "Public referrers".
    """

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Put a value where none is; tell whether that was done."""
        now = timezone.now()
        until = self._until(timeout, now)
        return _changed(PUT + UNLESS_THERE, [self._hidden(key, version), json.dumps(value), until, now]) == 1

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return a value, or the default once its time is up."""
        found = _row(GET, [self._hidden(key, version), timezone.now()])
        return json.loads(found) if found is not None else default

    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Put a value, in the place of any other."""
        until = self._until(timeout, timezone.now())
        _changed(PUT, [self._hidden(key, version), json.dumps(value), until])

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Say anew how long a value stands; tell whether there is one."""
        now = timezone.now()
        asked = [self._until(timeout, now), self._hidden(key, version), now]
        return (
            _changed("UPDATE partnership_tally SET until_at = %s WHERE key = %s AND until_at > %s", asked)
            == 1
        )

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Take a value away; tell whether there was one."""
        return _changed("DELETE FROM partnership_tally WHERE key = %s", [self._hidden(key, version)]) == 1

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Count on, and return the sum; when it began stays as it is.  Raises ValueError where nothing is counted."""
        found = _row(COUNT, [delta, self._hidden(key, version), timezone.now()])
        if found is None:
            raise ValueError(key)
        return int(json.loads(found))

    def clear(self) -> None:
        """Take everything away."""
        _changed("DELETE FROM partnership_tally", [])

    def _hidden(self, key: Any, version: int | None) -> str:
        return _hashed(self.make_and_validate_key(key, version=version))

    def _until(self, timeout: float | None, now: datetime) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return FOR_EVER if seconds is None else now + timedelta(seconds=seconds)

    def validate_key(self, key: str) -> None:
        """Take any key: it is kept as a hash."""


def count_on(asked: Sequence[tuple[str, int]], *, at: datetime) -> list[tuple[int, datetime]]:
    """Count each of some names once more, in one statement; return how often since the first, and until when.

    asked: each a name, and for how many seconds it is counted from the first time on.  A count that lasts longer than
    one begun now was begun by a clock that was ahead: it would hold somebody back until that day, and begins anew.
    """
    names = [_hashed(name) for name, _ in asked]
    untils = [at + timedelta(seconds=seconds) for _, seconds in asked]
    with plans_kept(), connection.cursor() as cursor:
        said: dict[str, Any] = {"names": names, "untils": untils, "at": at, "within": CLOCKS_AGREE_WITHIN}
        cursor.execute(COUNT_ON, said)
        found = {key: (int(json.loads(value)), until) for key, value, until in cursor.fetchall()}
    return [found[name] for name in names]


def _hashed(name: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"tally {name}".encode(), hashlib.sha256).hexdigest()


def _row(asked: str, words: Iterable[Any] | Mapping[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(asked, list(words))
        found = cursor.fetchone()
    return found[0] if found else None


def _changed(asked: str, words: Iterable[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(asked, list(words))
        return int(cursor.rowcount)
