"""Witnesses outside: each gets every root once, in order, without a word of anybody; one that fails is tried again."""

import re
import shutil
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core import mail
from procrastinate.contrib.django import app

from mash.ledger import jobs, signing
from mash.ledger.actions import record, witnessing
from mash.ledger.models import Outside, Root
from mash.ledger.witnesses import Refused, held_in, read
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.ledger.conftest import looked_through, make_root

pytestmark = pytest.mark.usefixtures("transactional_db")

MINUTE = timedelta(minutes=1)
MARK = "zq*"  # in no hash: two letters alone stand in base64 now and then


def a_minute(number, *, deliver=True):
    staff = StaffFactory(screener=True)
    with signed_in_as(staff):
        record(
            "contact.seen",
            about=f"contact.contact:{MARK}x",
            at=MONDAY_9AM,
            hub_id=staff.hub_id,
            why=f"{MARK}why",
        )
    return make_root(MONDAY_9AM + number * MINUTE, deliver=deliver)


def deliver(at):
    with in_service("ledger_keeper"):
        return witnessing.deliver(at=at)


def known():
    return Outside.objects.using("builder").get()


def test_a_folder_holds_every_root_as_it_was_signed_and_no_word_of_a_line(witness):
    roots = [a_minute(0), a_minute(1)]
    held = list(held_in(witness))
    assert [one.number for one in held] == [1, 2]
    assert [one.statement.encode() for one in held] == [one.statement for one in roots]
    for file in witness.iterdir():
        assert MARK not in file.read_text()
        assert not file.stat().st_mode & 0o222


def test_a_folder_that_holds_another_root_says_so_and_keeps_it(witness):
    a_minute(0)
    first = witness / "0000000001.json"
    kept = first.read_text().replace("lines: 1", "lines: 9")
    first.chmod(0o600)
    first.write_text(kept)
    Outside.objects.using("builder").update(upto=0)
    deliver(MONDAY_9AM + MINUTE)
    assert (known().upto, known().problem) == (0, "holds another root 1")
    assert first.read_text() == kept


def test_a_root_that_was_delivered_before_the_database_knew_is_held_once(witness):
    a_minute(0)
    Outside.objects.using("builder").update(upto=0)
    assert list(deliver(MONDAY_9AM).values()) == [1]
    assert (known().problem, len(list(witness.iterdir()))) == ("", 1)


def test_a_witness_that_cannot_be_reached_is_tried_again_later_and_gets_what_it_missed(witness):
    witness.write_text("not a folder")
    a_minute(0)
    at = MONDAY_9AM + MINUTE
    assert (known().upto, known().tries, known().problem) == (0, 1, "FileExistsError")
    witness.unlink()
    deliver(at)
    assert known().upto == 0, "not before its time"
    a_minute(1, deliver=False)
    deliver(at + 2 * MINUTE)
    assert (known().upto, known().tries, known().problem) == (2, 0, "")
    assert looked_through(witness).found == []


def test_one_witness_that_fails_keeps_no_root_from_another(witness, settings, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder")
    settings.MASH_LEDGER_WITNESSES = [f"file:{blocked}", f"file:{witness}"]
    a_minute(0)
    assert [one.number for one in held_in(witness)] == [1]


def test_an_e_mail_goes_once_an_hour_with_the_newest_root_and_nothing_else(witness, settings, tmp_path):
    settings.MASH_LEDGER_WITNESSES = ["mailto:witness@elsewhere.example"]
    for number in range(4):
        root = a_minute(number)
    assert len(mail.outbox) == 1
    deliver(MONDAY_9AM + timedelta(hours=1))
    assert len(mail.outbox) == 2
    sent = mail.outbox[1]
    assert sent.to == ["witness@elsewhere.example"]
    assert sent.body == f"{root.statement.decode()}signature: {root.signature}\n"
    names = "OpenMASH ledger root|number|made|lines|root|before|span|snapshot|key|signature"
    assert all(re.fullmatch(rf"({names}): [0-9a-fT:.,+-]*", line) for line in sent.body.splitlines())


def test_what_was_sent_by_e_mail_checks_the_roots_it_tells_of(witness, settings, tmp_path, administrator):
    settings.MASH_LEDGER_WITNESSES = ["mailto:witness@elsewhere.example"]
    a_minute(0)
    a_minute(1)
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "one.txt").write_text(mail.outbox[0].body)
    assert looked_through(folder).found == []
    administrator.execute("UPDATE ledger_root SET signature = repeat('0', 128) WHERE number = 1")
    assert ("witness", 1) in {(str(one.kind), one.number) for one in looked_through(folder).found}


class Remembering:
    """A deployment's own witness."""

    took = []
    every = timedelta(0)

    def __init__(self, where):
        self.name = where

    def take(self, root):
        self.took.append((self.name, root.number))


def test_a_deployment_names_a_class_of_its_own(witness, settings):
    settings.MASH_LEDGER_WITNESSES = [f"{__name__}.Remembering:a vault"]
    a_minute(0)
    assert Remembering.took == [("a vault", 1)]


@pytest.mark.parametrize(
    "words", ["", "{}", "[]", '{"statement": "number: 1", "signature": "", "leaves": ""}']
)
def test_a_file_that_is_no_root_is_named(tmp_path, words):
    file = tmp_path / "0000000001.json"
    file.write_text(words)
    with pytest.raises(Refused, match=r"0000000001\.json is not a root"):
        read(file)


# The key


def test_the_key_comes_from_a_file_where_one_is_named(witness, settings, tmp_path):
    key = Ed25519PrivateKey.generate()
    file = tmp_path / "key.pem"
    pem, form, none = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(key.private_bytes(pem, form, none))
    settings.MASH_LEDGER_KEY_FILE, settings.MASH_LEDGER_SIGNER = str(file), "mash.ledger.signing.FromFile"
    assert a_minute(0).key == signing.id_of(key.public_key())
    assert looked_through(witness).found == []


@pytest.mark.parametrize("words", ["", "not a key"])
def test_a_file_without_a_key_is_said(settings, tmp_path, words):
    file = tmp_path / "key.pem"
    file.write_text(words)
    settings.MASH_LEDGER_KEY_FILE, settings.MASH_LEDGER_SIGNER = str(file), "mash.ledger.signing.FromFile"
    with pytest.raises(signing.NoKey, match="MASH_LEDGER_KEY_FILE"):
        signing.signer()


def test_a_key_is_changed_and_what_the_old_one_signed_still_counts(witness, settings, tmp_path):
    a_minute(0)
    old = signing.written(signing.signer().public())
    settings.MASH_LEDGER_KEY = "7c" * 32
    a_minute(1)
    both = tmp_path / "keys.pem"
    both.write_text(old + signing.written(signing.signer().public()))
    assert len(signing.Keys.in_file(both).known) == 2
    assert [str(one.kind) for one in looked_through(witness).found] == ["signature"]


# The jobs


def test_the_jobs_make_a_root_each_minute_and_deliver_it(witness):
    a_staff = StaffFactory(screener=True)
    with signed_in_as(a_staff):
        record("contact.seen", about="x", at=MONDAY_9AM)
    for work in (jobs.make_root, jobs.deliver_roots):
        name = f"mash.ledger.jobs.{work.__name__}"
        assert app.tasks[name].queueing_lock == name
        app.tasks[name].func(0)
    assert Root.objects.using("builder").get().count == 1
    assert len(list(held_in(witness))) == 1
    shutil.rmtree(witness)


def test_the_job_without_a_key_makes_no_root_and_fails_nothing(witness, settings):
    settings.MASH_LEDGER_KEY = ""
    app.tasks["mash.ledger.jobs.make_root"].func(0)
    assert not Root.objects.using("builder").exists()
