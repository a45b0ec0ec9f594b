"""A file is read piece by piece, in every form that the standard's files come in."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.directory import streaming
from mash.directory.streaming import Unreadable, things

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def read(text):
    return list(things(io.StringIO(text)))


def test_a_list_an_object_of_lists_a_page_and_lines_are_read_alike():
    one, two = {"id": "1", "name": "One"}, {"id": "2", "name": "Two"}
    for text in (
        json.dumps([one, two]),
        json.dumps({"services": [one, two]}),
        json.dumps({"total_items": 2, "first_page": True, "contents": [one, two], "size": 2}, indent=1),
    ):
        assert read(text) == [("services", "services[0]", one), ("services", "services[1]", two)]
    lines = f"{json.dumps(one)}\n\n{json.dumps(two)}\n"
    assert read(lines) == [("services", "line 1", one), ("services", "line 3", two)]
    assert read(json.dumps(one)) == [("services", "line 1", one)]


def test_every_list_of_an_object_comes_under_its_own_name():
    found = read(
        json.dumps({"publisher": "us", "organizations": [{"id": "o"}], "services": [{"id": "s"}], "x": {}})
    )
    assert [(kind, place) for kind, place, _ in found] == [
        ("organizations", "organizations[0]"),
        ("services", "services[0]"),
    ]


@given(values=st.lists(VALUES, max_size=6), piece=st.integers(1, 40))
def test_whatever_the_size_of_a_piece_the_same_is_read(values, piece):
    text = json.dumps({"n": 12, "services": values, "last": 3.5})
    was, streaming.PIECE = streaming.PIECE, piece
    try:
        found = [value for _, _, value in read(text)]
    finally:
        streaming.PIECE = was
    assert found == values


def test_a_bad_line_is_named_and_the_next_is_read():
    found = read('{"id": "1"}\n{"id": \n{"id": "3"}')
    assert [place for _, place, _ in found] == ["line 1", "line 2", "line 3"]
    assert isinstance(found[1][2], Unreadable)


@pytest.mark.parametrize(
    "text",
    ['{"services": [{"id": 1}, {"id"', "[1, 2", '{"services": [NaN]}', "nothing", '[{"a": 1} {"b": 2}]'],
)
def test_what_stops_being_json_is_said_with_its_place(text):
    with pytest.raises(Unreadable):
        read(text)


def test_what_stands_before_the_fault_is_read():
    found = []
    with pytest.raises(Unreadable, match="near character"):
        found.extend(things(io.StringIO('{"services": [{"id": "1"}, {"id": ')))
    source = things(io.StringIO('{"services": [{"id": "1"}, {"id": '))
    assert next(source)[2] == {"id": "1"}


def test_a_thing_without_end_is_not_held(monkeypatch):
    monkeypatch.setattr(streaming, "LONGEST", 10_000)
    with pytest.raises(Unreadable):
        read('{"services": ["' + "a" * 200_000)


def test_what_is_nested_without_end_is_refused():
    with pytest.raises(Unreadable):
        read('{"services": ' + "[" * 200_000)
