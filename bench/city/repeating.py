"""The further hubs of a city, each with what the first holds: told once by the product, then copied by SQL.

A row's own key, and every key but those of posts and agencies, becomes another, the same wherever it is written; posts
and agencies become those of the same place in the other hub; references and the tokens of people, which no other hub
can make, are made anew as the product makes them.  So the hubs of a city hold families of the same names.  That is
harder than a city and not easier: whoever looks for a name in one hub has those of every other hub beside it.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.pool import ThreadPool
from typing import Any

import psycopg
from tqdm import tqdm

from bench.seeding import free_reference
from mash.partnership.models import Hub
from mash.people import tokens

AT_ONCE = 2
ANOTHER = (
    "overlay(md5({column}::text || %(hub)s) placing left(replace({column}::text, '-', ''), 13) from 1)::uuid"
)
IN_ITS_PLACE = "(SELECT here FROM {table}_here WHERE was = {column})"
MARKS = "ARRAY(SELECT substr(sha256(mark || %(hub)s::bytea), 1, length(mark)) FROM unnest(marks) mark)"
HERE = {
    ("contact_contact", "reference"): IN_ITS_PLACE.format(table="reference", column="reference"),
    ("people_token", "token"): IN_ITS_PLACE.format(table="token", column="token"),
    ("boroughs_marks", "marks"): MARKS,  # by which families are found to be the same in two hubs
}
HAVE_A_PLACE = ("partnership_staff", "partnership_agency")
PLACES = """
    SELECT was.id, here.id FROM partnership_staff was JOIN partnership_staff here USING (title)
    WHERE was.hub_id = %(first)s AND here.hub_id = %(hub)s
    UNION ALL
    SELECT was.id, here.id FROM partnership_agency was JOIN partnership_agency here USING (kind)
    JOIN partnership_membership of_first ON of_first.agency_id = was.id AND of_first.hub_id = %(first)s
    JOIN partnership_membership of_hub ON of_hub.agency_id = here.id AND of_hub.hub_id = %(hub)s"""
COLUMNS = """
    SELECT attname, atttypid = 'uuid'::regtype, confrelid::regclass::text FROM pg_attribute
    LEFT JOIN pg_constraint ON contype = 'f' AND conrelid = attrelid AND conkey = ARRAY[attnum]
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"""
HELD_BY_HUBS = """
    SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE attname = 'hub_id' AND relkind = 'r' AND NOT attisdropped ORDER BY 1"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique ORDER BY pg_relation_size(indrelid) DESC"""


@contextmanager
def words_kept() -> Iterator[set[tuple[str, str]]]:
    """Within, keep the kind and the value of each token that is made."""
    usual, words = tokens.token, set()

    def kept(hub_id: uuid.UUID, kind: str, value: str) -> bytes:
        words.add((kind, value))
        return usual(hub_id, kind, value)

    tokens.token = kept
    try:
        yield words
    finally:
        tokens.token = usual


def repeat(first: Hub, others: Sequence[Hub], words: set[tuple[str, str]], administrator: str) -> None:
    """Copy what `first` holds into each of the `others`, which are opened with the same posts and hold nothing else.

    What the first held when it was opened and holds no more, as work that was done, goes from the others too.  words:
    those of all its tokens; administrator: the address at which the server's administrator connects.  Indexes that keep
    nothing apart are made anew afterwards.
    """
    with psycopg.connect(administrator, autocommit=True) as beside:
        beside.execute("SET session_replication_role = replica")
        held = _held(beside, first, others[0])
        for table in [table for table, both in held.items() if both == (False, True)]:
            beside.execute(
                f"DELETE FROM {table} WHERE hub_id = ANY(%s)".encode(), [[one.pk for one in others]]
            )
        tables = [table for table, both in held.items() if both == (True, False)]
        indexes = beside.execute(INDEXES, [tables]).fetchall()
        for name, _ in indexes:
            beside.execute(f"DROP INDEX {name}".encode())
    copy = partial(_copy, administrator, tables, first, words)
    with ThreadPool(AT_ONCE) as pool:
        copied = pool.imap_unordered(copy, others)
        for _ in tqdm(copied, total=len(others), unit="hub", desc="further hubs", disable=None):
            pass
        list(pool.imap_unordered(partial(_index, administrator), [made for _, made in indexes]))


def _held(beside: psycopg.Connection[Any], first: Hub, opened: Hub) -> dict[str, tuple[bool, bool]]:
    """Return of each table with the key of a hub whether the first has rows in it, and whether one just opened has."""
    asked = "SELECT EXISTS (SELECT FROM {0} WHERE hub_id = %s), EXISTS (SELECT FROM {0} WHERE hub_id = %s)"
    held = {}
    for (table,) in beside.execute(HELD_BY_HUBS).fetchall():
        of_first, of_opened = beside.execute(asked.format(table).encode(), [first.pk, opened.pk]).fetchall()[
            0
        ]
        held[table] = bool(of_first), bool(of_opened)
    return held


def _index(administrator: str, made: str) -> None:
    with psycopg.connect(administrator, autocommit=True) as beside:
        beside.execute("SET maintenance_work_mem = '512MB'")
        beside.execute(made.encode())


def _copy(
    administrator: str, tables: Sequence[str], first: Hub, words: set[tuple[str, str]], hub: Hub
) -> None:
    both = {"first": first.pk, "hub": str(hub.pk)}
    with psycopg.connect(administrator) as beside:
        beside.execute("SET session_replication_role = replica")
        beside.execute("SET synchronous_commit = off")
        references = beside.execute("SELECT reference FROM contact_contact WHERE hub_id = %(first)s", both)
        _stand(beside, "reference", "text", {was: free_reference(hub.prefix) for (was,) in references})
        made = {tokens.token(first.pk, *word): tokens.token(hub.pk, *word) for word in words}
        _stand(beside, "token", "bytea", made)
        _stand(beside, "place", "uuid", dict(beside.execute(PLACES, both).fetchall()))
        for table in tables:
            beside.execute(_inserted(beside, table).encode(), both)


def _stand(beside: psycopg.Connection[Any], name: str, kind: str, pairs: Mapping[Any, Any]) -> None:
    """Make a table, of this transaction alone, with what stands in the place of what."""
    beside.execute(
        f"CREATE TEMPORARY TABLE {name}_here (was {kind} PRIMARY KEY, here {kind}) ON COMMIT DROP".encode()
    )
    with beside.cursor() as cursor, cursor.copy(f"COPY {name}_here FROM STDIN".encode()) as copy:
        for pair in pairs.items():
            copy.write_row(pair)
    beside.execute(f"ANALYZE {name}_here".encode())


def _inserted(beside: psycopg.Connection[Any], table: str) -> str:
    """Return the statement that copies the rows of one table."""
    columns = beside.execute(COLUMNS, [table]).fetchall()
    names = ", ".join(f'"{name}"' for name, _, _ in columns)
    values = ", ".join(_value(table, name, is_key, of) for name, is_key, of in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE hub_id = %(first)s"


def _value(table: str, name: str, is_key: bool, of: str | None) -> str:
    column = f'"{name}"'
    if name == "hub_id":
        return "%(hub)s::uuid"
    if of in HAVE_A_PLACE:
        return IN_ITS_PLACE.format(table="place", column=column)
    if (table, name) in HERE:
        return HERE[table, name]
    return ANOTHER.format(column=column) if is_key else column
