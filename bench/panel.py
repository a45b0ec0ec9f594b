"""`python -m bench.panel`: the papers of a meeting, for 8 agencies with 10 families each, as pages and as PDFs.

No database: what was read is composed, written as HTML and made into PDFs, as the pages of a panel do.  Beside it
stand floors of the same run: the same words joined, and as many PDFs of one line.  No figure fails anything.
"""

import argparse
import json
import os
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

FAMILIES, AGENCIES, TIMES = 10, 8, 5
GOAL = 20.0  # seconds
WORDS = (
    "He is late most days, and his mother works nights. The school has offered a breakfast club, and a family worker "
    "has come four times. There is damp in the bedroom, and the landlord has been told twice. "
)


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.panel")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--families", type=int, default=FAMILIES)
    words.add_argument("--agencies", type=int, default=AGENCIES)
    words.add_argument("--times", type=int, default=TIMES)
    asked = words.parse_args()
    import django
    from django.conf import settings

    settings.configure(TIME_ZONE="Europe/London", USE_TZ=True, INSTALLED_APPS=[])
    django.setup()
    figures = _everything(asked.families, asked.agencies, asked.times)
    print(
        f"{asked.families} families, each in the papers of {asked.agencies} agencies; {os.cpu_count()} cores"
    )
    for name, one in figures.items():
        print(f"{name:<48}{one:>10,.3f}")
    print(f"goal: all papers as PDFs in at most {GOAL:.0f} seconds")
    if asked.json:
        about = {"families": asked.families, "agencies": asked.agencies, "cores": os.cpu_count()}
        asked.json.write_text(json.dumps({"about": about, "figures": figures}, indent=2) + "\n")


def _everything(families: int, agencies: int, times: int) -> dict[str, float]:
    """Return seconds on the clock and seconds of a processor, the median of several times."""
    from mash.common.pdf import can_make_pdf, document_to_pdf, to_pdf
    from mash.common.plain_file import file_of
    from mash.panel.composing import Case, Pack, Task, lines_of_pack, pack_of, to_html

    keys = [uuid.UUID(int=number + 1) for number in range(agencies)]
    task = Task(
        "Meet him at the gate.",
        "He is in by nine.",
        "Schools",
        "The family worker",
        date(2026, 12, 1),
        "Done",
    )
    cases = [
        Case(
            reference=f"NFP-{number}", kind="New family", minutes=20, name=f"MARLOWE, Child {number}",
            born_on=date(2015, 5, 4), household=WORDS, asked=WORDS, background=WORDS * 8, agreement=WORDS,
            needed=frozenset(keys), checks=[(f"Agency {one}", WORDS * 2) for one in range(agencies)], tasks=[task] * 4,
        )
        for number in range(families)
    ]  # fmt: skip
    starts_at = datetime(2026, 12, 7, 10, tzinfo=UTC)

    def pack(key: uuid.UUID) -> Pack:
        words = {"hub": "Hub", "panel": "Panel", "place": "Room", "name": "Agency", "opening": WORDS}
        return pack_of(cases, key, starts_at=starts_at, **words)

    def packs() -> list[str]:
        return [to_html(pack(key), "Made by Ada Lovett") for key in keys]

    pages = packs()
    said = [words for _, words in lines_of_pack(pack(keys[0]))]
    figures = {"words in one agency's papers": float(sum(len(words.split()) for words in said))}
    figures |= _median("all papers as pages", times, packs)
    figures |= _median("floor: the same words joined", times, lambda: ["\n".join(said) for _ in keys])
    if can_make_pdf():
        document_to_pdf(pages[0])  # fonts are found once
        line = file_of("One line", [("p", "One line")])
        figures |= _median("all papers as PDFs", times, lambda: [document_to_pdf(page) for page in packs()])
        figures |= _median("floor: as many PDFs of one line", times, lambda: [to_pdf(line) for _ in keys])
    return figures


def _median(what: str, times: int, work: Callable[[], object]) -> dict[str, float]:
    clock, processor = [], []
    for _ in range(times):
        began, busy = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - busy)
    return {
        f"{what}, seconds": statistics.median(clock),
        f"{what}, of a processor": statistics.median(processor),
    }


if __name__ == "__main__":
    main()
