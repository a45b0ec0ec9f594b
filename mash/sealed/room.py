"""The way into the sealed room and out again, within the transaction that is open."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

ROOMS = uuid.UUID("6f1f7c58-6a53-5c6e-9d0c-3d1f3a1f6b11")
HUB_ITSELF = uuid.UUID("0a6f0b8e-9a0a-5b7e-8b4e-2f7a5f0f4c22")


@contextmanager
def sealed_room() -> Iterator[None]:
    """Reach the sealed tables while the block lasts; who acts stays the same.

    The role taken would outlive the release of its savepoint, so the former one is put back by name.  When the
    block fails, undoing the savepoint does it.
    """
    with transaction.atomic():
        former = _ask("SELECT current_setting('role')")
        _ask("SELECT set_config('role', 'mash_sealed', true)")
        yield
        _ask("SELECT set_config('role', %s, true)", former)


def room_of(case: uuid.UUID) -> uuid.UUID:
    """Return the key of a case's room: worked out, so that whoever seals need not read whether there is one."""
    return uuid.uuid5(ROOMS, str(case))


def hub_as_owner(hub_id: uuid.UUID) -> uuid.UUID:
    """Return the key under which a hub itself owns an item that no agency brought."""
    return uuid.uuid5(HUB_ITSELF, str(hub_id))


def hold_release(release: uuid.UUID, *, reading: bool = False) -> None:
    """Wait for whoever works on a release, until the transaction ends; readers wait for no other reader.

    So a recall stands after every view that began before it, and shows who had read by then.
    """
    how = "pg_advisory_xact_lock_shared" if reading else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(hashtextextended(%s, 0))", [f"release:{release}"])


def _ask(words: str, *values: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        return str(cursor.fetchone()[0])
