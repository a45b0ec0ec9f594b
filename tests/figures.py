"""What a proof measured, kept for the table that `make prove` prints at its end.

MASH_FIGURES names the file; without it nothing is kept.  `python -m tests.figures FILE` prints the table, and what
FILE.failed names; it ends with 1 where that names anything, or nothing was measured.
"""

import os
import sys
from pathlib import Path


def figure(goal: str, measured: str, asked_for: str) -> None:
    """Keep one line: the goal of docs/security/proofs.md, what was measured, and what was asked for."""
    if kept := os.environ.get("MASH_FIGURES"):
        with Path(kept).open("a") as file:
            file.write(f"{goal}\t{measured}\t{asked_for}\n")


def table(lines: list[str]) -> str:
    """Return the figures as a table, in the order of their goals."""
    rows = [("goal", "measured", "asked for"), *sorted(tuple(one.split("\t")) for one in lines)]
    wide = [max(len(row[at]) for row in rows) for at in range(2)]
    return "\n".join(f"{one:<{wide[0]}}  {two:<{wide[1]}}  {three}" for one, two, three in rows)


def lines_of(file: Path) -> list[str]:
    """Return the lines of a file, none of one that is not there."""
    return file.read_text().splitlines() if file.exists() else []


def main(file: Path) -> int:
    """Print the table and what failed; return what the command ends with."""
    measured, failed = lines_of(file), lines_of(Path(f"{file}.failed"))
    sys.stdout.write(table(measured) + "\n")
    sys.stdout.write("".join(f"failed: {one}\n" for one in failed))
    return int(bool(failed) or not measured)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
