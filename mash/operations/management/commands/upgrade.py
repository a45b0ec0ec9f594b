"""Say what the migrations that were not run would do to those who are working: `upgrade`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mash.operations.upgrading import look_ahead


class Command(BaseCommand):
    help = "Say of each migration that was not run whether the version from before can go on serving.  Changes nothing."
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        found = look_ahead()
        for one in found:
            self.stdout.write(f"{one.name}: {'; '.join(one.reasons) or 'while people work'}")
        stop = [one for one in found if one.reasons]
        if stop:
            raise CommandError(f"{len(stop)} of {len(found)} migrations: people must stop working first")
        self.stdout.write(f"{len(found)} migrations, all while people work" if found else "nothing to run")
