"""An accepted case goes out once, and a number comes back on one case: by page and by the service's own system."""

import json
import threading
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from mash.handover import actions, queries
from mash.handover.models import CaseNumber, Export, SystemKey
from mash.partnership.system_keys import signed_key
from tests.factories.base import browser, signed_in_as
from tests.factories.handover import PackFactory, WordFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory
from tests.handover import story
from tests.handover.story import HOUR

pytestmark = pytest.mark.usefixtures("transactional_db")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "hand-over-export.schema.json").read_text())


def tell():
    """Somebody of a service, and the hand-over that it accepted."""
    made = story.decided()
    service = story.a_service(made.hub)
    pack = story.send(made, service)
    story.accept(service, pack)
    story.follow()
    return made, service, pack


@pytest.fixture
def held(told_once):
    return told_once(tell)


def export(service, pack, **more):
    with signed_in_as(service):
        return actions.export(
            pack=story.received(service, pack), through="page", by=service, at=MONDAY_9AM + 3 * HOUR, **more
        )


def number(service, pack, said, *, at=MONDAY_9AM, **more):
    with signed_in_as(service):
        return actions.record_number(
            pack=story.received(service, pack), number=said, through="page", by=service, at=at, **more
        )


def another(service):
    """Return a second hand-over to the same service, which it accepted."""
    made = story.decided(hub=service.hub)
    pack = PackFactory(outcome=_outcome(made), agency=service.agency)
    WordFactory(pack=pack, by=service)
    return pack


def _outcome(decision):
    from mash.decision.models import Outcome

    found = Outcome.objects.using("builder").select_related("decision__contact", "about", "person", "hub")
    one = found.get(pk=story.outcome_key(decision))
    for row in (one, one.decision, one.decision.contact, one.about, one.person, one.hub):
        row._state.db = "default"
    return one


def conforms(value, shape, at="export"):
    """Check a value against the few words of JSON Schema that the published shape uses."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}
    if "const" in shape:
        assert value == shape["const"], at
    if "type" in shape:
        wanted = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
        assert isinstance(value, tuple(kinds[one] for one in wanted)), at
    if isinstance(value, dict):
        assert set(value) == set(shape["required"]) == set(shape["properties"]), at
        for name, inside in value.items():
            conforms(inside, shape["properties"][name], f"{at}.{name}")
    for place, inside in enumerate(value if isinstance(value, list) else ()):
        conforms(inside, shape["items"], f"{at}[{place}]")


def test_an_export_is_as_its_published_shape_says(held):
    _, service, pack = held
    _, body = export(service, pack)
    said = json.loads(body)
    conforms(said, SCHEMA)
    assert said["accepted"]["worker"] == "Bea Lund"
    assert said["pack_digest"] == pack.digest


def test_the_second_time_says_when_and_by_whom_and_takes_a_reason(held):
    _, service, pack = held
    export(service, pack)
    with pytest.raises(actions.ExportedAlready, match=service.account.name):
        export(service, pack)
    export(service, pack, why="The file was lost with the laptop.")
    assert list(Export.objects.using("builder").order_by("number").values_list("number", "why")) == [
        (1, ""),
        (2, "The file was lost with the laptop."),
    ]


def test_of_two_exports_at_once_one_is_the_first_and_the_other_is_told(held):
    _, service, pack = held
    told, gate = [], threading.Barrier(2)

    def run():
        gate.wait()
        try:
            export(service, pack)
            told.append("out")
        except actions.ExportedAlready:
            told.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == ["out", "told"]


def test_nothing_goes_out_before_the_service_has_accepted():
    made = story.decided()
    service = story.a_service(made.hub)
    pack = story.send(made, service)
    with pytest.raises(actions.NotWhole, match="accepted"):
        export(service, pack)


# The number


def test_the_same_number_again_changes_nothing_and_another_takes_its_place(held):
    _, service, pack = held
    assert number(service, pack, " CSC-204417 ")[1] is True
    assert number(service, pack, "CSC-204417")[1] is False
    number(service, pack, "CSC-204418", at=MONDAY_9AM + HOUR)
    assert CaseNumber.objects.using("builder").count() == 2
    with signed_in_as(service):
        assert queries.find_received(service, pack.pk).number == "CSC-204418"


@pytest.mark.parametrize("wrong", ["", "1", "no spaces here", "x" * 40, "CSC_204417"])
def test_one_that_does_not_look_like_theirs_is_refused_with_the_shape(held, wrong):
    _, service, pack = held
    with pytest.raises(actions.NotWhole, match="3 to 30 letters"):
        number(service, pack, wrong)


def test_one_number_on_two_cases_takes_a_reason(held):
    _, service, pack = held
    number(service, pack, "CSC-204417")
    other = another(service)
    with pytest.raises(actions.OnAnotherCase, match=pack.reference):
        number(service, other, "CSC-204417")
    number(service, other, "CSC-204417", same_case_because="Brother and sister, one case.")
    assert CaseNumber.objects.using("builder").filter(number="CSC-204417").count() == 2


def test_a_number_on_a_case_that_this_post_is_kept_from_is_refused_without_naming_it(held):
    made, service, pack = held
    number(service, pack, "CSC-204417")
    other = another(service)
    AccessFactory(staff=service, contact_id=made.contact_id, bars=True)
    with pytest.raises(actions.OnAnotherCase) as refused:
        number(service, other, "CSC-204417")
    assert pack.reference not in str(refused.value)


def test_the_hub_finds_the_case_by_the_number_and_nobody_else_does(held):
    made, service, pack = held
    number(service, pack, "CSC-204417")
    worker = browser(story.a_worker(made, screener=True))
    answer = worker.post(reverse("desk:search"), {"q": "csc-204417"})
    assert answer["Location"] == reverse("desk:case", args=[made.contact_id])
    with signed_in_as(service):
        assert queries.with_number(service, "CSC-204417") == []
    barred = story.a_worker(made, screener=True)
    AccessFactory(staff=barred, contact_id=made.contact_id, bars=True)
    with signed_in_as(barred):
        assert queries.with_number(barred, "CSC-204417") == []


# The service's own system


@pytest.fixture
def system(held):
    _, service, _ = held
    with signed_in_as(service):
        key, shown = actions.give_key(label="Our case system", by=service, at=MONDAY_9AM)
    return Asks(shown), key


class Asks:
    """A system that shows its key."""

    def __init__(self, shown):
        self.client, self.headers = Client(), {"Authorization": f"Bearer {shown}"}

    def get(self, name, *args):
        return self.client.get(reverse(f"handover:{name}", args=args), headers=self.headers)

    def post(self, name, *args, **said):
        return self.client.post(
            reverse(f"handover:{name}", args=args),
            json.dumps(said),
            content_type="application/json",
            headers=self.headers,
        )


def test_a_system_lists_takes_out_once_and_gives_its_number(held, system):
    _, _, pack = held
    asks, _ = system
    (row,) = asks.get("api_list").json()["hand_overs"]
    assert (row["id"], row["exported"], row["number"]) == (str(pack.pk), False, None)
    conforms(asks.post("api_export", pack.pk).json(), SCHEMA)
    again = asks.post("api_export", pack.pk)
    assert again.status_code == 409
    assert set(again.json()) == {"error", "exported_at", "exported_by"}
    assert asks.post("api_export", pack.pk, why="Our database was restored.").status_code == 200
    assert [asks.post("api_number", pack.pk, number="CSC-204417").status_code for _ in range(2)] == [201, 200]
    assert asks.post("api_number", pack.pk, number="?").status_code == 422
    (row,) = asks.get("api_list").json()["hand_overs"]
    assert (row["exported"], row["number"]) == (True, "CSC-204417")


def test_each_answer_says_what_takes_the_place_of_its_address(held, system):
    for answer in (system[0].get("api_list"), Asks("none").get("api_list")):
        assert answer.headers["Deprecation"] == "@1796083200"
        assert answer.headers["Link"] == '</api/v1/hand-overs>; rel="successor-version"'


def test_another_case_with_the_number_is_said_to_the_system_too(held, system):
    _, service, pack = held
    asks, _ = system
    asks.post("api_number", pack.pk, number="CSC-204417")
    other = another(service)
    assert asks.post("api_number", other.pk, number="CSC-204417").status_code == 409
    said = {"number": "CSC-204417", "same_case_because": "One family."}
    assert asks.post("api_number", other.pk, **said).status_code == 201


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer nonsense", "Basic abc"])
def test_without_a_key_nothing_is_answered(held, shown):
    _, _, pack = held
    headers = {"Authorization": shown} if shown else {}
    for name, args, ask in (
        ("api_list", [], "get"),
        ("api_export", [pack.pk], "post"),
        ("api_number", [pack.pk], "post"),
    ):
        answer = getattr(Client(), ask)(reverse(f"handover:{name}", args=args), headers=headers)
        assert answer.status_code == 401


def test_a_session_is_nobody_there(held):
    _, service, _ = held
    assert browser(service).get(reverse("handover:api_list")).status_code == 401


def test_an_ended_key_a_key_of_nothing_and_a_key_for_another_post_count_for_nothing(held, system):
    made, service, _ = held
    asks, key = system
    with signed_in_as(service):
        actions.end_key(key=queries.find_key(service, key.pk), by=service, at=MONDAY_9AM + HOUR)
    assert asks.get("api_list").status_code == 401
    assert SystemKey.objects.using("builder").get().ended_by_id == service.pk
    other = story.a_service(made.hub)
    for forged in (signed_key(key=made.pk, post=service.pk), signed_key(key=key.pk, post=other.pk)):
        assert Asks(forged).get("api_list").status_code == 401


def test_another_agencys_system_finds_nothing(held):
    made, _, pack = held
    other = story.a_service(made.hub)
    with signed_in_as(other):
        _, shown = actions.give_key(label="Theirs", by=other, at=MONDAY_9AM)
    asks = Asks(shown)
    assert asks.get("api_list").json() == {"hand_overs": []}
    assert asks.post("api_export", pack.pk).status_code == 404
    assert asks.post("api_number", pack.pk, number="CSC-1").status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"why": 3}', b'{"why": "a\\u0000b"}', b"\xff", b"[" * 9000])
def test_what_cannot_be_read_is_said_and_never_breaks(held, system, body):
    _, _, pack = held
    asks, _ = system
    answer = asks.client.post(
        reverse("handover:api_export", args=[pack.pk]),
        body,
        content_type="application/json",
        headers=asks.headers,
    )
    assert answer.status_code == 400
    assert not Export.objects.using("builder").exists()
