"""`python -m bench.matching.duplicates --people N`: a made-up register looked over, and Splink alone beside.

The register lies in a file instead of the database, and is read in the same way: lines one after another, then what
is held on those of each two.  It is looked over in a process of its own, so that the memory is that of the work.  No
figure fails anything: a reader compares it with its goal.
"""

import argparse
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import active_children
from pathlib import Path
from typing import Any, NamedTuple

import django

TESTED = 7314  # seed; families that nothing was fitted to
BETTER = 10_000_000  # pairs drawn, for Splink by itself
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
    from bench.matching.families import Families
    from bench.matching.telling import placed
    from mash.people.duplicates.records import stored

    humans = Families(TESTED).until(people)
    homes = {one.number: (min(other.number for other in one.home.members), one.twin) for one in humans}
    places: dict[int, tuple[Truth, int, int]] = {}
    with (folder / "lines").open("wb") as lines, (folder / "held").open("wb") as held:
        for place, one in placed(humans, TESTED + 1):
            places[place] = Truth(one.human, *homes[one.human]), lines.tell(), held.tell()
            pickle.dump(tuple(stored(one.details)), lines)
            pickle.dump(_row(one.details), held)
    ordered = [places[place] for place in range(len(places))]
    (folder / "places").write_bytes(pickle.dumps([(line, row) for _, line, row in ordered]))
    return [truth for truth, _, _ in ordered]


def _row(said: Any) -> tuple[Any, ...]:
    """Return what the database would say of somebody: what `held.details_of` reads."""
    from mash.people.held import OWN

    def text(several: Sequence[Any]) -> str | None:
        return json.dumps(several) if several else None

    return (
        text([[one.given, one.family, one.kind] for one in said.further_names]),
        text([[one.lines, one.postcode, None, None] for one in said.addresses]),
        text(said.phones),
        text(sorted(said.numbers())),
        text([[one.given, one.family] for one in said.kin]),
        *(getattr(said, name) for name in OWN),
    )


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
    from mash.people.actions.suspecting import AT_ONCE, MANY
    from mash.people.duplicates import splinking
    from mash.people.duplicates.spreading import cores, in_order
    from mash.people.duplicates.weighing import Several, weigh_several, weights_among
    from mash.people.matching.weights import shipped

    began = time.perf_counter()
    sampled = BETTER if alone else splinking.SAMPLED
    register = _Register(folder)
    found = splinking.pairs(register.lines(), engine=engine, sampled=sampled)
    first = next(found, [])
    named = time.perf_counter()
    pairs: list[tuple[int, int, float, str, float]] = []
    beside = 0.0  # memory of other processes
    if alone:
        pairs = [(*pair, "", 0.0) for part in (first, *found) for pair in part]
    else:
        records = len(register.places)
        named_pairs, weights = chain(first, chain.from_iterable(found)), weights_among(shipped(), records)
        splinks: dict[tuple[Any, Any], float] = {}

        def several() -> Iterator[Several]:
            while part := list(islice(named_pairs, AT_ONCE)):
                splinks.update({(one, other): weight for one, other, weight in part})
                both = [(one, other) for one, other, _ in part]
                yield Several(both, register.rows_of({key for pair in both for key in pair}), weights)

        processes = cores() if records >= MANY else 1
        for part, said in in_order(weigh_several, several(), processes=processes):
            beside = max(beside, sum(_most_memory(one.pid) for one in active_children()))
            for pair, one in zip(part.pairs, said, strict=True):
                pairs.append((*pair, splinks.pop(pair), one.band.value, one.points))
    done = time.perf_counter()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() + children.ru_utime + children.ru_stime
    return Looked(named - began, done - named, cpu, _most_memory() + beside, pairs)


class _Register:
    """A register in files, read as the product reads it from the database."""

    def __init__(self, folder: Path) -> None:
        self.places: list[tuple[int, int]] = pickle.loads((folder / "places").read_bytes())
        self._lines = (folder / "lines").open("rb")
        self._held = (folder / "held").open("rb")

    def lines(self) -> Iterator[Any]:
        """Yield each record as a line."""
        from mash.people.duplicates.records import Stored, line

        for number, (place, _) in enumerate(self.places):
            self._lines.seek(place)
            yield line(number, Stored(*pickle.load(self._lines)))

    def rows_of(self, several: set[int]) -> dict[Any, tuple[Any, ...]]:
        """Read what is held on several."""
        found = {}
        for one in sorted(several):
            self._held.seek(self.places[one][1])
            found[one] = pickle.load(self._held)
        return found


def _most_memory(process: int | str | None = "self") -> float:
    """Return the most memory that a process ever held, in GB, all in."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
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
