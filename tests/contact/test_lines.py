import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.contact.lines import CHUNK, read_lines
from mash.contact.message import parse
from mash.contact.reading import LARGEST, TOO_LARGE
from mash.contact.refusals import Refusal, Refused
from tests.contact.test_message import BAD_LINES, DATA, a_referral, raw

MB = 1024 * 1024


class Made(io.RawIOBase):
    """A file that is made as it is read, and never exists whole."""

    def __init__(self, pieces):
        self.pieces, self.left = iter(pieces), b""

    def readable(self):
        return True

    def readinto(self, buffer):
        self.left = self.left or next(self.pieces, b"")
        taken, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def a_big_line(megabytes):
    """Yield one otherwise valid message with that many megabytes of text."""
    start, end = json.dumps(a_referral(concern={"what_happened": "@@"})).encode().split(b"@@")
    words = (b"The child was seen again at the gate. " * 27594)[:MB]
    yield start
    yield from (words for _ in range(megabytes))
    yield end + b"\n"


def test_every_bad_line_is_read_with_its_number():
    with (DATA / "bad_referrals.jsonl").open("rb") as file:
        found = dict(read_lines(file))
    assert found == {number: line for number, line in enumerate(BAD_LINES, 1) if line}
    assert len(found) == 40


def test_a_line_ends_at_its_line_feed_and_nowhere_else():
    text = json.dumps(a_referral(actions_taken="a\u2028b\u0085c\x0bd"), ensure_ascii=False).encode()
    found = list(read_lines(io.BytesIO(text + b"\r\n\n  \n" + text)))
    assert [number for number, _ in found] == [1, 4]
    assert [parse(line).actions_taken for _, line in found] == ["a\u2028b\u0085c\x0bd"] * 2


@pytest.mark.parametrize(
    ("length", "taken"), [(99, True), (100, True), (101, False), (102, False), (100_000, False)]
)
@pytest.mark.parametrize("end", [b"\n", b""])
def test_a_line_may_be_as_long_as_the_limit_and_no_longer(length, taken, end):
    found = list(read_lines(io.BytesIO(b"a\n" + b"x" * length + end), largest=100))
    assert found[0] == (1, b"a")
    assert found[1][0] == 2
    assert isinstance(found[1][1], bytes) is taken


@pytest.mark.parametrize("length", [101, CHUNK, CHUNK + 100, CHUNK + 101, CHUNK + 102, 3 * CHUNK])
def test_the_line_after_one_that_is_too_long_is_read(length):
    found = list(read_lines(io.BytesIO(b"x" * length + b"\nnext\n"), largest=100))
    assert [number for number, _ in found] == [1, 2]
    assert isinstance(found[0][1], Refusal)
    assert found[1][1] == b"next"


def test_a_line_of_30_megabytes_is_refused_and_held_in_bounded_memory():
    pieces = (piece for one in (a_big_line(30), [raw(a_referral()) + b"\n"]) for piece in one)
    tracemalloc.start()
    try:
        found = list(read_lines(io.BufferedReader(Made(pieces))))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [number for number, _ in found] == [1, 2]
    assert found[0][1].path == TOO_LARGE
    assert parse(found[1][1]).reference == "NF26-T01"
    assert peak < 2 * LARGEST + 4 * MB


def test_memory_does_not_grow_with_a_line_that_is_too_long():
    def peak(megabytes):
        tracemalloc.start()
        try:
            list(read_lines(io.BufferedReader(Made(a_big_line(megabytes))), largest=MB))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(60) < peak(6) + MB


def test_a_message_of_10_megabytes_of_text_is_refused_at_its_text():
    ((_, line),) = read_lines(io.BufferedReader(Made(a_big_line(10))))
    with pytest.raises(Refused) as refused:
        parse(line)
    assert [one.path for one in refused.value.refusals] == ["concern.what_happened"]


@given(
    st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=8), st.integers(1, 30)
)
def test_every_line_that_is_not_blank_is_yielded_or_refused(lines, largest):
    found = dict(read_lines(io.BytesIO(b"\n".join(lines)), largest))
    for number, line in enumerate(lines, 1):
        if len(line) > largest:
            assert isinstance(found[number], Refusal)
        else:
            assert found.get(number) == (line if line.strip() else None)
