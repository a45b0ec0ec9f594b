"""Referrals in: new, again, refused with every place, many at once; by whom; and nothing half-taken."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.test import override_settings
from django.utils import timezone

from mash.common.identity import as_service
from mash.contact.models import Contact, ContactPerson, Disputed, Settlement
from mash.ledger.models import Entry
from mash.people.models import Person
from mash.systems.actions.letting_in import note_use
from mash.systems.models import Arrival, Key, KeyUsed, Scope, System
from tests.factories.contact import A_CHILD, a_message
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.systems import KeyFactory, SystemFactory, words_of
from tests.systems.asking import Asking

pytestmark = pytest.mark.usefixtures("transactional_db")


def rows(model):
    return model.objects.using("builder")


@pytest.fixture
def key():
    return KeyFactory()


def test_a_new_referral_is_taken_as_any_other(key):
    answer = Asking(key).send(a_message("A-1"))
    assert answer.status_code == 201
    said = answer.json()
    contact = rows(Contact).get()
    assert said["reference"] == contact.reference
    assert said["sender_reference"] == "A-1"
    assert (contact.channel, contact.hub_id, contact.taken_by_id) == ("api", key.hub_id, None)
    assert answer.headers["Location"] == f"/api/v1/referrals/{contact.reference}"
    arrival = rows(Arrival).get()
    assert (arrival.contact_id, arrival.system_id) == (contact.pk, key.system_id)
    lines = set(rows(Entry).values_list("event", "actor"))
    assert ("contact.received", "service:front_door") in lines
    assert ("messages.received", "service:front_door") in lines


def test_whom_it_names_waits_to_be_settled_by_a_person(key):
    Asking(key).send(a_message("A-1"))
    assert rows(ContactPerson).count() == 2
    assert not rows(Settlement).exists()
    assert not rows(Person).exists()


def test_the_same_again_changes_nothing_and_says_so(key):
    first = Asking(key).send(a_message("A-1"))
    again = Asking(key).send(a_message("A-1"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["reference"] == first.json()["reference"]
    assert rows(Contact).count() == rows(Arrival).count() == 1


def test_of_many_that_send_the_same_at_one_moment_one_is_new(key):
    message, statuses = a_message("A-1"), []

    def send():
        try:
            statuses.append(Asking(key).send(message).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(statuses) == [200] * 5 + [201]
    assert rows(Contact).count() == 1


def test_other_content_under_a_reference_in_use_is_refused_and_kept_for_a_person(key):
    first = Asking(key).send(a_message("A-1"))
    other = Asking(key).send(a_message("A-1", subject="both"))
    assert other.status_code == 409
    assert other.json()["errors"][0]["path"] == "$.reference"
    assert first.json()["reference"] in other.json()["errors"][0]["reason"]
    assert rows(Contact).get().subject == "child"
    assert rows(Disputed).count() == 1


def test_every_place_that_is_wrong_is_named_and_nothing_is_kept(key):
    wrong = a_message("A-1", [A_CHILD, {"role": "hero", "given": "X"}], sent_at="yesterday", colour="red")
    answer = Asking(key).send(wrong)
    assert answer.status_code == 422
    assert {one["path"] for one in answer.json()["errors"]} == {"$.people[1].role", "$.sent_at", "$.colour"}
    assert not rows(Contact).exists()
    assert not rows(ContactPerson).exists()
    assert rows(Entry).filter(event="messages.received", detail__refused=1).exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"  \n", 400),
        (b"{", 422),
        (b"[]", 422),
        (b"\xff\xfe{}", 422),
        (b'{"a":' * 500, 422),
        (b"[" * 5000, 422),
        (b'{"format": NaN}', 422),
        (b'{"reference": "\\u0000"}', 422),
        (b'{"a": 1, "a": 2}', 422),
        (b'"' + b"x" * (20 * 1024 * 1024 + 1) + b'"', 413),
    ],
)
def test_what_is_no_message_is_refused_and_breaks_nothing(key, body, status):
    answer = Asking(key).send(body)
    assert answer.status_code == status
    if status == 422:
        assert all(one["path"].startswith("$") for one in answer.json()["errors"])
    assert not rows(Contact).exists()


def test_another_kind_of_content_is_refused(key):
    assert Asking(key).send(a_message("A-1"), content_type="text/plain").status_code == 415
    assert Asking(key).send_many([a_message("A-1")], content_type="application/json").status_code == 415


def test_of_many_each_is_taken_whole_or_refused_by_itself(key):
    Asking(key).send(a_message("A-1"))
    many = [
        a_message("A-1"),
        a_message("A-2"),
        a_message("A-3", type="party"),
        a_message("A-1", subject="both"),
        b"{",
        a_message("A-2"),
    ]
    answer = Asking(key).send_many(many)
    assert answer.status_code == 207
    said = answer.json()
    results = ["already_here", "new", "refused", "other_content", "refused", "already_here"]
    assert [one["result"] for one in said["results"]] == results
    assert [one["line"] for one in said["results"]] == [1, 2, 3, 4, 5, 6]
    assert said["results"][2]["errors"] == [
        {
            "path": "$.type",
            "reason": "It must be one of: safeguarding, early_help or information_only.",
        }
    ]
    assert said["results"][1]["reference"] == said["results"][5]["reference"]
    assert (said["new"], said["already_here"], said["refused"]) == (1, 2, 3)
    assert set(rows(Contact).values_list("sender_reference", flat=True)) == {"A-1", "A-2"}
    assert rows(Disputed).count() == 1


def test_a_whole_batch_that_is_taken_says_so_and_again_changes_nothing(key):
    many = [a_message(f"A-{number}") for number in range(20)]
    first, again = Asking(key).send_many(many), Asking(key).send_many(many[::-1])
    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.json()["new"], again.json()["new"], again.json()["already_here"]) == (20, 0, 20)
    assert rows(Contact).count() == rows(Arrival).count() == 20


def test_more_than_a_batch_holds_is_refused_whole(key):
    answer = Asking(key).send_many([a_message("A-1"), *[b"{}"] * 500])
    assert answer.status_code == 413
    assert not rows(Contact).exists()


def test_a_crash_in_a_batch_leaves_nothing(key, monkeypatch):
    def crash(*_):
        raise RuntimeError("gone")

    monkeypatch.setattr("mash.systems.actions.taking._note_arrivals", crash)
    asking = Asking(key)
    asking.client.raise_request_exception = False
    body = json.dumps(a_message("A-1")).encode()
    answer = asking.client.post(
        "/api/v1/referrals/batch",
        data=body,
        content_type="application/x-ndjson",
        HTTP_AUTHORIZATION=f"Bearer {asking.words}",
    )
    assert answer.status_code == 500
    assert not rows(Contact).exists()


def test_what_is_odd_is_said_and_taken(key):
    odd = a_message("A-1", [A_CHILD | {"nhs_number": "999 123 4560"}])
    answer = Asking(key).send(odd)
    assert answer.status_code == 201
    assert "$.people[0].nhs_number" in {one["path"] for one in answer.json()["warnings"]}
    assert Asking(key).send_many([odd]).json()["results"][0]["warnings"] == []  # it was said when it was new


# In whose name


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ({"kind": "school", "organisation": "Another School"}, "$.source.organisation"),
        ({"kind": "public"}, "$.source.kind"),
        ({"kind": "public", "organisation": "Fernbank Primary"}, "$.source.kind"),
    ],
)
def test_a_system_sends_in_its_own_name_alone(key, source, path):
    answer = Asking(key).send(a_message("A-1", source=source))
    assert answer.status_code == 422
    assert [one["path"] for one in answer.json()["errors"]] == [path]


def test_a_name_is_the_same_however_it_is_written(key):
    said = a_message("A-1", source={"kind": "school", "organisation": "  FERNBANK   primary "})
    assert Asking(key).send(said).status_code == 201


def test_the_reference_of_one_hub_is_nothing_to_another(key):
    other = KeyFactory(system=SystemFactory())
    assert Asking(key).send(a_message("A-1")).status_code == 201
    assert Asking(other).send(a_message("A-1")).status_code == 201
    assert set(rows(Contact).values_list("hub_id", flat=True)) == {key.hub_id, other.hub_id}


# Keys


def ended(key, **values):
    rows(Key).filter(pk=key.pk).update(**values)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: ended(key, ended_at=MONDAY_9AM, ended_by=key.post_id),
        lambda key: ended(key, expires_at=timezone.now() - timedelta(seconds=1)),
        lambda key: rows(System).filter(pk=key.system_id).update(ended_at=MONDAY_9AM, ended_by=key.post_id),
        lambda key: (
            type(key.post).objects.using("builder").filter(pk=key.post_id).update(until_at=MONDAY_9AM)
        ),
        lambda key: (
            type(key.post.account)
            .objects.using("builder")
            .filter(pk=key.post.account_id)
            .update(is_active=False)
        ),
        lambda key: _stopped(key.post),
    ],
    ids=["key ended", "key ran out", "system ended", "post ended", "account off", "post stopped"],
)
@pytest.mark.parametrize("ask", ["send", "list"])
def test_a_key_that_no_longer_counts_opens_nothing(key, spoil, ask):
    asking = Asking(key)
    assert asking.get("/api/v1/referrals").status_code == 200
    spoil(key)
    answer = asking.send(a_message("A-1")) if ask == "send" else asking.get("/api/v1/referrals")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert not rows(Contact).exists()


def _stopped(post):
    from mash.partnership.models import Dormant

    rows(Dormant).create(hub_id=post.hub_id, staff_id=post.pk, owner_ends=True, from_at=MONDAY_9AM)


@pytest.mark.parametrize("words", ["", "x", "a:b:c", "..", "é"])
def test_what_is_no_key_of_ours_opens_nothing(key, words):
    assert Asking(words=words).send(a_message("A-1")).status_code == 401
    assert Asking(words=words).get("/api/v1/referrals").status_code == 401
    assert Asking(words=words_of(key) + "x").get("/api/v1/referrals").status_code == 401


def test_a_key_with_another_s_post_opens_nothing(key):
    from mash.partnership.system_keys import signed_key

    other = StaffFactory(hub=key.hub, leads=True)
    forged = Asking(words=signed_key(key=key.pk, post=other.pk))
    assert forged.send(a_message("A-1")).status_code == 401
    assert forged.get("/api/v1/referrals").status_code == 401


@pytest.mark.parametrize("scope", list(Scope))
def test_a_system_does_what_its_scopes_say_and_nothing_else(scope):
    key = KeyFactory(system=SystemFactory(scopes=[scope]))
    sends, lists = Asking(key).send(a_message("A-1")), Asking(key).get("/api/v1/referrals")
    assert (sends.status_code == 201) is (scope == Scope.SEND)
    assert (lists.status_code == 200) is (scope == Scope.FOLLOW)
    assert {sends.status_code, lists.status_code} <= {200, 201, 403}


def test_the_hour_of_the_last_use_is_kept_once(key):
    for _ in range(3):
        Asking(key).get("/api/v1/referrals")
    Asking(key).send(a_message("A-1"))
    used = rows(KeyUsed).get()
    assert used.key_id == key.pk
    assert (used.hour.minute, used.hour.second) == (0, 0)


def test_a_use_that_was_undone_is_noted_by_the_next(key):
    noted = rows(KeyUsed).filter(key=key.pk).count()
    with as_service("front_door"), transaction.atomic():
        note_use(key=key, at=MONDAY_9AM)
        transaction.set_rollback(True)
    assert rows(KeyUsed).filter(key=key.pk).count() == noted
    with as_service("front_door"), transaction.atomic():
        note_use(key=key, at=MONDAY_9AM)
    assert rows(KeyUsed).filter(key=key.pk, hour=MONDAY_9AM).count() == 1


def test_one_referral_asks_the_database_few_times(key, django_assert_max_num_queries):
    one = Asking(key)
    one.send(a_message("A-1"))
    with django_assert_max_num_queries(20):
        assert one.send(a_message("A-2")).status_code == 201


@override_settings(MASH_API_A_MINUTE=3)
def test_a_key_that_asks_too_often_is_told_when_to_go_on(key):
    other = KeyFactory(system=key.system)
    statuses = [Asking(key).get("/api/v1/referrals").status_code for _ in range(3)]
    stopped = Asking(key).get("/api/v1/referrals")
    assert (statuses, stopped.status_code) == ([200] * 3, 429)
    assert 1 <= int(stopped.headers["Retry-After"]) <= 61
    assert Asking(other).get("/api/v1/referrals").status_code == 200


def test_a_session_is_nobody_here(key):
    from tests.factories.base import browser

    for path in ("/api/v1/referrals", "/api/v1/referrals/NF-7K3M-2Q9"):
        assert browser(key.post).get(path).status_code == 401


def test_another_method_is_told_what_is_served(key):
    client = Asking(key).client
    answer = client.delete("/api/v1/referrals", HTTP_AUTHORIZATION=f"Bearer {words_of(key)}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
