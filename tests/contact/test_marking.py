"""Names and addresses that a contact gives are marked in its words; nothing of the words becomes markup."""

import json

import pytest
from django.urls import reverse

from mash.contact.actions import receive
from mash.contact.marking import marked, stated
from mash.contact.message import parse
from mash.contact.models import Channel, Contact
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory, a_message
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
WILL = {
    "role": "child",
    "given": "Will",
    "family": "O'Grady",
    "known_as": ["Billy"],
    "lines": ["14 Tern Row"],
    "postcode": "NF1 1ZZ",
}


def as_marked(text, *people):
    hub = HubFactory()
    contact = ContactFactory(hub=hub, people=people)
    with signed_in_as(StaffFactory(hub=hub, screener=True)):
        return str(marked(text, stated(Contact.objects.get(pk=contact.pk))))


def paragraph(words):
    return f'<p class="govuk-body">{words}</p>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Billy will go home.",
            "<mark>Billy</mark> will go home.",
        ),  # a name, and not the word that is like it
        ("WILL O'GRADY was seen", "<mark>WILL O&#39;GRADY</mark> was seen"),
        ("Willow was seen", "Willow was seen"),  # part of another word
        ("at 14, tern row, nf11zz", "at <mark>14, tern row</mark>, <mark>nf11zz</mark>"),
        ("at 114 Tern Rowan", "at 114 Tern Rowan"),
        ("<b>Will</b> & co", "&lt;b&gt;<mark>Will</mark>&lt;/b&gt; &amp; co"),
        ("one\ntwo Billy", "one<br>two <mark>Billy</mark>"),
        ("", None),
    ],
)
def test_what_is_stated_is_marked_and_everything_is_escaped(text, shown):
    assert as_marked(text, WILL) == (paragraph(shown) if shown else "")


@pytest.mark.parametrize("hostile", ["(.*", "<script>", "[a-z]+", "a|b", "\\", "&", "<mark>"])
def test_a_name_is_no_pattern_and_no_markup(hostile):
    shown = as_marked(f"We saw {hostile} and Billy", WILL, {"role": "child", "given": hostile, "family": "x"})
    assert "<script>" not in shown
    assert "<mark>Billy</mark>" in shown
    assert shown.count("<mark>") == shown.count("</mark>")


def test_nobody_named_marks_nothing():
    assert as_marked("We saw Billy", {"role": "child"}) == paragraph("We saw Billy")


def test_a_protected_address_is_neither_shown_nor_marked():
    worker = StaffFactory(screener=True)
    home = {"protected": True, "lines": ["14 Tern Row"], "postcode": "NF1 1ZZ"}
    said = a_message(
        "R-1",
        [{"role": "child", "given": "Ama", "family": "Boateng", "address": home}],
        concern={"categories": ["neglect"], "what_happened": "Ama lives at 14 Tern Row, NF1 1ZZ now."},
    )
    with in_service("intake"):
        receive(
            parse(json.dumps(said).encode()), hub=worker.hub, channel=Channel.FILE, received_at=MONDAY_9AM
        )
    contact = Contact.objects.using("builder").get(hub=worker.hub)
    for name in ("desk:case", "triage:page"):
        page = browser(worker).get(reverse(name, args=[contact.pk])).content.decode()
        assert "<mark>Ama</mark> lives at [protected address]" in page
        assert "Tern Row" not in page
        assert "NF1 1ZZ" not in page


def test_the_words_as_they_came_are_marked_on_both_pages_and_kept_as_they_were():
    worker = StaffFactory(screener=True)
    said = a_message("R-2", concern={"categories": ["neglect"], "what_happened": "Daniel came <late>."})
    contact = ContactFactory(hub=worker.hub, message=said)
    for name in ("desk:case", "triage:page"):
        page = browser(worker).get(reverse(name, args=[contact.pk])).content.decode()
        assert "<mark>Daniel</mark> came &lt;late&gt;." in page
    assert Contact.objects.using("builder").get(pk=contact.pk).message == said
