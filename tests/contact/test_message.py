import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from stdnum.gb import nhs, upn

from mash.contact import reading
from mash.contact.agreeing import givers
from mash.contact.message import as_json, digest, parse
from mash.contact.oddities import warnings
from mash.contact.reading import canonical
from mash.contact.refusals import MOST_REFUSALS, Refused

DATA = Path(__file__).parent.parent / "data"
LINES = (DATA / "referrals.jsonl").read_bytes().split(b"\n")
BAD_LINES = (DATA / "bad_referrals.jsonl").read_bytes().split(b"\n")
KEY = yaml.safe_load((DATA / "referrals.expected.yaml").read_text())["referrals"]
BAD_KEY = {
    one["line"]: one for one in yaml.safe_load((DATA / "bad_referrals.expected.yaml").read_text())["lines"]
}

STATED_LIMITS = {33, 34}  # the key leaves them open; a limit is stated, so they are refused
SAME_REFERENCE = 38  # alone it is sound: only what is held already tells that it is not
FIRST_OF_IT = 22  # the line that came before with the reference of line 38
OTHER_PATH = {39: "people[0].address.protected"}  # the key says people[1], whose address is not protected
FROM_THE_REGISTER = {"no ground given by ambulance, but the same event is covered by police ground"}
REFUSED = [line for line, one in BAD_KEY.items() if one["expected"] == "refused" and line != SAME_REFERENCE]
WARNED = [line for line, one in BAD_KEY.items() if one["expected"] == "accepted_with_warning"]
TAKEN = [line for line, one in BAD_KEY.items() if one["expected"] == "accepted"]
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


def a_referral(**changes):
    """Return a referral as plain JSON; `changes` replace whole keys."""
    return {
        "format": "openmash.referral/1",
        "reference": "NF26-T01",
        "sent_at": "2026-11-12T09:00:00+00:00",
        "source": {"kind": "school", "organisation": "Larkhill Primary"},
        "subject": "child",
        "type": "safeguarding",
        "people": [
            {"id": "p1", "role": "child", "name": {"given": "Kit", "family": "Penrose"}},
            {"id": "p2", "role": "parent_or_carer", "name": {"given": "Ros", "family": "Penrose"}},
        ],
        "relationships": [{"from": "p2", "to": "p1", "kind": "parent", "parental_responsibility": True}],
        "concern": {"categories": ["neglect"], "what_happened": "Hungry on three days."},
        "agreement": {"sought": "given", "by": "Ros Penrose", "covers": ["p1", "p2"]},
    } | changes


def raw(plain):
    return json.dumps(plain).encode()


def read(**changes):
    return parse(raw(a_referral(**changes)))


def refusals(sent):
    with pytest.raises(Refused) as refused:
        parse(sent if isinstance(sent, bytes) else raw(sent))
    return {one.path: one.reason for one in refused.value.refusals}


def warned(**changes):
    return [str(one) for one in warnings(read(**changes), NOON)]


def a_child(**changes):
    return [{"id": "p1", "role": "child", "name": {"given": "Kit"}} | changes]


def an_attachment(content=b"hello", name="note.txt", media_type="text/plain"):
    return [{"name": name, "media_type": media_type, "base64": base64.b64encode(content).decode()}]


# ---- the answer keys ----


@pytest.mark.parametrize("key", KEY, ids=lambda key: f"line{key['line']}")
def test_every_sound_referral_is_read_and_keeps_its_content(key):
    sent = LINES[key["line"] - 1]
    read = parse(sent)
    assert read.reference == key["reference"]
    assert [one.id for one in read.people] == [one["id"] for one in json.loads(sent)["people"]]
    assert canonical(sent) == json.loads(sent)
    assert digest(parse(raw(as_json(read)))) == digest(read)


@pytest.mark.parametrize("key", [one for one in KEY if "gates" in one], ids=lambda key: f"line{key['line']}")
def test_a_sound_referral_is_warned_of_as_the_key_says_and_of_nothing_more(key):
    read = parse(LINES[key["line"] - 1])
    found = [
        one
        for one in warnings(read, read.sent_at + timedelta(minutes=2))
        if not one.path.startswith("concern.categories")  # an open list: the key does not speak of it
    ]
    expected = {
        words for words in key["expected_warnings"] if not any(words.startswith(x) for x in FROM_THE_REGISTER)
    }
    said = {words for words in expected for one in found if words in {str(one), one.text}}
    assert said == expected
    assert [str(one) for one in found if not {str(one), one.text} & expected] == []


def test_the_key_holds_one_warning_that_only_the_register_can_give():
    words = [words for one in KEY for words in one.get("expected_warnings", ())]
    assert len([one for one in words if any(one.startswith(x) for x in FROM_THE_REGISTER)]) == 1


def test_the_key_of_bad_lines_is_covered_whole():
    assert {*REFUSED, *WARNED, *TAKEN, *STATED_LIMITS, SAME_REFERENCE} == set(range(1, 41))


@pytest.mark.parametrize("line", [*REFUSED, *STATED_LIMITS], ids=lambda line: BAD_KEY[line]["code"])
def test_a_bad_line_is_refused_with_its_path_and_a_reason(line):
    found = refusals(BAD_LINES[line - 1])
    assert BAD_KEY[line]["path"] in found
    assert all(reason.endswith((".", "?")) for reason in found.values())


@pytest.mark.parametrize("line", WARNED, ids=lambda line: BAD_KEY[line]["code"])
def test_an_odd_line_is_taken_unchanged_and_warned_of(line):
    read = parse(BAD_LINES[line - 1])
    assert as_json(read)["people"] == json.loads(BAD_LINES[line - 1])["people"]
    paths = {one.path for one in warnings(read, read.sent_at)}
    assert OTHER_PATH.get(line, BAD_KEY[line]["path"]) in paths


@pytest.mark.parametrize("line", TAKEN, ids=lambda line: BAD_KEY[line]["code"])
def test_a_hostile_text_is_only_text(line):
    read = parse(BAD_LINES[line - 1])
    assert canonical(BAD_LINES[line - 1]) == json.loads(BAD_LINES[line - 1])
    assert warnings(read, read.sent_at) == []


def test_other_content_under_one_reference_is_told_apart():
    first, second = parse(BAD_LINES[FIRST_OF_IT - 1]), parse(BAD_LINES[SAME_REFERENCE - 1])
    assert first.reference == second.reference
    assert digest(first) != digest(second)


def test_a_resend_has_the_same_digest():
    again = [one["line"] for one in KEY if one.get("resend")]
    assert again == [20]
    assert digest(parse(LINES[19])) == digest(parse(LINES[10]))


# ---- bytes and JSON ----


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        (b"\xef\xbb\xbf" + raw(a_referral()), "line is not UTF-8"),
        (json.dumps(a_referral()).encode("utf-16"), "line is not UTF-8"),
        (json.dumps(a_referral()).encode("utf-32-be"), "line is not UTF-8"),
        (b"", "line is not JSON"),
        (b"referral", "line is not JSON"),
        (b']]}"', "line is not JSON"),
        (b'"' + b'\\"' * 1000, "line is not JSON"),
        (b'{"age": NaN}', "line is not JSON"),
        (b'{"age": -Infinity}', "line is not JSON"),
        (b'{"a": 1} {"a": 2}', "line is not JSON"),
        (b"[]", "line is not a message"),
        (b"null", "line is not a message"),
        (b'{"a":' * 13 + b"1" + b"}" * 13, ".".join("a" * 12)),
        (b"[" * 100_000, "[0]"),
        (b'{"a": [' + b"1," * 400_000 + b"1]}", "line has too many values"),
        (b" " * (reading.LARGEST + 1), reading.TOO_LARGE),
    ],
    ids=range(16),
)
def test_what_cannot_be_read_is_refused_as_a_whole(sent, path):
    assert list(refusals(sent)) == [path]
    with pytest.raises(Refused):
        canonical(sent)


def test_everything_wrong_is_told_at_once():
    sent = a_referral(subject="dog", priority="high", sent_at=None, agreement={"covers": ["p1", "p7"]})
    sent["people"][0] |= {"born_on": "2016-2-3", "age": 4, "address": {"protected": "yes"}}
    assert refusals(sent) == {
        "subject": "It must be one of: child, adult or both.",
        "priority": "The message format has no such key: check its spelling.",
        "sent_at": "It is required.",
        "people[0].born_on": "It must be a date written as year-month-day, such as 2016-05-04.",
        "people[0].age": "It must be text, in quotation marks.",
        "people[0].address.protected": "It must be true or false, without quotation marks.",
        "agreement.covers[1]": "No person of the message has this id.",
    }


def test_a_key_given_twice_is_refused_wherever_it_is():
    sent = raw(a_referral()).replace(b'"family": "Penrose"}', b'"family": "A", "family": "B"}', 1)
    assert refusals(sent) == {"people[0].name.family": "It is given twice; which is meant?"}


def test_null_is_the_same_as_missing():
    assert digest(read(urgency=None, event={"at": None})) == digest(read(event={}))
    assert set(refusals(a_referral(people=None))) == {"people"}
    assert set(refusals(a_referral(concern={"what_happened": None}))) == {"concern.what_happened"}


def test_a_key_that_cannot_be_shown_is_shown_safely():
    found = refusals(a_referral(**{"\ud800\n" + "x" * 500: "a"}))
    assert all(path.isprintable() and len(path) <= 200 for path in found)


def test_at_most_a_hundred_refusals_are_told():
    assert len(refusals(a_referral(**{f"key{one}": "x" for one in range(500)}))) == MOST_REFUSALS


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        (a_referral(**{f"key{one}": 1 for one in range(1_000)}), "line has too many values"),
        (a_referral(urgency={f"key{one}": 1 for one in range(1_001)}), "urgency"),
        (a_referral(actions_taken=[1] * 2_001), "actions_taken"),
        (a_referral(people=[{"\ud800": "\ud800"}] * 2_001, relationships=[], agreement={}), "people"),
    ],
    ids=["keys", "keys inside", "a text", "people"],
)
def test_what_is_beyond_any_use_is_refused_unread(sent, path):
    with pytest.raises(Refused) as refused:
        canonical(raw(sent))
    assert path in [one.path for one in refused.value.refusals]
    assert refusals(sent)


# ---- values ----


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-02",
        "2026-11-02 02:15:00+00:00",
        "2026-11-02T02:15:00",
        "2026-11-02T02:15:00+0000",
        "2026-11-02T24:00:00Z",
        "2026-02-29T02:15:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-02T02:15:00+23:00",
        "٢٠٢٦-11-02T02:15:00Z",
        1793000000,
    ],
)
def test_a_moment_is_exact_or_refused(moment):
    assert set(refusals(a_referral(sent_at=moment))) == {"sent_at"}


def test_a_moment_keeps_its_offset():
    sent = read(sent_at="2026-08-14T20:15:00+01:00").sent_at
    assert sent == datetime(2026, 8, 14, 19, 15, tzinfo=UTC)
    assert sent.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    "day", ["2016-05-04T00:00:00Z", "20160504", "2016-W18-3", "4 May 2016", "0000-01-01"]
)
def test_a_day_is_exact_or_refused(day):
    assert set(refusals(a_referral(people=a_child(born_on=day), relationships=[], agreement={}))) == {
        "people[0].born_on"
    }


@pytest.mark.parametrize("value", ["true", "false", "no", 0, 1, [], {}])
def test_nothing_but_true_and_false_is_a_yes_or_no(value):
    assert set(refusals(a_referral(urgency={"immediate_danger": value}))) == {"urgency.immediate_danger"}


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_what_is_required_may_not_be_blank(blank):
    assert set(refusals(a_referral(reference=blank))) == {"reference"}
    assert set(refusals(a_referral(concern={"what_happened": blank}))) == {"concern.what_happened"}


def test_a_reference_may_have_60_characters():
    assert read(reference="é" * 60).reference == "é" * 60
    assert set(refusals(a_referral(reference="é" * 61))) == {"reference"}


def test_a_text_may_have_50_000_characters():
    assert read(actions_taken="é" * 50_000).actions_taken == "é" * 50_000
    assert set(refusals(a_referral(actions_taken="é" * 50_001))) == {"actions_taken"}


def test_at_most_200_people_are_named():
    people = [{"id": f"p{one}", "role": "child"} for one in range(201)]
    assert len(read(people=people[:200], relationships=[], agreement={}).people) == 200
    assert refusals(a_referral(people=people)) == {"people": "It has 201 entries; the most is 200."}
    assert refusals(a_referral(people=[]))["people"].startswith("It names nobody")


def test_a_member_of_the_public_needs_no_organisation_and_everybody_else_does():
    assert read(source={"kind": "public", "anonymous": True}).source.organisation is None
    assert set(refusals(a_referral(source={"kind": "police"}))) == {"source.organisation"}


def test_a_message_does_not_change():
    with pytest.raises(ValidationError):
        read().reference = "other"


def test_one_wrong_person_does_not_make_the_people_too_few():
    found = refusals(a_referral(people=[{"id": "p1"}], relationships=[], agreement={}))
    assert found == {"people[0].role": "It is required."}


def test_a_relationship_keeps_its_direction():
    (one,) = read().relationships
    assert (one.from_id, one.to_id) == ("p2", "p1")
    assert as_json(read())["relationships"][0]["from"] == "p2"


def test_the_order_of_keys_and_spaces_do_not_change_the_digest_and_every_value_does():
    turned = dict(reversed(a_referral().items()))
    spaced = json.dumps(turned, indent=2).encode()
    assert digest(parse(spaced)) == digest(read())
    assert digest(read(urgency={"immediate_danger": False})) != digest(read())
    assert len(digest(read())) == 64


# ---- attachments ----

OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = b"PK\x03\x04 [Content_Types].xml word/document.xml"
XLSX = b"PK\x03\x04 [Content_Types].xml xl/workbook.xml"
SOUND = [
    ("application/pdf", "a.pdf", b"%PDF-1.7 ..."),
    ("image/jpeg", "a.JPG", b"\xff\xd8\xff\xe0"),
    ("image/png", "a.png", b"\x89PNG\r\n\x1a\n"),
    ("text/plain; charset=utf-8", "a.txt", b"Seen at the gate.\r\n"),
    (f"{OFFICE}wordprocessingml.document", "a.docx", DOCX),
    (f"{OFFICE}spreadsheetml.sheet", "a.xlsx", XLSX),
    ("message/rfc822", "a.eml", b"Subject: Kit\r\n\r\nHello"),
    ("application/vnd.ms-outlook", "a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("audio/mpeg", "a.mp3", b"ID3\x04"),
    ("audio/mp4", "a.m4a", b"\0\0\0\x18ftypM4A "),
    ("audio/wav", "a.wav", b"RIFF\0\0\0\0WAVEfmt "),
    ("video/mp4", "a.mp4", b"\0\0\0\x18ftypisom"),
]


@pytest.mark.parametrize(("media_type", "name", "content"), SOUND)
def test_a_file_is_taken_when_its_content_is_what_it_says(media_type, name, content):
    assert warned(attachments=an_attachment(content, name, media_type)) == []


@pytest.mark.parametrize("media_type", [one[0] for one in SOUND])
def test_a_program_is_taken_under_no_name(media_type):
    sent = a_referral(attachments=an_attachment(b"MZ\x90\0\x03\0\0\0", "photo.jpg", media_type))
    assert set(refusals(sent)) == {"attachments[0].media_type"}


@pytest.mark.parametrize(
    ("media_type", "content", "path"),
    [
        ("image/svg+xml", b"<svg/>", "attachments[0]"),
        ("text/html", b"<html>", "attachments[0]"),
        ("application/xhtml+xml", b"<html/>", "attachments[0]"),
        ("application/x-msdownload", b"MZ", "attachments[0]"),
        ("application/javascript", b"alert(1)", "attachments[0]"),
        ("text/plain", b"  <SVG onload=alert(1)>", "attachments[0]"),
        ("text/plain", b"\xef\xbb\xbf<!DOCTYPE html>", "attachments[0]"),
        ("text/plain", b"#!/bin/sh\nrm -r /", "attachments[0]"),
        ("application/zip", b"PK\x03\x04", "attachments[0].media_type"),
        (f"{OFFICE}wordprocessingml.document", XLSX, "attachments[0].media_type"),
        (f"{OFFICE}wordprocessingml.document", DOCX + b" word/vbaProject.bin", "attachments[0].media_type"),
        ("text/plain", "誰".encode("utf-16"), "attachments[0].media_type"),
        ("text/plain", b"", "attachments[0].base64"),
    ],
)
def test_a_file_that_could_run_or_is_not_what_it_says_is_refused(media_type, content, path):
    assert set(refusals(a_referral(attachments=an_attachment(content, "a.txt", media_type)))) == {path}


@pytest.mark.parametrize(
    "text", ["aGVsbG8", "aGVs bG8=", "aGVs\nbG8=", "aGVsbG8=AAAA", "aGVsbG_=", "é", "===="]
)
def test_what_is_not_base64_is_refused(text):
    files = [{"name": "a.txt", "media_type": "text/plain", "base64": text}]
    assert set(refusals(a_referral(attachments=files))) == {"attachments[0].base64"}


def test_a_file_may_be_longer_than_a_text():
    files = an_attachment(b"%PDF-" + b"x" * 90_000, "a.pdf", "application/pdf")
    assert len(read(attachments=files).attachments) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "C:\\a.txt", "C:a.txt", ".bashrc.txt", "a/b.txt"])
def test_a_file_name_is_a_name_and_never_a_path(name):
    words = "attachments[0].name: written as a path; a name only, never used to find a file"
    assert warned(attachments=an_attachment(name=name)) == [words]


# ---- identifiers ----


def test_an_nhs_number_is_compared_without_its_spaces():
    child, other = read(
        people=[
            {"id": "p1", "role": "child", "nhs_number": "999 145 1099"},
            {"id": "p2", "role": "child", "nhs_number": "9991451090"},
        ]
    ).people
    assert (child.nhs_number, child.nhs_number_to_match) == ("999 145 1099", "9991451099")
    assert (other.nhs_number, other.nhs_number_to_match) == ("9991451090", None)


def test_every_right_number_of_the_referrals_is_right_by_the_public_rules():
    people = [one for line in LINES if line for one in parse(line).people]
    numbers = [one.nhs_number_to_match for one in people if one.nhs_number_to_match]
    pupils = [one.upn_to_match for one in people if one.upn_to_match]
    assert len(numbers) > 25
    assert all(map(nhs.is_valid, numbers))
    assert len(pupils) > 15
    assert all(map(upn.is_valid, pupils))


@given(st.integers(201_0900_00_000, 201_0999_99_999))
def test_the_check_letter_of_a_upn_is_the_weighted_sum_modulo_23(number):
    digits = f"{number:012}"
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    right = letters[sum(int(digit) * place for place, digit in enumerate(digits, 2)) % 23]
    for letter in letters:
        (child,) = read(people=a_child(upn=f"{letter}{digits}"), relationships=[], agreement={}).people
        assert (child.upn_to_match is not None) is (letter == right)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("G201097021577", "check letter wrong"),
        ("I201097021577", "not a letter and twelve digits"),
        ("12345", "not a letter and twelve digits"),
        ("E000200005001", "its local authority is not known"),
    ],
)
def test_a_wrong_upn_is_kept_and_never_matched(number, words):
    people = a_child(upn=number)
    assert warned(people=people, relationships=[], agreement={"ground": "significant_harm"}) == [
        f"people[0].upn: {words}; keep, do not use as match evidence"
    ]


def test_one_number_for_two_people_is_warned_of():
    people = [*a_child(nhs_number="9991451099"), *a_child(id="p2", nhs_number="999 145 1099")]
    found = warned(people=people, relationships=[], agreement={"ground": "significant_harm"})
    assert found == ["people[1].nhs_number: the same as of people[0]; do not use as match evidence"]


# ---- what is odd ----


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ({"given": "Мaya"}, "people[0].name.given"),
        ({"given": "Maya", "known_as": ["Маyа"]}, "people[0].name.known_as[0]"),
        ({"given": "Maya", "family": "Сосо"}, "people[0].name"),
        ({"given": "Ma\u200bya"}, "people[0].name.given"),
    ],
)
def test_letters_that_only_look_alike_are_warned_of(name, path):
    found = warned(people=a_child(name=name), relationships=[], agreement={"ground": "significant_harm"})
    assert [one.partition(":")[0] for one in found] == [path]


@pytest.mark.parametrize(
    "name",
    [
        {"given": "Siobhán", "family": "O'Grady"},
        {"given": "Zoë Anne-Marie", "family": "Szymańska"},
        {"given": "Иван", "family": "Петров"},
        {"given": "さくら", "family": "田中"},
        {"given": "محمد", "family": "علی"},
        {"family": "Ng"},
        {"known_as": ["Bee"]},
    ],
)
def test_a_name_of_any_one_alphabet_is_a_name(name):
    assert warned(people=a_child(name=name), relationships=[], agreement={"ground": "significant_harm"}) == []


@pytest.mark.parametrize("name", [None, {}, {"given": " ", "known_as": [""]}])
def test_a_person_without_a_name_is_warned_of(name):
    found = warned(people=a_child(name=name), relationships=[], agreement={"ground": "significant_harm"})
    assert found == ["people[0]: no name"]


def test_a_child_born_in_london_today_is_not_born_in_the_future():
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight in London
    born = read(
        people=a_child(born_on="2026-07-02"), relationships=[], agreement={}, sent_at="2026-07-01T23:29Z"
    )
    assert [one for one in warnings(born, late) if "born_on" in one.path] == []
    assert [one.path for one in warnings(born, late - timedelta(hours=1)) if "born_on" in one.path] == [
        "people[0].born_on"
    ]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-10-15T09:00:00+01:00", []),
        ("2026-10-14T23:30:00+01:00", ["event.at: sent 29 days after the event"]),
        ("2026-11-13T09:00:00+00:00", ["event.at: later than the message was sent"]),
    ],
)
def test_an_event_long_past_or_to_come_is_warned_of(at, words):
    assert warned(event={"at": at}) == words


def test_a_sender_whose_clock_runs_ahead_is_warned_of():
    found = [str(one) for one in warnings(read(), NOON - timedelta(hours=4))]
    assert found == ["sent_at: later than it was received; the sender's clock may be wrong"]


def test_a_protected_address_in_the_narrative_is_warned_of():
    people = a_child(address={"lines": ["1 Safe House Mews"], "postcode": "HV9 9XX", "protected": True})
    said = {"what_happened": "They moved.", "history": "Fled to hv99xx last week."}
    found = warned(people=people, relationships=[], agreement={"ground": "significant_harm"}, concern=said)
    assert found == [
        "people[0].address.protected: repeated in concern.history; take it out before any release"
    ]


def test_a_category_that_is_not_offered_is_kept_and_warned_of():
    concern = {"categories": ["neglect", "hoarding"], "what_happened": "x"}
    assert warned(concern=concern) == ["concern.categories[1]: not a category that is offered; keep as text"]
    assert read(concern=concern).concern.categories == ("neglect", "hoarding")


def test_a_parent_whose_responsibility_is_not_said_is_warned_of():
    words = "agreement.by: whether the giver has parental responsibility is not said"
    assert warned(relationships=[]) == [words]


@pytest.mark.parametrize(
    ("by", "ids"),
    [
        ("Ros Penrose", ["p2"]),
        ("  ros   PENROSE ", ["p2"]),
        ("p2", ["p2"]),
        ("Ros", ["p2"]),
        ("Ros Penrose and Kit", ["p2", "p1"]),
        ("Ros, Kit & somebody", ["p2", "p1"]),
        ("Penrose", []),
        ("Mum", []),
        ("", []),
        (" " * 50_000, []),
    ],
)
def test_who_agreed_is_found_by_name_or_left_to_a_person(by, ids):
    assert [one.id for one in givers(read(agreement={"sought": "given", "by": by}))] == ids


def test_a_name_that_two_people_share_names_nobody():
    people = [
        *a_child(name={"given": "Tom", "family": "Ward"}),
        *a_child(id="p2", name={"given": "Tom", "family": "Ward"}),
    ]
    read_ = read(people=people, relationships=[], agreement={"sought": "given", "by": "Tom Ward"})
    assert givers(read_) == ()


# ---- anything at all ----

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=20,
)
KEYS = [
    "format",
    "people",
    "source",
    "concern",
    "agreement",
    "event",
    "attachments",
    "relationships",
    "covers",
]
KEYS += ["id", "role", "name", "given", "address", "lines", "protected", "born_on", "by", "sought", "base64"]


def handled(sent):
    """Take a message as every door does; return it, or None if it is refused."""
    taken, refusals = None, []
    try:
        taken = parse(sent)
    except Refused as refused:
        refusals = refused.refusals
    assert (taken is None) is bool(refusals)
    assert all(0 < len(one.path) <= 200 and one.path.isprintable() and one.reason for one in refusals)
    if taken is None:
        return None
    assert all(len(one.path) <= 200 and len(one.text) <= 400 for one in warnings(taken, NOON))
    assert digest(parse(raw(as_json(taken)))) == digest(taken)
    return taken


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_bytes_do_anything_but_be_refused(sent):
    assert handled(sent) is None


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_no_json_does_anything_but_be_refused(plain):
    assert handled(json.dumps(plain).encode("utf-8", "surrogatepass")) is None


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=6))
@settings(max_examples=300, deadline=None)
def test_a_referral_with_anything_in_it_is_taken_or_refused(changes):
    handled(json.dumps(a_referral() | changes).encode("utf-8", "surrogatepass"))


def places(value, steps=()):
    """Return the steps to every value inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [steps, *(place for step, item in inside for place in places(item, (*steps, step)))]


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_a_referral_with_one_value_changed_is_taken_or_refused(data):
    plain = json.loads(data.draw(st.sampled_from([line for line in LINES if line])))
    *way, last = data.draw(st.sampled_from(places(plain)[1:]))
    inside = plain
    for step in way:
        inside = inside[step]
    inside[last] = data.draw(ANYTHING | st.sampled_from(["given", "p1", "2026-11-02", "\u202e", "child", ""]))
    handled(json.dumps(plain).encode("utf-8", "surrogatepass"))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_referral_with_some_bytes_changed_is_taken_or_refused(data):
    sent = bytearray(data.draw(st.sampled_from([line for line in LINES if line])))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(sent)))
        sent[start : start + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    handled(bytes(sent))
