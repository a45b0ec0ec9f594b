"""What a service accepted, taken out by its own system with a key of the API."""

import json

import pytest

from mash.handover.models import CaseNumber, Export
from mash.ledger.models import Entry
from mash.systems.models import Scope
from tests.factories.base import signed_in_as
from tests.factories.partnership import AccessFactory
from tests.factories.systems import KeyFactory, SystemFactory
from tests.handover import story
from tests.systems.asking import Asking

pytestmark = pytest.mark.usefixtures("transactional_db")
LIST = "/api/v1/hand-overs"


def rows(model):
    return model.objects.using("builder")


@pytest.fixture
def held():
    """A system of a service, with the key of who answers there, and what the service accepted."""
    made = story.decided()
    service = story.a_service(made.hub)
    pack = story.send(made, service)
    story.accept(service, pack)
    story.follow()
    return KeyFactory(system=SystemFactory(lead=service), post=service), pack, made


def post(key, path, said=None, **more):
    body = more.pop("body", json.dumps(said or {}).encode())
    return Asking(key).ask("post", path, data=body, content_type="application/json")


def test_what_was_accepted_is_listed_and_taken_out_once(held):
    key, pack, _ = held
    (one,) = Asking(key).get(LIST).json()["hand_overs"]
    assert (one["id"], one["reference"], one["exported"], one["number"]) == (
        str(pack.pk),
        pack.reference,
        False,
        None,
    )
    path = f"{LIST}/{pack.pk}/export"
    first, again = post(key, path), post(key, path)
    assert (first.status_code, again.status_code) == (200, 409)
    assert first.json()["reference"] == pack.reference
    assert again.json()["errors"] == [{"path": "$.why", "reason": "Say why it is needed again."}]
    assert post(key, path, {"why": "Lost on the way"}).status_code == 200
    assert [*rows(Export).order_by("number").values_list("number", "through", "by_id")] == [
        (1, "api", key.post_id),
        (2, "api", key.post_id),
    ]
    assert Asking(key).get(LIST).json()["hand_overs"][0]["exported"] is True
    assert rows(Entry).filter(event="hand_overs.listed", actor=f"staff:{key.post_id}").count() == 2


def test_the_number_comes_back_once(held):
    key, pack, _ = held
    path = f"{LIST}/{pack.pk}/number"
    first, again = post(key, path, {"number": "4410927"}), post(key, path, {"number": "4410927"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert rows(CaseNumber).count() == 1
    assert Asking(key).get(LIST).json()["hand_overs"][0]["number"] == "4410927"


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (b"{", 400, None),
        (b"[" * 2000, 400, None),
        (b"x" * 10_001, 413, None),
        (b"[]", 422, "$"),
        (b'{"number": 4410927}', 422, "$.number"),
        (b"{}", 422, "$.number"),
        (b'{"number": "4410927", "colour": "red"}', 422, "$.colour"),
        (b'{"number": "44\\u000010927"}', 422, "$.number"),
        (b'{"number": ""}', 422, "$.number"),
    ],
)
def test_what_cannot_be_a_number_is_refused_with_its_place(held, body, status, path):
    key, pack, _ = held
    answer = post(key, f"{LIST}/{pack.pk}/number", body=body)
    assert answer.status_code == status
    assert [one["path"] for one in answer.json().get("errors", [])] == ([path] if path else [])
    assert not rows(CaseNumber).exists()


def test_nobody_else_s_system_takes_it_out(held):
    _, pack, made = held
    other = story.a_service(made.hub)
    stranger = KeyFactory(system=SystemFactory(lead=other), post=other)
    elsewhere = KeyFactory(post__duties=["answer"])
    for one in (stranger, elsewhere):
        assert Asking(one).get(LIST).json()["hand_overs"] == []
        assert post(one, f"{LIST}/{pack.pk}/export").status_code == 404
        assert post(one, f"{LIST}/{pack.pk}/number", {"number": "4410927"}).status_code == 404
    assert not rows(Export).exists()


def test_whoever_is_kept_from_the_case_takes_it_out_by_no_system(held):
    key, pack, _ = held
    AccessFactory(staff=key.post, contact_id=pack.contact_id, bars=True)
    assert post(key, f"{LIST}/{pack.pk}/export").status_code == 404
    assert Asking(key).get(LIST).json()["hand_overs"] == []


def test_it_takes_the_scope_and_the_duty(held):
    key, pack, _ = held
    rows(type(key.system)).update(scopes=[Scope.SEND, Scope.FOLLOW])
    assert Asking(key).get(LIST).status_code == 403
    rows(type(key.system)).update(scopes=[Scope.HAND_OVERS])
    rows(type(key.post)).filter(pk=key.post_id).update(duties=[])
    assert Asking(key).get(LIST).status_code == 403
    assert post(key, f"{LIST}/{pack.pk}/export").status_code == 403


def test_a_key_of_hand_overs_alone_opens_nothing_here_and_works_where_it_did(held):
    from django.test import Client

    from mash.handover import actions
    from tests.factories.partnership import MONDAY_9AM

    key, _, _ = held
    with signed_in_as(key.post):
        _, shown = actions.give_key(label="Old", by=key.post, at=MONDAY_9AM)
    assert Asking(words=shown).get(LIST).status_code == 401
    old = Client().get("/handed-over/api/", HTTP_AUTHORIZATION=f"Bearer {shown}")
    assert old.status_code == 200
    assert len(old.json()["hand_overs"]) == 1
