"""The picture of a family, over families made at random: everybody once, nobody upon another, always the same."""

import re
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash.people.genogram.drawing import CELL, drawn, named
from mash.people.genogram.family import Family, Home, One, Said, Shape
from mash.people.genogram.ties import KINDS_DRAWN, Standing

NOVEMBER = datetime(2026, 11, 2, 9, tzinfo=UTC)
MOST = 30


@st.composite
def families(draw, most=MOST):
    """Return families with whatever bad data there is: oneself as a parent, rings, duplicates, strangers, two homes."""
    count = draw(st.integers(0, most))
    keys = [f"k{n:02d}" for n in range(count)]
    people = tuple(
        One(
            key,
            draw(st.sampled_from(["Ada", "Ada Lovell", "Bartholomew Featherstonehaugh-Cholmondeley", ""])),
            draw(st.sampled_from(list(Shape))),
            born=draw(st.sampled_from(["", "1961-02-03", "1990-01-01", "2014-05-06", "2014-05-06"])),
            index=draw(st.booleans()),
            died=draw(st.booleans()),
            adult=draw(st.booleans()),
            on_record=draw(st.booleans()),
        )
        for key in keys
    )
    somebody = st.sampled_from([*keys, "stranger"])
    said = st.builds(
        Said,
        somebody,
        somebody,
        st.sampled_from([*KINDS_DRAWN, "nothing known"]),
        st.integers(0, 3).map(lambda days: NOVEMBER + timedelta(days=days)),
        responsibility=st.sampled_from([None, True, False]),
        on_record=st.booleans(),
        ended=st.booleans(),
    )
    homes = st.lists(st.frozensets(st.sampled_from(keys), min_size=1), max_size=3) if keys else st.just([])
    lived = tuple(Home("ABC"[place], members) for place, members in enumerate(draw(homes)))
    return Family(people, tuple(draw(st.lists(said, max_size=2 * count))), lived)


def points(d):
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", d)]


def corners(box):
    return [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]


def within(point, d):
    """Tell whether a point lies within a shape, by how often a ray from it crosses the shape's edge."""
    x, y = point
    inside = False
    for loop in d.split("Z"):
        edge = points(loop)
        for (x1, y1), (x2, y2) in zip(edge, edge[1:] + edge[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


@settings(max_examples=150, deadline=None)
@given(families())
def test_everybody_is_drawn_once_and_nobody_upon_another(family):
    drawing = drawn(family)
    assert sorted(one.one.key for one in drawing.symbols) == [one.key for one in family.people]
    assert not [pair for pair in combinations(drawing.symbols, 2) if pair[0].box.overlaps(pair[1].box)]
    for one in drawing.symbols:
        assert one.box.left >= 0
        assert one.box.right <= drawing.width
        assert one.box.top >= 0
        assert one.box.bottom <= drawing.height
    for x, y in (point for one in drawing.strokes for point in points(one.d)):
        assert -CELL / 2 <= x <= drawing.width + CELL / 2
        assert 0 <= y <= drawing.height


@settings(max_examples=60, deadline=None)
@given(families(most=14), st.randoms(use_true_random=False))
def test_the_same_family_is_always_the_same_picture(family, chance):
    mixed = [list(part) for part in (family.people, family.said, family.homes)]
    for part in mixed:
        chance.shuffle(part)
    assert drawn(Family(*(tuple(part) for part in mixed))) == drawn(family)


@settings(max_examples=100, deadline=None)
@given(families(most=16))
def test_the_outline_of_a_home_is_around_those_who_live_there_and_nobody_else(family):
    drawing = drawn(family)
    for home in family.homes:
        mine = [one.d for one in drawing.outlines if one.letter == home.letter]
        inside = {one.one.key for one in drawing.symbols for d in mine if within((one.x, one.y + 20), d)}
        assert inside == home.people


@settings(max_examples=100, deadline=None)
@given(families(most=16))
def test_no_line_that_runs_level_lies_on_another_of_its_row(family):
    level = {}
    for stroke in drawn(family).strokes:
        ends = points(stroke.d)
        for (x1, y1), (x2, y2) in pairwise(ends):
            if y1 == y2 and x1 != x2:
                level.setdefault(y1, set()).add((min(x1, x2), max(x1, x2), stroke.look, stroke.standing))
    tops = {one.y for one in drawn(family).symbols}
    lanes = {y: spans for y, spans in level.items() if not any(top <= y <= top + 100 for top in tops)}
    for spans in lanes.values():
        for one, other in combinations(sorted(spans), 2):
            assert one[1] <= other[0] or one[:2] == other[:2] or _one_line(one, other), (one, other)


def _one_line(one, other):
    """Tell whether two stretches are parts of one line: the bar of brothers and sisters and what leads to it."""
    return one[2:] == other[2:]


def two_parents(**more):
    people = (
        One("dad", "Piotr", Shape.SQUARE, born="1988-01-01"),
        One("mum", "Anna", Shape.CIRCLE, born="1990-01-01"),
        One("older", "Zofia", Shape.CIRCLE, born="2014-01-01", index=True, adult=False),
        One("younger", "Tymon", Shape.SQUARE, born="2016-01-01", adult=False),
    )
    said = [
        Said(parent, child, "parent", NOVEMBER) for parent in ("mum", "dad") for child in ("younger", "older")
    ]
    return Family(people, (*said, *more.get("said", ())), more.get("homes", ()))


def places(drawing):
    return {one.one.key: (one.x, one.y) for one in drawing.symbols}


def test_parents_stand_above_children_who_hang_in_order_of_birth():
    at = places(drawn(two_parents(said=[Said("mum", "dad", "spouse", NOVEMBER)])))
    assert at["dad"][1] == at["mum"][1] < at["older"][1] == at["younger"][1]
    assert at["dad"][0] < at["mum"][0]
    assert at["older"][0] < at["younger"][0]
    assert at["older"][0] + at["younger"][0] == pytest.approx(at["dad"][0] + at["mum"][0], abs=2)


@pytest.mark.parametrize(
    ("kind", "slashes", "look"),
    [
        ("spouse", 0, "solid"), ("partner", 0, "solid"), ("separated", 1, "solid"), ("ex_partner", 1, "solid"),
        ("divorced", 2, "solid"), (None, 0, "dotted"),
    ],
)  # fmt: skip
def test_a_couple_is_drawn_as_it_stands(kind, slashes, look):
    drawing = drawn(two_parents(said=[Said("dad", "mum", kind, NOVEMBER)] if kind else []))
    at = places(drawing)
    between = f"M{at['dad'][0]:g} {at['dad'][1] + 28:g}L{at['mum'][0]:g} {at['mum'][1] + 28:g}"
    (line,) = [one for one in drawing.strokes if one.d == between]
    assert line.look == look
    assert len([one for one in drawing.strokes if one.look == "slash"]) == slashes
    assert bool([one for one in drawing.words if one.words == "?"]) is (kind is None)


def test_the_newest_word_on_a_couple_counts_and_an_end_parts_them():
    later = NOVEMBER + timedelta(days=1)
    parted = [Said("dad", "mum", "spouse", NOVEMBER), Said("mum", "dad", "separated", later)]
    ended = [Said("dad", "mum", "spouse", NOVEMBER, ended=True)]
    for said in (parted, ended):
        strokes = drawn(two_parents(said=said)).strokes
        assert len([one for one in strokes if one.look == "slash"]) == 1
        assert {one.standing for one in strokes} == {Standing.RECORDED}


def standings(drawing):
    return {one.standing for one in drawing.strokes}


def test_what_a_contact_alone_says_is_drawn_otherwise():
    claimed = Said("dad", "mum", "partner", NOVEMBER, on_record=False)
    assert standings(drawn(two_parents(said=[claimed]))) == {Standing.RECORDED, Standing.CLAIMED}
    kept = Said("dad", "mum", "partner", NOVEMBER)
    assert standings(drawn(two_parents(said=[claimed, kept]))) == {Standing.RECORDED}


def test_what_contradicts_is_drawn_as_disputed():
    said = [
        Said("dad", "mum", "spouse", NOVEMBER),
        Said("dad", "older", "step_parent", NOVEMBER, on_record=False),
    ]
    drawing = drawn(two_parents(said=said))
    assert standings(drawing) == {Standing.RECORDED, Standing.DISPUTED}
    assert "?" in {one.words for one in drawing.words}


def test_an_ended_word_of_a_parent_is_not_drawn():
    gone = Said("dad", "younger", "step_parent", NOVEMBER, ended=True)
    assert drawn(two_parents(said=[gone])) == drawn(two_parents())


@pytest.mark.parametrize(
    ("kind", "words"),
    [("adoptive_parent", "adopted"), ("foster_carer", "fostered"), ("private_foster_carer", "privately fostered"),
     ("carer", "cares for"), ("grandparent", "grandparent"), ("step_parent", "step")],
)  # fmt: skip
def test_whoever_is_no_parent_by_birth_has_a_broken_line_with_its_word(kind, words):
    people = (One("one", "One"), One("child", "Child", index=True, adult=False))
    drawing = drawn(Family(people, (Said("one", "child", kind, NOVEMBER),)))
    assert {one.look for one in drawing.strokes} == {"dashed"}
    assert [one.words for one in drawing.words] == [words]
    assert places(drawing)["one"][1] < places(drawing)["child"][1]


def test_a_step_parent_is_shown_by_the_couple_s_own_line():
    new = One("new", "Lee", Shape.SQUARE)
    family = two_parents(
        said=[Said("mum", "new", "partner", NOVEMBER), Said("new", "older", "step_parent", NOVEMBER)]
    )
    drawing = drawn(Family((*family.people, new), family.said))
    assert "dashed" not in {one.look for one in drawing.strokes}


def test_a_grandparent_is_shown_by_the_lines_of_parents():
    gran = One("gran", "Rose", Shape.CIRCLE)
    family = two_parents(
        said=[Said("gran", "mum", "parent", NOVEMBER), Said("gran", "older", "grandparent", NOVEMBER)]
    )
    drawing = drawn(Family((*family.people, gran), family.said))
    assert "grandparent" not in {one.words for one in drawing.words}


def test_half_brothers_and_sisters_hang_from_the_parent_they_share():
    people = (*two_parents().people, One("new", "Lee", Shape.SQUARE), One("baby", "Alfie", adult=False))
    said = (
        *two_parents().said,
        Said("mum", "baby", "parent", NOVEMBER),
        Said("new", "baby", "parent", NOVEMBER),
        Said("baby", "older", "half_sibling", NOVEMBER),
    )
    drawing = drawn(Family(people, said))
    assert "half" not in {one.words for one in drawing.words}
    alone = drawn(Family(people, (Said("baby", "older", "half_sibling", NOVEMBER),)))
    assert "half" in {one.words for one in alone.words}


def test_those_who_live_together_stand_in_one_outline_and_a_lodger_beside_the_family():
    lodger = One("lodger", "Lodger", Shape.DIAMOND, on_record=False)
    base = two_parents(said=[Said("mum", "dad", "spouse", NOVEMBER)])
    home = Home("A", frozenset(["mum", "dad", "older", "younger", "lodger"]))
    drawing = drawn(Family((*base.people, lodger), base.said, (home,)))
    assert len(drawing.outlines) == 1


def test_long_names_are_cut_and_marked():
    assert named("Zofia Marek-Lowe") == ("Zofia", "Marek-Lowe")
    assert named("Ada Bea Cleo Dora Eva Flora Gia Hope") == ("Ada Bea Cleo", "Dora Eva Flora…")
    assert named("Featherstonehaugh") == ("Featherstoneha…",)
    assert named("") == ()


def test_nobody_is_a_picture_too():
    drawing = drawn(Family(()))
    assert drawing.symbols == ()
    assert drawing.generations == 0
