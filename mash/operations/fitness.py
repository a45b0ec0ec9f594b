"""Whether the replica that is named can answer pages."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.utils import timezone

from mash.common import replica
from mash.common.fitness import ALIVE, look_at, unsafe
from mash.operations.readiness import BEHIND_AFTER

MOST_APART = 5  # seconds
OF_IT = """
    SELECT clock_timestamp(), inet_server_addr() IS NOT NULL
      AND NOT inet_server_addr() <<= '127.0.0.0/8' AND NOT inet_server_addr() = '::1'
      AND NOT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)
"""


@register(ALIVE, deploy=True)
def the_replica(**_: Any) -> Sequence[CheckMessage]:
    """Ask the replica, where one is named, whether it is a copy of the primary and how far it is.

    Source: docs/rules.md, "Pages read from a copy".
    """
    if not replica.is_set():
        return []
    try:
        with connections[replica.REPLICA].cursor() as cursor:
            cursor.execute(OF_IT)
            clock, is_open = cursor.fetchone()
    except ImproperlyConfigured as why:
        return [unsafe(f"REPLICA_URL: {why}", "053", do="Name the role mash_app there too.")]
    except DatabaseError as why:
        do = "Start it, or take REPLICA_URL out: until then the primary answers every page."
        return [look_at(f"The replica does not answer: {type(why).__name__}.", "054", do=do)]
    return list(_of_it(abs((timezone.now() - clock).total_seconds()), is_open=is_open))


def _of_it(apart: float, *, is_open: bool) -> Iterator[CheckMessage]:
    if is_open:
        do = "Add sslmode=verify-full to REPLICA_URL."
        yield unsafe("The way to the replica is not encrypted.", "055", do=do)
    if apart > MOST_APART:
        do = "Set it by the same time server: it reads from its clock whose access has ended."
        yield unsafe(f"This machine and the replica are {apart:.0f} seconds apart.", "056", do=do)
    behind = replica.behind_by()
    if behind is None:
        do = "Let it follow this primary by streaming, in the same database.  Until then the primary answers."
        yield look_at("REPLICA_URL leads to no copy of the database in DATABASE_URL.", "057", do=do)
    elif behind > BEHIND_AFTER:
        do = "Look at its log and at the network.  Until then the primary answers."
        yield look_at(f"The replica is {behind.total_seconds():.0f} seconds behind.", "058", do=do)
