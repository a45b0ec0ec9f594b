"""A mailbox is read: each e-mail once, moved only once it is kept, refused in the open, answered if the hub says so."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from mash.common.identity import as_service
from mash.ledger.models import Entry
from mash.mail import boxes, reading
from mash.mail.actions import read_box
from mash.mail.fitness import answering, mailboxes
from mash.mail.jobs import read_the_mail
from mash.mail.models import Acknowledging, Enclosed, Kind, Mail
from mash.partnership.models import Email
from tests.contact.hostile import PDF, a_pdf
from tests.factories.mail import an_email
from tests.factories.partnership import HubFactory, StaffFactory
from tests.mail.imap_server import PASSWORD, mail_server

pytestmark = pytest.mark.usefixtures("transactional_db")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SENT = datetime(2026, 12, 1, 9, tzinfo=UTC)
B = "builder"


@pytest.fixture
def hub():
    return HubFactory(prefix="MB")


@pytest.fixture
def server(hub, settings):
    with mail_server() as running:
        point_to(running, settings)
        yield running


def point_to(server, settings, **more):
    settings.MASH_MAIL = {"MB": server.address}
    settings.MASH_MAIL_PASSWORDS = {"MASH_MAIL_PASSWORD_MB": PASSWORD} | more


def read(settings):
    (box,) = boxes.read(settings.MASH_MAIL, settings.MASH_MAIL_PASSWORDS)
    with as_service("mail_room"):
        return read_box(box, now=lambda: NOW)


def mails():
    return list(Mail.objects.using(B).order_by("received_at", "uid"))


def test_each_email_is_taken_once_and_moved_after_it_is_kept(server, settings, hub):
    manager = StaffFactory(hub=hub, manager=True)
    whole, hostile = (
        an_email(files=[("a.pdf", PDF, a_pdf())]),
        an_email("Open this", files=[("a.exe", PDF, b"MZ")]),
    )
    large = an_email(Message_ID="<large@example.org>", Subject="Large") + b"x" * (reading.LARGEST + 1)
    for raw in (whole, hostile, large, whole):
        server.put(raw)
    found = read(settings)
    assert (found.taken, found.known, found.refused, found.left) == (3, 1, 1, 0)
    assert server.lying("INBOX") == []
    assert server.lying("Done") == [whole, hostile, whole]
    assert server.lying("Refused") == [large]
    assert server.most_sent <= reading.LARGEST + 1

    first, second, third = mails()
    assert (first.received_at, first.read_at, first.uid_validity) == (SENT, NOW, "7")
    assert [one.kind for one in (first, second, third)] == [Kind.PERSON, Kind.PERSON, Kind.TOO_LARGE]
    assert (third.subject, third.words) == ("Large", "")
    files = Enclosed.objects.using(B)
    assert bytes(files.get(mail=first).body) == a_pdf()
    assert files.get(mail=second).refused == reading.NOT_TAKEN
    assert bytes(files.get(mail=second).body) == b""
    told = Email.objects.using(B).filter(account=manager.account)
    assert {one.page for one in told} == {f"/e-mail/{one.pk}/" for one in (second, third)}
    assert not Email.objects.using(B).filter(account=None).exists()
    lines = Entry.objects.using(B).filter(event="mail.received")
    assert lines.count() == 3


@pytest.mark.parametrize("can", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_what_could_not_be_moved_is_read_again_and_changes_nothing(hub, settings, can):
    with mail_server(can=can) as server:
        point_to(server, settings)
        server.put(an_email(), date="01-Jan-2099 09:00:00 +0000")
        server.cannot_move = True
        assert (read(settings).left, len(server.lying("INBOX"))) == (1, 1)
        server.cannot_move = False
        again = read(settings)
        assert (again.taken, again.known, len(server.lying("Done"))) == (0, 1, 1)
        assert read(settings).known == 0
    (mail,) = mails()
    assert mail.received_at == NOW  # a moment that has not come counts as now


def test_an_email_is_answered_with_its_reference_alone_where_the_hub_says_so(server, settings, hub):
    def answers():
        return list(Email.objects.using(B).filter(account=None).order_by("queued_at", "pk"))

    server.put(an_email(Message_ID="<0@example.org>"))
    read(settings)
    assert not answers()
    by = StaffFactory(hub=hub, manager=True)
    Acknowledging.objects.using(B).create(hub=hub, on=True, by=by, at=NOW)
    server.put(an_email("A reply", Auto_Submitted="auto-replied"))
    server.put(an_email("From a system", Auto_Submitted="auto-generated"))
    read(settings)
    assert not answers()
    for n in range(1, 8):
        server.put(an_email(Message_ID=f"<{n}@example.org>"))
    read(settings)
    sent = answers()
    assert len(sent) == 5  # a day, to one sender
    references = {one.reference for one in mails() if one.acknowledged}
    for one in sent:
        assert one.to == "ines@fernbank.example.org"
        assert one.subject.removeprefix("Received: reference ") in references
        assert not {"Daniel", "Okafor", "coat", "pupil"} & set(one.body.replace(".", " ").split())


def test_the_command_and_the_job_read_and_say_what_is_wrong(server, settings, capsys):
    server.put(an_email())
    call_command("mail", "read")
    assert "1 new, 0 already here" in capsys.readouterr().out
    with as_service("mail_room"):
        read_the_mail()
    assert answering() == mailboxes() == []
    with pytest.raises(CommandError, match="no mailbox is set for XX"):
        call_command("mail", "read", "--hub", "XX")
    settings.MASH_MAIL_PASSWORDS = {"MASH_MAIL_PASSWORD_MB": "wrong"}
    with pytest.raises(CommandError, match="not every mailbox"):
        call_command("mail", "read")
    said = capsys.readouterr().err
    assert "does not let intake@hub.example in" in said
    assert "wrong" not in said
    assert [one.id for one in answering()] == ["mash.W091"]
    settings.MASH_MAIL_PASSWORDS = {}
    assert [one.id for one in mailboxes()] == ["mash.E090"]
    with as_service("mail_room"):
        read_the_mail()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("imap://a@mail.example/INBOX", "without encryption"),
        ("imaps://a:secret@mail.example/INBOX", "holds a password"),
        ("imaps://mail.example/INBOX", "is not imaps://"),
        ("pop3://a@mail.example/INBOX", "is not imaps://"),
        ("imaps://a@mail.example:x/INBOX", "cannot be read"),
        ("imaps://a@mail.example/Done", "three folders"),
        ("imaps://a@mail.example/INBOX?donne=x", "not known: donne"),
    ],
)
def test_a_mailbox_that_is_not_said_as_it_must_be_is_refused(address, why):
    with pytest.raises(boxes.NotSet, match=why) as refused:
        boxes.read({"MB": address}, {"MASH_MAIL_PASSWORD_MB": "x"})
    assert "secret" not in str(refused.value)


def test_a_password_may_stand_in_a_file(tmp_path):
    file = tmp_path / "password"
    file.write_text("from a file\n")
    (box,) = boxes.read({"MB": "imaps://a@mail.example"}, {"MASH_MAIL_PASSWORD_FILE_MB": str(file)})
    assert (box.password, box.port, box.folder) == ("from a file", 993, "INBOX")
    assert "from a file" not in repr(box)
