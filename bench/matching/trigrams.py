"""PostgreSQL's own similarity of text (`pg_trgm`), with no walls around it, as one would write it in an afternoon."""

from collections.abc import Sequence
from typing import Any

import psycopg

from bench.matching.systems import Found
from bench.matching.telling import Record
from mash.people import identifiers, names
from mash.people.details import Details

MAKE = """
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE SCHEMA IF NOT EXISTS bench;
    DROP TABLE IF EXISTS bench.trigrams;
    CREATE TABLE bench.trigrams (human int, name text, born_on date, postcode text, nhs text);
"""
INDEX = """
    CREATE INDEX ON bench.trigrams USING gin (name gin_trgm_ops);
    CREATE INDEX ON bench.trigrams (nhs);
    ANALYZE bench.trigrams;
"""
ASK = """
    SELECT human, similarity(name, %(name)s)
      + CASE WHEN born_on = %(born_on)s THEN 1.0 WHEN born_on <> %(born_on)s THEN -0.3 ELSE 0 END
      + CASE WHEN postcode = %(postcode)s THEN 0.5 ELSE 0 END
      + CASE WHEN nhs = %(nhs)s AND nhs <> '' THEN 2.0 ELSE 0 END AS score
    FROM bench.trigrams WHERE name %% %(name)s OR (nhs = %(nhs)s AND nhs <> '')
    ORDER BY score DESC LIMIT 5
"""


class Trigrams:
    """Similar names first, with a bonus for date of birth, postcode and NHS number."""

    name = "pg_trgm"

    def __init__(self, url: str, records: Sequence[Record]) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute(MAKE)
        with self.connection.cursor() as cursor, cursor.copy("COPY bench.trigrams FROM STDIN") as copy:
            for one in records:
                said = _plain(one.details)
                copy.write_row((one.human, said["name"], said["born_on"], said["postcode"], said["nhs"]))
        self.connection.execute(INDEX)

    def ask(self, said: Details) -> Found:
        """Ask for the five most similar."""
        rows = self.connection.execute(ASK, _plain(said)).fetchall()
        return [(human, score, False) for human, score in rows]

    def close(self) -> None:
        """Take the table away."""
        self.connection.execute("DROP SCHEMA bench CASCADE")
        self.connection.close()


def _plain(said: Details) -> dict[str, Any]:
    nhs = said.nhs_number if identifiers.is_valid("nhs", said.nhs_number) else ""
    return {
        "name": names.fold(f"{said.given} {said.family}"),
        "born_on": said.born_on,
        "postcode": said.addresses[0].postcode if said.addresses else "",
        "nhs": nhs,
    }
