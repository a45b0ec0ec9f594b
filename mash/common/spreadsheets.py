"""A sheet that somebody saved as comma-separated values: its first line, and which of its columns is which of ours.

Pure.  What is wrong is said in words for whoever put the file in.
"""

from collections.abc import Mapping, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With one of these a spreadsheet takes a cell for a formula (OWASP, "CSV Injection")."""
DELIMITERS = ",;\t"
WORKBOOKS = (b"PK", b"\xd0\xcf")


class Unreadable(Exception):
    """The file as a whole cannot be taken; the message says why."""


def delimiter_of(first_line: str) -> str:
    """Return what separates the cells: what the first line has most of."""
    return max(DELIMITERS, key=first_line.count)


def check_header(header: Sequence[str], most: int) -> None:
    """Check that a first line names columns, each by a name of its own.  Raises Unreadable."""
    named = [name for name in header if name]
    if len(named) < 2 or len(header) > most:
        raise Unreadable(f"The first line must name the columns, between 2 and {most} of them")
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise Unreadable(f"Two columns are called “{twice[0][:40]}”: rename one")


def guess(header: Sequence[str], guesses: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return which of our columns theirs seem to be, each of theirs once: a heading that is the word, or holds it.

    guesses: by our column, words of headings.
    """
    found: dict[str, int] = {}
    lowered = [name.casefold() for name in header]
    for exact in (True, False):
        for ours, words in guesses.items():
            for place, name in enumerate(lowered):
                hit = name in words if exact else any(word in name for word in words)
                if hit and ours not in found and place not in found.values():
                    found[ours] = place
    return found


def taken_twice(columns: Mapping[str, int], labels: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong where one of their columns is chosen for two of ours, by ours."""
    wrong: dict[str, str] = {}
    taken: dict[int, str] = {}
    for ours, place in columns.items():
        if place in taken:
            wrong[ours] = f"This column is already chosen for: {labels[taken[place]]}"
        taken.setdefault(place, ours)
    return wrong
