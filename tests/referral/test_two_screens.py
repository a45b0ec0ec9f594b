"""One page of a referral on two screens: what only one of them changed is kept from both."""

import re

import pytest

from mash.referral.models import Draft
from tests.referral.pages import PROFESSIONAL

pytestmark = pytest.mark.usefixtures("transactional_db")


def quietly(lead, key, page="strengths", **said):
    return lead.types(page, said, key=key, quiet=True).json()["words"]


def holds(lead, page, words):
    return words in lead.opens(page).content.decode()


def test_what_each_of_two_screens_changed_is_kept(lead):
    one, other = (lead.key_of("strengths") for _ in range(2))
    assert quietly(lead, one, strengths="She comes when asked.", voice="").endswith("m")
    assert "another screen" in quietly(lead, other, strengths="", voice="He wants his nan.")
    assert "another screen" in quietly(lead, one, strengths="She comes at once.", voice="")
    assert quietly(lead, other, strengths="", voice="He wants his nan, and his dog.").startswith("Saved")
    answer = lead.types("strengths", {"strengths": "She comes at once, always.", "voice": ""}, key=one)
    assert answer.status_code == 302
    assert "What only they changed is kept" in lead.client.get(answer.url).content.decode()
    for words in ("She comes at once, always.", "He wants his nan, and his dog."):
        assert holds(lead, "strengths", words)


def test_a_screen_opened_while_another_types_does_not_take_it_back(lead):
    one = lead.key_of("strengths")
    quietly(lead, one, strengths="She", voice="")
    other = lead.key_of("strengths")
    quietly(lead, one, strengths="She comes when asked.", voice="")
    lead.types("strengths", {"strengths": "She", "voice": "His nan."}, key=other)
    assert holds(lead, "strengths", "She comes when asked.")
    assert holds(lead, "strengths", "His nan.")


def test_where_both_changed_one_field_the_others_are_not_lost_to_it(lead):
    one, other = (lead.key_of("strengths") for _ in range(2))
    quietly(lead, one, strengths="Mine", voice="His nan.")
    answer = lead.types("strengths", {"strengths": "Theirs", "voice": ""}, key=other)
    page = answer.content.decode()
    assert "changed on another screen" in page
    assert ">Theirs</textarea>" in page
    assert ">His nan.</textarea>" in page
    assert holds(lead, "strengths", "Mine")
    again = re.search(r'name="key" value="([^"]+)"', page)[1]
    lead.types("strengths", {"strengths": "Theirs", "voice": "His nan."}, key=again)
    assert holds(lead, "strengths", "Theirs")


def test_no_date_is_made_of_two_halves(lead):
    lead.types("concern", PROFESSIONAL["concern"])
    one, other = (lead.key_of("concern") for _ in range(2))
    said = PROFESSIONAL["concern"]
    quietly(lead, one, "concern", **said | {"event_on-day": "3"})
    assert "Not saved" in quietly(lead, other, "concern", **said | {"event_on-month": "10"})


def test_what_a_closed_screen_sends_late_is_merged_into_nothing(lead):
    key = lead.key_of("strengths")
    quietly(lead, key, strengths="", voice="He wan")
    lead.types("strengths", {"strengths": "", "voice": "He wants his nan."}, key=key)
    assert "Not saved" in quietly(lead, key, strengths="", voice="He wan")
    assert holds(lead, "strengths", "He wants his nan.")


def test_people_by_their_place_and_an_agreement_are_never_made_of_two_halves(lead):
    for page, mine, theirs in (
        ("family", {"household_words": "A lodger."}, {"m1-given": "Mercy"}),
        ("agreement", {"agreed_by": "Grace"}, {"family_aware": "no"}),
    ):
        lead.types(page, PROFESSIONAL[page])
        one, other = (lead.key_of(page) for _ in range(2))
        quietly(lead, one, page, **PROFESSIONAL[page] | mine)
        assert "Not saved" in quietly(lead, other, page, **PROFESSIONAL[page] | theirs)


def test_only_digests_of_what_was_opened_go_with_the_page_and_nothing_is_kept_in_clear(lead):
    lead.types("strengths", {"voice": "Nobody else may read this"})
    page = lead.opens("strengths").content.decode()
    assert page.count("Nobody else may read this") == 1
    assert b"Nobody else" not in bytes(Draft.objects.using("builder").get(pk=lead.draft_id).body)
