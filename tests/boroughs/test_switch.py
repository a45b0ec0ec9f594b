"""An installation without a key for asking other hubs: it says so, and all else works as before."""

import pytest

from mash.boroughs import actions, switch
from mash.boroughs.models import Marks, Question
from mash.people.actions import correct_person
from tests.boroughs.story import MONDAY_9AM, Side, a_moved_family, ask, known_to
from tests.factories.base import browser
from tests.factories.check import doing

KEY, NONE = "ef" * 32, ["", " ", "ef" * 31, "g" * 64, "11" * 32]


@pytest.mark.parametrize("key", NONE)
def test_a_key_left_out_cut_short_or_known_to_everybody_is_none(settings, key):
    settings.MASH_HUBS_KEY = key
    assert switch.key() is None
    settings.MASH_HUBS_KEY = KEY
    assert switch.key() == KEY


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("key", NONE[:3:2])
def test_without_a_key_people_are_recorded_nobody_is_asked_and_the_pages_say_so(settings, key):
    settings.MASH_HUBS_KEY = key
    here, there = Side(), Side()
    assert not Marks.objects.using("builder").exists()
    with pytest.raises(actions.SwitchedOff, match="no key"):
        ask(here)
    assert not Question.objects.using("builder").exists()
    page = browser(here.screener)
    address = f"/other-hubs/ask/{here.contact.pk}/{here.named.pk}/"
    assert "no key for that" in page.get(address).content.decode()
    assert "no key for that" in page.post(address, {"key": here.contact.pk, "why": "x"}).content.decode()
    decider = browser(here.decider)
    assert "Off: this installation has no key" in decider.get("/other-hubs/").content.decode()
    outcome = a_moved_family(here)
    assert there.hub.name in decider.get(f"/other-hubs/families/send/{outcome.pk}/").content.decode()


@pytest.mark.usefixtures("transactional_db")
def test_with_a_key_again_whoever_is_written_is_known_and_without_it_no_longer(settings):
    settings.MASH_HUBS_KEY = ""
    here, there = Side(), Side()
    settings.MASH_HUBS_KEY = KEY
    for side in (here, there):
        doing(side.decider, correct_person, person=side.person, sex="F", at=MONDAY_9AM)
    assert known_to(here, ask(here)) == {there.hub.pk}
    settings.MASH_HUBS_KEY = ""
    doing(there.decider, correct_person, person=there.person, sex="", at=MONDAY_9AM)
    settings.MASH_HUBS_KEY = KEY
    assert known_to(here, ask(here)) == set()
