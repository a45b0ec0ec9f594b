"""Who opens a clean file, and that nobody opens any other: the rule, its filter, row-level security, and the page."""

import hashlib
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.contact import file_queries, policy
from mash.contact.looking.scanners import TEST_FILE, OfTheDemo
from mash.contact.models import Attachment, ContactPerson
from mash.ledger.models import Entry
from mash.partnership.models import Restriction
from tests.contact.hostile import corpus
from tests.contact.test_harm import EVERY
from tests.contact.test_looking import looked
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.files import AttachmentFactory, LookedFactory, a_pdf, sound_files
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
TOKEN = re.compile(
    rb'(csrfmiddlewaretoken"[^>]*value="|X-CSRFToken[^A-Za-z0-9]+|"token": ")[A-Za-z0-9]{32,64}'
)
DEMO = "mash.contact.looking.scanners.OfTheDemo"


@pytest.fixture(autouse=True)
def _a_scanner(settings):
    settings.MASH_SCANNER = DEMO


def clean(**more):
    return LookedFactory(attachment=AttachmentFactory(**more)).attachment


def asked(client, file):
    return client.get(reverse("contact:open_file", args=[file if isinstance(file, uuid.UUID) else file.pk]))


def said(answer):
    """Return an answer without what differs each time it is made."""
    return answer.status_code, TOKEN.sub(rb"\1", answer.content)


def opened(file):
    return list(
        Entry.objects.using("builder").filter(event="file.opened", about=f"contact.attachment:{file.pk}")
    )


# Who opens it


READERS = {
    "screener": ({"screener": True}, True, True),
    "social worker": ({"social_worker": True}, True, True),
    "manager": ({"manager": True}, True, True),
    "cleared": ({"duties": ["clear"]}, True, True),
    "night, of a contact nobody has rated": ({"duties": ["out_of_hours"]}, True, True),
    "administrator": ({"administrator": True}, False, False),
    "auditor": ({"duties": ["audit"]}, False, False),
    "answerer": ({"answerer": True}, False, False),
    "without a duty": ({}, False, False),
}


def truth(reader, file, opens, *, sees):
    """Ask the predicate, the filter, row-level security and the page, each without the others."""
    everything = Attachment.objects.using("builder").select_related("contact")
    with signed_in_as(reader):
        held = everything.get(pk=file.pk)
        assert bool(policy.may_open_file(reader, held)) is opens
        assert Attachment.objects.filter(pk=file.pk).exists() is sees
    with signed_in_as(reader):
        assert Attachment.objects.filter(policy.openable_by(reader), pk=file.pk).exists() is opens
    answer = asked(browser(reader), file)
    assert answer.status_code == (200 if opens else 404)
    assert len(opened(file)) == (1 if opens else 0)
    if not opens:
        absent = asked(browser(reader), uuid.uuid4())
        assert said(answer) == said(absent)
        assert bytes(file.body) not in answer.content


@pytest.mark.parametrize("who", list(READERS))
def test_a_clean_file_is_opened_by_whoever_may_read_the_case(who):
    given, opens, sees = READERS[who]
    file = clean()
    truth(StaffFactory(hub=file.hub, **given), file, opens, sees=sees)


def test_whoever_works_nights_opens_none_of_the_days_contacts():
    file = clean()
    StandingFactory(contact=file.contact, colour="green")
    truth(StaffFactory(hub=file.hub, duties=["out_of_hours"]), file, opens=False, sees=False)


def test_another_hub_opens_none():
    file = clean()
    truth(StaffFactory(hub=HubFactory(), whole_desk=True), file, opens=False, sees=False)


def test_whoever_is_kept_out_of_the_case_opens_none():
    file = clean()
    reader = StaffFactory(hub=file.hub, whole_desk=True)
    AccessFactory(staff=reader, contact_id=file.contact_id, bars=True)
    truth(reader, file, opens=False, sees=False)


def test_a_restricted_case_keeps_its_files_with_it():
    file = clean()
    manager = StaffFactory(hub=file.hub, manager=True)
    reader = StaffFactory(hub=file.hub, screener=True)
    Restriction.objects.using("builder").create(
        hub=file.hub, contact_id=file.contact_id, why="Staff", from_at=timezone.now(), by=manager
    )
    truth(reader, file, opens=False, sees=False)
    AccessFactory(staff=reader, contact_id=file.contact_id)
    truth(reader, file, opens=True, sees=True)


def test_whoever_is_let_into_one_contact_from_outside_the_desk_opens_no_file_of_it():
    file = clean()
    reader = StaffFactory(hub=file.hub, answerer=True)
    AccessFactory(staff=reader, contact_id=file.contact_id)
    truth(reader, file, opens=False, sees=False)


def test_a_file_that_may_name_a_protected_address_is_opened_by_the_cleared_alone():
    file = clean()
    ContactPerson.objects.using("builder").filter(contact=file.contact, ref="p1").update(protected=True)
    truth(
        StaffFactory(hub=file.hub, whole_desk=True, duties=["screen", "decide", "manage"]),
        file,
        False,
        sees=True,
    )
    truth(StaffFactory(hub=file.hub, duties=["clear"]), file, True, sees=True)


def test_nobody_who_is_not_signed_in_opens_one(client):
    answer = asked(client, clean())
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


# What is opened


@pytest.mark.parametrize("look", [None, "harmful", "unsafe", "failed"])
def test_what_waits_or_is_harmful_answers_as_if_it_were_not_there(look):
    file = AttachmentFactory()
    if look:
        LookedFactory(attachment=file, outcome=look, found="a worm")
    client = browser(StaffFactory(hub=file.hub, whole_desk=True))
    there, absent = asked(client, file), asked(client, uuid.uuid4())
    assert said(there) == said(absent)
    assert there.status_code == 404
    assert opened(file) == []


def test_harm_found_by_anybody_counts_for_ever():
    file = clean()
    LookedFactory(attachment=file, outcome="harmful", scanner="another", found="a worm")
    assert asked(browser(StaffFactory(hub=file.hub, screener=True)), file).status_code == 404


@pytest.mark.parametrize("now", ["", "mash.contact.looking.scanners.ClamAV"])
def test_the_word_of_the_demos_scanner_counts_where_it_is_the_one_set_up(settings, now):
    file = clean()
    settings.MASH_SCANNER = now
    assert asked(browser(StaffFactory(hub=file.hub, screener=True)), file).status_code == 404


def test_bytes_changed_after_the_scan_are_never_served():
    file = clean()
    Attachment.objects.using("builder").filter(pk=file.pk).update(body=a_pdf(before=b"% other\n"))
    assert asked(browser(StaffFactory(hub=file.hub, screener=True)), file).status_code == 404
    assert opened(file) == []


@pytest.mark.parametrize("name", list(sound_files()))
def test_it_comes_whole_as_an_attachment_under_a_name_that_says_nothing(name):
    kind, body = sound_files()[name]
    file = clean(content=body, name=name, media_type=kind)
    answer = browser(StaffFactory(hub=file.hub, screener=True)).get(
        reverse("contact:open_file", args=[file.pk]), headers={"Range": "bytes=0-3"}
    )
    assert (answer.status_code, answer.content) == (200, body)
    assert not answer.streaming
    assert answer["Content-Type"] == kind.partition(";")[0]
    ending = answer["Content-Disposition"].rpartition(".")[2]
    assert re.fullmatch(
        rf'attachment; filename="file-[0-9a-f]{{12}}\.{ending[:-1]}"', answer["Content-Disposition"]
    )
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Accept-Ranges"] == "none"
    assert "Content-Range" not in answer.headers


def test_opening_is_written_first_and_without_the_line_nothing_is_given(monkeypatch):
    file = clean()
    client = browser(StaffFactory(hub=file.hub, screener=True))
    first = []
    monkeypatch.setattr("mash.contact.file_queries.body_of", lambda *_: first.append(1) or bytes(file.body))

    def breaks(*_, **__):
        assert not first
        raise RuntimeError("no line")

    monkeypatch.setattr("mash.contact.actions.looking.record", breaks)
    client.raise_request_exception = False
    assert asked(client, file).status_code == 500
    assert first == []


def test_it_is_opened_by_no_other_method():
    client, file = browser(StaffFactory(whole_desk=True)), uuid.uuid4()
    for method in (client.post, client.head, client.put, client.delete, client.patch):
        assert method(reverse("contact:open_file", args=[file])).status_code == 405


# What the page reads


def test_the_case_does_not_read_what_is_in_its_files():
    file = clean()
    with signed_in_as(StaffFactory(hub=file.hub, screener=True)):
        (read,) = file_queries.files_with_looks(file.contact)
        assert read.get_deferred_fields() == {"body"}


# A thousand hostile files


def test_no_hostile_file_is_served_even_where_every_wall_before_was_passed():
    """Each lies with a contact as if it had come in long ago, and a scanner that is blind has called it clean."""
    contact = ContactFactory()
    client = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    served = []
    for n, (name, kind, body) in enumerate(corpus()):
        if n % EVERY or name.startswith("test file"):
            continue
        file = AttachmentFactory(contact=contact, content=body, media_type=kind, name=name[:200])
        LookedFactory(attachment=file)
        if asked(client, file).status_code != 404:
            served.append(name)
    assert served == []
    assert not Entry.objects.using("builder").filter(event="file.opened").exists()


def test_the_scanners_test_file_is_served_in_no_wrapping():
    contact = ContactFactory()
    files = [
        AttachmentFactory(contact=contact, content=body, media_type=kind)
        for name, kind, body in corpus()
        if name.startswith("test file")
    ]
    looked()
    client = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    assert {asked(client, one).status_code for one in files} == {404}
    assert OfTheDemo().look(TEST_FILE).sha256 == hashlib.sha256(TEST_FILE).hexdigest()
