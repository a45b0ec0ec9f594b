"""A social worker sees the family of a case as a picture, adds what only a contact says, and prints it."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.demo import families, story
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from tests.factories.contact import ContactFactory


def tell():
    """The made-up family of two referrals, with what a worker wrote down."""
    now = timezone.now()
    posts = open_borough(NORTHFIELD, now - timedelta(days=30), now.date() - timedelta(days=30))
    said = story.messages(story.HERE / "northfield_referrals.jsonl")
    said = [one for one in said if one["reference"] in {families.POLICE, families.SCHOOL}]
    stage = story.Stage(posts["screener"].hub, posts, now, story.shift_for(said, now))
    found = story.receive_all(stage, json.loads(json.dumps(said)))
    families.tell(stage, found)
    return posts, found


@pytest.fixture
def told(told_once):
    return told_once(tell)


def test_a_social_worker_reads_the_family_and_adds_what_a_contact_says(told, visitor, width):
    posts, found = told
    worker = visitor(posts["social.worker"], width=width)
    worker.opens(reverse("desk:case", args=[found[families.POLICE].pk]))
    worker.follows("Family")
    assert worker.page.get_by_role("img", name="Family of").is_visible()
    assert worker.sees("OKAFOR, Rose")  # whom the other contact names, and the record relates
    assert worker.sees("Not on the hub’s record")
    worker.photographs("family")
    worker.page.emulate_media(forced_colors="active")
    worker.photographs("family-forced")
    worker.page.emulate_media(forced_colors="none")
    worker.presses("Print")
    worker.chooses("For a visit, where there is no screen")
    worker.presses("Show it as it prints")
    assert worker.page.locator("svg.mash-kin__picture").is_visible()
    worker.photographs("family-paper")


def test_a_family_of_nobody(told, visitor, width):
    posts, _ = told
    empty = ContactFactory(hub=posts["screener"].hub, people=())
    worker = visitor(posts["social.worker"], width=width)
    worker.opens(reverse("contact:family", args=[empty.pk]))
    assert worker.sees("Nobody of a family is named in this contact.")
    worker.photographs("family-empty")
