"""Roles, database and identity key on a PostgreSQL server of one's own, made as its administrator."""

import secrets
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from mash.common import roles
from mash.operations.stock import TRUSTED, mark, mark_of

MIGHTY = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
KNOWN = "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)"
OURS = "SELECT to_regnamespace('identity') IS NOT NULL"
OWN_DATABASES = {"postgres", "template0", "template1"}


class NotPrepared(Exception):
    """The server cannot be prepared; the message says why and what to do."""


def passwords_in(path: Path) -> dict[str, str]:
    """Read the passwords of the roles that sign in: a line each, the role, a space, the password.

    A file that is not there is made, with passwords by chance, for its owner alone; so is a line that is missing.

    Raises NotPrepared where others may read it, or a line is not understood.
    """
    if path.exists() and path.stat().st_mode & 0o077:
        raise NotPrepared(f"Others may read {path}: chmod 600 it first.")
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines() if path.exists() else [], 1):
        words = line.split()
        if len(words) != 2 or words[0] not in _sign_in():
            raise NotPrepared(
                f"{path}, line {number}: write a role ({', '.join(_sign_in())}) and its password."
            )
        found[words[0]] = words[1]
    missing = {role: secrets.token_hex(32) for role in _sign_in() if role not in found}
    if missing:
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{role} {password}\n" for role, password in missing.items())
    return found | missing


def make_roles(admin: psycopg.Connection, passwords: dict[str, str]) -> None:
    """Make the roles, or put them right.

    The server is told a verifier of each password (SCRAM), so its log never holds the password.

    Raises NotPrepared.
    """
    refuse_unless_mighty(admin)
    roles.make_roles(admin, _verifier_of(admin, passwords))


def make_missing_roles(admin: psycopg.Connection, passwords: dict[str, str]) -> None:
    """Make the roles where one is missing.  Where all are there, a product runs on them: their passwords stay.

    Raises NotPrepared.
    """
    refuse_unless_mighty(admin)
    known = admin.execute(KNOWN, [list(roles.ROLES)]).fetchone()
    if known is None or known[0] < len(roles.ROLES):
        make_roles(admin, passwords)


def refuse_unless_mighty(admin: psycopg.Connection) -> None:
    """Raise NotPrepared unless a superuser is connected: nobody else makes a role that reads past the walls."""
    found = admin.execute(MIGHTY).fetchone()
    if not found or not found[0]:
        raise NotPrepared("Connect as the server's administrator (a superuser), here and nowhere else.")


def is_there(admin: psycopg.Connection, name: str) -> bool:
    """Tell whether the server has a database of this name."""
    return bool(admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def refuse_one_of_others(inside: psycopg.Connection, name: str) -> None:
    """Raise NotPrepared for a database that was not made here: it lacks rights and settings that come with that."""
    found = inside.execute(OURS).fetchone()
    if not found or not found[0]:
        raise NotPrepared(
            f"The database {name} was made by somebody else. Drop it, and it is made here as it should be."
        )


def refuse_another_key(inside: psycopg.Connection, identity_key: str) -> None:
    """Raise NotPrepared where the database was prepared with another key: nobody would be found under this one."""
    if not inside.execute("SELECT to_regclass('identity.key') IS NOT NULL").fetchone()[0]:  # type: ignore[index]
        return
    marks = {mark(pad) for (pad,) in inside.execute(TRUSTED).fetchall()}
    if marks and mark_of(identity_key) not in marks:
        raise NotPrepared(
            "This database was prepared with another MASH_IDENTITY_KEY: under this one nobody would be found."
        )


def apart(address: str) -> tuple[str, str]:
    """Return the name of the database in an address, and the address of the server's own `postgres` beside it.

    Raises NotPrepared where it names none, or one of the server's own.
    """
    parts = conninfo.conninfo_to_dict(address)
    name = str(parts.get("dbname") or "")
    if not name or name in OWN_DATABASES:
        raise NotPrepared(
            "Let the address name a database of its own, such as postgresql://postgres@host/mash."
        )
    return name, conninfo.make_conninfo("", **parts | {"dbname": "postgres"})


def drop_database(admin: psycopg.Connection, name: str) -> None:
    """Drop a database that was made a moment ago and came to nothing."""
    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _sign_in() -> list[str]:
    return [role for role, rights in roles.ROLES.items() if rights.startswith("LOGIN")]


def _verifier_of(admin: psycopg.Connection, passwords: dict[str, str]) -> Callable[[str], str]:
    def verifier(role: str) -> str:
        return admin.pgconn.encrypt_password(
            passwords[role].encode(), role.encode(), b"scram-sha-256"
        ).decode()

    return verifier
