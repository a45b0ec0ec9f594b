"""What the referral form of a hub says: reworded in an edition, read on its own pages alone, and 999 always first."""

import pytest
from django.test import Client
from django.urls import reverse

from mash.common.content import ContentError
from mash.referral.content import form_content
from mash.referral.hours import fill
from mash.setup.models import Draft
from tests.factories.base import browser
from tests.factories.partnership import HubFactory, StaffFactory
from tests.factories.setup import EditionFactory, changed
from tests.setup.test_content_pages import edit, fields, publish
from tests.setup.test_hub_pages import kept, said

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def administrator():
    hub = HubFactory(telephone="020 7946 0000", out_of_hours_telephone="020 7946 0001")
    return StaffFactory(administrator=True, hub=hub)


def first_page(hub):
    return said(Client().get(reverse("referral:start", args=[hub.prefix.lower()])))


def test_a_hub_says_it_in_its_own_words_and_another_in_its_own(administrator):
    other = HubFactory()
    edit(administrator, "form", "texts", "introduction", text="Tell us about anybody in Riverside.")
    assert "anybody in Riverside" not in first_page(administrator.hub)
    publish(administrator, "form")
    assert "anybody in Riverside" in first_page(administrator.hub)
    assert "anybody in Riverside" not in first_page(other)


def test_whoever_is_signed_in_reads_the_words_of_the_hub_whose_page_it_is(administrator):
    edit(administrator, "form", "texts", "introduction", text="Tell us about anybody in Riverside.")
    publish(administrator, "form")
    address = reverse("referral:start", args=[administrator.hub.prefix.lower()])
    assert "anybody in Riverside" in said(browser(administrator).get(address))


def test_a_number_is_added_shown_and_retired(administrator):
    address = reverse("setup:new_thing", args=["form", "contacts"])
    client = browser(administrator)
    new = {"label": "Youth line", "number": "020 7946 0077", "when": "Evenings"}
    client.post(address, fields(client.get(address)) | new)
    publish(administrator, "form")
    assert "Youth line: <strong>020 7946 0077</strong>. Evenings" in first_page(administrator.hub)
    client.post(reverse("setup:retire", args=["form", "contacts", "youth_line"]), {"gone": "yes"})
    publish(administrator, "form")
    assert "Youth line" not in first_page(administrator.hub)


@pytest.mark.parametrize(
    ("part", "thing", "words", "why"),
    [
        ("after_hours", "start_page", "We read this tomorrow.", "999 always stands here"),
        ("while_open", "start_page", "We are open. In danger call 999.", "999 always comes first"),
        ("while_open", "start_page", "Call 999, or {hub_phone}.", "a sentence of its own without a gap"),
        ("after_hours", "before_sending", "Read tomorrow.", "999 always stands here"),
        ("after_hours", "danger_ticked", "Call the police.", "999 always stands here"),
        ("while_open", "after_sending", "Thank you.", "999 always stands here"),
        ("texts", "talk_first", "Call {nobody}.", "there is no nobody"),
        ("texts", "next_child", "   ", "Error: "),
    ],
)
def test_999_stays_and_only_known_gaps_are_used(administrator, part, thing, words, why):
    page = said(edit(administrator, "form", part, thing, text=words))
    assert why in page
    assert "Error: " in page
    assert not kept(Draft)


def test_the_line_that_says_999_alone_is_offered_to_nobody(administrator):
    assert (
        browser(administrator).get(reverse("setup:thing", args=["form", "in_danger", "x"])).status_code == 404
    )
    with pytest.raises(ContentError, match="in_danger: 999 always stands here"):
        form_content.check(changed("form", lambda raw: raw.update(in_danger="Take care.")))


def test_999_comes_first_on_the_page_whatever_a_hub_wrote(administrator):
    words = changed("form")
    for one in (*words["after_hours"], *words["while_open"]):
        if one["id"] == "start_page":
            one["text"] = "Call 999 if someone is in danger. Ours."
    EditionFactory(hub=administrator.hub, content="form", words=words)
    page = first_page(administrator.hub)
    assert page.index("Call 999") < page.index("who may need help")


def test_999_comes_first_even_where_its_sentence_has_a_gap_that_nothing_fills():
    assert fill("Wait for us. Call 999 or {gap}.", {}) == "If someone is in danger, call 999. Wait for us."


def test_no_text_is_left_out_of_a_form():
    def without(raw):
        raw["texts"] = raw["texts"][1:]

    with pytest.raises(ContentError, match=r"texts\.introduction"):
        form_content.check(changed("form", without))
