"""Putting the lines of finished transactions under a signed root."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from mash.ledger import lines, trees
from mash.ledger.models import Root
from mash.ledger.signing import id_of, signer

LOCK = 6_962  # one root is made at a time
QUIET_AT_MOST = timedelta(
    hours=1
)  # then an empty root says that nothing was written, and that somebody counts
BEGINNING = "0" * 64
SNAPSHOT = """
    SELECT now.it::text, pg_snapshot_xmax(now.it)::text::bigint, pg_current_xact_id_if_assigned() IS NULL
    FROM (SELECT pg_current_snapshot() AS it) now
"""
FIRST = "pg_visible_in_snapshot(e.xact, %s::pg_snapshot)"
NEXT = """
    e.xact >= pg_snapshot_xmin(%s::pg_snapshot) AND e.xact < pg_snapshot_xmax(%s::pg_snapshot)
    AND pg_visible_in_snapshot(e.xact, %s::pg_snapshot) AND NOT pg_visible_in_snapshot(e.xact, %s::pg_snapshot)
    AND e.id NOT IN (SELECT unnest(lines) FROM ledger_root WHERE high >= %s)
"""
ELSEWHERE = """
    (pg_visible_in_snapshot(e.xact, %s::pg_snapshot) OR e.xact >= pg_snapshot_xmax(%s::pg_snapshot))
    AND e.id NOT IN (SELECT unnest(lines) FROM ledger_root)
"""


class TooLate(Exception):
    """The transaction has written already, and would take its own lines for finished ones."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Which transactions had ended.  upto: the first that had not begun."""

    said: str
    upto: int


@transaction.atomic
def make_root(*, at: datetime) -> Root | None:
    """Put every line that is under no root, and whose transaction has ended, under a new one; None in a quiet minute.

    A line is under the first root whose snapshot has its transaction ended, and under no other: one that a long
    transaction commits late goes under a later root, and nothing waits for it.  In a database that was restored
    elsewhere transactions are counted anew; then whatever is under no root is looked for by key.
    Acts as the service `ledger_keeper`, in a transaction that has written nothing.

    Raises NoKey, TooLate.

    Source: docs/rules.md, "Evidence".
    """
    key = signer()
    taken = _snapshot()
    last = Root.objects.defer("lines", "leaves").order_by("-number").first()
    found = list(_lines(taken, last))
    if not found and last and at - last.made_at < QUIET_AT_MOST:
        return None
    leaves = [trees.leaf(one) for one in found]
    numbers = [lines.transaction_of(one) for one in found]
    made = Root(
        number=last.number + 1 if last else 1,
        made_at=at,
        snapshot=taken.said,
        low=min(numbers, default=None),
        high=max(numbers, default=None),
        lines=[one[lines.KEY].decode() for one in found],
        leaves=b"".join(leaves),
        count=len(found),
        root=trees.root_of(leaves).hex(),
        before=last.link if last else BEGINNING,
        key=id_of(key.public()),
    )
    made.signature = key.sign(made.statement).hex()
    Root.objects.bulk_create([made])
    return made


def _snapshot() -> Taken:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(SNAPSHOT)
        said, upto, has_written_nothing = cursor.fetchone()
    if not has_written_nothing:
        raise TooLate
    return Taken(said, upto)


def _lines(taken: Taken, last: Root | None) -> Iterator[bytes]:
    if last is None:
        where, values = FIRST, [taken.said]
    elif taken.upto < lines.Snapshot.read(last.snapshot).upto:
        where, values = ELSEWHERE, [taken.said, taken.said]
    else:
        where, values = NEXT, [last.snapshot, taken.said, taken.said, last.snapshot]
        values.append(last.snapshot.split(":")[0])
    return lines.copied(
        f"SELECT {lines.WRITTEN} FROM ledger_entry e WHERE {where} ORDER BY e.xact, e.id",  # noqa: S608 (ours)
        values,
    )
