"""What somebody who rules the database may try with sealed rows: each changes some and says what must be found."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from mash.ledger.findings import Kind

CHANGED, LOCKED, OLDER, GONE, PUT_IN, TWICE = (
    Kind.ROW_CHANGED,
    Kind.ROW_LOCKED_CHANGED,
    Kind.ROW_OLDER,
    Kind.ROW_GONE,
    Kind.ROW_PUT_IN,
    Kind.ROW_SAID_TWICE,
)
PLAIN = {  # what may be changed where, and to what
    "item": {
        "agency": "gen_random_uuid()",
        "author": "gen_random_uuid()",
        "about": "about || 'x'",
        "people": "people || gen_random_uuid()",
        "source_grade": "'3'",
        "information_grade": "'E'",
        "handling": "CASE handling WHEN 'P' THEN 'C' ELSE 'P' END",
        "supplements_id": "id",
        "replaces_id": "id",
        "at": "at - interval '1 day'",
        "hub_id": "gen_random_uuid()",
    },
    "wording": {
        "expires_at": "expires_at + interval '1 year'",
        "purpose": "purpose || 'x'",
        "words_digest": "repeat('0', 64)",
        "people_digest": "repeat('0', 64)",
        "number": "number + 7",
        "person": "gen_random_uuid()",
        '"case"': "gen_random_uuid()",
    },
    "recipient": {
        "staff": "gen_random_uuid()",
        "name": "name || 'x'",
        "organisation": "organisation || 'x'",
    },
    "restson": {"agency": "gen_random_uuid()", "of_hub": "NOT of_hub"},
    "ownerword": {
        "agreed": "true, due_at = NULL",
        "due_at": "due_at + interval '1 day'",
        "person": "gen_random_uuid()",
    },
    "ruling": {"ground": "'other'", "person": "gen_random_uuid()"},
    "secondword": {"approved": "true", "person": "gen_random_uuid()", "by": "gen_random_uuid()"},
    "release": {'"case"': "gen_random_uuid()", "person": "gen_random_uuid()"},
    "room": {'"case"': "gen_random_uuid()"},
    "subject": {"agency": "gen_random_uuid()", "at": "at + interval '1 day'"},
}
NAMES = {
    "restson": "rests_on",
    "ownerword": "owner_word",
    "secondword": "second_word",
    "subjectended": "subject_ended",
}
WHERE = {"due_at": "due_at IS NOT NULL", "agreed": "NOT agreed", "approved": "NOT approved"}
BODIES = {
    "item": ("body", "terms", "nonce", "terms_nonce"),
    "rendition": ("body", "nonce"),
    "subject": ("body",),
    "release": ("why",),
    "recall": ("reason",),
    "ruling": ("reason",),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What was done, what must be found, and the rows it must name."""

    did: str
    kind: Kind
    names: tuple[str, ...]


class Owner:
    """Whoever owns the database: no wall, no right and no foreign key stops them; they have no key."""

    def __init__(self, admin: psycopg.Connection, chance: random.Random, older: tuple) -> None:
        self.admin, self.chance, self.older = admin, chance, older

    def a_row(self, table: str, where: str = "true") -> str:
        found = self.admin.execute(
            f"SELECT id::text FROM sealed.sealed_{table} WHERE {where} ORDER BY md5(id::text || %s) LIMIT 1",
            [str(self.chance.random())],
        ).fetchone()
        assert found, table
        return found[0]

    def name(self, table: str, key: str) -> str:
        return f"{NAMES.get(table, table)}:{key}"

    def _set(self, table: str, key: str, said: str) -> None:
        self.admin.execute(f"UPDATE sealed.sealed_{table} SET {said} WHERE id = %s", [key])

    def _changes(self, table: str) -> Tried:
        column = self.chance.choice(sorted(PLAIN[table]))
        key = self.a_row(table, WHERE.get(column, "true"))
        self._set(table, key, f"{column} = {PLAIN[table][column]}")
        return Tried(f"{table}: {column} changed", CHANGED, (self.name(table, key),))

    def change_an_owner(self) -> Tried:
        """Give an item to another agency."""
        key = self.a_row("item")
        self._set("item", key, "agency = gen_random_uuid()")
        return Tried("owner changed", CHANGED, (f"item:{key}",))

    def change_the_handling(self) -> Tried:
        """Let an item be shared that was not to be."""
        key = self.a_row("item")
        self._set("item", key, "handling = CASE handling WHEN 'P' THEN 'C' ELSE 'P' END")
        return Tried("handling changed", CHANGED, (f"item:{key}",))

    def change_what_an_item_says_of_itself(self) -> Tried:
        """Change any plain column of an item."""
        return self._changes("item")

    def change_anything_of_a_release(self) -> Tried:
        """Change any plain column of any table of a release."""
        return self._changes(
            self.chance.choice(
                ["wording", "recipient", "restson", "ownerword", "ruling", "secondword", "release"]
            )
        )

    def move_a_room_to_another_case(self) -> Tried:
        """Let a room be another case's, or a subject another agency's."""
        return self._changes(self.chance.choice(["room", "subject"]))

    def exchange_two_ciphertexts(self) -> Tried:
        """Let two items change their words."""
        one, other = self._two("item")
        self.admin.execute(
            "UPDATE sealed.sealed_item a SET nonce = b.nonce, body = b.body FROM sealed.sealed_item b "
            "WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
            [one, other, other, one],
        )
        return Tried("two ciphertexts exchanged", LOCKED, (f"item:{one}", f"item:{other}"))

    def put_an_item_into_another_room(self) -> Tried:
        """Move an item into the room of another case."""
        key = self.a_row("item")
        self._set(
            "item", key, "room_id = (SELECT r.id FROM sealed.sealed_room r WHERE r.id <> room_id LIMIT 1)"
        )
        return Tried("item moved", CHANGED, (f"item:{key}",))

    def change_a_ciphertext(self) -> Tried:
        """Change one byte of what lies under lock, anywhere."""
        table = self.chance.choice(sorted(BODIES))
        column = self.chance.choice(BODIES[table])
        key = self.a_row(table, f"length({column}) > 3")
        self._set(table, key, f"{column} = set_byte({column}, 3, (get_byte({column}, 3) + 1) %% 256)")
        return Tried(f"{table}: {column} changed", LOCKED, (self.name(table, key),))

    def take_the_conditions_away(self) -> Tried:
        """Take the conditions of an item away, as if there had been none."""
        key = self.a_row("item", "length(terms) > 0")
        self._set("item", key, "terms = '', terms_nonce = ''")
        return Tried("conditions taken away", LOCKED, (f"item:{key}",))

    def put_an_older_ciphertext_back(self) -> Tried:
        """Put back what lay there under the key before."""
        key, nonce, body = self.older
        self.admin.execute(
            "UPDATE sealed.sealed_item SET nonce = %s, body = %s WHERE id = %s", [nonce, body, key]
        )
        return Tried("an older ciphertext put back", OLDER, (f"item:{key}",))

    def delete_a_row(self) -> Tried:
        """Delete an item, a veto, a recall, a word or anything else that stands in the room."""
        table = self.chance.choice(
            [
                "item",
                "ownerword",
                "ruling",
                "recall",
                "recipient",
                "restson",
                "secondword",
                "rendition",
                "wording",
                "release",
                "subject",
                "room",
            ]
        )
        key = self.a_row(table)
        self.admin.execute(f"DELETE FROM sealed.sealed_{table} WHERE id = %s", [key])
        return Tried(f"{table} deleted", GONE, (self.name(table, key),))

    def delete_a_mark(self) -> Tried:
        """Delete one thing by which somebody whom only the unit knows is recognised."""
        key = self.a_row("mark")
        said = self.admin.execute(
            "DELETE FROM sealed.sealed_mark WHERE id = %s RETURNING subject_id::text, kind, encode(token, 'hex')",
            [key],
        ).fetchone()
        assert said
        return Tried("a mark deleted", GONE, (f"mark:{said[0]}/{said[1]}/\\x{said[2]}",))

    def put_a_row_in(self) -> Tried:
        """Copy an item, or a word on a release, under another key."""
        table = self.chance.choice(["item", "restson", "ownerword", "release", "subject"])
        key = str(uuid.uuid4())
        self._copy(table, self.a_row(table), key, "'item_id', gen_random_uuid()")
        return Tried(f"{table} put in", PUT_IN, (self.name(table, key),))

    def add_a_recipient(self) -> Tried:
        """Let one more read what was approved."""
        key = str(uuid.uuid4())
        more = "'staff', gen_random_uuid(), 'name', 'Somebody else'"
        self._copy("recipient", self.a_row("recipient"), key, more)
        return Tried("a recipient added", PUT_IN, (f"recipient:{key}",))

    def approve_in_anothers_name(self) -> Tried:
        """Put in the second person's word that nobody gave."""
        key = str(uuid.uuid4())
        wording = self.a_row("wording", "id NOT IN (SELECT wording_id FROM sealed.sealed_secondword)")
        self._copy(
            "secondword", self.a_row("secondword"), key, f"'wording_id', '{wording}', 'approved', true"
        )
        return Tried("an approval put in", PUT_IN, (f"second_word:{key}",))

    def end_a_subject(self) -> Tried:
        """Say that nobody need ask about somebody any more."""
        key = str(uuid.uuid4())
        subject = self.a_row("subject", "id NOT IN (SELECT subject_id FROM sealed.sealed_subjectended)")
        self.admin.execute(
            "INSERT INTO sealed.sealed_subjectended (id, hub_id, subject_id, by, nonce, body, at) "
            "SELECT %s, hub_id, id, author, nonce, body, at + interval '1 hour' FROM sealed.sealed_subject "
            "WHERE id = %s",
            [key, subject],
        )
        return Tried("a subject ended", PUT_IN, (f"subject_ended:{key}",))

    def change_a_row_and_write_a_line_for_it(self) -> Tried:
        """Change an item's owner and put a line into the record that says so."""
        key = self.a_row("item")
        self._set("item", key, "agency = gen_random_uuid()")
        self._a_line(f'{{"rows": {{"item:{key}": ["{"0" * 64}", "{"0" * 64}"]}}}}', "rows.written", "staff:x")
        return Tried("changed, with a line", TWICE, (f"item:{key}",))

    def delete_a_row_and_write_a_line_for_it(self) -> Tried:
        """Delete an item and put a line into the record that says that it was disposed of, in one's own name."""
        key = self.a_row("item")
        self.admin.execute("DELETE FROM sealed.sealed_item WHERE id = %s", [key])
        self._a_line(f'{{"gone": ["item:{key}"]}}', "rows.removed", "staff:x")
        return Tried("deleted, with a line", GONE, (f"item:{key}",))

    def _a_line(self, detail: str, event: str, actor: str) -> None:
        self.admin.execute(
            "INSERT INTO ledger_entry (id, at, actor, event, about, why, detail, hash) "
            "VALUES (gen_random_uuid(), now(), %s, %s, 'rows', '', %s, '')",
            [actor, event, detail],
        )

    def _two(self, table: str) -> tuple[str, str]:
        one = self.a_row(table)
        return one, self.a_row(table, f"id <> '{one}'")

    def _copy(self, table: str, beside: str, key: str, more: str) -> None:
        self.admin.execute(
            f"INSERT INTO sealed.sealed_{table} SELECT (jsonb_populate_record(one, jsonb_build_object('id', '{key}', "
            f"'replaces_id', NULL, {more}))).* FROM sealed.sealed_{table} one WHERE id = '{beside}'"
        )


ROW_WAYS: list[Callable[[Owner], Tried]] = [
    Owner.change_an_owner,
    Owner.change_the_handling,
    Owner.change_what_an_item_says_of_itself,
    Owner.change_anything_of_a_release,
    Owner.move_a_room_to_another_case,
    Owner.exchange_two_ciphertexts,
    Owner.put_an_item_into_another_room,
    Owner.change_a_ciphertext,
    Owner.take_the_conditions_away,
    Owner.put_an_older_ciphertext_back,
    Owner.delete_a_row,
    Owner.delete_a_mark,
    Owner.put_a_row_in,
    Owner.add_a_recipient,
    Owner.approve_in_anothers_name,
    Owner.end_a_subject,
    Owner.change_a_row_and_write_a_line_for_it,
    Owner.delete_a_row_and_write_a_line_for_it,
]
