"""What a database holds, as figures: of each table its rows, what they say and what guards them; the ledger's state.

No word of anybody is in it: numbers, times and hashes.  Two databases of which all figures agree hold the same.
"""

from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

import psycopg
from psycopg import sql

ONE_WAY = """
    SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';
    SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL search_path = pg_catalog
"""  # how a row is written as text, whatever the server prefers
TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2
"""
GUARDS = """
    SELECT n.nspname || '.' || c.relname, concat_ws(E'\\n',
      c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity,
      (SELECT string_agg(concat_ws(' ', a.grantee::regrole, a.privilege_type, a.is_grantable), ','
                         ORDER BY a.grantee::regrole::text, a.privilege_type)
       FROM aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a),
      (SELECT string_agg(concat_ws(' ', k.attname, a.grantee::regrole, a.privilege_type), ','
                         ORDER BY k.attname, a.grantee::regrole::text, a.privilege_type)
       FROM pg_attribute k, aclexplode(k.attacl) a
       WHERE k.attrelid = c.oid AND k.attacl IS NOT NULL AND NOT k.attisdropped),
      (SELECT string_agg(concat_ws(' ', p.polname, p.polcmd, p.polpermissive,
                           (SELECT string_agg(r::regrole::text, ',' ORDER BY r::regrole::text)
                            FROM unnest(p.polroles) r),
                           pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), E'\\n'
                         ORDER BY p.polname)
       FROM pg_policy p WHERE p.polrelid = c.oid))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""
ROWS = """
    SELECT count(*), coalesce(sum(('x' || encode(substr(sha256(convert_to(one::text, 'UTF8')), 1, 8), 'hex'))
                                  ::bit(64)::bigint::numeric), 0)::text
    FROM {} one
"""  # the order of rows does not count, and each row does: a sum of hashes
MIGRATIONS = "SELECT app, name FROM public.django_migrations ORDER BY app, name"
NEWEST_ROOT = """
    SELECT number, made_at, root, before, key, (SELECT count(*) FROM public.ledger_entry),
      (SELECT coalesce(sum(count), 0) FROM public.ledger_root)
    FROM public.ledger_root ORDER BY number DESC LIMIT 1
"""
TRUSTED = "SELECT inner_pad FROM identity.key WHERE until > now()"
NO_ROOT = "SELECT count(*) FROM public.ledger_entry"
LEFT_OUT = {
    "identity.key": "signing keys are in no backup; `mash restore` writes the one in MASH_IDENTITY_KEY",
    "public.django_session": "whoever was signed in signs in again",
}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: how many rows, a hash of what they say, a hash of owner, rights and policies."""

    rows: int
    digest: str
    guards: str


@dataclass(frozen=True, slots=True)
class Stock:
    """What a database holds at one moment.  identity_keys: a mark of each that it trusts, which says nothing of it."""

    tables: dict[str, Table]
    migrations: list[str]
    ledger: dict[str, Any]
    postgresql: str
    identity_keys: list[str]

    def as_json(self) -> dict[str, Any]:
        """Return the stock as it stands in a manifest."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Stock":
        """Read the stock out of a manifest.  Raises KeyError or TypeError where it is none."""
        tables = {name: Table(**one) for name, one in said["tables"].items()}
        return cls(tables, said["migrations"], said["ledger"], said["postgresql"], said["identity_keys"])

    @property
    def major(self) -> str:
        """Return the server's major version, such as "18"."""
        return self.postgresql.split(".")[0]


@dataclass(slots=True)
class Differences:
    """What differs between two stocks, in words; `guards` says whether rights and policies could be compared."""

    found: list[str] = field(default_factory=list)
    guards: bool = True


def take_stock(connection: psycopg.Connection) -> Stock:
    """Count and hash everything in the transaction that is open, so as it stands at one moment."""
    connection.execute(ONE_WAY)
    guards: dict[str, str] = dict(connection.execute(GUARDS).fetchall())
    tables = {}
    for schema, name in connection.execute(TABLES).fetchall():
        full = f"{schema}.{name}"
        hashed = sha256(guards[full].encode()).hexdigest()
        if full in LEFT_OUT:
            tables[full] = Table(0, "", hashed)
            continue
        rows, digest = _one(connection, sql.SQL(ROWS).format(sql.Identifier(schema, name)))
        tables[full] = Table(rows, digest, hashed)
    migrations = [f"{app}.{name}" for app, name in connection.execute(MIGRATIONS).fetchall()]
    version = _one(connection, sql.SQL("SHOW server_version"))[0]
    pads = connection.execute(TRUSTED).fetchall()
    return Stock(tables, migrations, _ledger(connection), version, sorted(mark(pad) for (pad,) in pads))


def mark_of(identity_key: str) -> str:
    """Return the mark of an identity key, in hexadecimal."""
    return mark(bytes(byte ^ 0x36 for byte in bytes.fromhex(identity_key).ljust(64, b"\0")))


def mark(inner_pad: bytes) -> str:
    """Return the mark of a key by its inner pad, as the database has it."""
    return sha256(b"openmash identity key " + inner_pad).hexdigest()[:8]


def differences(then: Stock, now: Stock) -> Differences:
    """Name each table, and what else, that is not now as it was then."""
    result = Differences(guards=then.major == now.major)
    for name in sorted(then.tables.keys() | now.tables.keys()):
        before, after = then.tables.get(name), now.tables.get(name)
        if before is None or after is None:
            result.found.append(f"{name}: {'not in the backup' if before is None else 'missing'}")
        elif before.rows != after.rows:
            result.found.append(f"{name}: {before.rows} rows in the backup, {after.rows} here")
        elif before.digest != after.digest:
            result.found.append(f"{name}: as many rows, {after.rows}, but not the same ones")
        elif result.guards and before.guards != after.guards:
            result.found.append(f"{name}: owner, rights or policies are not those of the backup")
    if then.migrations != now.migrations:
        result.found.append("the list of migrations differs")
    if then.ledger != now.ledger:
        result.found.append(f"the ledger: {_said(then.ledger)} in the backup, {_said(now.ledger)} here")
    return result


def _said(ledger: dict[str, Any]) -> str:
    return f"root {ledger['number']} {ledger['root'][:16]}… and {ledger['lines']} lines"


def _ledger(connection: psycopg.Connection) -> dict[str, Any]:
    found = connection.execute(NEWEST_ROOT).fetchone()
    if found is None:
        lines = _one(connection, sql.SQL(NO_ROOT))[0]
        found = (0, None, "", "", "", lines, 0)
    number, made_at, root, before, key, lines, under = found
    return {
        "number": number,
        "made_at": made_at.isoformat() if made_at else "",
        "root": root,
        "before": before,
        "key": key,
        "lines": lines,
        "lines_under_roots": int(under),
    }


def _one(connection: psycopg.Connection, statement: sql.SQL | sql.Composed) -> tuple[Any, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None  # noqa: S101 (an aggregate, or SHOW, has one row)
    return tuple(row)
