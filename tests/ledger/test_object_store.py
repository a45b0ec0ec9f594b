"""An S3-compatible store as a witness: each root once, signed for, never written over, read by its first version."""

import base64
import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mash.ledger.models import Outside
from mash.ledger.s3 import Store
from mash.ledger.signing import Keys, signer
from mash.ledger.verifying import verify
from mash.ledger.witnesses import Refused, witnesses
from tests.factories.base import in_service
from tests.factories.partnership import MONDAY_9AM
from tests.ledger.test_witnesses import MARK, MINUTE, a_minute, deliver, known
from tests.object_store import KEY, SECRET, ObjectStore

pytestmark = pytest.mark.usefixtures("transactional_db")
FIRST, SECOND = "mash/0000000001.json", "mash/0000000002.json"


@pytest.fixture
def store(settings):
    settings.MASH_LEDGER_KEY = "5a" * 32
    settings.MASH_LEDGER_S3_KEY, settings.MASH_LEDGER_S3_SECRET = KEY, SECRET
    with ObjectStore().running() as found:
        settings.MASH_LEDGER_WITNESSES = [f"s3:{found.where()}"]
        yield found


def looked_through(store):
    with in_service("ledger_keeper"):
        return verify(keys=Keys([signer().public()]), held=Store(store.where()).held())


def test_each_root_is_one_object_without_a_word_of_a_line(store):
    roots = [a_minute(0), a_minute(1)]
    assert sorted(store.versions) == [FIRST, SECOND]
    assert known().upto == 2
    held = list(Store(store.where()).held())
    assert [one.statement.encode() for one in held] == [one.statement for one in roots]
    assert [one.leaves for one in held] == [bytes(one.leaves) for one in roots]
    assert MARK not in str(store.versions)
    assert looked_through(store).witnessed == 2


def test_a_root_given_twice_is_written_once(store):
    a_minute(0)
    Outside.objects.using("builder").update(upto=0)
    deliver(MONDAY_9AM + MINUTE)
    assert known().upto == 1
    assert len(store.versions[FIRST]) == 1


def test_another_root_under_the_number_is_refused_and_kept(store):
    root = a_minute(0, deliver=False)
    words = root.statement.decode().replace("lines: 1", "lines: 9")
    store.put(FIRST, other(root, words))
    deliver(MONDAY_9AM + MINUTE)
    assert (known().upto, known().problem) == (0, "holds another root 1")
    assert len(store.versions[FIRST]) == 1


def other(root, statement):
    leaves = base64.b64encode(bytes(root.leaves)).decode()
    return json.dumps({"statement": statement, "signature": root.signature, "leaves": leaves}).encode()


def test_what_was_written_over_a_root_is_seen_through(store):
    """Whoever rules the store writes another version: the first counts, and what the database says agrees with it."""
    root = a_minute(0)
    store.put(FIRST, other(root, root.statement.decode().replace("lines: 1", "lines: 9")))
    assert len(store.versions[FIRST]) == 2
    assert looked_through(store).found == []
    assert [one.statement.encode() for one in Store(store.where()).held()] == [root.statement]


def test_a_store_without_versions_shows_what_was_written_over_it(store):
    store.versioned = False
    root = a_minute(0)
    assert known().upto == 1
    assert looked_through(store).found == []
    store.put(FIRST, other(root, root.statement.decode().replace("lines: 1", "lines: 9")))
    assert looked_through(store).found


def test_a_root_that_was_taken_out_is_missed(store):
    a_minute(0)
    a_minute(1)
    del store.versions[FIRST]
    assert [str(one) for one in looked_through(store).found]


def test_a_store_of_many_roots_is_read_page_by_page(store):
    store.page = 2
    for number in range(5):
        a_minute(number)
    assert [one.number for one in Store(store.where()).held()] == [1, 2, 3, 4, 5]
    store.versioned = False
    assert [one.number for one in Store(store.where()).held()] == [1, 2, 3, 4, 5]


def test_an_object_is_locked_for_as_long_as_the_settings_say(store, settings):
    settings.MASH_LEDGER_WITNESSES = [f"s3:{store.where(lock_days=30)}"]
    a_minute(0)
    until = datetime.fromisoformat(store.locks[FIRST])
    assert timedelta(days=29) < until - datetime.now(UTC) < timedelta(days=31)
    settings.MASH_LEDGER_WITNESSES = [f"s3:{store.where()}"]


def test_a_store_that_cannot_write_once_is_no_witness(store):
    store.conditional = False
    a_minute(0)
    assert known().problem == "the store cannot write only where nothing is: no witness"
    assert store.versions == {}


def test_a_wrong_secret_is_said_and_nothing_is_written(store, settings):
    settings.MASH_LEDGER_S3_SECRET = "another"
    a_minute(0)
    assert known().problem == "the store answers SignatureDoesNotMatch"
    assert store.versions == {}


def test_a_store_that_is_down_or_broken_is_tried_again(store):
    store.fails = 500
    a_minute(0)
    assert (known().upto, known().problem) == (0, "the store answers InternalError")
    store.fails = 0
    deliver(MONDAY_9AM + 60 * MINUTE)
    assert (known().upto, known().problem) == (1, "")


def test_a_store_that_is_not_there_is_not_reached(settings, store):
    settings.MASH_LEDGER_WITNESSES = ["s3:http://127.0.0.1:9/roots/mash"]
    a_minute(0)
    assert known().upto == 0
    assert known().problem


def test_its_name_shows_no_secret(store):
    (one,) = witnesses()
    assert one.name == f"s3:{store.address}/roots/mash"
    assert SECRET not in str(vars(one))


@pytest.mark.parametrize(
    "where", ["", "bucket/prefix", "https://host", "ftp://host/bucket", "https://k:s@host/bucket"]
)
def test_an_address_that_cannot_be_read_is_refused(where):
    with pytest.raises(Refused, match="an s3 witness is"):
        Store(where)


def test_the_command_looks_through_what_a_store_holds(store):
    a_minute(0)
    out = StringIO()
    call_command("ledger", "verify", roots=f"s3:{store.where()}", stdout=out)
    assert "the witness holds every root up to 1" in out.getvalue()
    store.put(SECOND, b"{}")
    with pytest.raises(CommandError, match="is not a root"):
        call_command("ledger", "verify", roots=f"s3:{store.where()}", stdout=out)
