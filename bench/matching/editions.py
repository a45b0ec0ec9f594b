"""`python -m bench.matching.editions FILE [FILE ...]`: editions of weights beside each other, on families new to all.

In memory, with the product's own comparing and the same search words; without a database and without its rules of
bands, so what is said is of the sums and their line alone.
"""

import argparse
import os
from pathlib import Path

import django
import yaml

SEED = 9505
RATES = {"as expected": {}, "1.7 times the errors": {"worse": 1.7}, "80 % on no register": {"unknown": 0.8}}


def main() -> None:
    """Print for each edition and each way of being told R@5, R@P.99 at its own line, and how many there are right."""
    from bench.matching.figures import quality
    from bench.matching.systems import answer
    from bench.matching.telling import population, queries_of
    from bench.matching.training import Register, compared
    from mash.people.matching.weights import read

    words = argparse.ArgumentParser(prog="bench.matching.editions")
    words.add_argument("files", nargs="+", type=Path)
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--queries", type=int, default=3_000)
    words.add_argument("--seed", type=int, default=SEED)
    asked = words.parse_args()
    editions = [read(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in asked.files]
    people, records = population(asked.seed, asked.people)
    register = Register.of(records)
    for told, rates in RATES.items():
        queries = queries_of(people, asked.seed + 5, asked.queries, **rates)
        beside = [(query, compared(register, query)) for query in queries]
        for edition in editions:
            answers = [
                answer(
                    query,
                    sorted(
                        ((record.human, edition.points(levels), False) for record, levels in found),
                        key=lambda one: -one[1],
                    ),
                    0.0,
                )
                for query, found in beside
            ]
            said = quality(answers, edition.likely_from)
            print(
                f"{told}, edition {edition.edition}: R@5 {said.found}; R@P.99 {said.taken}; right {said.precision}"
            )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    main()
