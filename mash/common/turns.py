"""Turns: of those who do one thing at the same moment, each waits for the one before, or leaves it to them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def take_turn(what: str) -> None:
    """Wait until nobody else is about the same thing, and let nobody else until this transaction ends.

    what: its kind and its key, such as "moving:" and the key of a post.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def is_free(what: str) -> bool:
    """Tell whether nobody else is about the same thing, and then let nobody else until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [what])
        free: bool = cursor.fetchone()[0]
        return free


@contextmanager
def held_through(what: str) -> Iterator[bool]:
    """Tell whether nobody else is about the same thing, and let nobody else while the block lasts.

    For work of several transactions, by workers alone: the turn belongs to the connection, so a pooler in transaction
    mode would lose it.  A process that is killed loses its connection, and the turn with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [what])
        free: bool = cursor.fetchone()[0]
    try:
        yield free
    finally:
        if free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [what])
