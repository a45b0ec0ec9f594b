"""Files are looked through by a listed service, once each; what is found is kept."""

import hashlib
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.utils import ProgrammingError

from mash.contact import jobs
from mash.contact.actions import look_through
from mash.contact.looking.scanners import Down, NotToBeTrusted, NoWord, OfTheDemo, Word
from mash.contact.models import Attachment, Looked, Outcome
from mash.desk.alerts.actions import tell_of_harm
from mash.desk.models import ClockAlert
from mash.ledger.models import Entry
from mash.partnership.models import Email
from tests.contact.hostile import TEST_FILE
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.files import AttachmentFactory, a_pdf, a_wave
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
MINUTE = timedelta(minutes=1)
SCRIPT = a_pdf(b"8 0 obj\n<< /S /JavaScript /JS (1) >>\nendobj\n")


def looked(at=MONDAY_9AM, scanner=None, **more):
    with in_service("scanner"):
        return look_through(scanner=scanner or OfTheDemo(), at=at, **more)


def words():
    return list(Looked.objects.using("builder").order_by("at", "pk"))


class Told(OfTheDemo):
    """The demo's scanner, made to behave as a test says: told the body, it returns or raises."""

    def __init__(self, says):
        self.says, self.asked = says, []

    def look(self, body):
        known = super().look(body)
        if TEST_FILE in body or len(body) < 50:
            return known  # it knows the files by which it is tried
        self.asked.append(body)
        return self.says(body, known)


def test_a_file_is_looked_through_once_with_who_when_and_in_which_edition():
    file = AttachmentFactory()
    assert (looked(), looked(MONDAY_9AM + MINUTE)) == (1, 0)
    (word,) = words()
    assert (word.attachment_id, word.outcome, word.scanner, word.version, word.sha256, word.at) == (
        file.pk, Outcome.CLEAN, "the demo’s scanner", "1", file.sha256, MONDAY_9AM,
    )  # fmt: skip
    line = Entry.objects.using("builder").get(event="file.looked_through")
    assert line.actor == "service:scanner"
    assert line.about == f"contact.attachment:{file.pk}"


def test_what_the_scanner_finds_is_harmful_and_what_our_rules_find_is_not_safe():
    AttachmentFactory(content=TEST_FILE, name="a.txt", media_type="text/plain")
    AttachmentFactory(content=SCRIPT)
    looked()
    assert {one.outcome: one.found[:24] for one in words()} == {
        "harmful": "EICAR test file",
        "unsafe": "It holds a program (Java",
    }


def test_the_oldest_is_looked_through_first_and_a_round_ends_in_time():
    newer, older = (
        AttachmentFactory(contact=ContactFactory(received_at=MONDAY_9AM - timedelta(days=day)))
        for day in (1, 9)
    )
    left = iter([True, False])
    assert looked(goes_on=lambda: next(left)) == 1
    assert [one.attachment_id for one in words()] == [older.pk]
    looked(MONDAY_9AM + MINUTE)
    assert [one.attachment_id for one in words()] == [older.pk, newer.pk]


def test_while_the_scanner_is_down_everything_waits_and_nothing_is_kept():
    AttachmentFactory()

    def away(*_):
        raise Down("nobody answers")

    assert looked(scanner=Told(away)) == 0
    assert words() == []
    assert looked(MONDAY_9AM + MINUTE) == 1


def test_one_that_cannot_be_looked_through_keeps_no_other_from_its_turn_and_waits_longer_each_time():
    slow = AttachmentFactory(
        contact=ContactFactory(received_at=MONDAY_9AM - timedelta(days=9)), content=a_wave()
    )
    AttachmentFactory()
    assert looked() == 1
    tries = [one.at for one in words() if one.attachment_id == slow.pk]
    assert tries == [MONDAY_9AM]
    for minute in range(1, 20):
        looked(MONDAY_9AM + MINUTE * minute)
    tries = [(one.at - MONDAY_9AM) // MINUTE for one in words() if one.attachment_id == slow.pk]
    assert tries == [0, 1, 3, 7, 15]


@pytest.mark.parametrize(
    "lie",
    [
        lambda body, known: Word("", hashlib.sha256(b"another").hexdigest()),
        lambda body, known: Word("a worm", hashlib.sha256(b"another").hexdigest()),
        lambda body, known: Word("", ""),
    ],
)
def test_a_word_on_other_bytes_is_no_word_on_this_file(lie):
    AttachmentFactory()
    assert looked(scanner=Told(lie)) == 0
    (word,) = words()
    assert (word.outcome, word.found) == ("failed", "the scanner spoke of other bytes than these")


def test_a_scanner_that_fails_its_trial_is_asked_about_nobodys_file():
    class Blind(OfTheDemo):
        def look(self, body):
            return Word("", hashlib.sha256(body).hexdigest())

    AttachmentFactory()
    with pytest.raises(NotToBeTrusted):
        looked(scanner=Blind())
    assert words() == []


def test_bytes_that_are_not_those_that_came_are_not_looked_through():
    AttachmentFactory(sha256="0" * 64)
    told = Told(lambda body, known: known)
    assert looked(scanner=told) == 0
    assert told.asked == []
    assert words()[0].outcome == "failed"


def test_two_rounds_at_once_leave_one_word_and_one_line():
    for _ in range(3):
        AttachmentFactory()
    inside, done = threading.Barrier(2, timeout=30), []

    def slowly(body, known):
        if not done:
            done.append(1)
            inside.wait()
            inside.wait()
        return known

    def first():
        try:
            looked(scanner=Told(slowly))
        finally:
            connection.close()
            connections["builder"].close()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    assert looked() == 0
    inside.wait()
    thread.join(timeout=60)
    assert len(words()) == 3
    assert Entry.objects.using("builder").filter(event="file.looked_through").count() == 3


def test_killed_between_the_scanners_word_and_the_record_it_is_looked_through_again():
    AttachmentFactory()

    def dies(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        looked(scanner=Told(dies))
    assert words() == []
    assert not Entry.objects.using("builder").filter(event="file.looked_through").exists()
    assert looked(MONDAY_9AM + MINUTE) == 1


def test_another_scanner_looks_through_everything_again_and_harm_is_never_forgotten():
    class Other(OfTheDemo):
        name = "another"

    AttachmentFactory()
    assert (looked(), looked(MONDAY_9AM + MINUTE, Other())) == (1, 1)
    assert {one.scanner for one in words()} == {"the demo’s scanner", "another"}


def test_the_job_asks_nobody_where_no_scanner_is_set_up(settings):
    AttachmentFactory()
    with in_service("scanner"):
        jobs.look_through_files()
    assert words() == []
    settings.MASH_SCANNER = "mash.contact.looking.scanners.OfTheDemo"
    with in_service("scanner"):
        jobs.look_through_files()
    assert len(words()) == 1


def test_the_job_bears_a_scanner_that_is_away(settings):
    AttachmentFactory()
    settings.MASH_SCANNER = "mash.contact.looking.scanners.ClamAV"
    settings.MASH_SCANNER_ADDRESS = "unix:/nobody/here"
    with in_service("scanner"):
        jobs.look_through_files()
    assert words() == []


# What PostgreSQL holds


def a_word(file, **more):
    said = {"hub_id": file.hub_id, "attachment": file, "contact_id": file.contact_id, "outcome": "clean"}
    return Looked(
        **said | {"scanner": "mine", "version": "1", "sha256": file.sha256, "at": MONDAY_9AM} | more
    )


def test_nobody_but_the_scanner_says_that_a_file_is_clean():
    file = AttachmentFactory()
    hub = file.hub
    for staff in (StaffFactory(hub=hub, whole_desk=True), StaffFactory(hub=hub, administrator=True)):
        with pytest.raises(ProgrammingError, match="row-level security"), signed_in_as(staff):
            Looked.objects.bulk_create([a_word(file)])
    for service in ("reminders", "front_door", "intake"):
        with pytest.raises(ProgrammingError, match="row-level security"), in_service(service):
            Looked.objects.bulk_create([a_word(file)])
    with in_service("scanner"):
        Looked.objects.bulk_create([a_word(file)])


def test_the_database_takes_no_word_on_other_bytes_or_for_another_contact():
    file, other = AttachmentFactory(), AttachmentFactory(content=a_wave())
    for wrong in (
        {"sha256": other.sha256},
        {"attachment": other},
        {"contact_id": other.contact_id},
        {"hub_id": HubFactory().pk},
    ):
        with pytest.raises(ProgrammingError, match="row-level security"), in_service("scanner"):
            Looked.objects.bulk_create([a_word(file, **wrong)])


def test_nobody_changes_a_word():
    file = AttachmentFactory(content=TEST_FILE)
    looked()
    with pytest.raises(ProgrammingError, match="permission denied"), in_service("scanner"):
        Looked.objects.filter(attachment=file).update(outcome="clean")
    with pytest.raises(ProgrammingError, match="permission denied"), in_service("scanner"):
        Looked.objects.filter(attachment=file).delete()
    with pytest.raises(ProgrammingError, match="permission denied"), in_service("scanner"):
        Attachment.objects.filter(pk=file.pk).update(body=b"a")


# Who is told


def test_the_manager_is_told_once_of_harm_and_of_nothing_else():
    hub = HubFactory()
    manager = StaffFactory(hub=hub, manager=True)
    contact = ContactFactory(hub=hub)
    for content in (TEST_FILE, b"x" + TEST_FILE, SCRIPT, a_pdf()):
        AttachmentFactory(contact=contact, content=content)
    looked()
    for minute in range(3):
        with in_service("reminders"):
            tell_of_harm(at=MONDAY_9AM + MINUTE * minute)
    (alert,) = ClockAlert.objects.using("builder").filter(to=manager)
    assert (alert.step, alert.contact_id) == ("harmful", contact.pk)
    mail = Email.objects.using("builder").get(to=manager.account.email)
    assert contact.reference in mail.subject
    assert "EICAR" not in mail.body + mail.subject


def test_no_word_is_said_twice_of_a_slow_file():
    AttachmentFactory()

    def slow(*_):
        raise NoWord("it took too long")

    assert looked(scanner=Told(slow)) == 0
    assert looked(scanner=Told(slow)) == 0
    assert len(words()) == 1
