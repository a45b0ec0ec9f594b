"""What is unsafe in this installation: `doctor`."""

from typing import Any

from django.core.checks import CheckMessage, run_checks
from django.core.management.base import BaseCommand, CommandError

from mash.common.fitness import ALIVE, FIT


class Command(BaseCommand):
    help = "Say what is unsafe in this installation and what to do.  Changes nothing; ends with 1 if anything is."
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        found = run_checks(tags=[FIT, ALIVE], include_deployment_checks=True)
        unsafe = [one for one in found if one.is_serious()]
        for one in [*unsafe, *(one for one in found if one not in unsafe)]:
            self.stdout.write(_line(one))
        if unsafe:
            raise CommandError(f"not fit to be live: {len(unsafe)} of these are unsafe")
        self.stdout.write("fit to be live" + (f", with {len(found)} things to look at" if found else ""))


def _line(one: CheckMessage) -> str:
    kind = "unsafe" if one.is_serious() else "look at"
    return f"{kind}: {one.msg} {one.hint} ({one.id})"
