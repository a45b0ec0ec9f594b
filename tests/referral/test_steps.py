"""Steps of law or guidance that go with what was chosen: read before and after sending, and by who screens."""

from datetime import date

import pytest
from django.urls import reverse

from mash.contact.content import duties, duties_of
from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory
from tests.referral.pages import PROFESSIONAL

pytestmark = pytest.mark.usefixtures("transactional_db")
TODAY = date(2026, 11, 25)
SCHOOL = "Tell the school"
CHOSEN = PROFESSIONAL["concern"] | {"categories": ["domestic_abuse_in_home", "adult_in_trusted_role"]}


def test_what_was_chosen_brings_its_steps_before_and_after_sending(lead):
    assert SCHOOL not in lead.opens("check").content.decode()
    lead.fills(PROFESSIONAL | {"concern": CHOSEN})
    for page in (lead.opens("check"), lead.client.get(lead.sends().headers["Location"])):
        shown = page.content.decode()
        for words in (SCHOOL, "key adult before the next school day", "Tell the designated officer"):
            assert words in shown, words


def test_who_screens_reads_them_beside_what_came_in():
    contact = ContactFactory(categories=["domestic_abuse_in_home", "neglect"])
    client = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    page = client.get(reverse("triage:page", args=[contact.pk])).content.decode()
    assert "Steps that go with this worry" in page
    assert SCHOOL in page
    other = ContactFactory(hub=contact.hub, categories=["neglect"])
    assert "Steps that go" not in client.get(reverse("triage:page", args=[other.pk])).content.decode()


def with_enabled(*found):
    return [one.id for one in found]


def test_each_step_is_said_once_and_only_while_it_counts():
    twice = ["stalking_or_harassment", "abuse_in_teenage_relationship"]
    assert with_enabled(*duties_of(twice, TODAY)) == ["marac"]
    assert duties_of(["neglect", "no such category"], TODAY) == []
    assert duties()["csa_report"].enabled is False  # whether it is in force was not established
    assert "csa_report" not in with_enabled(*duties_of(["sexual_abuse_by_adult"], TODAY))
    begins = duties()["fgm_report"].in_force_from
    assert with_enabled(*duties_of(["fgm"], begins)) == ["fgm_report"]
    assert duties_of(["fgm"], date.min) == []
