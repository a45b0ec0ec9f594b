"""The pure parts: places, who is named together, times of the week, two counts, boundaries, drawing, small numbers."""

import json
import uuid
from datetime import UTC, datetime
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.common.suppressing import suppressed
from mash.harm.appearing import sets
from mash.harm.before_after import difference, two_sided
from mash.harm.boundaries import Refused, read_map, read_postcodes
from mash.harm.content import PATTERNS, load_patterns
from mash.harm.drawing import class_of, classes, draw
from mash.harm.moments import how_known, week
from mash.harm.places import key_of, places_of, plain_postcode, setting
from tests.factories.harm import square

A, B, C, D = (uuid.UUID(int=one) for one in range(4))
E1, E2, E3 = (uuid.UUID(int=100 + one) for one in range(3))


def kinds(description, postcode=""):
    return {one.kind: one.key for one in places_of(description, postcode)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("12 Cobbold Street", "NF2 3AB"), ("12, Cobbold St.", "nf23ab")),
        (("Flat 2, 9 Almond Court", "NF6 8JJ"), ("flat 2 9 almond ct", "NF6 8JJ")),
        (("Home, 53 Alma Parade", "NF2 2GK"), ("53 ALMA PARADE", "NF2 2GK")),
        (("Riverside Park", ""), ("riverside  park, by the swings", "")),
    ],
)
def test_two_spellings_of_one_place_are_one(one, other):
    assert kinds(*one) == kinds(*other)
    assert kinds(*one)


def test_a_house_is_an_address_and_a_street_and_namesakes_far_apart_are_two():
    assert set(kinds("12 Cobbold Street", "NF2 3AB")) == {"address", "street"}
    assert set(kinds("Cobbold Street", "NF2 3AB")) == {"street"}
    assert kinds("Cobbold Street", "NF2 3AB") != kinds("Cobbold Street", "EM1 3AB")
    assert (
        kinds("12 Cobbold Street", "NF2 3AB")["address"] != kinds("14 Cobbold Street", "NF2 3AB")["address"]
    )
    assert set(kinds("Northfield Lock")) == {"named"}
    assert kinds("", "NF2 3AB") == {}


def test_a_key_of_a_place_is_the_same_each_time_and_another_in_each_hub():
    (place,) = places_of("Northfield Lock", "")
    assert key_of(A, place, "s") == key_of(A, place, "s")
    assert len({key_of(A, place, "s"), key_of(B, place, "s"), key_of(A, place, "t")}) == 3


@given(st.text(max_size=300), st.text(max_size=30))
def test_any_words_for_a_place_are_taken(description, postcode):
    for one in [*places_of(description, postcode), *filter(None, [setting(description)])]:
        assert one.key
        assert 0 < len(one.label) <= 240
    assert len(plain_postcode(postcode)) <= 8


def test_the_largest_set_of_people_of_the_same_events_is_found():
    pairs = [(A, B, E1), (A, C, E1), (B, C, E1), (A, B, E2), (A, C, E2), (B, C, E2), (A, D, E2), (A, B, E3)]
    found = [(one.people, one.events) for one in sets(pairs, 2)]
    assert found == [
        (frozenset({A, B}), frozenset({E1, E2, E3})),
        (frozenset({A, B, C}), frozenset({E1, E2})),
    ]
    assert [one.people for one in sets(pairs, 3)] == [frozenset({A, B})]
    assert sets(pairs, 4) == []


@given(
    st.lists(
        st.tuples(*[st.sampled_from([A, B, C, D])] * 2, st.sampled_from([E1, E2, E3])).filter(
            lambda one: one[0] != one[1]
        ),
        max_size=20,
    )
)
def test_whoever_is_in_a_set_is_named_with_all_of_it_in_each_event_of_the_pair(pairs):
    named = {(frozenset((one, other)), event) for one, other, event in pairs}
    for found in sets(pairs, 2):
        assert len(found.events) >= 2
        for event in found.events:
            there = {who for pair, each in named if each == event for who in pair}
            assert found.people <= there


def test_a_time_at_midnight_is_a_day_without_an_hour():
    assert how_known(None) == "report"
    assert how_known(datetime(2026, 7, 1, 23, tzinfo=UTC)) == "day"  # midnight in London's summer
    assert how_known(datetime(2026, 7, 1, 0, tzinfo=UTC)) == "hour"


def test_a_week_counts_hours_days_and_reports_apart():
    found = week([(5, 22, "hour", 3), (5, 23, "hour", 1), (1, 0, "day", 2), (1, 9, "report", 7)])
    assert found.rows[4][5] == 4
    assert (found.peak, found.counted, found.day_known, found.report_only) == (4, 4, 2, 7)
    assert found.days_only[0] == 2
    assert sum(sum(row) for row in found.rows) == 4


@pytest.mark.parametrize(("before", "after"), [(10, 2), (2, 10), (7, 7), (0, 12), (30, 20)])
def test_two_counts_are_compared_as_a_binomial_with_a_half(before, after):
    n, less = before + after, min(before, after)
    exact = sum(comb(n, k) for k in range(n + 1) if comb(n, k) <= comb(n, less)) / 2**n
    assert two_sided(before, after) == pytest.approx(min(1, exact))


def test_a_worked_sign_test_comes_out_as_published():
    """Conover, Practical Nonparametric Statistics, 3rd edition, 1999, 3.4: 8 of 9 for one side, two-sided 0.039."""
    assert two_sided(8, 1) == pytest.approx(0.0390625)


def test_nothing_is_claimed_of_too_few_or_of_a_time_that_is_not_over():
    assert difference(8, 1, at_least=10, whole=True).chance is None
    assert "too few" in difference(8, 1, at_least=10, whole=True).words
    assert difference(80, 10, at_least=10, whole=False).chance is None
    assert "not over" in difference(80, 10, at_least=10, whole=False).words
    assert "fewer events after" in difference(20, 4, at_least=10, whole=True).words
    assert "more events after" in difference(4, 20, at_least=10, whole=True).words
    assert "no greater than chance" in difference(12, 9, at_least=10, whole=True).words


def feature(code="W1", name="Ward", shape=None, **more):
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name} | more,
        "geometry": shape if shape is not None else square(0.0, 51.5),
    }


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more).encode()


def test_areas_are_read_with_their_names_and_children():
    ons = {"type": "Feature", "properties": {"WD24CD": "W2", "WD24NM": "Lock"}, "geometry": square(0.1, 51.5)}
    found = read_map(collection(ons, feature(children=1200)))
    assert [(one.code, one.name, one.children) for one in found] == [
        ("W1", "Ward", 1200),
        ("W2", "Lock", None),
    ]
    assert found[0].shape["type"] == "MultiPolygon"


OPEN = {"type": "Polygon", "coordinates": [[[0, 51], [1, 51], [1, 52], [0, 52]]]}
METRES = {
    "type": "Polygon",
    "coordinates": [[[530000, 180000], [531000, 180000], [531000, 181000], [530000, 180000]]],
}
LINE = {"type": "LineString", "coordinates": [[0, 51], [1, 51]]}
FLAT = {"type": "Polygon", "coordinates": [[[0, 51], [0, 51], [0, 51], [0, 51]]]}
SPOILT = [
    (b"", "no GeoJSON"),
    (b"\xff\xfe{}", "no GeoJSON"),
    (b"[" * 100_000, "no GeoJSON"),
    (b'{"type": "FeatureCollection", "features": [NaN]}', "no GeoJSON"),
    (b"[]", "no FeatureCollection"),
    (collection(), "holds no feature"),
    (collection(*[feature(f"W{n}", f"N{n}") for n in range(501)]), "the most is 500"),
    (
        collection(feature(), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}),
        "another system of coordinates",
    ),
    (collection(feature("W1", "A"), feature("w1", "B")), "The code w1 stands in two features"),
    (collection(feature("W1", "A"), feature("W2", "a")), "The name a stands in two features"),
    (collection(feature(), feature(code="")), "Feature 2 (Ward): Its property “code” is missing"),
    (collection({"type": "Feature", "geometry": square(0, 51)}), "Feature 1: Its property “code” is missing"),
    (collection(feature(name="N" * 81)), "“name” is missing, or longer"),
    (collection(feature(children=-1)), "no whole number of children"),
    (collection(feature(children="many")), "no whole number of children"),
    (collection(feature(shape=OPEN)), "Feature 1 (Ward): A ring is not closed"),
    (collection(feature(shape=METRES)), "Feature 1 (Ward): A position is no longitude and latitude"),
    (collection(feature(shape=LINE)), "neither a Polygon nor a MultiPolygon"),
    (collection(feature(shape=FLAT)), "encloses nothing"),
    (
        collection(feature(shape={"type": "Polygon", "coordinates": [[[True, 1], [1, 1], [2, 2], [1, 1]]]})),
        "not two numbers",
    ),
    (collection(feature(shape={"type": "MultiPolygon", "coordinates": "x"})), "no coordinates"),
    (b" " * (8 * 1024 * 1024 + 1), "larger than 8 MB"),
]


@pytest.mark.parametrize(("body", "why"), SPOILT)
def test_boundaries_that_do_not_do_are_refused_and_the_place_is_named(body, why):
    with pytest.raises(Refused) as refused:
        read_map(body)
    assert why in str(refused.value)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates", "code"]), inner)
    ),
    max_leaves=20,
)


@given(JSON, JSON)
def test_whatever_stands_in_a_feature_is_taken_or_refused_in_words(geometry, properties):
    one = {"type": "Feature", "geometry": geometry, "properties": properties}
    said = []
    try:
        assert read_map(json.dumps({"type": "FeatureCollection", "features": [one]}).encode())
    except Refused as why:
        said = why.wrong
    assert all(words.startswith("Feature 1") for words in said)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_words(body):
    for read in (read_map, lambda each: read_postcodes(each, {"W1"})):
        with pytest.raises(Refused):
            read(body)


def test_postcodes_are_read_and_what_does_not_do_is_named_by_its_line():
    good = b"\xef\xbb\xbfcode,Postcode\nW1,nf1 2ab\nW2,NF12CD\n\nW1,NF1 2AB\n"
    assert read_postcodes(good, {"W1", "W2"}) == {"NF12AB": "W1", "NF12CD": "W2"}
    for body, why in [
        (b"a,b\n", "must name the columns"),
        (b"postcode,code\n", "holds no postcode"),
        (b"postcode,code\nNF1 2AB,W9\n", "Line 2: no area of the map has its code"),
        (b"postcode,code\nhello,W1\n", "Line 2: its postcode is none"),
        (b"postcode,code\nNF1 2AB\n", "Line 2: it has too few columns"),
        (b"postcode,code\nNF1 2AB,W1\nNF12AB,W2\n", "Line 3: its postcode stands before with another code"),
        (b'postcode,code\n"NF1 2AB,W1\n', "no CSV that can be read"),
    ]:
        with pytest.raises(Refused) as refused:
            read_postcodes(body, {"W1", "W2"})
        assert why in str(refused.value)


def multi(x, y):
    return {"type": "MultiPolygon", "coordinates": [square(x, y)["coordinates"]]}


def test_areas_are_drawn_beside_each_other_and_a_mile_is_as_long_both_ways():
    found = draw([multi(0.0, 60.0), multi(0.01, 60.0)])
    assert found.width == 640
    assert found.height == pytest.approx(
        640, abs=2
    )  # at 60 degrees a degree of longitude is half one of latitude
    assert found.shapes[0].path == "M0 640L320 640L320 0L0 0L0 640Z"
    assert (found.shapes[0].x, found.shapes[0].y) == (160, 320)
    assert draw([]) is None


@pytest.mark.parametrize(
    "values", [[0, 0], [3], [1, 2, 3, 4], [5] * 9, list(range(30)), [1] * 20 + [90], [0.4, 7.5, 1.1]]
)
def test_each_value_is_in_one_class_and_more_is_never_in_a_lower_one(values):
    known = classes(values)
    assert len(known) <= 4
    steps = [class_of(one, known) for one in sorted(values)]
    assert steps == sorted(steps)
    assert all((step > 0) is (value > 0) for step, value in zip(steps, sorted(values), strict=True))


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 40), max_size=12))
def test_no_small_number_leaves_and_none_can_be_worked_out_from_the_sum(counts):
    kept = suppressed(counts, 5)
    assert kept.keys() == counts.keys()
    assert all(value is None or value == counts[key] for key, value in kept.items())
    assert all(kept[key] is None for key, count in counts.items() if 0 < count < 5)
    gone = [key for key, value in kept.items() if value is None]
    if gone and any(count >= 5 for count in counts.values()):
        assert len(gone) > 1
        assert sum(counts[key] for key in gone) >= 5
    if not any(0 < count < 5 for count in counts.values()):
        assert not gone


def test_the_starting_rules_are_whole_and_name_no_score():
    content = load_patterns()
    assert {one.about for one in content.patterns} == {"person", "place"}
    assert all(one.count >= 2 for one in content.patterns)
    assert "score" in PATTERNS.read_text()  # said once, to rule it out
