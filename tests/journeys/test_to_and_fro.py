"""Whoever manages the hub sees which families go to and fro, and comes from the list to the case with its strip."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.demo import going, story
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough


@pytest.fixture
def posts(transactional_db):
    """The made-up borough with a family whose help turned round."""
    now = timezone.now()
    made = open_borough(NORTHFIELD, now - timedelta(days=30), now.date() - timedelta(days=30))
    stage = story.Stage(made["screener"].hub, made, now, timedelta())
    going.tell(stage)
    return made


def test_a_manager_goes_from_the_list_to_the_case(posts, visitor, width):
    manager = visitor(posts["manager"], width=width)
    manager.opens(reverse("decision:to_and_fro"))
    assert manager.sees("1 family, 2 people")
    assert manager.sees("Stepped down, then back up")
    assert manager.sees("They live in one household.")
    manager.photographs("to-and-fro")
    manager.fills("Last fact no more than so many days ago", "soon")
    manager.presses("Show")
    assert manager.sees("Write the days as a number, such as 30")
    manager.photographs("to-and-fro-wrong")
    manager.fills("Last fact no more than so many days ago", "30")
    manager.presses("Show")
    assert manager.sees("Nobody goes to and fro as asked here.")
    manager.photographs("to-and-fro-empty")
    manager.follows("Show all")
    manager.follows("MAREK-LOWE, Zofia", exact=False)
    assert manager.sees("Help to MAREK-LOWE, Zofia")
    assert manager.sees("The household of MAREK-LOWE, Zofia")
    manager.photographs("to-and-fro-case")
