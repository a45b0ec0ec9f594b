"""Letters of a hub: reworded whole, added, retired and previewed, and never without the care they are given with."""

import pytest
from django.urls import reverse

from mash.common.content import ContentError
from mash.decision.content import letter_content, letters
from mash.decision.letters import family_letters
from mash.setup import keeping, lettering
from mash.setup.models import Draft, Edition
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import StaffFactory
from tests.factories.setup import changed
from tests.setup.test_content_pages import edit, fields, publish
from tests.setup.test_hub_pages import kept, said

pytestmark = pytest.mark.usefixtures("transactional_db")
WORDS = (
    "Dear {recipient_name},\n\n"
    "# What happens now\n{next_plain}\n\n"
    "[only if help needs agreement]\nYou can say no.\n\n"
    "# Your rights\n[rights]"
)
NEW = {
    "label": "Letter about a visit",
    "reader": "parent",
    "subject_line": "A visit",
    "body": WORDS,
    "never": "the other parent’s address\nwho told us",
}


@pytest.fixture
def administrator():
    return StaffFactory(administrator=True)


def add(administrator, **other):
    address = reverse("setup:new_thing", args=["letters", "templates"])
    client = browser(administrator)
    return client.post(address, fields(client.get(address)) | NEW | other)


@pytest.mark.parametrize("letter", [one["id"] for one in changed("letters")["templates"]])
def test_every_letter_reads_back_as_it_was(letter):
    (one,) = [one for one in changed("letters")["templates"] if one["id"] == letter]
    assert lettering.as_body(lettering.as_text(one["body"])) == one["body"]


def test_a_text_is_read_as_paragraphs():
    assert lettering.as_body(WORDS.replace("\n", "\r\n")) == [
        "Dear {recipient_name},",
        {"heading": "What happens now", "text": "{next_plain}"},
        {"only_if": "help_needs_agreement", "text": "You can say no."},
        {"heading": "Your rights", "use": "rights"},
    ]


def test_a_letter_is_added_and_is_a_draft_for_its_reader_alone(administrator):
    assert add(administrator).status_code == 302
    publish(administrator, "letters")
    with signed_in_as(administrator):
        assert "letter_about_a_visit" in {one.id for one in family_letters("mother")}
        assert "letter_about_a_visit" not in {one.id for one in family_letters("child")}
        assert letters()["letter_about_a_visit"].goes == "draft_only"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"reader": "professional"}, "not one of the available choices"),
        ({"reader": ""}, "Error: "),
        ({"never": ""}, "Error: "),
        ({"body": "Dear {nobody},"}, "there is no nobody"),
        ({"body": "[no such block]"}, "there is no no_such_block"),
        ({"body": "[only if the moon is full]\nHello"}, "nobody says when this holds: the moon is full"),
        ({"body": "# A heading alone"}, "own text or uses a block"),
    ],
)
def test_what_is_wrong_in_a_letter_is_said_and_nothing_typed_is_lost(administrator, wrong, why):
    page = said(add(administrator, **wrong))
    assert why in page
    assert "Letter about a visit" in page
    assert not kept(Draft)


def test_a_letter_is_reworded_whole_with_fewer_paragraphs(administrator):
    edit(administrator, "letters", "templates", "young_person_outcome", body=WORDS)
    publish(administrator, "letters")
    with signed_in_as(administrator):
        assert len(letters()["young_person_outcome"].body) == 4


def retire(administrator, letter):
    address = reverse("setup:retire", args=["letters", "templates", letter])
    return said(browser(administrator).post(address, {"gone": "yes"}, follow=True))


def test_a_retired_letter_is_no_longer_offered_and_stays_known(administrator):
    retire(administrator, "family_told_afterwards")
    publish(administrator, "letters")
    with signed_in_as(administrator):
        assert "family_told_afterwards" not in {one.id for one in family_letters("mother")}
        assert letters()["family_told_afterwards"].retired


@pytest.mark.parametrize("letter", ["referrer_decided", "public_thanks", "family_call"])
def test_what_the_system_itself_uses_stays(administrator, letter):
    assert "reword it, keep it" in retire(administrator, letter)
    assert not kept(Draft)


def test_no_reader_is_left_without_a_letter():
    def without(raw):
        for one in raw["templates"]:
            if one["id"] == "adult_outcome":
                one["retired"] = True

    before, after = changed("letters"), changed("letters", without)
    with pytest.raises(ContentError, match="no letter would be left for an adult at risk"):
        keeping.refuse_what_is_lost("letters", before, before, after)


def test_what_a_letter_never_says_can_be_added_to_and_not_taken_from(administrator):
    never = next(one for one in changed("letters")["templates"] if one["id"] == "family_outcome")["never"]
    answer = said(edit(administrator, "letters", "templates", "family_outcome", never="\n".join(never[1:])))
    assert "this stays on the list" in answer
    more = "\n".join([*never, "the school’s name"])
    assert edit(administrator, "letters", "templates", "family_outcome", never=more).status_code == 302


def test_the_preview_shows_the_draft_as_its_reader_sees_it(administrator):
    address = reverse("setup:letter", args=["family_outcome"])
    page = said(browser(administrator).get(address))
    assert "Preview of what is in force" in page
    assert "I am [Named worker and job], from Northbank MASH" in page
    edit(administrator, "letters", "templates", "family_outcome", body=WORDS)
    page = said(browser(administrator).get(address))
    assert "Preview of the draft" in page
    assert "Only if help needs agreement" in page
    assert "You can have someone with you when we talk" in page
    assert not kept(Edition)


def test_nobody_else_previews_a_letter_and_none_that_there_is_not(administrator):
    assert browser(StaffFactory(screener=True)).get(reverse("setup:letter", args=["x"])).status_code == 403
    assert browser(administrator).get(reverse("setup:letter", args=["x"])).status_code == 404


def test_the_conditions_are_those_that_the_product_knows():
    assert lettering.conditions(letter_content.carried()) == {
        "collection_order_in_force",
        "family_not_told",
        "family_told",
        "help_needs_agreement",
    }
