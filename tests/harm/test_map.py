"""Events by area: placed once, not placed said, small numbers kept here, and files taken in whole or not at all."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from mash.harm.models import Area, AreaMap, PostcodeArea, Postcodes
from mash.ledger.models import Entry
from tests.factories import harm as made
from tests.factories.base import browser
from tests.factories.partnership import HubFactory, StaffFactory
from tests.harm.story import counted, told
from tests.harm.test_pages import Hub, at, rows, said

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
NOW = timezone.now().replace(microsecond=0)
DAY = timedelta(days=1)
CHILD = {"role": "child", "given": "Ash", "family": "Rook"}


def a_map(hub):
    """Two wards; one postcode in each."""
    areas = made.AreaMapFactory(hub=hub)
    for place, (code, name, children) in enumerate([("W01", "Lock", 1000), ("W02", "Mews", None)]):
        made.AreaFactory(map=areas, code=code, name=name, children=children, shape=shape(place))
    table = made.PostcodesFactory(hub=hub)
    for postcode, code in (("NF11AA", "W01"), ("NF22BB", "W02")):
        made.PostcodeAreaFactory(postcodes=table, postcode=postcode, code=code)


def shape(place):
    return {"type": "MultiPolygon", "coordinates": [made.square(0.01 * place, 51.5)["coordinates"]]}


@pytest.fixture
def hub():
    found = HubFactory()
    a_map(found)
    for number in range(6):
        told(found, [], received_at=NOW - DAY, event_postcode="NF1 1AA", event_reference=f"CAD {number}")
    told(found, [], received_at=NOW - DAY, event_postcode="nf1 1aa", event_reference="CAD 5")  # again
    told(found, [(CHILD | {"postcode": "NF2 2BB"}, None)], received_at=NOW - DAY)  # by the home alone
    told(found, [(CHILD | {"protected": True}, None)], received_at=NOW - DAY)
    told(found, [], received_at=NOW - DAY, event_postcode="ZZ9 9ZZ")
    told(found, [], received_at=NOW - 200 * DAY, event_postcode="NF1 1AA", event_reference="CAD 77")
    counted(found, at=NOW)
    return found


def test_each_event_lies_in_its_area_once_and_what_cannot_be_placed_is_said(hub):
    page = browser(made.analyst(hub)).get(at("map", within="short"))
    assert [re.sub(r"\D+$", "", one) for one in rows(page)][:1]
    found = rows(page)
    assert found[0].startswith("1. Lock 6 1,000 6.0")
    assert found[1].startswith("2. Mews 1 Not said –")
    assert found[2].startswith("Not placed 2")
    assert "9 different events in all" in said(page)
    assert rows(browser(made.analyst(hub)).get(at("map", within="long")))[0].startswith("1. Lock 7")


def test_the_drawing_bears_each_value_and_its_number_in_the_table(hub):
    page = browser(made.analyst(hub)).get(at("map", within="short")).content.decode()
    assert page.count("<path ") >= 2
    assert re.search(r">6</text><text[^>]*>no. 1</text>", page)
    assert re.search(r">1</text><text[^>]*>no. 2</text>", page)
    assert "style=" not in page


def test_only_the_kind_of_harm_that_is_asked_for_is_on_the_map(hub):
    told(hub, [], received_at=NOW - DAY, event_postcode="NF2 2BB", categories=["missing"])
    counted(hub, at=NOW)
    page = browser(made.analyst(hub)).get(at("map", harm="missing"))
    assert [one.split()[2] for one in rows(page)] == ["0", "1", "0"]


def test_small_numbers_are_left_out_of_what_leaves_the_hub(hub):
    analyst = made.analyst(hub)
    answer = browser(analyst).get(at("map", within="short") + "&as=csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert lines[0][:3] == ["Code", "Area", "Events"]
    assert [line[2] for line in lines[1:]] == [
        "left out: small number"
    ] * 3  # the large one too, or 3 would be known
    assert lines[1][4] == ""
    entry = Entry.objects.using(B).filter(event="harm.map_seen").latest("at")
    assert entry.detail["as"] == "csv"


def test_a_case_closed_to_somebody_is_in_no_area_for_them():
    there = Hub()
    a_map(there.hub)
    plain = browser(there.analyst)
    before = rows(plain.get(at("map")))
    there.restrict(told(there.hub, [], received_at=NOW - DAY, event_postcode="NF1 1AA"))
    counted(there.hub, at=NOW)
    assert rows(plain.get(at("map"))) == before
    assert rows(browser(made.analyst(there.hub, "clear")).get(at("map"))) != before


def test_a_hub_without_a_map_says_so():
    page = browser(made.analyst(HubFactory())).get(at("map"))
    assert "This hub has no map yet" in said(page)
    assert browser(made.analyst(HubFactory())).get(at("map") + "?as=csv").status_code == 200


def geojson(**changes):
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"W{n}", "name": f"Ward {n}"} | changes,
            "geometry": made.square(n / 100, 51),
        }
        for n in range(3)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def file(body, name="x"):
    return SimpleUploadedFile(name, body)


def test_boundaries_and_postcodes_are_taken_in_and_twice_changes_nothing():
    hub = HubFactory()
    reader = browser(made.analyst(hub))
    table = b"postcode,code\nNF1 1AA,W0\n"
    early = reader.post(at("put_postcodes"), {"file": file(table), "source": "Made up"})
    assert "Take in the boundaries first" in said(early)
    for _ in range(2):
        assert (
            reader.post(
                at("put_map"), {"file": file(geojson()), "name": "Wards", "source": "Made up"}
            ).status_code
            == 302
        )
        assert reader.post(at("put_postcodes"), {"file": file(table), "source": "Made up"}).status_code == 302
    assert AreaMap.objects.using(B).filter(hub=hub).count() == 1
    assert Area.objects.using(B).filter(hub=hub).count() == 3
    assert Postcodes.objects.using(B).filter(hub=hub).count() == 1
    assert PostcodeArea.objects.using(B).get(hub=hub).postcode == "NF11AA"
    events = set(Entry.objects.using(B).filter(hub_id=hub.pk).values_list("event", flat=True))
    assert {"harm.map_taken", "harm.postcodes_taken"} <= events


def test_a_file_that_does_not_do_is_refused_whole_and_its_places_are_said():
    hub = HubFactory()
    reader = browser(made.analyst(hub))
    page = reader.post(
        at("put_map"), {"file": file(geojson(name="One")), "name": "Wards", "source": "Made up"}
    )
    assert "The name One stands in two features" in said(page)
    assert "Choose the file" in said(reader.post(at("put_map"), {"name": "Wards", "source": "x"}))
    assert not AreaMap.objects.using(B).filter(hub=hub).exists()
    reader.post(at("put_map"), {"file": file(geojson()), "name": "Wards", "source": "Made up"})
    page = reader.post(
        at("put_postcodes"), {"file": file(b"postcode,code\nNF1 1AA,W9\n"), "source": "Made up"}
    )
    assert "Line 2: no area of the map has its code" in said(page)
    assert not Postcodes.objects.using(B).filter(hub=hub).exists()


@pytest.mark.parametrize("duties", [["screen"], ["analyse"], ["administer"], ["out_of_hours", "analyse"]])
def test_who_does_not_analyse_at_the_desk_sees_no_map_and_takes_nothing_in(duties):
    reader = browser(StaffFactory(hub=HubFactory(), duties=duties))
    for name in ("map", "put_map", "put_postcodes"):
        assert reader.get(reverse(f"harm:{name}")).status_code == 403
    assert (
        reader.post(at("put_map"), {"file": file(geojson()), "name": "Wards", "source": "x"}).status_code
        == 403
    )
    assert reader.post(at("put_postcodes"), {"file": file(b"x"), "source": "x"}).status_code == 403
