"""`make bench-matching`: who is recognised and how fast, ours and others' on the same made-up people, in one run.

The weights and the threshold are the product's own, fitted and set on other families than these.  No figure fails
anything: a reader compares it with its goal and with what stands beside it.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.matching")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--people", type=int, default=100_000, help="registered, beside those on no register")
    words.add_argument("--queries", type=int, default=5_000)
    words.add_argument(
        "--without", nargs="*", default=[], choices=["trigrams", "splink"], help="peers to leave out"
    )
    words.add_argument("--badly", action="store_true", help="only what is told badly, of the same register")
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / f"bench-matching-{asked.people}")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with embedded.server(home, {"shared_buffers": "1GB", "max_wal_size": "8GB"}) as server:
            environment = settings_of(server)
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            import django

            django.setup()
            from bench.matching import badly, measuring

            if asked.badly:
                found = measuring.told_badly(server, environment, people=asked.people, seeded=home / "seeded")
                words_said, kept = badly.table(found), {"badly": badly.plain(found)}
            else:
                figures = measuring.everything(
                    server,
                    environment,
                    people=asked.people,
                    queries=asked.queries,
                    seeded=home / "seeded",
                    without=asked.without,
                )
                words_said, kept = measuring.table(figures), measuring.plain(figures)
    except embedded.Unavailable as why:
        sys.exit(f"bench-matching: {why}")
    print(words_said)
    if asked.json:
        asked.json.write_text(json.dumps(kept, indent=2) + "\n")


if __name__ == "__main__":
    main()
