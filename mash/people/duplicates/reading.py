"""Reading a hub's register line by line, as it stands in the database: nothing of it is held but keys."""

import uuid
from collections.abc import Generator

from django.db import connection

from mash.people.duplicates.records import Line, Stored, line
from mash.people.identifiers import NHS

AT_ONCE = 10_000  # rows
EVERYBODY = """
    SELECT person.id, given, family, born_on, sex,
      coalesce((SELECT postcode FROM people_address WHERE person_id = person.id
                ORDER BY until_on DESC NULLS FIRST, from_on DESC NULLS LAST, id LIMIT 1), ''),
      coalesce((SELECT array_agg(digits ORDER BY until_on DESC NULLS FIRST, id)
                FROM people_phone WHERE person_id = person.id), '{}'),
      coalesce((SELECT min(value) FROM people_identifier
                WHERE person_id = person.id AND scheme = %s AND valid), '')
    FROM people_person person WHERE hub_id = %s ORDER BY id
"""
"""The columns of `Stored`.  Digits and check digits were worked out when a person was recorded."""


class Register:
    """The records of a hub.  keys: of those whose line was read, in the order of the lines, the smaller first."""

    def __init__(self, hub_id: uuid.UUID) -> None:
        self.hub_id = hub_id
        self.keys: list[uuid.UUID] = []

    def lines(self) -> Generator[Line]:
        """Yield each record as a line, as it comes from the database; whoever acts sees only whom they may."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(EVERYBODY, [NHS, self.hub_id])
            while rows := cursor.fetchmany(AT_ONCE):
                for key, *said in rows:
                    self.keys.append(key)
                    yield line(len(self.keys) - 1, Stored(*said))
