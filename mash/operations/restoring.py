"""Bringing a backup back into a new database, and saying whether all of it is there."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.db.migrations.loader import MigrationLoader
from psycopg import conninfo

from mash.common import embedded, roles
from mash.operations import provisioning
from mash.operations.dumping import without_password
from mash.operations.manifest import DUMP, Manifest, NotWhole, refuse_if_spoilt
from mash.operations.stock import Differences, differences, mark_of, take_stock


def restore(
    folder: Path, address: str, *, identity_key: str, passwords: dict[str, str], jobs: int = 1
) -> tuple[Manifest, Differences]:
    """Restore a backup into the database that `address` names, as the server's administrator, and compare.

    The database must not be there: it is made, and dropped again when the restore itself fails.  Roles, schemas and
    rights are made as for a new installation.

    identity_key: the one that the product signs with, which no backup holds: it must be the one from before.
    passwords: of the roles, should one be missing.

    Raises NotWhole, provisioning.NotPrepared, embedded.Unavailable.
    """
    manifest = Manifest.read(folder)
    refuse_if_spoilt(folder, manifest)
    _refuse_other_code(manifest)
    if mark_of(identity_key) not in manifest.stock.identity_keys:
        raise NotWhole("MASH_IDENTITY_KEY is not the one this backup was made under: nobody would be found.")
    name, beside = provisioning.apart(address)
    with psycopg.connect(beside, autocommit=True) as admin:
        provisioning.refuse_unless_mighty(admin)
        if provisioning.is_there(admin, name):
            raise provisioning.NotPrepared(
                f"The database {name} is there already, and nothing is ever restored over another. "
                "Name one that is not: it is made."
            )
        provisioning.make_missing_roles(admin, passwords)
        roles.make_database(admin, name)
        try:
            _fill(folder, address, jobs)
            return manifest, _compare(address, manifest, identity_key)
        except BaseException:
            provisioning.drop_database(admin, name)
            raise


def _fill(folder: Path, address: str, jobs: int) -> None:
    with psycopg.connect(address, autocommit=True) as inside:
        major = str(inside.info.server_version // 10000)
    where, environment = without_password(address)
    done = subprocess.run(
        [
            embedded.client("pg_restore", major), f"--jobs={jobs}", "--exit-on-error", "--no-password",
            f"--dbname={where}", folder / DUMP,
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotWhole(f"pg_restore failed: {done.stderr.strip()[-2000:]}")


def _compare(address: str, manifest: Manifest, identity_key: str) -> Differences:
    with psycopg.connect(address, autocommit=True) as inside:
        with inside.transaction():
            inside.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            found = differences(manifest.stock, take_stock(inside))
        roles.prepare(inside, identity_key)
        inside.execute("ANALYZE")
    return found


def _refuse_other_code(manifest: Manifest) -> None:
    """Raise NotWhole unless the code at hand has the very migrations that made the backup."""
    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    theirs = set(manifest.stock.migrations)
    more, fewer = sorted(theirs - ours), sorted(ours - theirs)
    if more or fewer:
        first = (more or fewer)[0]
        raise NotWhole(
            f"This backup was made by another version of the product ({manifest.product}; {first} is "
            f"{'not known here' if more else 'newer than it'}). Restore it with the version that made it, then upgrade."
        )


def verify(address: str, password: str, key: Path | None) -> bool:
    """Run `mash ledger verify` on what was restored, as mash_app.  Returns whether all agrees."""
    parts = conninfo.conninfo_to_dict(address)
    words = ["ledger", "verify", *(["--key", str(key)] if key else [])]
    done = subprocess.run(
        [sys.executable, "-m", "mash", *words],
        env=os.environ | {"DATABASE_URL": _as_url(parts | {"user": "mash_app", "password": password})},
        check=False,
    )
    return done.returncode == 0


def _as_url(parts: Mapping[str, Any]) -> str:
    """Write an address as DATABASE_URL takes it."""
    held = {name: str(value) for name, value in parts.items() if value is not None}
    host, port = held.pop("host", ""), held.pop("port", "5432")
    user, password = quote(held.pop("user", ""), safe=""), quote(held.pop("password", ""), safe="")
    into = quote(held.pop("dbname", ""), safe="")
    return f"postgresql://{user}:{password}@/{into}?" + urlencode(
        {"host": host, "port": port, **held}, quote_via=quote
    )
