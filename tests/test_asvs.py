"""The document on OWASP's standard says of every requirement how we stand to it, and names what there is."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs/security/asvs.md").read_text()
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (met|not met|n/a) \| (.*?) ?\|$", re.MULTILINE)
NAMED = re.compile(r"`([\w./-]+(?:\.\w+|/Makefile|Makefile))(?:::(\w+))?`")
IN_OUR_OWN_WORDS = 90  # characters: the standard's sentences are longer
NUMBERS = """
    1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2
    4.1.1-3 4.2.1 4.3.1-2 4.4.1-4 5.1.1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3
    6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1 8.4.1 9.1.1-3 9.2.1-4 10.1.1-2
    10.2.1-2 10.3.1-4 10.4.1-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 11.6.1
    12.1.1-3 12.2.1-2 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3
    15.3.1-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2
"""  # of levels 1 and 2 in the standard's 5.0: 70 and 183


def numbers():
    """Yield every number: a range stands for each of its last parts."""
    for one in NUMBERS.split():
        section, _, last = one.rpartition(".")
        first, _, until = last.partition("-")
        for number in range(int(first), int(until or first) + 1):
            yield f"{section}.{number}"


def rows():
    return ROW.findall(DOCUMENT)


def written_in(file):
    return set(re.findall(r"^def (test_\w+)\(", (ROOT / file).read_text(), re.MULTILINE))


def test_every_number_of_levels_1_and_2_stands_there_once_in_its_order():
    assert [number for number, *_ in rows()] == list(numbers())
    assert Counter(level for _, level, *_ in rows()) == {"1": 70, "2": 183}
    assert len(re.findall(r"^\| \d", DOCUMENT, re.MULTILINE)) == len(rows()), "a row that cannot be read"


def test_the_sums_at_the_top_are_those_of_the_rows():
    top = DOCUMENT.split("\n## ")[0]
    said = re.search(r"Of (\d+) requirements (\d+) are met, (\d+) are not met, and (\d+) do not apply", top)
    states = Counter(state for *_, state, _ in rows())
    assert [int(one) for one in said.groups()] == [
        len(rows()), states["met"], states["not met"], states["n/a"]
    ]  # fmt: skip
    for level in "12":
        said = re.search(rf"Level {level}: (\d+) met, (\d+) not met, (\d+) do not apply", top)
        states = Counter(state for _, one, _, state, _ in rows() if one == level)
        assert [int(one) for one in said.groups()] == [states["met"], states["not met"], states["n/a"]]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_names_what_there_is(row):
    _, _, words, state, shown = row
    assert len(words) <= IN_OUR_OWN_WORDS
    named = NAMED.findall(shown)
    assert named or state != "met", "what shows that it is met?"
    assert shown or state == "met", "why is it not?"
    for file, test in named:
        assert (ROOT / file).is_file(), file
        assert not test or test in written_in(file), f"{file} has no {test}"
