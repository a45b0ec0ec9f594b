"""`python -m bench.matching.duplicates --people N`: a made-up register looked over, and Splink alone beside.

The register lies in a file instead of the database, and is read in the same way: lines one after another, then what
is held on those of each two.  It is looked over in a process of its own, so that the memory is that of the work.  No
figure fails anything: a reader compares it with its goal.
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import django

TESTED = 7314  # seed; families that nothing was fitted to
BETTER = 10_000_000  # pairs drawn, for Splink by itself
A_PART = 2000  # pairs, as the product weighs them
GOALS = {
    "seconds": "90 at a million",
    "memory_gb": "3 at a million",
    "named": "at least .98 at 100,000",
    "likely_right": "at least .99",
    "at_99": "at least .90 at a million",
    "twins": "none",
}


class Truth(NamedTuple):
    """Whose record it is.  home: which household they are of."""

    human: int
    home: int
    twin: bool


@dataclass(slots=True)
class Looked:
    """What came of looking over a register once.  pairs: of each its places, Splink's weight, band and points."""

    naming: float
    weighing: float
    cpu: float
    memory_gb: float
    pairs: list[tuple[int, int, float, str, float]]


def main() -> None:
    """Make up a register, look it over, and print the figures."""
    words = argparse.ArgumentParser(prog="bench.matching.duplicates")
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--over", type=Path, help=argparse.SUPPRESS)
    words.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.over:
        with (asked.over / "looked").open("wb") as file:
            pickle.dump(_looked(asked.over, asked.engine, alone=asked.alone), file)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        truth = _write(folder, asked.people)
        busy = os.getloadavg()[0]
        ours, alone = _in_a_process(folder, asked.engine), _in_a_process(folder, asked.engine, "--alone")
    figures = _figures(truth, ours, alone) | {
        "people": asked.people,
        "engine": asked.engine,
        "busy": round(busy, 1),
    }
    print(table(figures))
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n")


def _write(folder: Path, people: int) -> list[Truth]:
    """Write a register as the database holds it, and return the truth about it."""
    from bench.matching.telling import population
    from mash.people.duplicates.records import stored

    humans, records = population(TESTED, people)
    places = []
    with (folder / "lines").open("wb") as lines, (folder / "held").open("wb") as held:
        for one in records:
            pickle.dump(stored(one.details), lines)
            places.append(held.tell())
            pickle.dump(one.details, held)
    (folder / "places").write_bytes(pickle.dumps(places))
    homes = {one.number: (min(other.number for other in one.home.members), one.twin) for one in humans}
    return [Truth(one.human, *homes[one.human]) for one in records]


def _in_a_process(folder: Path, engine: str, *more: str) -> Looked:
    words = [
        sys.executable,
        "-m",
        "bench.matching.duplicates",
        "--over",
        str(folder),
        "--engine",
        engine,
        *more,
    ]
    subprocess.run(words, check=True)
    with (folder / "looked").open("rb") as file:
        found: Looked = pickle.load(file)
    return found


def _looked(folder: Path, engine: str, *, alone: bool) -> Looked:
    """Look over a register as the product does; alone: as Splink does, trained on more pairs, without our weighing."""
    from mash.people.duplicates import splinking
    from mash.people.duplicates.weighing import weigh, weights_among
    from mash.people.matching.weights import shipped

    began = time.perf_counter()
    sampled = BETTER if alone else splinking.SAMPLED
    found = splinking.pairs(_lines(folder), engine=engine, sampled=sampled)
    first = next(found, [])
    named = time.perf_counter()
    pairs = []
    held = _Held(folder)
    weights = weights_among(shipped(), len(held.places))
    for part in (first, *found) if alone else _parts([first, *found]):
        if alone:
            pairs += [(*pair, "", 0.0) for pair in part]
            continue
        details = held.of({place for one, other, _ in part for place in (one, other)})
        for one, other, weight in part:
            said = weigh(details[one], details[other], weights)
            pairs.append((one, other, weight, said.band.value, said.points))
    done = time.perf_counter()
    return Looked(named - began, done - named, time.process_time(), _most_memory(), pairs)


def _parts(several: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for part in several:
        for start in range(0, len(part), A_PART):
            yield part[start : start + A_PART]


def _lines(folder: Path) -> Iterator[Any]:
    from mash.people.duplicates.records import line

    place = 0
    with (folder / "lines").open("rb") as file:
        while file.peek(1):
            yield line(place, pickle.load(file))
            place += 1


class _Held:
    """What is held on each record."""

    def __init__(self, folder: Path) -> None:
        self.places: list[int] = pickle.loads((folder / "places").read_bytes())
        self.file = (folder / "held").open("rb")

    def of(self, several: set[int]) -> dict[int, Any]:
        """Read it of several."""
        found = {}
        for one in sorted(several):
            self.file.seek(self.places[one])
            found[one] = pickle.load(self.file)
        return found


def _most_memory() -> float:
    """Return the most memory that this process ever held, in GB, all in."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024**2


def _figures(truth: Sequence[Truth], ours: Looked, alone: Looked) -> dict[str, Any]:
    from bench.matching.figures import CLAIMED, Share, share
    from mash.people.matching.figures import line_of

    several = Counter(one.human for one in truth)
    everybody = sum(n * (n - 1) // 2 for n in several.values())
    same = [truth[one].human == truth[other].human for one, other, *_ in ours.pairs]
    bands = [band for *_, band, _ in ours.pairs]
    likely = [right for right, band in zip(same, bands, strict=True) if band == "likely"]

    def at_99(scores: Sequence[float], right: Sequence[bool]) -> Share:
        line = line_of(zip(scores, right, strict=True), CLAIMED)
        return Share(sum(so for score, so in zip(scores, right, strict=True) if score >= line), everybody)

    near = [
        (truth[one].twin and truth[other].twin)
        for one, other, _, band, _ in ours.pairs
        if band == "likely"
        and truth[one].home == truth[other].home
        and truth[one].human != truth[other].human
    ]
    found_alone = [truth[one].human == truth[other].human for one, other, *_ in alone.pairs]
    shares = {
        "named": Share(sum(same), everybody),
        "listed": Share(
            sum(r for r, band in zip(same, bands, strict=True) if band != "not_found"), everybody
        ),
        "likely_right": share(likely),
        "likely_of_all": Share(sum(likely), everybody),
        "at_99": at_99([one[4] for one in ours.pairs], same),
        "at_99_splink": at_99([one[2] for one in ours.pairs], same),
        "at_99_splink_alone": at_99([one[2] for one in alone.pairs], found_alone),
    }
    return {
        "records": len(truth),
        "true_pairs": everybody,
        "pairs": Counter(bands) | {"named": len(bands)},
        "relatives": len(near),
        "twins": sum(near),
        "seconds": round(ours.naming + ours.weighing, 1),
        "shares": {name: (str(one), one.plain()) for name, one in shares.items()},
        "ours": _cost(ours),
        "splink_alone": _cost(alone),
    }


def _cost(one: Looked) -> dict[str, float]:
    """Return what a look took.  processor: seconds of it, on however many cores."""
    cost = {"naming": one.naming, "weighing": one.weighing, "processor": one.cpu, "memory_gb": one.memory_gb}
    return {name: round(value, 2) for name, value in cost.items()}


def table(figures: dict[str, Any]) -> str:
    """Return the figures as lines of text, each beside its goal."""
    ours, alone = figures["ours"], figures["splink_alone"]
    said = {name: words for name, (words, _) in figures["shares"].items()}
    parts = f"{ours['naming']} naming, {ours['weighing']} weighing; {ours['processor']} of processor"
    said |= {
        "seconds": f"{figures['seconds']} ({parts})",
        "memory_gb": f"{ours['memory_gb']}",
        "pairs": ", ".join(f"{count:,} {name}" for name, count in figures["pairs"].items()),
        "splink_alone": f"{alone['naming']} s, {alone['processor']} of processor, {alone['memory_gb']} GB",
        "relatives": f"{figures['relatives']} likely pairs of one household that are two people",
        "twins": f"{figures['twins']} of them twins",
    }
    head = (
        f"{figures['records']:,} records, {figures['true_pairs']:,} pairs of one person, {figures['engine']}"
    )
    lines = [f"{name:<20}{words:<76}{GOALS.get(name, '')}" for name, words in said.items()]
    return "\n".join([f"{head}; load before {figures['busy']}", *lines])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    main()
