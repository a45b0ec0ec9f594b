"""Run the product on the embedded database: for training and development, never for live use."""

import sys

from django.core.management.base import BaseCommand, CommandParser

from mash.__main__ import home, settings_of
from mash.common import embedded, running

BANNER = "Not for live use: this hub runs on the embedded database"


class Command(BaseCommand):
    help = "Start database, web and worker on this machine, without the demo's data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **_: object) -> None:
        try:
            running.must_be_free(port)
            with embedded.server(home()) as server:
                environment = settings_of(server)
                running.prepare(server, environment)
                with running.serving(port, environment, {"MASH_BANNER": BANNER}):
                    self.stdout.write(f"OpenMASH answers at http://127.0.0.1:{port}/   (Ctrl-C stops it)")
                    running.until_told_to_stop()
        except (embedded.Unavailable, running.DidNotStart) as why:
            sys.exit(f"mash: {why}")
