"""The hub's directory for an agency's system: searched, paged, what changed since, and nobody in it."""

import pytest

from mash.directory.models import Service
from mash.ledger.models import Entry
from mash.systems.models import Scope
from tests.directory.entries import an_entry, key, take_in
from tests.factories.partnership import HubFactory
from tests.factories.systems import KeyFactory, SystemFactory, words_of
from tests.systems.asking import Asking
from tests.systems.test_client import openmash_client

pytestmark = pytest.mark.usefixtures("transactional_db")
PATH = "/api/v1/services"
RECEPTION = {
    "id": key("c"),
    "name": "Ann Persona",
    "title": "Reception",
    "phones": [{"id": key("p"), "number": "1"}],
}


@pytest.fixture
def system_key(tmp_path):
    """A key of a hub whose directory holds three services; another hub's holds one more."""
    found = KeyFactory(system=SystemFactory(scopes=[Scope.DIRECTORY]))
    take_in(
        found.hub,
        an_entry("Alpha", contacts=[RECEPTION]),
        an_entry("Beta", description="Advice on debt"),
        an_entry("Gamma", last_modified="2026-01-01T00:00:00Z", assurer_email="ann@example.org"),
        tmp_path=tmp_path,
    )
    take_in(HubFactory(), an_entry("Elsewhere"), tmp_path=tmp_path)
    return found


def names(answer):
    return [one["name"] for one in answer.json()["services"]]


def test_services_are_listed_searched_and_paged_without_who_anybody_is(system_key):
    asking = Asking(system_key)
    whole = asking.get(PATH)
    assert names(whole) == ["Alpha", "Beta", "Gamma"]
    assert b"Reception" in whole.content
    assert b"Ann Persona" not in whole.content
    assert b"ann@example.org" not in whole.content
    assert names(asking.get(PATH, search="debt")) == ["Beta"]
    assert names(asking.get(PATH, search="' OR 1=1 --")) == []
    first = asking.get(PATH, limit=2)
    assert (names(first), first.json()["next"], first.json()["total"]) == (["Alpha", "Beta"], 2, 3)
    second = asking.get(PATH, limit=2, page=2)
    assert (names(second), second.json()["next"]) == (["Gamma"], None)
    assert names(asking.get(PATH, page=9999)) == []
    assert Entry.objects.using("builder").filter(event="directory.listed").count() == 6


def test_what_changed_since_is_named_alone(system_key):
    moment = Service.objects.using("builder").get(name="Beta").modified_at
    Service.objects.using("builder").exclude(name="Beta").update(modified_at="2026-01-01T00:00:00Z")
    assert names(Asking(system_key).get(PATH, modified_after=moment.isoformat())) == ["Beta"]


def test_who_has_it_already_is_told_so_until_something_changes(system_key):
    asking = Asking(system_key)
    mark = asking.get(PATH).headers["ETag"]

    def again():
        shown = {"HTTP_AUTHORIZATION": f"Bearer {asking.words}", "HTTP_IF_NONE_MATCH": f'"x", W/{mark}'}
        return asking.client.get(PATH, **shown)

    assert (again().status_code, again().content, again().headers["ETag"]) == (304, b"", mark)
    Service.objects.using("builder").filter(name="Beta").update(modified_at="2026-01-01T00:00:00Z")
    assert again().status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"}, {"page": "10000"}, {"page": "x"}, {"limit": "101"}, {"limit": "-1"}, {"search": "x" * 201},
        {"search": "a\x00"}, {"modified_after": "yesterday"}, {"modified_after": "2026-01-01T00:00:00"},
        {"modified_after": "9" * 10_000},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(system_key, query):
    assert Asking(system_key).get(PATH, **query).status_code == 400


def test_without_a_key_with_its_scope_nothing_is_read(system_key):
    others = KeyFactory(system=SystemFactory(scopes=[one for one in Scope if one != Scope.DIRECTORY]))
    ended = KeyFactory(system=system_key.system, ended_at=system_key.at, ended_by=system_key.post)
    assert [Asking(one).get(PATH).status_code for one in (others, ended, None)] == [403, 401, 401]


def test_the_client_reads_every_page(system_key, live_server):
    hub = openmash_client.Client(live_server.url, words_of(system_key))
    assert [one["name"] for one in hub.services()] == ["Alpha", "Beta", "Gamma"]
    assert [one["name"] for one in hub.services(search="debt")] == ["Beta"]
