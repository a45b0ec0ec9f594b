"""Keeping the marks of people true with what is held on them, in the transaction that changed it."""

import uuid
from collections.abc import Mapping

from django.db import connection

from mash.boroughs import switch
from mash.boroughs.telling_apart import rows_of
from mash.people.details import Details

FORGET = "DELETE FROM boroughs_marks WHERE person_id = ANY (%s)"
WRITE = """
    INSERT INTO boroughs_marks (id, hub_id, person_id, marks)
    SELECT gen_random_uuid(), hub, person, string_to_array(marks, ',')::bytea[]
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS said(hub, person, marks)
"""


def write_marks(hub_id: uuid.UUID, people: Mapping[uuid.UUID, Details]) -> None:
    """Write the marks of some people of a hub anew, in two statements however many they are.

    Without a key of the installation's own they have none: what stood there is taken away.

    Source: docs/rules.md, "Asking another hub".
    """
    secret = switch.key()
    rows = rows_of(hub_id, people.items(), secret) if secret else []
    hubs, keys = [row[0] for row in rows], [row[1] for row in rows]
    marks = [",".join(f"\\x{mark.hex()}" for mark in row[2]) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [sorted(people)])
        cursor.execute(WRITE, [hubs, keys, marks])
