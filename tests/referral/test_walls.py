"""What is put to a referral, what it still lacks, and who sees it before and after it is sent."""

from datetime import timedelta

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from mash.common.identity import Identity, Kind, acting_as
from mash.contact.looking.names import NOT_A_DOCUMENT
from mash.contact.models import Attachment, Contact, ContactPerson, Hint
from mash.partnership.models import ReferrerCode
from mash.referral import policy, queries
from mash.referral.actions.files import KINDS
from mash.referral.models import Draft, DraftFile, Sent
from mash.referral.views.writing import SALT
from tests.factories.base import signed_in_as
from tests.factories.files import a_pdf
from tests.factories.partnership import StaffFactory
from tests.referral.conftest import by_email
from tests.referral.pages import PROFESSIONAL

pytestmark = pytest.mark.usefixtures("transactional_db")
PDF = a_pdf()


# Files


def put(writer, name, body):
    return writer.client.post(writer.address("files"), {"file": SimpleUploadedFile(name, body)})


def test_files_come_along_and_are_listed(lead):
    lead.fills(PROFESSIONAL)
    assert put(lead, "map.pdf", PDF).status_code == 302
    assert put(lead, "map.pdf", PDF).status_code == 302
    assert "map.pdf" in lead.opens("check").content.decode()
    lead.sends()
    kept = Attachment.objects.using("builder").get()
    assert (kept.name, kept.media_type, kept.size, bytes(kept.body)) == (
        "map.pdf",
        "application/pdf",
        len(PDF),
        PDF,
    )
    assert not DraftFile.objects.using("builder").exists()
    assert "map.pdf" in lead.opens("copy").content.decode()


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("map.pdf", b"MZ not a picture", KINDS),
        ("page.html", b"<html>", NOT_A_DOCUMENT),
        ("note.txt", b"#!/bin/sh\n", KINDS),
        ("a.docx", b"PK\x03\x04", KINDS),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(lead, name, body, why):
    page = put(lead, name, body).content.decode()
    assert "Error: Files" in page
    assert f"“{name}” was not put to the referral." in page
    assert why in page
    assert not DraftFile.objects.using("builder").exists()


def test_twenty_files_are_the_most(lead):
    for n in range(20):
        assert put(lead, f"{n}.txt", b"words").status_code == 302
    assert "20 files" in put(lead, "21.txt", b"words").content.decode()
    one = DraftFile.objects.using("builder").order_by("at").first()
    lead.client.post(lead.address("files"), {"take_away": str(one.pk)})
    assert DraftFile.objects.using("builder").count() == 19


def test_more_than_25_mb_is_refused(lead, monkeypatch):
    monkeypatch.setattr("mash.referral.actions.files.MOST_BYTES", 10)
    assert "25 MB at most" in put(lead, "long.txt", b"eleven signs").content.decode()
    monkeypatch.setattr("mash.common.uploads.LARGEST", 1000)
    assert "25 MB at most" in put(lead, "long.txt", b"a" * 200_000).content.decode()
    assert not DraftFile.objects.using("builder").exists()


# Hints


def test_hints_name_what_is_missing_and_stop_nobody(lead):
    page = lead.opens("lacking").content.decode()
    assert "9 of 9 things panels look for are missing" in page
    lead.fills(PROFESSIONAL | {"strengths": {"voice": "He wants to stay."}})
    page = lead.opens("lacking").content.decode()
    assert "1 of 9 things panels look for is missing" in page
    assert "What you ask for" in page
    assert lead.sends().headers["Location"] == lead.address("sent")


def test_hints_follow_what_is_typed_and_keep_nothing(lead):
    data = PROFESSIONAL["strengths"] | {"page": "strengths", "actions_taken": ""}
    part = lead.client.post(lead.address("lacking"), data, headers={"hx-request": "true"}).content.decode()
    assert "1 of 2 things panels look for is missing on this page" in part
    assert "<html" not in part
    assert bytes(Draft.objects.using("builder").get().body) == b""


def test_a_hub_has_hints_of_its_own(lead, hub):
    own = Hint(hub=hub, criterion="voice", label="Their words", page="strengths", lacks="x", place=1)
    own.needs = [["voice"]]
    own.save(using="builder")
    assert "1 of 1 things panels look for is missing" in lead.opens("lacking").content.decode()


# Who sees a draft


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("owner", True),
        ("colleague", False),
        ("desk", False),
        ("same agency elsewhere", False),
        ("stranger", False),
    ],
)
def test_nobody_but_its_owner_sees_a_draft(lead, post, hub, who, reads):
    put(lead, "map.pdf", PDF)
    reader = {
        "owner": lambda: post,
        "colleague": lambda: StaffFactory(hub=hub, agency=post.agency),
        "desk": lambda: StaffFactory(hub=hub, whole_desk=True),
        "same agency elsewhere": lambda: StaffFactory(agency=post.agency, account=post.account),
        "stranger": StaffFactory,
    }[who]()
    draft = Draft.objects.using("builder").get()
    assert bool(policy.may_open(reader, draft)) is reads
    assert Draft.objects.using("builder").filter(policy.openable_by(reader)).exists() is reads
    with signed_in_as(reader):
        assert Draft.objects.exists() is reads
        assert DraftFile.objects.exists() is reads


@pytest.mark.parametrize(
    ("who", "reads"),
    [("sender", True), ("colleague", False), ("same agency elsewhere", False), ("stranger", False)],
)
def test_what_was_sent_is_followed_by_its_sender_alone(lead, post, hub, who, reads):
    lead.fills(PROFESSIONAL)
    lead.sends()
    reader = {
        "sender": lambda: post,
        "colleague": lambda: StaffFactory(hub=hub, agency=post.agency, answerer=True),
        "same agency elsewhere": lambda: StaffFactory(agency=post.agency, account=post.account),
        "stranger": StaffFactory,
    }[who]()
    row = Sent.objects.using("builder").get()
    assert bool(policy.may_follow(reader, row)) is reads
    assert Sent.objects.using("builder").filter(policy.followable_by(reader)).exists() is reads
    with signed_in_as(reader):
        assert Sent.objects.exists() is reads
        assert Contact.objects.exists() is reads
        assert not ContactPerson.objects.exists()


def test_a_draft_by_code_is_seen_by_whoever_showed_it_while_the_visit_lasts(hub):
    one = by_email(hub)
    key = one.client.session["referrer"]
    with acting_as(Identity(Kind.REFERRER, key)), transaction.atomic():
        assert queries.find(one.draft_id)
    row = ReferrerCode.objects.using("builder").get(code_hash=key)
    ReferrerCode.objects.using("builder").filter(pk=row.pk).update(
        expires_at=row.expires_at - timedelta(hours=11)
    )
    assert one.opens("concern").status_code == 404
    assert one.sends().status_code == 404


def test_a_post_that_has_ended_sends_nothing(lead, post):
    lead.fills(PROFESSIONAL)
    type(post).objects.using("builder").filter(pk=post.pk).update(until_at=post.from_at)
    assert lead.sends().status_code == 404
    assert not Contact.objects.using("builder").exists()


def test_a_key_that_is_not_ours_is_no_screen(lead):
    lead.types("strengths", {"voice": "One"})
    forged = signing.dumps(["x", 1], salt="another")
    assert (
        "changed on another screen" in lead.types("strengths", {"voice": "Two"}, key=forged).content.decode()
    )
    assert signing.loads(lead.key_of("strengths"), salt=SALT)[1] == 1
