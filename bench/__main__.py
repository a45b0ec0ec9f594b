"""`make bench`: seed once, measure, print a table; `--json FILE` writes the figures.

No figure fails anything: a reader compares it with its goal and with the floor beside it.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

PEOPLE, CONTACTS, HUBS = 300_000, 100_000, 4


def main() -> None:
    words = argparse.ArgumentParser(prog="bench")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--people", type=int, default=PEOPLE)
    words.add_argument("--contacts", type=int, default=CONTACTS)
    words.add_argument("--times", type=int, default=100, help="requests measured for each page")
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / f"bench-{asked.people}-{asked.contacts}")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with embedded.server(home, {"shared_buffers": "1GB", "max_wal_size": "8GB"}) as server:
            environment = settings_of(server)
            seeded = home / "seeded"
            running.prepare(server, environment, afresh=not seeded.exists())
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            import django

            django.setup()
            from bench import measuring, seeding

            if not seeded.exists():
                seeding.seed(hubs=HUBS, people=asked.people, contacts=asked.contacts)
                seeding.analyse(server)
                seeded.touch()
            figures = measuring.everything(times=asked.times)
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    print(f"{asked.contacts:,} contacts, {asked.people:,} people, {HUBS} hubs; {os.cpu_count()} cores")
    print(measuring.table(figures))
    if asked.json:
        about = {"contacts": asked.contacts, "people": asked.people, "hubs": HUBS, "cores": os.cpu_count()}
        about |= {"python": platform.python_version(), "machine": platform.machine()}
        asked.json.write_text(json.dumps({"about": about, "figures": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
