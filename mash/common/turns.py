"""Turns: of those who do one thing at the same moment, each waits for the one before."""

from django.db import connection


def take_turn(what: str) -> None:
    """Wait until nobody else is about the same thing, and let nobody else until this transaction ends.

    what: its kind and its key, such as "moving:" and the key of a post.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
