"""An entry that the standard would not take is refused with the path of the fault; all else is kept as it came."""

import pytest

from mash.directory.shape import Wrong, check
from tests.directory.entries import an_entry, key


def faults(**said):
    with pytest.raises(Wrong) as wrong:
        check("services", an_entry(**said), "services[12]")
    return list(wrong.value.lines)


def test_a_whole_entry_is_taken():
    schedule = {
        "id": key("s"),
        "freq": "WEEKLY",
        "byday": "MO,TU",
        "opens_at": "09:00:00",
        "closes_at": "17:00",
    }
    check(
        "services", an_entry(postcode="NF1 2AB", at=(51.5, -0.1), schedules=[schedule], minimum_age=11), "x"
    )
    check("services", an_entry(description=None, url=None, schedules=None, unheard_of={"kept": True}), "x")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"id": "7"}, "services[12].id: is not a key such as 70cdfa3c-d290-51e0-bb3c-c086ca27eadf"),
        (
            {"status": "open"},
            "services[12].status: must be 'active', 'inactive', 'defunct' or 'temporarily closed'",
        ),
        ({"name": ""}, "services[12].name: is empty"),
        (
            {"schedules": [{"id": key("s"), "opens_at": "nine"}]},
            "services[12].schedules[0].opens_at: is not a time of day such as 09:30",
        ),
        (
            {"schedules": [{"id": key("s"), "byday": "MO,XX"}]},
            "services[12].schedules[0].byday: XX is not a day: MO, TU, WE, TH, FR, SA or SU",
        ),
        (
            {"schedules": [{"id": key("s"), "freq": "DAILY"}]},
            "services[12].schedules[0].freq: must be 'WEEKLY' or 'MONTHLY'",
        ),
        ({"assured_date": "last week"}, "services[12].assured_date: is not a day such as 2026-11-30"),
        ({"url": "javascript:alert(1)"}, "services[12].url: must begin with http:// or https://"),
        ({"minimum_age": 18, "maximum_age": 11}, "services[12].maximum_age: is below minimum_age"),
        ({"minimum_age": -1}, "services[12].minimum_age: must be at least 0"),
        ({"contacts": {"id": key("c")}}, "services[12].contacts: must be a list"),
        ({"description": "a\x00b"}, "services[12]: holds a character that no text has"),
        (
            {"organization": None, "organization_id": None},
            "services[12].organization: is missing, and there is no organization_id",
        ),
        (
            {"attributes": [{"id": key("a"), "taxonomy_term": {"id": key("t")}}]},
            "services[12].attributes[0].taxonomy_term.name: is missing",
        ),
    ],
)
def test_a_fault_is_named_by_its_path(said, line):
    assert line in faults(**said)


def test_what_is_no_object_and_what_is_too_long_is_refused():
    for raw in ("text", 7, None, ["a"]):
        with pytest.raises(Wrong, match="object in braces"):
            check("services", raw, "services[0]")
    with pytest.raises(Wrong, match="longer than"):
        check("services", an_entry(more=["x" * 1000] * 500), "services[0]")
