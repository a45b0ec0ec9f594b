"""A lead draws a round, reads a copy, opens, settles and closes it; a grader grades without knowing who sent it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.demo import grading, story
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from mash.quality import content
from mash.quality.models import Round, Sheet
from tests.factories.contact import ContactFactory
from tests.quality.story import police_message

B = "builder"


def tell():
    """The made-up borough: a round was closed, and another is graded now."""
    now = timezone.now().replace(microsecond=0)
    since = now - timedelta(days=200)
    posts = open_borough(NORTHFIELD, since, since.date())
    hub = posts["screener"].hub
    for place in range(10):
        at = now - timedelta(days=20 if place < 6 else 2)
        said = {"message": police_message(f"P-{place}"), "police": True} if place % 2 else {}
        ContactFactory(hub=hub, received_at=at, sent_at=at, sender_reference=f"P-{place}", **said)
    grading.tell(story.Stage(hub, posts, now, timedelta(0)))
    return posts


@pytest.fixture
def told(told_once):
    return told_once(tell)


def at(name, *keys):
    return reverse(f"quality:{name}", args=keys)


def test_a_lead_draws_opens_and_reads_what_grading_comes_to(told, visitor, width):
    lead = visitor(told["manager"], width=width)
    lead.opens(at("home"))
    lead.photographs("quality-home")
    lead.follows("Draw a round")
    lead.fills("What is the round called?", "")
    lead.presses("Draw the sample")
    assert lead.sees("Choose who grades")
    lead.photographs("quality-draw-wrong")
    lead.fills("What is the round called?", "A fortnight")
    day = timezone.localdate() - timedelta(days=20)
    for group, on in (("Referrals that came from", day), ("until", day)):
        boxes = lead.page.get_by_role("group", name=group, exact=True)
        for part, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
            boxes.get_by_label(part).fill(str(value))
    lead.fills("How many referrals?", "3")
    lead.chooses("Over nothing: each referral has the same chance")
    for name in ("Supt Noor Hadley", "Celia Brandt"):
        lead.page.get_by_label(name, exact=False).check()
    lead.presses("Draw the sample")
    assert lead.sees("Some of these days are drawn already")
    lead.photographs("quality-drawn-already")
    lead.fills("If some of these days were drawn before: why are they drawn again?", "Two graders fell ill.")
    lead.presses("Draw the sample")
    assert lead.sees("Drawn again just now: the same referrals")
    lead.photographs("quality-round-drawn")
    lead.follows("Referral 1")
    lead.photographs("quality-sheet")
    lead.follows("Cover more words")
    lead.presses("Cover them")
    assert lead.sees("Write the words to cover")
    lead.fills("Words to cover", "Daniel")
    lead.presses("Cover them")
    assert lead.sees("Covered in")
    made = Round.objects.using(B).get(label="A fortnight")
    lead.opens(at("round", made.pk))
    lead.presses("Open it to the graders")
    lead.opens(at("grades"))
    assert lead.sees("2024-10 was published with a mean of 2.87. Its own counts give 2.56")
    assert lead.sees("Three-hour session")
    lead.photographs("quality-grades")
    lead.follows("Set a change beside the charts")
    lead.presses("Set it there")
    lead.photographs("quality-mark-wrong")
    lead.opens(at("earlier"))
    lead.presses("Read the file")
    assert lead.sees("Choose a file")
    lead.photographs("quality-earlier-wrong")
    closed = Round.objects.using(B).get(label=grading.CLOSED)
    lead.opens(at("round", closed.pk))
    lead.photographs("quality-round-closed")


def test_a_grader_grades_blind_and_the_lead_settles_and_closes(told, visitor, width):
    going = Round.objects.using(B).get(label=grading.OPEN)
    sheet = Sheet.objects.using(B).filter(round=going, place=1).get()
    waits = next(one for one in told.values() if one.pk == sheet.graders[1])
    grader = visitor(waits, width=width)
    grader.opens(at("home"))
    grader.photographs("quality-home-grader")
    grader.follows("Referral 1", exact=False)
    for name in ("Ashdown", "North Thames Constabulary", "Fernbank"):
        assert not grader.sees(name)
    grader.photographs("quality-grade")
    grader.presses("Give this grade")
    assert grader.sees("Grade the referral as a whole")
    grader.photographs("quality-grade-wrong")
    for one in content.criteria().values():
        grader.chooses(f"1 {one.g1}")
    grader.chooses("4 Excellent")
    grader.fills("One thing done well", "It came at once.")
    grader.fills("One thing to improve", "Say who he is.")
    grader.presses("Give this grade")
    assert grader.sees("Held at 1 by")
    grader.chooses("4 Excellent")
    grader.fills("If the whole is better than what holds it down: why?", "It all came by telephone.")
    grader.presses("Give this grade")
    assert grader.sees("is graded")

    lead = visitor(told["manager"], width=width)
    lead.opens(at("round", going.pk))
    lead.photographs("quality-round-open")
    lead.opens(at("settle", sheet.pk))
    lead.presses("Keep the panel’s grade")
    assert lead.sees("Choose the panel’s grade")
    lead.photographs("quality-settle-wrong")
    lead.chooses("3 Good")
    lead.fills("What was talked over, and what was agreed?", "The name was given by telephone.")
    lead.presses("Keep the panel’s grade")
    lead.follows("Close the round")
    lead.presses("Close it and tell the writers")
    assert lead.sees("Say why they are left out")
    lead.photographs("quality-close-wrong")
    lead.fills("Why have some no grade?", "Two graders were away.")
    lead.presses("Close it and tell the writers")
    assert lead.sees("Two graders were away.")

    force = visitor(told["police"], width=width)
    force.opens(at("ours"))
    force.photographs("quality-ours")
