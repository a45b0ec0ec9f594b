"""The read API has the shape of Open Referral UK 3.0, shows nobody by name, and is anybody's to read."""

import json
import uuid

import pytest
from django.test import Client

from mash.directory import api
from mash.directory.middleware import Limit
from mash.directory.models import Service
from tests.directory.entries import an_attribute, an_entry, an_organisation, key, take_in
from tests.factories.base import browser
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
ROOT = "/directory/ap/api"
PAGE = {"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"}
BASIC = {
    "id", "organization_id", "name", "description", "url", "email", "status", "fees", "accreditations", "minimum_age",
    "maximum_age", "assured_date", "assurer_email", "alert", "last_modified", "eligibility_description", "organization",
}  # fmt: skip
ORGANISATION = {"id", "name", "description", "email", "website", "logo", "uri", "parent_organization_id"}
LOCATION = {
    "id", "location_type", "name", "description", "latitude", "longitude", "external_identifier",
    "external_identifier_type",
}  # fmt: skip
TERM = {"id", "name", "description", "parent_id", "taxonomy", "taxonomy_id", "term_uri", "term"}
GRIEF = an_attribute("Topic", "Grief")


@pytest.fixture
def hub(tmp_path):
    """A directory of three services, two of them at a place."""
    made = HubFactory(prefix="AP")
    contacts = [
        {
            "id": key("c"),
            "name": "Ann Persona",
            "title": "Reception",
            "phones": [{"id": key("p"), "number": "1"}],
        }
    ]
    other = an_organisation("Larch", email="hello@larch.example.org", website="https://larch.example.org")
    take_in(
        made,
        an_entry(
            "Alpha", postcode="NF1 2AB", at=(51.5, -0.1), attributes=[GRIEF], contacts=contacts, minimum_age=4
        ),
        an_entry(
            "Beta",
            organisation=other,
            postcode="NF2 3CD",
            at=(51.6, -0.1),
            last_modified="2026-01-01T00:00:00Z",
        ),
        an_entry("Gamma", organisation=other, description="Advice on debt", assurer_email="ann@example.org"),
        lists={
            "taxonomy_terms": [
                {
                    "id": key("child"),
                    "name": "Loss of a pet",
                    "description": "",
                    "parent_id": GRIEF["taxonomy_term_id"],
                }
            ]
        },
        tmp_path=tmp_path,
    )
    return made


def get(path, **query):
    answer = Client().get(f"{ROOT}/{path}", query)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def names(page):
    return [one["name"] for one in page["contents"]]


def test_it_says_what_it_is(hub):
    assert set(get("")) == {"version", "profile", "openapi_url"}


def test_a_list_is_a_page_of_short_entries(hub):
    page = get("services")
    assert set(page) == PAGE
    assert (page["total_items"], page["total_pages"], page["page_number"], page["size"]) == (3, 1, 1, 3)
    assert (page["first_page"], page["last_page"], page["empty"]) == (True, True, False)
    assert names(page) == ["Alpha", "Beta", "Gamma"]
    for one in page["contents"]:
        assert set(one) <= BASIC
        assert {"id", "name", "status", "organization"} <= set(one)
        assert {"id", "name", "description"} <= set(one["organization"]) <= ORGANISATION


def test_pages_are_as_long_as_asked_and_end(hub):
    two = get("services", per_page=2, page=2)
    assert (names(two), two["first_page"], two["last_page"], two["total_pages"]) == (
        ["Gamma"],
        False,
        True,
        2,
    )
    beyond = get("services", per_page=2, page=9)
    assert (beyond["contents"], beyond["empty"], beyond["size"]) == ([], True, 0)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "debts"}, ["Gamma"]),
        ({"search": "the"}, []),
        ({"taxonomy_term_id": GRIEF["taxonomy_term_id"]}, ["Alpha"]),
        ({"taxonomy_id": key("taxonomy", "Topic")}, ["Alpha"]),
        ({"organization_id": key("organisation", "Larch")}, ["Beta", "Gamma"]),
        ({"modified_after": "2026-06-01T00:00:00Z"}, ["Alpha", "Gamma"]),
        ({"modified_after": "2026-06-01"}, ["Alpha", "Gamma"]),
        ({"taxonomy_term_id": str(uuid.uuid4())}, []),
    ],
)
def test_a_list_is_narrowed(hub, query, found):
    assert names(get("services", **query)) == found


def test_the_shortest_and_the_whole_form(hub):
    least = get("services", minimal="true")["contents"]
    assert all(set(one) == {"id", "modified_date"} for one in least)
    whole = get("services", full="true")["contents"][0]
    assert whole == get(f"services/{key('service', 'Alpha')}")
    lines = Client().get(f"{ROOT}/services", {"format": "ndjson"})
    assert lines["Content-Type"] == "application/x-ndjson"
    assert [json.loads(one)["name"] for one in lines.content.splitlines()] == ["Alpha", "Beta", "Gamma"]


def test_a_whole_entry_comes_out_as_it_went_in_but_for_the_names_of_people(hub, tmp_path):
    shown = get(f"services/{key('service', 'Alpha')}")
    went_in = Service.objects.using("builder").get(name="Alpha").entry
    for name, value in went_in.items():
        if name != "contacts":
            assert shown[name] == value, name
    assert shown["contacts"] == [
        {"id": key("c"), "title": "Reception", "phones": [{"id": key("p"), "number": "1"}]}
    ]
    assert "assurer_email" not in get(f"services/{key('service', 'Gamma')}")
    assert "Persona" not in Client().get(f"{ROOT}/services", {"full": "true"}).content.decode()


def test_what_the_api_gives_another_hub_takes_in(hub, tmp_path):
    page = Client().get(f"{ROOT}/services", {"full": "true"}).content.decode()
    other = HubFactory(prefix="AQ")
    said, complained = take_in(other, text=page, tmp_path=tmp_path)
    assert "3 new services" in said
    assert not complained
    for name in ("Alpha", "Beta", "Gamma"):
        ours, theirs = (
            Client().get(f"/directory/{prefix}/api/services/{key('service', name)}").json()
            for prefix in ("ap", "aq")
        )
        assert ours == theirs


def test_services_at_locations(hub):
    page = get("service_at_locations")
    assert set(page) == PAGE
    assert page["total_items"] == 2
    for one in page["contents"]:
        assert set(one) == {"id", "service_id", "location_id", "location", "service"}
        assert {"id", "location_type"} <= set(one["location"]) <= LOCATION
        assert set(one["service"]) <= BASIC
    whole = get(f"service_at_locations/{key('site', 'Alpha')}")
    assert whole["location"]["addresses"][0]["postal_code"] == "NF1 2AB"
    assert whole["service"]["name"] == "Alpha"
    assert "service_at_locations" not in whole["service"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"postcode": "NF1 9ZZ"}, ["Alpha"]),
        ({"postcode": "NF1 2AB", "proximity": "1000"}, ["Alpha"]),
        ({"postcode": "NF1 2AB", "proximity": "20000"}, ["Alpha", "Beta"]),
        ({"postcode": "NF9 9ZZ", "proximity": "20000"}, []),
        ({"organization_id": key("organisation", "Larch")}, ["Beta"]),
    ],
)
def test_places_near_a_postcode(hub, query, found):
    assert sorted(one["service"]["name"] for one in get("service_at_locations", **query)["contents"]) == found


def test_organisations_with_their_services(hub):
    page = get("organizations")
    assert names(page) == ["Harbour Minds", "Larch"]
    assert all({"id", "name", "description"} <= set(one) <= ORGANISATION for one in page["contents"])
    whole = get(f"organizations/{key('organisation', 'Larch')}")
    assert [set(one) for one in whole["services"]] == [{"id"}, {"id"}]
    with_services = get(f"organizations/{key('organisation', 'Larch')}", full_service="true")
    assert [one["name"] for one in with_services["services"]] == ["Beta", "Gamma"]
    assert names(get("organizations", search="lar")) == ["Larch"]


def test_taxonomies_and_their_terms(hub):
    assert names(get("taxonomies")) == ["Topic"]
    whole = get(f"taxonomies/{key('taxonomy', 'Topic')}")
    assert [one["name"] for one in whole["taxonomy_terms"]] == ["Grief"]
    page = get("taxonomy_terms")
    assert names(page) == ["Grief", "Loss of a pet"]
    assert all({"id", "name", "description"} <= set(one) <= TERM for one in page["contents"])
    assert names(get("taxonomy_terms", parent_id=GRIEF["taxonomy_term_id"])) == ["Loss of a pet"]
    assert names(get("taxonomy_terms", top_only="true")) == ["Loss of a pet"]
    assert get(f"taxonomy_terms/{GRIEF['taxonomy_term_id']}")["name"] == "Grief"


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "per_page=-1",
        "page=99999999999",
        "taxonomy_id=x",
        "modified_after=soon",
        "postcode=NF1&proximity=far",
    ],
)
def test_what_cannot_be_read_is_named(hub, query):
    answer = Client().get(f"{ROOT}/service_at_locations?{query}")
    assert answer.status_code == 400
    assert query.split("&")[-1].split("=")[0] in answer.json()["error"]


def test_what_is_absent_is_404_and_nothing_is_written(hub):
    for path in (
        f"services/{uuid.uuid4()}",
        f"organizations/{uuid.uuid4()}",
        f"service_at_locations/{uuid.uuid4()}",
    ):
        answer = Client().get(f"{ROOT}/{path}")
        assert (answer.status_code, answer.json()) == (404, {"error": "Not found"})
    assert Client().get("/directory/zz/api/services").status_code == 404
    assert Client().post(f"{ROOT}/services").status_code == 405


def test_whoever_asks_gets_the_same(hub):
    anybody = Client().get(f"{ROOT}/services", {"full": "true"})
    for worker in (StaffFactory(hub=hub, manager=True), StaffFactory()):
        assert browser(worker).get(f"{ROOT}/services", {"full": "true"}).content == anybody.content
    assert anybody["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in anybody


def test_it_is_counted(hub, monkeypatch):
    monkeypatch.setattr(api.services, "limit", Limit("api", 1, as_json=True))
    client = Client()
    assert client.get(f"{ROOT}/services").status_code == 200
    answer = client.get(f"{ROOT}/services")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"
    assert "wait" in answer.json()["error"]
