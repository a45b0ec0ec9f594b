"""Taking an e-mail apart: what it says, what it is, what is refused; and nothing brings the reading down."""

import pytest

from mash.mail.models import Kind
from mash.mail.reading import LONGEST_WORDS, MOST_FILES, digest_of, read, text_of
from tests.contact.hostile import PDF, a_pdf
from tests.factories.mail import WORDS, an_email

JPEG = b"\xff\xd8\xff"


def test_an_email_is_read_as_it_says():
    said = read(an_email())
    assert (said.kind, said.sender_name, said.sender) == (
        Kind.PERSON,
        "Ines Duarte",
        "ines@fernbank.example.org",
    )
    assert (said.subject, said.words, said.cut) == ("Worried about a pupil", WORDS, False)
    assert said.sent_at.isoformat() == "2026-11-30T08:55:00+00:00"
    assert said.may_answer


@pytest.mark.parametrize(
    ("headers", "kind", "may_answer"),
    [
        ({}, Kind.PERSON, True),
        ({"Auto_Submitted": "no"}, Kind.PERSON, True),
        ({"Auto_Submitted": "auto-replied (vacation)"}, Kind.AUTOMATIC, False),
        ({"X_Autoreply": "yes"}, Kind.AUTOMATIC, False),
        ({"Precedence": "auto_reply"}, Kind.AUTOMATIC, False),
        ({"From": "MAILER-DAEMON@mx.example.org"}, Kind.RETURNED, False),
        ({"Auto_Submitted": "auto-generated"}, Kind.PERSON, False),  # a police system's own referral
        ({"Precedence": "bulk"}, Kind.PERSON, False),
        ({"List_Id": "<a.example.org>"}, Kind.PERSON, False),
        ({"Return_Path": "<>"}, Kind.PERSON, False),
        ({"X_Auto_Response_Suppress": "All"}, Kind.PERSON, False),
        ({"From": "no-reply@example.org"}, Kind.PERSON, False),
        ({"From": "nobody"}, Kind.PERSON, False),
    ],
)
def test_what_a_program_sent_is_known_and_only_replies_are_put_aside(headers, kind, may_answer):
    said = read(an_email(**headers))
    assert (said.kind, said.may_answer) == (kind, may_answer)


def test_a_report_of_delivery_is_returned_mail():
    raw = an_email().replace(b"Content-Type: text/plain", b"Content-Type: multipart/report; boundary=x", 1)
    assert read(raw).kind == Kind.RETURNED


@pytest.mark.parametrize(
    ("named", "trusts", "shown"),
    [
        ("mx.hub.example; spf=pass; dkim=pass", "mx.hub.example", "spf=pass; dkim=pass"),
        ("mx.evil.example; spf=pass", "mx.hub.example", ""),
        ("mx.hub.example; spf=pass", "", ""),
    ],
)
def test_what_was_found_of_a_sender_is_believed_of_the_own_relay_alone(named, trusts, shown):
    assert read(an_email(Authentication_Results=named), trusts=trusts).checks == shown


def test_only_the_first_word_on_a_sender_may_be_the_relay_s():
    forged = b"Authentication-Results: mx.hub.example; spf=pass\r\n" + an_email()
    above = b"Authentication-Results: mx.other.example; spf=fail\r\n" + forged
    assert read(forged, trusts="mx.hub.example").checks == "spf=pass"
    assert not read(above, trusts="mx.hub.example").checks


def test_the_words_of_a_web_page_are_all_that_is_read_of_it():
    head = "<html><head><title>t</title><style>p{}</style></head>"
    page = head + "<body><p>One</p><script>run()</script><p>Two &amp; three<br>four</p></body></html>"
    assert text_of(page).split() == ["One", "Two", "&", "three", "four"]
    assert read(an_email(" ", html=page)).words == text_of(page)
    assert read(an_email(html=page)).words == WORDS


def test_what_cannot_be_held_or_would_deceive_is_taken_out():
    assert read(an_email("a\x00b\u202etxt.exe")).words == "abtxt.exe"
    assert read(an_email("x" * (LONGEST_WORDS + 1))).cut


def test_files_are_taken_by_what_they_are_and_refused_with_the_reason():
    inner = an_email("Within")
    files = [
        ("report.pdf", PDF, a_pdf()),
        ("../../report.exe", "application/octet-stream", b"MZ"),
        ("page.html", "text/html", b"<html></html>"),
        ("photo.pdf", PDF, JPEG),
        ("locked.pdf", PDF, a_pdf(b"8 0 obj\n<< /Encrypt 9 0 R >>\nendobj\n")),
        ("empty.txt", "text/plain", b""),
        ("said.eml", "application/octet-stream", inner),
    ]
    found = {one.name: one for one in read(an_email(files=files)).files}
    assert list(found) == [
        "report.pdf",
        "report.exe",
        "page.html",
        "photo.pdf",
        "locked.pdf",
        "empty.txt",
        "said.eml",
    ]
    taken = [name for name, one in found.items() if not one.refused]
    assert taken == ["report.pdf", "said.eml"]
    assert all(bool(one.body) is not bool(one.refused) for one in found.values())
    assert found["report.pdf"].body == a_pdf()


def test_no_more_files_are_taken_than_a_contact_holds():
    files = [(f"{n}.txt", "text/plain", b"words") for n in range(MOST_FILES + 2)]
    found = read(an_email(files=files)).files
    assert [bool(one.refused) for one in found] == [False] * MOST_FILES + [True] * 2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 100,
        b"From: =?utf-8?q?=ff?= <\r\n\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nwords",
        b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n\r\nwords",
        b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\n!!!",
        b"Subject: " + b"a" * 200_000 + b"\r\n\r\nwords",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(2_000)
        ),
        b"".join(b"Content-Type: message/rfc822\r\n\r\n" for _ in range(2_000)) + b"x",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\nx\r\n" * 400,
    ],
)
def test_nothing_brings_the_reading_down(raw):
    said = read(raw)
    assert said.kind in (Kind.PERSON, Kind.UNREADABLE)
    assert "\x00" not in said.words


def test_the_same_email_is_known_by_what_its_sender_wrote():
    raw = an_email()
    assert digest_of(b"Received: by mx.hub.example\r\n" + raw) == digest_of(raw)
    assert digest_of(raw.replace(b"third", b"fourth")) != digest_of(raw)
    assert digest_of(raw.replace(b"<1@", b"<2@")) != digest_of(raw)
