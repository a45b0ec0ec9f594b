"""Which things a network holds, and where each stands: over graphs made at random."""

import uuid
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash.harm.network.graph import Kind, Link, Node, grow, places

DAY = date(2026, 11, 2)


def node(number, kind=Kind.PERSON):
    return Node(kind, uuid.UUID(int=number))


def link(one, other, *, days=0, words="named"):
    return Link(node(one), node(other), "contact", words, "Contact", DAY + timedelta(days=days))


def reader(links, asked=None):
    """Read as the database would: every fact about some things."""

    def read(some):
        if asked is not None:
            asked.append(len(some))
        return [one for one in links if {one.one, one.other} & {*some}]

    return read


def numbers(network):
    return [one.key.int for one in network.steps]


graphs = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 9)), max_size=120)


@settings(max_examples=100, deadline=None)
@given(graphs, st.integers(1, 3), st.integers(1, 20))
def test_a_network_is_bounded_whole_and_always_the_same(pairs, steps, most):
    links = [link(one, other, days=days) for one, other, days in pairs if one != other]
    network = grow(node(0), steps, reader(links), most)
    assert len(network.steps) <= max(most, 1)
    assert set(network.links) == {one for one in links if {one.one, one.other} <= {*network.steps}}
    for one, step in network.steps.items():
        nearer = {
            network.steps.get(each.other if each.one == one else each.one)
            for each in links
            if one in (each.one, each.other)
        }
        assert (step == 0 and one == node(0)) or step - 1 in nearer
    again = grow(node(0), steps, reader(links[::-1]), most)
    assert (again.steps, again.links, again.cut) == (network.steps, network.links, network.cut)
    assert places(again) == places(network)


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_everything_has_a_place_of_its_own(pairs):
    links = [link(one, other) for one, other, _ in pairs if one != other]
    network = grow(node(0), 3, reader(links))
    at = places(network)
    assert at.keys() == network.steps.keys()
    for (x, y), (left, top) in combinations(at.values(), 2):
        assert (x - left) ** 2 + (y - top) ** 2 > 40**2


def test_the_nearest_come_first_then_those_of_most_links_then_the_newest():
    links = [
        link(0, 1), link(0, 2, days=5), link(0, 3, days=3), link(0, 1, words="again"), link(3, 4), link(2, 9),
    ]  # fmt: skip
    network = grow(node(0), 2, reader(links), 4)
    assert numbers(network) == [0, 1, 2, 3]
    assert network.cut == 2  # 4 and 9: further away


@pytest.mark.parametrize(("steps", "there"), [(1, [0, 1]), (2, [0, 1, 2]), (3, [0, 1, 2, 3])])
def test_it_goes_as_far_as_is_asked(steps, there):
    chain = [link(number, number + 1) for number in range(6)]
    assert numbers(grow(node(0), steps, reader(chain))) == there


def test_what_hangs_together_at_the_edge_is_shown_and_asked_for_once():
    asked = []
    network = grow(node(0), 1, reader([link(0, 1), link(0, 2), link(1, 2)], asked))
    assert len(network.links) == 3
    assert asked == [1, 2]


def test_alone_is_a_network_too():
    network = grow(node(0), 3, reader([]))
    assert (list(network.steps), network.links, network.cut) == ([node(0)], (), 0)
    assert places(network) == {node(0): (0, 0)}
