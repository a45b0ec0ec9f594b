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
RATES = {"as expected": (1.0, 0.3), "1.7 times the errors": (1.7, 0.3), "80 % on no register": (1.0, 0.8)}
"""Times the errors, and share of people on no register."""


def main() -> None:
    """Print for each edition and each way of being told R@5, R@P.99 at its own line, and how many there are right."""
    from bench.matching.figures import quality
    from bench.matching.systems import answer
    from bench.matching.training import Population, answers_of, set_beside
    from mash.people.matching.weights import read

    words = argparse.ArgumentParser(prog="bench.matching.editions")
    words.add_argument("files", nargs="+", type=Path)
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--queries", type=int, default=3_000)
    words.add_argument("--seed", type=int, default=SEED)
    asked = words.parse_args()
    told = Population(asked.seed, asked.people, tuple((asked.queries, *rates) for rates in RATES.values()))
    records, beside = set_beside(told)
    for place, rates in enumerate(RATES):
        part = beside[place * asked.queries : (place + 1) * asked.queries]
        for file in asked.files:
            edition = read(yaml.safe_load(file.read_text(encoding="utf-8"))).among(records)
            answers = [answer(query, found, 0.0) for query, found in answers_of(edition, part)]
            said = quality(answers, edition.likely_from)
            print(
                f"{rates}, edition {edition.edition}, line {edition.likely_from}: R@5 {said.found}; "
                f"R@P.99 {said.taken}; right {said.precision}; gap {said.gap:.3f}"
            )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    main()
