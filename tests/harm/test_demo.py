"""The made-up analyst of the demo finds one man in three families, boys at one lock, and acts on it."""

from datetime import UTC, datetime, timedelta

import pytest

from mash.desk.demo import harming, story
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from mash.harm import content, queries
from mash.harm.models import Group, Member, Reduction, Watch
from tests.factories.base import browser, signed_in_as
from tests.harm.test_pages import at, rows, said

pytestmark = pytest.mark.usefixtures("transactional_db")
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


def test_the_analyst_of_the_demo_finds_what_was_made_up():
    posts = open_borough(NORTHFIELD, NOW - timedelta(days=900), (NOW - timedelta(days=900)).date())
    stage = story.Stage(posts["analyst"].hub, posts, NOW, timedelta())
    harming.tell(stage)
    by = posts["analyst"]
    with signed_in_as(by):
        (man,) = queries.find_pattern(by, content.patterns()["alleged"], NOW).rows
        assert (man.name, man.long, man.watched) == ("CRALE, Denny", 3, True)
        named = [one.name for one in queries.find_pattern(by, content.patterns()["named_places"], NOW).rows]
        assert [one.partition(",")[0] for one in named] == ["Footbridge"]
        placed = queries.hotspots(by, NOW - timedelta(days=365), NOW)
        assert placed.not_placed == 0
        assert {one.area.name: one.events for one in placed.areas if one.events} == {"Northfield Lock": 6}
        assert Watch.objects.get().told
        assert Reduction.objects.get().about == "place"
        assert Member.objects.filter(group=Group.objects.get()).count() == 2
    assert "The lock" in said(browser(by).get(at("groups")))
    assert rows(browser(posts["social.worker"]).get(at("watched")))
