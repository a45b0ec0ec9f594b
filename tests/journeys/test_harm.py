"""An analyst finds a man in three families, names a group, watches, takes a place up, and reads and fills a map."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.demo import harming, story
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from mash.harm.models import Group, Reduction, Watch
from tests.factories.harm import analyst, square
from tests.factories.partnership import HubFactory


def tell():
    """The made-up borough in which the analyst has begun."""
    now = timezone.now().replace(microsecond=0)
    since = now - timedelta(days=900)
    found = open_borough(NORTHFIELD, since, since.date())
    harming.tell(story.Stage(found["analyst"].hub, found, now, timedelta(0)))
    return found


@pytest.fixture
def posts(told_once):
    return told_once(tell)


def test_an_analyst_follows_a_pattern_from_a_count_to_what_is_done(posts, visitor, width):
    one = visitor(posts["analyst"], width=width)
    one.opens(reverse("harm:home"))
    assert one.sees("What harm comes back to")
    one.follows("People said to have caused harm")
    assert one.sees("CRALE, Denny")
    one.photographs("harm-patterns")
    one.follows("3 events in 12 months: CRALE, Denny")
    assert one.sees("Events: 3")
    one.photographs("harm-person")
    one.follows("Take it up: what is done, and by whom")
    one.presses("Take it up")
    assert one.sees("Choose the agency")
    one.photographs("harm-take-up-wrong")
    one.page.get_by_label("Which agency answers for it?").select_option(index=1)
    one.fills("Who there answers for it?", "Ola Brand, team manager")
    one.fills("What is done?", "See each of the three families together")
    one.fills("How would you know that it helped?", "No fourth family")
    one.fills_date("By when is it done?", timezone.localdate() + timedelta(days=14))
    one.presses("Take it up")
    assert one.sees("The time after is not over yet")
    one.photographs("harm-reduction")
    one.follows("Close it")
    one.page.get_by_label("Nobody can tell yet").check()
    one.fills("What came of it, and how do you know?", "They moved away")
    one.presses("Close it")
    assert one.sees("Closed")
    assert Reduction.objects.using("builder").filter(ended_at__isnull=False).count() == 1


def test_an_analyst_names_a_group_and_watches_a_place(posts, visitor, width):
    one = visitor(posts["analyst"], width=width)
    one.opens(reverse("harm:groups"))
    one.photographs("harm-groups")
    one.follows("Name a group of BOOTHE, Kian; TOLLAND, Reece")
    one.fills("What is it called here?", "The Boothe boys")
    one.fills("Why do they belong together?", "Seen together")
    one.presses("Name it")
    assert one.sees("Name none of its people here")
    one.photographs("harm-name-group-wrong")
    one.fills("What is it called here?", "The bridge")
    one.presses("Name it")
    assert one.sees("People of the group that you may see")
    one.photographs("harm-group")
    assert Group.objects.using("builder").count() == 2
    one.follows("Watch it")
    one.fills("Why is it watched?", "A third event within a month")
    one.fills_date("By when does somebody look at it again?", timezone.localdate() + timedelta(days=60))
    one.presses("Watch it")
    assert one.sees("No contact that you may see has touched it since")
    one.photographs("harm-watch")
    one.opens(reverse("harm:watched"))
    one.photographs("harm-watched")
    assert Watch.objects.using("builder").count() == 2


def test_an_analyst_reads_the_map_and_its_table(posts, visitor, width):
    one = visitor(posts["analyst"], width=width)
    one.opens(reverse("harm:map"))
    assert one.sees("the most in Northfield Lock, 6")
    one.photographs("harm-map")
    one.chooses("For every 1,000 children")
    one.presses("Show")
    one.photographs("harm-map-rate")
    one.opens(reverse("harm:times"))
    one.photographs("harm-times")


def test_a_hub_takes_its_own_boundaries_in(transactional_db, visitor, width, tmp_path):
    one = visitor(analyst(HubFactory()), width=width)
    one.opens(reverse("harm:home"))
    one.photographs("harm-patterns-empty")
    one.opens(reverse("harm:map"))
    assert one.sees("This hub has no map yet")
    one.photographs("harm-map-empty")
    one.follows("Take boundaries in")
    features = [
        {"type": "Feature", "properties": {"code": f"W{n}", "name": "Lock"}, "geometry": square(n / 100, 51)}
        for n in (1, 2)
    ]
    file = tmp_path / "wards.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    for name in ("Lock", "Weir"):
        features[1]["properties"]["name"] = name
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        one.page.get_by_label("The boundaries, as GeoJSON").set_input_files(file)
        one.fills("What are the areas called?", "Wards")
        one.fills("Where is it from?", "Made up")
        one.presses("Take it in")
        if name == "Lock":
            assert one.sees("The name Lock stands in two features")
            one.photographs("harm-boundaries-wrong")
    assert one.sees("The map shows these areas from now on")
    assert one.sees("No table of postcodes is taken in yet")
