"""A session is found by its key until it ends, and never after."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from mash.partnership.session_store import SessionStore

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def key():
    begun = SessionStore()
    begun["post"] = "kept"
    begun.create()
    return begun.session_key


def test_a_session_is_found_by_its_key(key):
    found = SessionStore(key)
    assert found["post"] == "kept"
    assert found.session_key == key


def test_a_session_that_has_ended_is_begun_anew_under_another_key(key):
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    ended = SessionStore(key)
    assert "post" not in ended
    ended["post"] = "another"
    ended.save()
    assert ended.session_key not in {key, None}


def test_a_key_that_nobody_was_given_is_never_taken_up():
    made_up = SessionStore("k" * 32)
    assert "post" not in made_up
    made_up["post"] = "mine"
    made_up.save()
    assert made_up.session_key != "k" * 32


def test_one_session_is_not_another(key):
    other = SessionStore()
    other["post"] = "other"
    other.create()
    assert [SessionStore(one)["post"] for one in (key, other.session_key)] == ["kept", "other"]
