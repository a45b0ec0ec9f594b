"""A chair puts an agenda together, holds the meeting and writes the minutes; a member looks beforehand and agrees."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.demo import panels, story
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from mash.panel.models import Meeting
from tests.factories.people import a_known_person


def tell():
    """The made-up borough with its panel: one meeting was held, the next has an agenda."""
    now = timezone.now().replace(microsecond=0)
    since = now - timedelta(days=200)
    posts = open_borough(NORTHFIELD, since, since.date())
    hub = posts["screener"].hub
    people = [
        a_known_person(hub, given=given, family="Marlowe", born_on=date(2015, 5, 4))
        for given in ("Kit", "Tess", "Ned")
    ]
    made = panels.tell(story.Stage(hub, posts, now, timedelta(0)), people, agree=("police", "housing"))
    return posts, made


@pytest.fixture
def told(told_once):
    return told_once(tell)


def begins_now(meeting):
    """Let a meeting have begun."""
    Meeting.objects.using("builder").filter(pk=meeting.pk).update(
        starts_at=timezone.now() - timedelta(minutes=5)
    )


def test_a_chair_builds_an_agenda_holds_the_meeting_and_writes_the_minutes(told, visitor, width):
    posts, made = told
    chair = visitor(posts["panel.chair"], width=width)
    chair.opens(reverse("panel:home"))
    chair.photographs("panel-home-chair")
    chair.follows("Northfield family panel")
    assert chair.sees("Marcia Delaney")
    assert chair.sees("Not signed")
    chair.photographs("panel-panel")
    chair.opens(reverse("panel:meeting", args=[made.coming.pk]))
    assert chair.sees("of 120 minutes")
    chair.photographs("panel-agenda")
    chair.presses("Down", exact=False)
    chair.presses("Add it")
    assert chair.sees("Choose what it is")
    chair.page.get_by_label("What is it?").select_option(index=4)
    chair.fills("In other words, if need be", "The bus stop on Market Row")
    chair.presses("Add it")
    assert chair.sees("The bus stop on Market Row")
    chair.presses("Send the invitations")
    chair.follows("Papers of each agency")
    chair.photographs("panel-pack")

    begins_now(made.coming)
    chair.opens(reverse("panel:attendance", args=[made.coming.pk]))
    assert chair.sees("No quorum")
    for agency in ("Northfield Schools: Hannah Price", "Northfield Early Help: Marcia Delaney"):
        chair.chooses("Here", within=agency)
    chair.photographs("panel-attendance")
    chair.presses("Record who came")
    assert chair.sees("Lacking: health")
    family = made.listed[0]
    chair.opens(reverse("panel:room", args=[made.coming.pk, family.pk]))
    assert chair.sees("K.M.")
    assert not chair.sees("MARLOWE")
    chair.photographs("panel-room")
    chair.follows("Tick or carry over", exact=False)
    chair.presses("Save")
    assert chair.sees("Choose where it stands")
    chair.chooses("Done")
    chair.presses("Save")
    chair.opens(reverse("panel:decide", args=[made.coming.pk, family.pk]))
    chair.presses("Record the decision")
    assert chair.sees("Choose what was decided")
    chair.photographs("panel-decide-wrong")
    chair.chooses("The plan goes on")
    chair.fills("Why, and what is agreed?", "Both children are in time on most days.")
    chair.fills("Who is the lead professional?", "Hannah Price")
    chair.page.get_by_label("Of which agency?").select_option(label="Northfield Schools")
    later = timezone.localdate() + timedelta(weeks=6)
    chair.fills_date("When is it looked at again?", later)
    chair.presses("Record the decision")
    assert chair.sees("those who are missing are asked")
    chair.presses("Add an action")
    chair.fills("What is done?", "Ring the landlord.")
    chair.fills("What will be different, so that one can tell?", "The wall is dry.")
    chair.page.get_by_label("Which agency owns it?").select_option(label="Northfield Homes")
    chair.fills("Who does it?", "Dennis Achterberg")
    chair.fills_date("By when?", later)
    chair.photographs("panel-action")
    chair.presses("Add it")
    assert chair.sees("Ring the landlord.")
    chair.photographs("panel-room-decided")
    chair.opens(reverse("panel:minutes", args=[made.coming.pk]))
    assert chair.sees("Decided: The plan goes on.")
    chair.presses("End the meeting and write the minutes")
    assert chair.sees("Nobody changes them")
    chair.photographs("panel-minutes")


def test_a_member_looks_beforehand_reads_their_papers_and_agrees_the_minutes(told, visitor, width):
    posts, made = told
    school = visitor(posts["education"], width=width)
    school.opens(reverse("panel:home"))
    school.photographs("panel-home-member")
    school.follows("Look in your own records", exact=False)
    school.presses("Send it to the panel")
    assert school.sees("Choose what you found")
    school.photographs("panel-check-wrong")
    school.chooses("We hold something")
    school.chooses("Share these words with the agencies needed")
    school.fills("What can you say, or why could you not look?", "She is bright, and tired on Mondays.")
    school.presses("Send it to the panel")
    assert school.sees("tired on Mondays")
    school.photographs("panel-item")
    school.opens(reverse("panel:meeting", args=[made.coming.pk]))
    assert not school.sees("Up")
    school.photographs("panel-meeting-member")
    school.follows("Your agency’s papers")
    assert school.sees("tired on Mondays")
    school.opens(reverse("panel:minutes", args=[made.past.pk]))
    school.follows("Correct this", exact=False)
    school.fills("What is to be corrected?", "The club has three places.")
    school.presses("Put it beside them")
    assert school.sees("The club has three places.")
    school.photographs("panel-minutes-member")
    school.presses("Agree the minutes")
    assert school.sees("Your agency agrees the minutes.")

    health = visitor(posts["health"], width=width)
    health.opens(reverse("panel:home"))
    health.follows("What was decided of", exact=False)
    health.presses("Say so")
    assert health.sees("Choose whether it stands")
    health.photographs("panel-confirm-wrong")
    health.chooses("Yes, it stands")
    health.presses("Say so")
    assert health.sees("word is kept")
