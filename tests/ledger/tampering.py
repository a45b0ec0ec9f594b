"""What somebody who rules the database may try: each changes rows as its superuser and says what must be found."""

import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mash.ledger import trees
from mash.ledger.actions import line_hash
from mash.ledger.findings import Kind
from mash.ledger.models import Entry, Root
from mash.ledger.signing import id_of

NEW = {
    "at": "at + interval '1 microsecond'",
    "hub_id": "'00000000-0000-0000-0000-000000000007'",
    "actor": "'staff:somebody-else'",
    "event": "event || 'x'",
    "about": "'contact.contact:another'",
    "why": "why || ' '",
    "detail": """detail || '{"n": 3}'""",
    "hash": "repeat('0', 64)",
    "xact": "(xact::text::bigint - 1)::text::xid8",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What was done, what must be found, and the lines it must name."""

    did: str
    kinds: frozenset[Kind]
    keys: tuple[str, ...] = ()
    number: int = 0


class Superuser:
    """Whoever holds the database, and not the key nor what a witness holds."""

    def __init__(self, admin: psycopg.Connection, chance: random.Random) -> None:
        self.admin, self.chance = admin, chance
        self.fake = Ed25519PrivateKey.generate()

    def one(self, sql: str, *values: object) -> tuple:
        found = self.admin.execute(sql, values).fetchone()
        assert found
        return found

    def a_line(self) -> tuple[str, int]:
        """Return a line and the root it lies under."""
        key, number = self.one(
            "SELECT k::text, number FROM ledger_root, unnest(lines) k ORDER BY md5(k::text || %s) LIMIT 1",
            str(self.chance.random()),
        )
        return key, number

    def a_root(self, *, least: int = 1) -> int:
        (number,) = self.one(
            "SELECT number FROM ledger_root WHERE cardinality(lines) >= %s ORDER BY md5(number::text || %s) LIMIT 1",
            least,
            str(self.chance.random()),
        )
        return number

    # Lines

    def change(self) -> Tried:
        """Change one column of a line."""
        key, number = self.a_line()
        column = self.chance.choice(sorted(NEW))
        self.admin.execute(f"UPDATE ledger_entry SET {column} = {NEW[column]} WHERE id = %s", [key])
        return Tried(f"changed {column}", frozenset({Kind.CHANGED}), (key,), number)

    def change_with_a_hash_that_fits(self) -> Tried:
        """Change what a line says and write the hash anew, as the product would have."""
        key, number = self.a_line()
        entry = Entry.objects.using("builder").get(pk=key)
        entry.actor = "staff:" + str(uuid.uuid4())
        self.admin.execute(
            "UPDATE ledger_entry SET actor = %s, hash = %s WHERE id = %s",
            [entry.actor, line_hash(entry), key],
        )
        return Tried("changed with a fitting hash", frozenset({Kind.CHANGED}), (key,), number)

    def date_back(self) -> Tried:
        """Give a line an earlier moment, with a hash that fits."""
        key, number = self.a_line()
        entry = Entry.objects.using("builder").get(pk=key)
        entry.at -= timedelta(seconds=self.chance.randint(1, 100_000))
        self.admin.execute(
            "UPDATE ledger_entry SET at = %s, hash = %s WHERE id = %s", [entry.at, line_hash(entry), key]
        )
        return Tried("dated back", frozenset({Kind.CHANGED}), (key,), number)

    def change_with_the_leaves(self) -> Tried:
        """Change a line, its hash, and the leaves and the root that stand in the database."""
        tried = self.change_with_a_hash_that_fits()
        self._write_root_anew(tried.number)
        return Tried("changed with leaves and root", frozenset({Kind.CHANGED}), tried.keys, tried.number)

    def remove(self) -> Tried:
        """Remove a line."""
        key, number = self.a_line()
        self.admin.execute("DELETE FROM ledger_entry WHERE id = %s", [key])
        return Tried("removed", frozenset({Kind.REMOVED}), (key,), number)

    def remove_with_its_place(self) -> Tried:
        """Remove a line, its key and its leaf."""
        key, number = self.a_line()
        self.admin.execute("DELETE FROM ledger_entry WHERE id = %s", [key])
        self.admin.execute(
            "UPDATE ledger_root SET lines = array_remove(lines, %s), count = count - 1 WHERE number = %s",
            [key, number],
        )
        self._write_root_anew(number)
        return Tried(
            "removed with its place", frozenset({Kind.LINES, Kind.SIGNATURE, Kind.WITNESS}), (), number
        )

    def add(self) -> Tried:
        """Put a line into a minute that is over: its transaction is one of that minute."""
        beside, _ = self.a_line()
        key = str(uuid.uuid4())
        self._copy(beside, key)
        return Tried("added", frozenset({Kind.ADDED}), (key,))

    def add_dated_back(self) -> Tried:
        """Put a line in today, as if it had been written weeks ago, with a transaction of today."""
        key = str(uuid.uuid4())
        entry = Entry.objects.using("builder").order_by("at").last()
        entry.pk, entry.at = uuid.UUID(key), entry.at - timedelta(days=20)
        self.admin.execute(
            "INSERT INTO ledger_entry (id, at, hub_id, actor, event, about, why, detail, hash) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(key, entry.at, entry.hub_id, entry.actor, entry.event, entry.about, entry.why),
                *(json.dumps(entry.detail), line_hash(entry)),
            ],
        )
        return Tried("added and dated back", frozenset({Kind.DATED}), (key,))

    def add_with_a_place(self) -> Tried:
        """Put a line in, and its key and leaf into the root of its minute."""
        beside, number = self.a_line()
        key = str(uuid.uuid4())
        self._copy(beside, key)
        self.admin.execute(
            "UPDATE ledger_root SET lines = lines || %s::uuid, count = count + 1 WHERE number = %s",
            [key, number],
        )
        self._write_root_anew(number)
        return Tried("added with a place", frozenset({Kind.SIGNATURE, Kind.WITNESS}), (), number)

    def change_places(self) -> Tried:
        """Let two lines of a minute change places in its order."""
        number = self.a_root(least=2)
        (keys,) = self.one("SELECT lines FROM ledger_root WHERE number = %s", number)
        a, b = self.chance.sample(range(len(keys)), 2)
        keys[a], keys[b] = keys[b], keys[a]
        self.admin.execute("UPDATE ledger_root SET lines = %s WHERE number = %s", [keys, number])
        return Tried("reordered", frozenset({Kind.REORDERED}), (), number)

    def change_what_two_say(self) -> Tried:
        """Let two lines change their keys, so that each says what the other did."""
        number = self.a_root(least=2)
        (keys,) = self.one("SELECT lines FROM ledger_root WHERE number = %s", number)
        a, b = (str(one) for one in self.chance.sample(keys, 2))
        aside = str(uuid.uuid4())
        for frm, to in ((a, aside), (b, a), (aside, b)):
            self.admin.execute("UPDATE ledger_entry SET id = %s WHERE id = %s", [to, frm])
        return Tried("two keys exchanged", frozenset({Kind.CHANGED}), (a, b), number)

    def move_to_another_minute(self) -> Tried:
        """Take a line out of its minute and put it under the next root."""
        key, number = self.a_line()
        (other,) = self.one("SELECT number FROM ledger_root WHERE number <> %s LIMIT 1", number)
        self.admin.execute(
            "UPDATE ledger_root SET lines = array_remove(lines, %s) WHERE number = %s", [key, number]
        )
        self.admin.execute("UPDATE ledger_root SET lines = lines || %s::uuid WHERE number = %s", [key, other])
        return Tried("moved to another minute", frozenset({Kind.LINES}), (), number)

    # Roots

    def change_a_root(self) -> Tried:
        """Change what a root says and keep its signature."""
        number = self.a_root()
        column, value = self.chance.choice(
            [
                ("root", "repeat('ab', 32)"),
                ("count", "count + 1"),
                ("made_at", "made_at - interval '1 hour'"),
                ("before", "repeat('cd', 32)"),
                ("snapshot", "snapshot || '9'"),
                ("low", "low - 1"),
                ("signature", "repeat('ef', 64)"),
                ("key", "repeat('0', 16)"),
            ]
        )
        self.admin.execute(f"UPDATE ledger_root SET {column} = {value} WHERE number = %s", [number])
        return Tried(f"changed a root's {column}", frozenset({Kind.SIGNATURE, Kind.WITNESS}), (), number)

    def change_leaves(self) -> Tried:
        """Change the leaves that a root keeps."""
        number = self.a_root()
        self.admin.execute(
            "UPDATE ledger_root SET leaves = set_byte(leaves, 3, (get_byte(leaves, 3) + 1) %% 256) WHERE number = %s",
            [number],
        )
        return Tried("changed leaves", frozenset({Kind.LINES}), (), number)

    def remove_a_root(self) -> Tried:
        """Remove a root."""
        number = self.a_root()
        self.admin.execute("DELETE FROM ledger_root WHERE number = %s", [number])
        return Tried("removed a root", frozenset({Kind.MISSING}), (), number)

    def sign_anew(self) -> Tried:
        """Change a line, make its root anew and sign it with a key of one's own."""
        tried = self.change_with_a_hash_that_fits()
        self._write_root_anew(tried.number, sign=True)
        return Tried("signed anew", frozenset({Kind.SIGNATURE, Kind.WITNESS}), (), tried.number)

    def make_the_whole_chain_anew(self) -> Tried:
        """Change a line, and write every root from its own on anew, signed with a key of one's own."""
        tried = self.change_with_a_hash_that_fits()
        (last,) = self.one("SELECT max(number) FROM ledger_root")
        for number in range(tried.number, last + 1):
            self._write_root_anew(number, sign=True, chain=True)
        return Tried("made the chain anew", frozenset({Kind.SIGNATURE, Kind.WITNESS}), (), tried.number)

    def cut_off_the_end(self) -> Tried:
        """Remove the last roots and every line under them."""
        (last,) = self.one("SELECT max(number) FROM ledger_root")
        first = last - self.chance.randint(0, 2)
        self.admin.execute(
            "DELETE FROM ledger_entry WHERE id IN (SELECT unnest(lines) FROM ledger_root WHERE number >= %s)",
            [first],
        )
        self.admin.execute("DELETE FROM ledger_root WHERE number >= %s", [first])
        return Tried("cut off the end", frozenset({Kind.MISSING}), (), first)

    def empty_everything(self) -> Tried:
        """Remove every line and every root."""
        self.admin.execute("DELETE FROM ledger_entry; DELETE FROM ledger_root")
        return Tried("emptied", frozenset({Kind.MISSING}), (), 1)

    def _copy(self, beside: str, key: str) -> None:
        self.admin.execute(
            "INSERT INTO ledger_entry (id, at, hub_id, actor, event, about, why, detail, hash, xact) "
            "SELECT %s, at, hub_id, actor, event, about, why, detail, hash, xact FROM ledger_entry WHERE id = %s",
            [key, beside],
        )

    def _write_root_anew(self, number: int, *, sign: bool = False, chain: bool = False) -> None:
        """Write leaves and root of a minute from the lines as they are now."""
        from mash.ledger.lines import WRITTEN

        leaves = []
        with self.admin.cursor().copy(
            f"COPY (SELECT {WRITTEN} FROM ledger_root r, unnest(r.lines) WITH ORDINALITY k(id, place) "
            "JOIN ledger_entry e ON e.id = k.id WHERE r.number = %s ORDER BY k.place) TO STDOUT",
            [number],
        ) as rows:
            leaves = [trees.leaf(bytes(row).removesuffix(b"\n")) for row in rows]
        root = Root.objects.using("builder").get(number=number)
        root.leaves, root.root, root.count = b"".join(leaves), trees.root_of(leaves).hex(), len(leaves)
        before = Root.objects.using("builder").filter(number=number - 1).first()
        if chain and before:
            root.before = before.link
        if sign:
            root.key = id_of(self.fake.public_key())
            root.signature = self.fake.sign(root.statement).hex()
        root.save(using="builder")


WAYS: list[Callable[[Superuser], Tried]] = [
    Superuser.change,
    Superuser.change_with_a_hash_that_fits,
    Superuser.date_back,
    Superuser.change_with_the_leaves,
    Superuser.remove,
    Superuser.remove_with_its_place,
    Superuser.add,
    Superuser.add_dated_back,
    Superuser.add_with_a_place,
    Superuser.change_places,
    Superuser.change_what_two_say,
    Superuser.move_to_another_minute,
    Superuser.change_a_root,
    Superuser.change_leaves,
    Superuser.remove_a_root,
    Superuser.sign_anew,
    Superuser.make_the_whole_chain_anew,
    Superuser.cut_off_the_end,
    Superuser.empty_everything,
]
