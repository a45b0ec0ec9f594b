"""Reading a hub's register line by line, as it stands in the database: nothing of it is held but keys."""

import uuid
from collections.abc import Generator

from django.db import connection

from mash.people.duplicates.records import Line, Stored, line
from mash.people.identifiers import NHS

EVERYBODY = """
    SELECT person.id, given, family, coalesce(to_char(born_on, 'YYYY-MM-DD'), ''), sex,
      coalesce((SELECT postcode FROM people_address WHERE person_id = person.id
                ORDER BY until_on DESC NULLS FIRST, from_on DESC NULLS LAST, id LIMIT 1), ''),
      coalesce((SELECT string_agg(digits, ' ' ORDER BY until_on DESC NULLS FIRST, id)
                FROM people_phone WHERE person_id = person.id), ''),
      coalesce((SELECT min(value) FROM people_identifier
                WHERE person_id = person.id AND scheme = %s AND valid), '')
    FROM people_person person WHERE hub_id = %s ORDER BY id
"""
"""The columns of `Stored`, telephones a space apart.  Digits and check digits were worked out when a person was
recorded."""
COPIED = f"COPY ({EVERYBODY}) TO STDOUT"
"""What is copied comes while it is read, where a cursor has the server wait for us, and us for the server."""


class Register:
    """The records of a hub.  keys: of those whose line was read, in the order of the lines, the smaller first."""

    def __init__(self, hub_id: uuid.UUID) -> None:
        self.hub_id = hub_id
        self.keys: list[uuid.UUID] = []

    def lines(self) -> Generator[Line]:
        """Yield each record as a line, as it comes from the database; whoever acts sees only whom they may."""
        keep = self.keys.append
        with connection.cursor() as cursor, cursor.copy(COPIED, [NHS, self.hub_id]) as copied:
            for place, (key, given, family, born_on, sex, postcode, phones, nhs) in enumerate(copied.rows()):
                keep(uuid.UUID(key))
                yield line(place, Stored(given, family, born_on, sex, postcode, phones.split(), nhs))
