"""A trainer runs an exercise, and two groups work on it in windows of their own; afterwards nobody gets in any more."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.exercise import actions
from mash.exercise.content import carried
from mash.exercise.models import Given, Run, Version
from mash.partnership.models import Staff
from tests.exercise.story import LARKSPUR, PAGE, B, Room, of
from tests.factories.base import in_service
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def opened(run):
    """Do what the program does when it is ordered to open the hubs."""
    with in_service("exercises"):
        actions.open_places(run_id=run.pk, page=PAGE, at=timezone.now())


def put_in(run):
    """Do what the program does with referrals that were given."""
    for given in Given.objects.using(B).filter(run=run, kind="referral", made=None):
        with in_service("exercises"):
            actions.put_in(given_id=given.pk, at=timezone.now())


def test_an_exercise_is_taken_over_changed_and_put_in_as_a_file(visitor, width, tmp_path):
    trainer = visitor(StaffFactory(duties=["train"]), width=width)
    trainer.opens(reverse("exercise:home"))
    assert trainer.sees("You have no exercise yet.")
    trainer.photographs("exercise-home-empty")
    trainer.page.get_by_role("button", name=re.compile("Take it over.*Larkspur House")).click()
    trainer.looks()
    assert trainer.sees("is among your exercises now")
    trainer.photographs("exercise-version")
    trainer.follows("Change inject 3")
    trainer.fills("At what time of that day?", "soon")
    trainer.presses("Save as a new version")
    assert trainer.sees("Say what is different in this version")
    trainer.fills("What is different in this version?", "Inject 3 comes later")
    trainer.presses("Save as a new version")
    assert trainer.sees("injects, number 3, at: not a time")
    trainer.photographs("exercise-inject-wrong")
    trainer.fills("At what time of that day?", "10:20")
    trainer.presses("Save as a new version")
    assert trainer.sees("Saved as version 2.")
    assert trainer.sees("Inject 3 comes later")
    trainer.page.get_by_role("button", name="Write it as a text").click()
    trainer.looks()
    text = trainer.page.get_by_label("The exercise as a text").input_value()
    trainer.fills("The exercise as a text", text.replace("kind: twist", "kind: twits"))
    trainer.presses("Look at it first")
    assert trainer.sees("injects, number 15, kind: it must be one of")
    trainer.photographs("exercise-text-wrong")
    trainer.fills("The exercise as a text", text.replace("Larkspur House", "Foxglove House"))
    trainer.presses("Look at it first")
    assert trainer.sees("How it would look: Two children at Foxglove House")
    trainer.fills("What is different in this version?", "Another house")
    trainer.presses("Save as a new version")
    assert trainer.sees("Saved as version 3.")
    bad = tmp_path / "exercise.yaml"
    bad.write_text(carried()[LARKSPUR][1].replace("seats: [hub_manager", "seats: [hub_manger"))
    trainer.opens(reverse("exercise:put_in"))
    trainer.presses("Put it in")
    assert trainer.sees("Choose the file")
    trainer.page.get_by_label("The file of an exercise, in YAML").set_input_files(str(bad))
    trainer.presses("Put it in")
    assert trainer.sees("hub_manger is none of the usual seats")
    trainer.photographs("exercise-put-in-wrong")


def test_a_run_from_the_seats_to_the_debrief(visitor, width, scripted):
    room = Room(at=timezone.now(), groups=2)
    trainer = visitor(room.trainer, width=width)
    trainer.opens(reverse("exercise:version", args=[room.version.pk]))
    trainer.page.get_by_role("button", name="Begin a run").click()
    trainer.looks()
    trainer.presses("Go on to the seats")
    assert trainer.sees("Enter what the run is called")
    trainer.fills("What is this run called?", "Spring attachment day")
    trainer.fills("How many groups?", "2")
    trainer.presses("Go on to the seats")
    trainer.presses("Open the groups’ hubs")
    assert trainer.sees("Nobody sits in group 1")
    labels = {"hub_manager": "Hub manager", "social_care": "Children’s social care", "police": "Police"}
    for (group, seat), account in room.people.items():
        trainer.page.get_by_label(f"{labels[seat]}, group {group}", exact=True).select_option(
            label=account.name
        )
    trainer.photographs("exercise-seats")
    trainer.presses("Open the groups’ hubs")
    assert trainer.sees("The groups’ hubs are being opened")
    room.run = of(Run, label="Spring attachment day")
    opened(room.run)
    trainer.opens(reverse("exercise:run", args=[room.run.pk]))
    trainer.presses("Start the clock")
    trainer.photographs("exercise-run-started")
    police = visitor(room.post(1, "police"), width=width)
    police.opens(reverse("exercise:feed"))
    assert police.sees("Nothing has been given to you yet.")
    assert police.sees("An exercise: everybody in it is made up")
    police.photographs("exercise-feed-empty")
    for name in (
        "Give to all groups: inject 1", "Give inject 9 to group 1", "Give inject 2 to group 1",
        "Give to all groups: inject 2",
    ):  # fmt: skip
        trainer.presses(name)
    assert trainer.sees("Read by 0 of 1.")
    put_in(room.run)
    if scripted:
        police.page.get_by_text("leaves wraps in a nappy bag").wait_for(
            timeout=25_000
        )  # without loading the page again
    police.opens(reverse("exercise:feed"))
    assert police.sees("leaves wraps in a nappy bag")
    assert not police.sees("Keep sealed. Say to the meeting")
    police.photographs("exercise-feed")
    police.follows("Mock strategy meeting: day 2, 10:00")
    assert police.sees("What may be said of the sealed item?")
    police.photographs("exercise-meeting")

    worker = visitor(room.post(1, "social_care"), width=width)
    worker.opens(reverse("exercise:feed"))
    assert not worker.sees("nappy bag")
    worker.page.get_by_role("link", name="in the hub").click()
    worker.looks()
    assert worker.sees("Larkhill Primary")
    given = Given.objects.using(B).get(run=room.run, number=1, group__number=1)
    worker.opens(f"/triage/{given.made}/")
    worker.chooses("Amber")
    worker.fills("Why this rating", "A pattern over weeks; both children are affected.")
    worker.chooses("Ask other agencies: a check")
    worker.fills("Why there", "We need the whole picture.")
    worker.chooses("Tell the referrer that a person has read this")
    worker.presses("Check your answers")
    worker.presses("Save")

    trainer.opens(reverse("exercise:run", args=[room.run.pk]))
    assert trainer.sees("amber")
    assert trainer.sees("Read by 1 of 1.")
    trainer.photographs("exercise-run")
    trainer.presses("Pause the clock")
    assert trainer.sees("Clock: paused.")
    trainer.fills("Time", "whenever")
    trainer.presses("Move the clock")
    assert trainer.sees("The clock was not moved")
    trainer.follows("Group 1, all of it")
    trainer.fills("What did you notice?", "They named Skye first.")
    trainer.presses("Keep the note")
    trainer.photographs("exercise-group")
    trainer.follows("Observable points of this group")
    for point in trainer.page.locator("main").get_by_role("group").all():
        point.get_by_label("1: partly seen").check()
    trainer.photographs("exercise-score")
    trainer.presses("Write it down")
    assert trainer.sees("12 points written down.")
    trainer.opens(reverse("exercise:debrief", args=[room.run.pk]))
    assert trainer.sees("Rated amber")
    assert trainer.sees("12, meets with feedback")
    assert trainer.sees("Not scored")
    trainer.photographs("exercise-debrief")
    trainer.opens(reverse("exercise:came", args=[room.run.pk]))
    for one in trainer.page.locator("main").get_by_role("group").all():
        one.get_by_label("Was there", exact=True).check()
    trainer.presses("Write it down")
    assert trainer.sees("It stands in the record of 6.")
    trainer.follows("End it")
    trainer.presses("End it")
    assert trainer.sees("This run has ended")
    with in_service("exercises"):
        actions.close_places(run_id=room.run.pk, at=timezone.now())
    trainer.photographs("exercise-run-ended")
    assert not Staff.objects.using(B).filter(exercise_seat__run=room.run, until_at=None).exists()
    police.page.goto(police.address + reverse("exercise:feed"))
    assert not police.sees("nappy bag")
    assert Version.objects.using(B).count() == 1
