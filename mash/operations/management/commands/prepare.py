"""Make roles, database and rights on a PostgreSQL server of one's own: `prepare ADDRESS --passwords FILE`."""

import os
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mash.common import keys, roles
from mash.operations import provisioning


class Command(BaseCommand):
    help = (
        "Make the product's roles, database, schemas and identity key on a PostgreSQL server; safe to repeat."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the server's administrator and the database's name")
        parser.add_argument(
            "--passwords", type=Path, required=True, metavar="FILE", help="made where it is missing"
        )

    def handle(self, *, address: str, passwords: Path, **_: Any) -> None:
        try:
            keys.refuse_published(os.environ)
            name, beside = provisioning.apart(address)
            with psycopg.connect(beside, autocommit=True) as admin:
                provisioning.make_roles(admin, provisioning.passwords_in(passwords))
                made = not provisioning.is_there(admin, name)
                if made:
                    roles.make_database(admin, name)
            identity_key = os.environ["MASH_IDENTITY_KEY"]
            with psycopg.connect(address, autocommit=True) as inside:
                if not made:
                    provisioning.refuse_one_of_others(inside, name)
                provisioning.refuse_another_key(inside, identity_key)
                roles.prepare(inside, identity_key)
        except (provisioning.NotPrepared, keys.PublishedKeys) as why:
            raise CommandError(str(why)) from why
        except (psycopg.Error, OSError) as why:
            raise CommandError(f"The server or the file refused: {why}") from why
        self.stdout.write(
            f"{len(roles.ROLES)} roles; database {name} {'made' if made else 'was there'}; identity key trusted. "
            f"Passwords are in {passwords}. Next: mash migrate, as mash_migrate"
        )
