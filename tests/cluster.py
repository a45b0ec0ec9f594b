"""The tests' own PostgreSQL: roles, and one template database with every migration, which each process copies.

MASH_POSTGRES chooses the version ("15", "18"); without it, whatever the product itself would take.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from mash.__main__ import environment
from mash.common import embedded, roles

ROOT = Path(__file__).parent.parent
MAJOR = os.environ.get("MASH_POSTGRES", "")
IN_HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}
BUILDER = "mash_builder"
GRANTS_TO_THE_BUILDER = """
    GRANT SET ON PARAMETER session_replication_role TO mash_builder;
    GRANT USAGE ON SCHEMA public, sealed, identity TO mash_builder;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, sealed TO mash_builder;
    GRANT EXECUTE ON FUNCTION identity.keep_open(uuid, uuid, boolean) TO mash_builder;
    GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO mash_builder;
"""


def _digest(files: list[Path]) -> str:
    said = hashlib.sha256(MAJOR.encode())
    for file in sorted(files):
        said.update(file.name.encode() + file.read_bytes())
    return said.hexdigest()[:10]


def _files() -> list[Path]:
    ours = list((ROOT / "mash").rglob("migrations/*.py"))
    return [*ours, *(ROOT / "mash").rglob("*.sql"), ROOT / "mash/common/rls.py"]


def made_from() -> dict[str, str]:
    """Return what a template made now would be made from: each file and its digest."""
    return {str(file.relative_to(ROOT)): _digest([file]) for file in _files()}


def template() -> str:
    """Return the name of the template database: another one for other migrations."""
    return "template_" + _digest(_files())


def nearest(known: Mapping[str, str | None], now: Mapping[str, str]) -> str | None:
    """Return which of the known templates needs the fewest migrations more; None where none can be gone on from.

    known: each template's name, and as JSON what it was made from, where it says so.  One that was made from a file
    which is gone or has changed since holds what the whole of today's migrations would not make.
    """
    held = {name: json.loads(said) for name, said in known.items() if said and name.startswith("template_")}
    fit = {name: made for name, made in held.items() if made.items() <= now.items()}
    return max(fit, key=lambda name: len(fit[name]), default=None)


def home() -> Path:
    """Return the cluster's folder: another one for other roles, since roles belong to a cluster."""
    return embedded.home_for(ROOT) / ("t" + _digest([ROOT / "mash/common/roles.py", Path(__file__)])[:6])


def administrator(server: embedded.Server, database: str) -> psycopg.Connection:
    """Return a connection as the administrator; used by a test only to try a migration on older rows."""
    return psycopg.connect(server.url("mash_admin", database, server.password), autocommit=True)


@contextmanager
def running() -> Iterator[embedded.Server]:
    """Run the cluster, with roles and template made, while the block lasts."""
    home().parent.mkdir(parents=True, exist_ok=True)
    with embedded.server(home(), IN_HASTE, MAJOR) as server:
        with administrator(server, "postgres") as admin:
            known = dict(
                admin.execute(
                    "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
                ).fetchall()
            )
            if template() not in known:
                _make_template(server, admin, nearest(known, made_from()))
        yield server


def _make_template(server: embedded.Server, admin: psycopg.Connection, begun: str | None) -> None:
    """Make today's template: from a copy of the one begun with, or from nothing."""
    made = "making_" + template()
    admin.execute(f"DROP DATABASE IF EXISTS {made}")
    roles.make_roles(admin, server.password_of)
    if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [BUILDER]).fetchone():
        admin.execute(f"CREATE ROLE {BUILDER} LOGIN BYPASSRLS PASSWORD '{server.password_of(BUILDER)}'")
    roles.make_database(admin, made, begun or "template0")
    admin.execute(f"GRANT CONNECT ON DATABASE {made} TO {BUILDER}")
    settings = environment(server, "mash_migrate", made)
    with administrator(server, made) as inside:
        roles.prepare(inside, settings["MASH_IDENTITY_KEY"])
        subprocess.run(
            [sys.executable, "-m", "mash", "migrate", "-v0", "--skip-checks"],
            env=os.environ | settings | {"DJANGO_SETTINGS_MODULE": "config.settings"},
            cwd=ROOT,
            check=True,
        )
        inside.execute(GRANTS_TO_THE_BUILDER)
    admin.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(made), json.dumps(made_from()))
    )
    admin.execute(f"ALTER DATABASE {made} RENAME TO {template()}")


def copy(server: embedded.Server, name: str) -> None:
    """Make a process's own database from the template."""
    with administrator(server, "postgres") as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        roles.make_database(admin, name, template())
        admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {BUILDER}")


def drop(server: embedded.Server, name: str) -> None:
    """Take a process's database away."""
    with administrator(server, "postgres") as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


if __name__ == "__main__":  # makes the template while something else is done, so that no test waits for it
    with running():
        pass
