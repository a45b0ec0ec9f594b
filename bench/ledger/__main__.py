"""`make bench-ledger`: lines written a second, and a million of them looked through, each beside a bare floor.

A database of its own is made, filled and kept for the next run.  No figure fails anything.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

LINES, WRITERS, SECONDS = 1_000_000, 16, 10


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.ledger")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--lines", type=int, default=LINES)
    words.add_argument("--writers", type=int, default=WRITERS)
    words.add_argument("--seconds", type=int, default=SECONDS)
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / f"bench-ledger-{asked.lines}")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with embedded.server(home, {"shared_buffers": "1GB", "max_wal_size": "8GB"}) as server:
            environment = settings_of(server)
            seeded = home / "seeded"
            running.prepare(server, environment, afresh=not seeded.exists())
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            import django

            django.setup()
            from bench.ledger import measuring

            if not seeded.exists():
                measuring.fill(server, asked.lines)
                seeded.touch()
            figures = measuring.everything(server, writers=asked.writers, seconds=asked.seconds)
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    print(f"{asked.lines:,} lines; {os.cpu_count()} cores")
    for name, one in figures.items():
        print(f"{name:<44}{one:>12,.1f}")
    if asked.json:
        asked.json.write_text(json.dumps({"cores": os.cpu_count(), "figures": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
