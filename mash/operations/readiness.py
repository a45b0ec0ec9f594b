"""Whether this installation can do its work: one word for each thing it hangs on, and nothing else."""

from datetime import datetime, timedelta
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from mash.common import replica
from mash.common.identity import as_service
from mash.ledger.fitness import QUIET
from mash.ledger.models import Root

WELL = "well"
SILENT_AFTER = timedelta(minutes=1)  # a worker gives a sign of life every ten seconds
BEHIND_AFTER = timedelta(minutes=1)
APPLIED = "SELECT app || '.' || name FROM django_migrations"
HEARD_OF = "SELECT max(last_heartbeat) FROM procrastinate_workers"
UNKNOWN = {"database": "away", "migrations": "unknown", "worker": "unknown", "ledger": "unknown"}


def ready(*, at: datetime) -> dict[str, str]:
    """Say of database, migrations, worker and ledger whether each is well, and of the replica where there is one."""
    try:
        with as_service("ledger_keeper"), transaction.atomic():
            found = {
                "database": WELL,
                "migrations": WELL if _needed() <= _applied() else "missing",
                "worker": WELL if _heard_of_since(at - SILENT_AFTER) else "silent",
                "ledger": WELL if _root_since(at - QUIET) else "late",
            }
    except (DatabaseError, ImproperlyConfigured):
        return UNKNOWN
    return found | ({"replica": _of_the_replica()} if replica.is_set() else {})


def _of_the_replica() -> str:
    behind = replica.behind_by()
    if behind is None:
        return "away"
    return WELL if behind < BEHIND_AFTER else "behind"


@lru_cache(maxsize=1)
def _needed() -> frozenset[str]:
    """Return the migrations that this code knows.  The database may have more: then a newer version is on its way."""
    return frozenset(f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations)


def _applied() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(APPLIED)
        return frozenset(name for (name,) in cursor.fetchall())


def _heard_of_since(moment: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(HEARD_OF)
        (last,) = cursor.fetchone()
    return bool(last and last > moment)


def _root_since(moment: datetime) -> bool:
    newest = Root.objects.order_by("-number").values_list("made_at", flat=True).first()
    return bool(newest and newest > moment)
