"""What in a file could do harm is found whatever it is called; what people really send is taken."""

import os

import pytest

from mash.contact.looking.harm import harm_in
from mash.contact.looking.names import LONGEST, against_name, shown_name
from mash.contact.looking.scanners import OfTheDemo
from tests.contact.hostile import corpus
from tests.factories.files import a_jpeg, a_pdf, sound_files

EVERY = 1 if os.environ.get("MASH_HOSTILE") == "all" else 23  # a sample unless all are asked for
FEWEST = 1000


@pytest.mark.parametrize("name", list(sound_files()))
def test_what_people_really_send_is_taken(name):
    kind, body = sound_files()[name]
    assert harm_in(kind, body) == ""


def test_no_hostile_file_passes_our_rules_and_the_scanner():
    names, passed, asked = set(), [], 0
    for n, (name, kind, body) in enumerate(corpus()):
        names.add((name, kind))
        if n % EVERY:
            continue
        asked += 1
        against = harm_in(kind, body)
        if name.startswith("test file"):
            against = OfTheDemo().look(body).found
        if not against:
            passed.append(name)
    assert passed == []
    assert len(names) >= FEWEST
    assert asked >= FEWEST / 20


def test_the_demos_scanner_alone_would_let_nearly_all_of_them_pass():
    """So it is our own rules that find them: without these the test above could not fail for the right reason."""
    found = [OfTheDemo().look(body).found for name, _, body in corpus() if name.startswith("pdf, script, ")]
    assert len(found) >= 40
    assert not any(found)


def test_a_refusal_says_what_it_is_and_what_to_do():
    script = a_pdf(b"8 0 obj\n<< /S /JavaScript /JS (1) >>\nendobj\n")
    assert harm_in("application/pdf", script) == (
        "It holds a program (JavaScript). Print it to a new PDF (“Save as PDF” in the print window) and send that."
    )
    assert harm_in("image/jpeg", a_jpeg()[:-2]).startswith("It is damaged or not whole.")
    assert harm_in("text/plain", b"") == "It is empty. Choose it again, or send another copy."


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        "C:\\letter.pdf",
        "a/b.pdf",
        ".bashrc.txt",
        "letter\u202efdp.exe.pdf",
        "let\u200bter.pdf",
        "letter\x00.pdf",
        "letter\n.pdf",
        "letter.pdf ",
        "letter.exe.pdf",
        "letter.pdf.js.txt",
        "letter.ZIP.pdf",
        "letter        .pdf",
        "a" * 10_000 + ".pdf",
    ],
)
def test_a_name_that_hides_something_is_refused(name):
    assert against_name(name)


@pytest.mark.parametrize(
    "name", ["body map.pdf", "2026.11.02 note.docx", "Zoë’s letter (2).pdf", "письмо.pdf"]
)
def test_an_ordinary_name_is_taken_in_any_alphabet(name):
    assert against_name(name) == ""
    assert shown_name(name) == name


def test_a_name_is_shown_without_what_turns_it_round_and_never_at_any_length():
    assert shown_name("letter\u202efdp.exe") == "letterfdp.exe"
    assert len(shown_name("a" * 10_000)) == LONGEST
