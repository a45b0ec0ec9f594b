"""Django's migrate, in the name of a listed service: without one, row-level security hides every row from it."""

from django.core.management.commands import migrate

from mash.common.identity import as_service
from mash.common.migrating import rendering_alone


class Command(migrate.Command):
    """Migrate as the service `migrations`, which the first migration lists."""

    def handle(self, *words: str, **options: object) -> None:
        with as_service("migrations"), rendering_alone():
            super().handle(*words, **options)
