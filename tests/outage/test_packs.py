"""Packs for going on by hand: what is in one, what never is, and what happens where one cannot be made."""

import dataclasses
import io
import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from mash.common.pdf import to_pdf
from mash.desk.outage import drawing, making
from mash.desk.outage.drawing import drawn
from mash.desk.outage.reading import held_for
from mash.ledger.models import Entry
from mash.outage import actions, folder, policy, queries
from mash.outage.encrypting import NotOpened, encrypted, pages_of
from mash.outage.fitness import folder as looked_at_folder
from mash.outage.fitness import packs as looked_at_packs
from mash.outage.forms_on_paper import FORMS, number_of, read_number
from mash.outage.models import Pack, PackEnd, Passphrase
from mash.outage.under_lock import open_up
from mash.partnership.models import Account, Dormant, Restriction, Staff
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import AnswerFactory, CheckFactory, EnquiryFactory
from tests.factories.contact import ContactFactory, ReferrerFactory, SettlementFactory
from tests.factories.decision import people_of
from tests.factories.outage import PackEndFactory, PackFactory, PassphraseFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.people import InvolvementFactory, PersonFactory
from tests.outage.arriving import arrives
from tests.pango import needs_pango
from tests.pdf_ua import complaints

pytestmark = pytest.mark.usefixtures("transactional_db")
WORDS = "kettle-sand-mirror-77-plum"
OTHER = "harbour-quilt-4-lantern-oat"
B = "builder"


@pytest.fixture
def now(monkeypatch):
    moment = [MONDAY_9AM + timedelta(hours=3)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    return moment


@pytest.fixture
def one_copy_each(monkeypatch):
    """A pack holds each form once: what becomes of a pack is the same, and it is drawn in a third of the time."""
    monkeypatch.setattr(drawing, "FORMS", tuple(dataclasses.replace(one, copies=1) for one in FORMS))


@pytest.fixture
def hub():
    return HubFactory(prefix="PK")


@pytest.fixture
def manager(hub):
    return StaffFactory(hub=hub, manager=True)


@pytest.fixture
def place(tmp_path, settings):
    settings.MASH_OUTAGE_FOLDER = str(tmp_path)
    return tmp_path


def set_by(manager, words=WORDS, at=MONDAY_9AM):
    with signed_in_as(manager):
        return actions.set_passphrase(words=words, by=manager, at=at)


def made(now):
    return making.make_all(lambda: now[0])


def restrict(contact, manager):
    closed = Restriction(
        hub=contact.hub, contact_id=contact.pk, reference=contact.reference, why="A reason", by=manager,
        from_at=MONDAY_9AM,
    )  # fmt: skip
    Restriction.objects.using(B).bulk_create([closed])


def text_of(file, words=WORDS):
    reader = PdfReader(io.BytesIO(Path(file).read_bytes()))
    assert reader.decrypt(words)
    return "\n".join(page.extract_text() for page in reader.pages)


def flat(text):
    return "".join(text.split()).casefold()


def events(name="outage."):
    return list(Entry.objects.using(B).filter(event__startswith=name).order_by("at", "event"))


# What is in one


@needs_pango
def test_a_pack_opens_with_its_passphrase_alone_and_holds_what_is_open(now, hub, manager, place):
    contact = ContactFactory(hub=hub, received_at=MONDAY_9AM)
    set_by(manager)
    [pack] = made(now)
    [file] = place.iterdir()
    assert file.name == "outage-PK-2611021200.pdf"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (pack.contacts, pack.size) == (1, file.stat().st_size)
    with pytest.raises(NotOpened, match="passphrase"):
        pages_of(file.read_bytes(), OTHER)
    with pytest.raises(NotOpened, match="passphrase"):
        pages_of(file.read_bytes())
    assert pages_of(file.read_bytes(), WORDS) == pack.pages
    body = file.read_bytes()
    assert b"Okafor" not in body
    assert b"/AESV3" in body
    text = flat(text_of(file))
    for words in (contact.reference, "OKAFOR, Daniel", "without a coat", hub.name, manager.account.name):
        assert flat(words) in text, words
    for one in range(1, sum(form.copies for form in FORMS) + 1):
        assert flat(number_of(pack.number, one)) in text
    assert flat(f"Page 1 of {pack.pages}") in text
    assert flat("Which questions") not in text
    assert flat("Section 47 enquiry") in text  # the outcomes of the hub
    [line] = events("outage.pack_made")
    assert line.actor == "service:outage"
    assert line.detail["sha256"] == pack.sha256
    assert line.detail["in_the_name_of"] == str(manager.pk)


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
def test_nothing_that_is_withheld_stands_in_a_pack(now, hub, manager, place):
    protected = {
        "role": "child", "given": "Ama", "family": "Quaye", "born_on": "2015-02-03",
        "address": {"lines": ["17 Hidden Row"], "postcode": "ZZ99 3WZ", "protected": True},
    }  # fmt: skip
    case = arrives(hub, protected, "They live at 17 Hidden Row, ZZ99 3WZ, and the father looks for them.")
    closed = ContactFactory(hub=hub, people=[{"role": "child", "given": "Restricted", "family": "Zimbalist"}])
    restrict(closed, manager)
    own = ContactFactory(hub=hub, people=[{"role": "child", "given": "Conflicted", "family": "Yarborough"}])
    AccessFactory(hub=hub, staff=manager, contact_id=own.pk, bars=True)
    public = ContactFactory(hub=hub, from_public=True)
    ReferrerFactory(contact=public, hub=hub, name="Neighbour Xanthopoulos", phone="020 7946 0555")
    elsewhere = ContactFactory(people=[{"role": "child", "given": "Faraway", "family": "Wolstenholme"}])
    open_case = ContactFactory(hub=hub)
    asked = EnquiryFactory(check_asked=CheckFactory(contact=open_case))
    AnswerFactory(enquiry=asked, text="Shared word of the school.")
    set_by(manager)
    made(now)
    [file] = place.iterdir()
    text = flat(text_of(file))
    assert flat(case.reference) in text
    assert flat("Protected: held, and not on paper") in text
    assert flat("Shared word of the school") in text
    assert flat("whom is not named") not in text
    for hidden in (
        "17 Hidden Row", "ZZ99 3WZ", "Zimbalist", "Yarborough", "Xanthopoulos", "7946 0555", "Wolstenholme",
        closed.reference, own.reference, elsewhere.reference,
    ):  # fmt: skip
        assert flat(hidden) not in text, hidden


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
def test_a_pack_says_nothing_of_whether_anything_is_restricted(now, hub, manager, place):
    ContactFactory(hub=hub)
    set_by(manager)
    made(now)
    [first] = place.iterdir()
    before = text_of(first)
    first.unlink()
    closed = ContactFactory(hub=hub, received_at=MONDAY_9AM, people=[{"role": "child", "given": "Zed"}])
    restrict(closed, manager)
    with in_service("outage"):
        pack = queries.newest_written(hub.pk)
    with signed_in_as(manager):
        again = drawn(manager, pack.number, pack.at)
    assert again.contacts == 1
    assert "Zed" not in again.html
    assert closed.reference not in again.html + before


@needs_pango
def test_what_earlier_contacts_say_is_left_out_since_a_restricted_one_may_be_among_them(
    now, hub, manager, place
):
    person = PersonFactory(hub=hub)
    for days, reference in ((40, "S-EARLIER"), (0, "S-NOW")):
        contact = ContactFactory(
            hub=hub, received_at=MONDAY_9AM - timedelta(days=days), sender_reference=reference
        )
        SettlementFactory(contact_person=people_of(contact)[0], hub=hub, person=person, answer="known")
        if days:
            restrict(contact, manager)
    InvolvementFactory(person=person, hub=hub, plan="Child in need", worker_name="Ines Duarte")
    with signed_in_as(manager):
        [row] = [one.row for one in held_for(manager, now[0]).cases]
        pack = drawn(manager, "PK-2611021200", now[0])
    assert "Repeat in 12 months" in row.badges
    assert "Repeat" not in pack.html
    assert "Ines Duarte" in pack.html


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
def test_a_pack_is_read_out_like_every_paper_once_it_is_open(now, hub, manager, place):
    ContactFactory(hub=hub, received_at=MONDAY_9AM)
    set_by(manager)
    made(now)
    [file] = place.iterdir()
    reader = PdfReader(io.BytesIO(file.read_bytes()))
    reader.decrypt(WORDS)
    opened = io.BytesIO()
    PdfWriter(clone_from=reader).write(opened)
    assert complaints(opened.getvalue()) == []


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
@pytest.mark.parametrize("ended", ["the post", "the account", "its use"])
def test_no_pack_is_made_in_the_name_of_whoever_is_gone(now, hub, manager, place, ended):
    set_by(manager)
    if ended == "the post":
        Staff.objects.using(B).filter(pk=manager.pk).update(until_at=now[0] - timedelta(seconds=1))
    elif ended == "the account":
        Account.objects.using(B).filter(pk=manager.account_id).update(is_active=False)
    else:
        gone = Dormant(hub=hub, staff=manager, owner_ends=False, why="Left", from_at=MONDAY_9AM)
        Dormant.objects.using(B).bulk_create([gone])
    [pack] = made(now)
    assert "does not manage the hub any more" in pack.refused
    assert list(place.iterdir()) == []
    with in_service("outage"):
        assert any("set another" in words for words in queries.standing(hub, now[0]).wrong)
    PassphraseFactory(by=StaffFactory(hub=hub, manager=True), at=now[0] + timedelta(seconds=1))
    with in_service("outage"):
        assert queries.standing(hub, now[0] + timedelta(seconds=2)).wrong == ()


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
def test_two_workers_never_make_packs_at_the_same_time(now, hub, manager, place, administrator):
    set_by(manager)
    taken = administrator.execute(
        "SELECT pg_try_advisory_lock(hashtextextended('outage packs', 0))"
    ).fetchone()
    assert taken == (True,)
    assert made(now) == []
    administrator.execute("SELECT pg_advisory_unlock_all()")
    assert len(made(now)) == 1
    taken = administrator.execute(
        "SELECT pg_try_advisory_lock(hashtextextended('outage packs', 0))"
    ).fetchone()
    assert taken == (True,)  # given back


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
def test_it_follows_the_manager_who_loses_the_post(now, hub, manager, place):
    ContactFactory(hub=hub)
    set_by(manager)
    Staff.objects.using(B).filter(pk=manager.pk).update(duties=["screen"])
    [pack] = made(now)
    assert "does not manage the hub any more" in pack.refused
    assert list(place.iterdir()) == []
    now[0] += timedelta(minutes=5)
    assert made(now) == []  # tried again after a quarter of an hour
    now[0] += timedelta(minutes=11)
    assert len(made(now)) == 1


# When, and what becomes of the old ones


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
def test_one_is_made_each_hour_at_once_under_a_new_passphrase_and_the_old_are_taken_away(
    now, hub, manager, place, settings
):
    settings.MASH_OUTAGE_HOURS = 2
    set_by(manager)
    assert len(made(now)) == 1
    now[0] += timedelta(minutes=30)
    assert made(now) == []
    now[0] += timedelta(minutes=25)
    assert len(made(now)) == 1
    set_by(manager, OTHER, at=now[0] + timedelta(minutes=1))
    now[0] += timedelta(minutes=5)
    assert len(made(now)) == 1
    _first, second, third = sorted(place.iterdir())
    assert pages_of(second.read_bytes(), WORDS) == pages_of(third.read_bytes(), OTHER)
    with pytest.raises(NotOpened):
        pages_of(third.read_bytes(), WORDS)
    now[0] += timedelta(hours=6)
    (place / "something-else.pdf").write_bytes(b"kept")
    (place / "outage-ZZ-2001010000.pdf").write_bytes(b"of another hub")
    [newest] = made(now)
    assert sorted(one.name for one in place.iterdir()) == [
        f"outage-{newest.number}.pdf", "outage-ZZ-2001010000.pdf", "something-else.pdf",
    ]  # fmt: skip
    removed = PackEnd.objects.using(B).filter(what="removed")
    assert removed.count() == 3
    assert len(events("outage.pack_removed")) == 3


def test_the_newest_pack_stays_however_old_it_is(tmp_path):
    (tmp_path / "outage-PK-2001010000.pdf").write_bytes(b"old")
    assert folder.lying(str(tmp_path), "PK") == ["PK-2001010000"]
    assert folder.lying(str(tmp_path / "nowhere"), "PK") == []
    assert folder.lying(str(tmp_path), "P") == []


# Where none can be made


def test_without_a_folder_or_pango_it_says_so_and_the_page_is_loud(now, hub, manager, settings, monkeypatch):
    settings.MASH_OUTAGE_FOLDER = ""
    set_by(manager)
    [pack] = made(now)
    assert "No folder is set" in pack.refused
    page = browser(manager).get(reverse("outage:packs")).content.decode()
    assert "could not go on by hand" in page
    assert "No folder is set" in page
    assert [one.id for one in looked_at_folder()] == ["mash.W092"]
    monkeypatch.setattr(making, "can_make_pdf", lambda: False)
    settings.MASH_OUTAGE_FOLDER = "/nowhere"
    now[0] += timedelta(minutes=16)
    [pack] = made(now)
    assert "makes no PDF" in pack.refused


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
@pytest.mark.parametrize("wrong", ["missing", "a file", "full"])
def test_a_folder_that_takes_nothing_is_said_and_nothing_half_written_stays(
    now, hub, manager, place, settings, monkeypatch, wrong
):
    ContactFactory(hub=hub)
    set_by(manager)
    if wrong == "missing":
        settings.MASH_OUTAGE_FOLDER = str(place / "gone")
    elif wrong == "a file":
        (place / "plain").write_text("")
        settings.MASH_OUTAGE_FOLDER = str(place / "plain")
    else:

        def full(_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
    made(now)
    assert list(place.rglob("*outage*")) == []
    [end] = PackEnd.objects.using(B).all()
    assert end.what == "failed"
    if wrong == "full":
        assert "No space left" in end.why
    with in_service("outage"):
        assert any("took no pack" in words for words in queries.standing(hub, now[0]).wrong)


def test_a_process_that_is_killed_leaves_no_pack_and_the_next_one_clears_up(tmp_path):
    program = (
        "import os, signal\n"
        "from mash.outage import folder\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"folder.write({str(tmp_path)!r}, 'PK-2611021200', b'x' * 5000)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -9
    assert list(tmp_path.glob("*.pdf")) == []
    assert folder.lying(str(tmp_path), "PK") == []
    assert len(list(tmp_path.iterdir())) == 1
    folder.clear_unfinished(str(tmp_path), "PK")
    assert list(tmp_path.iterdir()) == []


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
def test_nothing_is_written_where_the_record_cannot_be(now, hub, manager, place, monkeypatch):
    set_by(manager)

    def broken(*_, **__):
        raise DatabaseError("the ledger is locked")

    monkeypatch.setattr("mash.outage.actions.keeping.record", broken)
    with pytest.raises(DatabaseError):
        made(now)
    assert list(place.iterdir()) == []


@needs_pango
@pytest.mark.usefixtures("one_copy_each")
def test_one_hub_that_fails_keeps_no_other_from_its_pack(now, hub, manager, place, monkeypatch):
    other = StaffFactory(hub=HubFactory(prefix="QK", name="Another hub"), manager=True)
    set_by(manager)
    set_by(other)
    really = making.drawn

    def falls(staff, *rest):
        if staff.hub_id == hub.pk:
            raise RuntimeError("something unforeseen")
        return really(staff, *rest)

    monkeypatch.setattr(making, "drawn", falls)
    packs = made(now)
    assert sorted(bool(one.number) for one in packs) == [False, True]
    assert [one.name[:9] for one in place.iterdir()] == ["outage-QK"]


# The passphrase


@pytest.mark.parametrize(
    "words",
    ["short-one", "a" * 30, "abcabcabcabcabcabcabcabc", "passwordpasswordpassword", " leading-space-and-long-12345",
     "safeguarding-hub-mash-council", "ü" * 10 + "abcdefghijklmnopqrst" * 6, "line\nbreak-and-long-enough-77"],
)  # fmt: skip
def test_a_weak_passphrase_is_refused(manager, words):
    with signed_in_as(manager), pytest.raises(actions.TooWeak):
        actions.set_passphrase(words=words, by=manager, at=MONDAY_9AM)
    assert not Passphrase.objects.using(B).exists()


def test_a_passphrase_is_kept_under_lock_and_stands_nowhere_in_clear(manager):
    row = set_by(manager)
    assert WORDS.encode() not in bytes(row.body)
    assert open_up(row) == WORDS
    assert all(WORDS not in str(vars(one)) for one in events())
    moved = Passphrase(hub_id=row.hub_id, nonce=row.nonce, body=row.body, by=manager, at=MONDAY_9AM)
    with pytest.raises(InvalidTag):
        open_up(moved)


@pytest.mark.parametrize("trait", ["screener", "decider", "cleared", "auditor", "administrator", "answerer"])
def test_who_does_not_manage_the_hub_sees_and_sets_nothing(hub, manager, trait):
    row = PassphraseFactory(by=manager)
    PackEndFactory(pack=PackFactory(passphrase=row))
    other = StaffFactory(hub=hub, **{trait: True})
    client = browser(other)
    assert client.get(reverse("outage:packs")).status_code == 403
    with signed_in_as(other):
        assert not policy.may_keep(other)
        assert not any(model.objects.exists() for model in (Passphrase, Pack, PackEnd))
    with signed_in_as(other), pytest.raises(DatabaseError):
        Passphrase.objects.bulk_create([Passphrase(hub=hub, by=other, nonce=b"n", body=b"b", at=MONDAY_9AM)])


def test_the_manager_of_another_hub_sees_nothing_and_nobody_writes_a_pack_by_hand(hub, manager):
    row = PassphraseFactory(by=manager)
    PackEndFactory(pack=PackFactory(passphrase=row))
    stranger = StaffFactory(manager=True)
    with signed_in_as(stranger):
        assert not any(model.objects.exists() for model in (Passphrase, Pack, PackEnd))
        assert not Passphrase.objects.filter(policy.packs_readable_by(stranger)).exists()
    with signed_in_as(manager):
        assert Pack.objects.filter(policy.packs_readable_by(manager)).count() == 1
    for change in (
        lambda: Pack.objects.bulk_create([Pack(hub=hub, refused="by hand", at=MONDAY_9AM)]),
        lambda: Pack.objects.update(contacts=0),
        lambda: Passphrase.objects.update(at=MONDAY_9AM),
    ):
        with signed_in_as(manager), pytest.raises(DatabaseError):
            change()


def test_setting_it_asks_to_sign_in_again(hub, manager):
    answer = browser(manager).get(reverse("outage:passphrase"))
    assert answer.status_code in (302, 403)


# What the doctor and the command say


def test_the_doctor_says_which_hub_has_no_pack_and_which_is_too_old(now, hub, manager, place):
    assert any("No passphrase is set" in one.msg for one in looked_at_packs())
    row = PassphraseFactory(by=manager, at=now[0] - timedelta(hours=5))
    assert any("No pack has been written" in one.msg for one in looked_at_packs())
    PackEndFactory(pack=PackFactory(passphrase=row, at=now[0] - timedelta(hours=3)))
    assert any("older than it should be" in one.msg for one in looked_at_packs())
    PackEndFactory(pack=PackFactory(passphrase=row, at=now[0] - timedelta(minutes=50)))
    assert looked_at_packs() == []
    place.chmod(0o700)
    assert [one.id for one in looked_at_folder()] in ([], ["mash.W094"])


@needs_pango
def test_the_command_says_whether_a_pack_opens(tmp_path, monkeypatch):
    file = tmp_path / "pack.pdf"
    file.write_bytes(encrypted(to_pdf("<html lang=en><title>A</title><p>word"), WORDS))
    said = io.StringIO()
    monkeypatch.setattr("getpass.getpass", lambda _: WORDS)
    call_command("outage", "check", str(file), stdout=said)
    assert "opens, 1 pages" in said.getvalue()
    monkeypatch.setattr("getpass.getpass", lambda _: OTHER)
    with pytest.raises(CommandError, match="does not open it"):
        call_command("outage", "check", str(file))
    for body in (b"", b"no PDF", file.read_bytes()[:400]):
        file.write_bytes(body)
        with pytest.raises(CommandError, match="no whole PDF"):
            call_command("outage", "check", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("outage", "check", str(tmp_path / "none"))


def test_a_number_is_read_in_any_spelling():
    for typed in ("PK-2611021200-03", "pk 2611021200 03", "PK261102120003"):
        assert str(read_number(typed)) == "PK-2611021200-03"
    assert str(read_number("pk-2611021200-03b")) == "PK-2611021200-03B"
    for wrong in ("", "03", "PK-2613021200-03", "PK-2611021200", "PK-2611021200-3-4"):
        assert read_number(wrong) is None
