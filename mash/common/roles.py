"""The database roles and what each may do by default.  Run by an administrator, safe to repeat, without Django."""

from collections.abc import Callable

import psycopg
from psycopg import sql

ROLES = {
    "mash_owner": "NOLOGIN",  # owns every table
    "mash_reader": "NOLOGIN",  # a GET: reads, and adds ledger lines and receipts
    "mash_sealed": "NOLOGIN",  # the sealed room, taken within a transaction
    "mash_migrate": "LOGIN NOINHERIT",  # connects with `-c role=mash_owner`
    "mash_app": "LOGIN NOINHERIT",
    "mash_worker": "LOGIN NOINHERIT",
    "mash_backup": "LOGIN BYPASSRLS",
}
TAKES = {  # NOINHERIT: nothing comes with membership but the right to SET ROLE
    "mash_migrate": ["mash_owner"],
    "mash_app": ["mash_reader", "mash_sealed"],
    "mash_worker": ["mash_sealed"],
    "mash_backup": ["pg_read_all_data"],
}
EXTENSIONS = ["btree_gist", "citext", "fuzzystrmatch", "pg_trgm", "unaccent"]
IN_EVERY_DATABASE = """
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    CREATE SCHEMA IF NOT EXISTS identity AUTHORIZATION mash_owner;
    CREATE SCHEMA IF NOT EXISTS sealed AUTHORIZATION mash_owner;
    GRANT USAGE, CREATE ON SCHEMA public TO mash_owner;
    GRANT USAGE ON SCHEMA public TO mash_app, mash_worker, mash_reader, mash_sealed;
    GRANT USAGE ON SCHEMA identity TO mash_app, mash_worker, mash_reader, mash_sealed;
    GRANT USAGE ON SCHEMA sealed TO mash_sealed;
    CREATE TABLE IF NOT EXISTS identity.key (inner_pad bytea, outer_pad bytea, until timestamptz NOT NULL);
    ALTER TABLE identity.key OWNER TO mash_owner;
    REVOKE ALL ON identity.key FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE mash_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE mash_owner IN SCHEMA identity
      GRANT EXECUTE ON FUNCTIONS TO mash_app, mash_worker, mash_reader, mash_sealed;
    ALTER DEFAULT PRIVILEGES FOR ROLE mash_owner IN SCHEMA public
      GRANT EXECUTE ON FUNCTIONS TO mash_app, mash_worker;
    ALTER DEFAULT PRIVILEGES FOR ROLE mash_owner IN SCHEMA public
      GRANT SELECT ON TABLES TO mash_app, mash_worker, mash_reader;
    ALTER DEFAULT PRIVILEGES FOR ROLE mash_owner IN SCHEMA public
      GRANT INSERT, UPDATE ON TABLES TO mash_app, mash_worker;
    ALTER DEFAULT PRIVILEGES FOR ROLE mash_owner IN SCHEMA public
      GRANT USAGE ON SEQUENCES TO mash_app, mash_worker;
"""
DAYS_A_KEY_IS_TRUSTED = 3650


def make_roles(admin: psycopg.Connection, password_of: Callable[[str], str]) -> None:
    """Make every role, or put it right, in the cluster that `admin` is connected to."""
    for role, rights in ROLES.items():
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        words = f"{'ALTER' if known else 'CREATE'} ROLE {{}} {rights}"
        if rights.startswith("LOGIN"):
            secret = sql.Literal(password_of(role))
            admin.execute(sql.SQL(words + " PASSWORD {}").format(sql.Identifier(role), secret))
        else:
            admin.execute(sql.SQL(words).format(sql.Identifier(role)))
    for taker, taken in TAKES.items():
        for role in taken:
            admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(taker)))


def make_database(admin: psycopg.Connection, name: str, template: str = "template0") -> None:
    """Make a database and say its own rights and settings, which a copy of a template does not bring along."""
    called = sql.Identifier(name)
    admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(called, sql.Identifier(template)))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(called))
    users = sql.SQL("mash_app, mash_worker, mash_migrate, mash_backup")
    admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(called, users))
    admin.execute(sql.SQL("ALTER DATABASE {} SET search_path = public, sealed").format(called))


def prepare(admin: psycopg.Connection, identity_key: str) -> None:
    """Make schemas, extensions, default rights and the signing key in the database `admin` is connected to.

    identity_key: 32 bytes in hexadecimal; kept as the two HMAC pads, since PostgreSQL cannot xor bytea.
    """
    for name in EXTENSIONS:
        admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
    admin.execute(IN_EVERY_DATABASE)
    key = bytes.fromhex(identity_key)
    pads = [bytes(byte ^ pad for byte in key.ljust(64, b"\0")) for pad in (0x36, 0x5C)]
    known = admin.execute("SELECT 1 FROM identity.key WHERE inner_pad = %s", pads[:1]).fetchone()
    if not known:
        admin.execute(
            "INSERT INTO identity.key VALUES (%s, %s, now() + make_interval(days => %s))",
            [*pads, DAYS_A_KEY_IS_TRUSTED],
        )
