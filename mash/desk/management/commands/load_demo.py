"""Load the made-up boroughs into a new database."""

import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from mash.desk.demo.loading import load


class Command(BaseCommand):
    help = "Load two made-up boroughs with people, open cases and referrals part-way through their journeys."

    def handle(self, **_: object) -> None:
        load(timezone.now(), bar=sys.stderr.isatty())
        self.stdout.write("two made-up boroughs are loaded")
