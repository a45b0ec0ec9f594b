"""Learners book, log and say what changed; mentor and line manager sign; a trainer plans, compares and takes over."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.demo import story, training
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from mash.training.models import Session


def tell():
    """The made-up borough with its training: courses were held, one is between its days, and more are coming."""
    now = timezone.now().replace(microsecond=0)
    since = now - timedelta(days=400)
    posts = open_borough(NORTHFIELD, since, since.date())
    training.tell(story.Stage(posts["screener"].hub, posts, now, timedelta(0)))
    return posts


@pytest.fixture
def told(told_once):
    return told_once(tell)


def test_a_trainer_plans_both_days_writes_down_who_came_and_compares_who_taught(told, visitor, width):
    trainer = visitor(told["trainer"], width=width)
    trainer.opens(reverse("training:home"))
    trainer.photographs("training-home-trainer")
    trainer.follows("What can be learnt")
    trainer.photographs("training-programmes")
    trainer.follows("Multi-agency training: young people, mental health and safeguarding (MAST)")
    trainer.photographs("training-offer")
    trainer.follows("Plan a session")
    trainer.presses("Put it in the calendar")
    assert trainer.sees("Enter what the group is called")
    trainer.photographs("training-plan-wrong")
    first = timezone.localdate() + timedelta(days=20)
    trainer.fills("What is the group called?", "Winter group")
    trainer.fills_date("On which day?", first)
    trainer.fills("At what time does it begin?", "9:30")
    trainer.fills_date("On which day is day two?", first + timedelta(days=30))
    trainer.fills("At what time does day two begin?", "9:30")
    trainer.fills("Where?", "The library")
    trainer.chooses("Face to face")
    trainer.fills("Who delivers it?", "Tobias Lund")
    trainer.chooses("Subject expert: does the work that is taught")
    trainer.presses("Put it in the calendar")
    assert trainer.sees("5 to 7 months later")
    trainer.fills_date("On which day is day two?", first + timedelta(days=183))
    trainer.presses("Put it in the calendar")
    assert trainer.sees("Winter group")
    trainer.photographs("training-sessions")
    held = Session.objects.using("builder").filter(offer="child_neglect").order_by("-starts_at").first()
    trainer.opens(reverse("training:session", args=[held.pk]))
    trainer.photographs("training-session-held")
    trainer.follows("Write down who came")
    trainer.chooses("Came for part of it", within="Ravi Menon, Northfield Schools")
    trainer.photographs("training-attendance")
    trainer.presses("Write it down")
    assert trainer.sees("Came for part of it")
    trainer.follows("What came of it, in all its sessions")
    assert trainer.sees("Found it worth their time (4 or 5 of 5)")
    assert trainer.sees("Subject experts compared with general trainers")
    trainer.photographs("training-results")
    trainer.opens(reverse("training:learners"))
    trainer.photographs("training-learners")
    trainer.follows("Add a learner")
    trainer.presses("Add them")
    assert trainer.sees("Enter their name")


def test_a_learner_books_waits_says_where_they_stand_and_comes_to_day_two_with_others(told, visitor, width):
    full = Session.objects.using("builder").get(offer="sealed_information")
    late = visitor(told["housing"], width=width)
    late.opens(reverse("training:session", args=[full.pk]))
    late.presses("Join the waiting list")
    assert late.sees("number 2 on the waiting list")
    late.photographs("training-waiting")

    learner = visitor(told["screener"], width=width)
    learner.opens(reverse("training:home"))
    learner.photographs("training-home-learner")
    learner.follows("Before Domestic abuse and the disclosure schemes")
    learner.presses("Keep it")
    assert learner.sees("Choose where you are")
    learner.photographs("training-say-wrong")
    for group in learner.page.locator("main").get_by_role("group").all():
        group.get_by_label("2: a little").check()
    learner.presses("Keep it")
    assert learner.sees("Thank you.")
    learner.opens(reverse("training:home"))
    learner.page.get_by_role("link", name="(MAST), day 2", exact=False).first.click()
    learner.looks()
    learner.follows("Come to day two with another group")
    learner.photographs("training-swap")
    learner.page.get_by_label("With which group?").select_option(index=1)
    learner.presses("Exchange it")
    assert learner.sees("day two is with the other group now")
    learner.opens(reverse("training:sessions"))
    learner.follows("Sharing, sealing and releasing")
    learner.presses("Give the place back")
    assert learner.sees("The place is given back.")
    late.opens(reverse("training:session", args=[full.pk]))
    assert late.sees("number 1 on the waiting list")


def test_a_mentor_says_what_is_needed_then_signs_and_the_line_manager_signs_last(told, visitor, width):
    learner = visitor(told["police"], width=width)
    learner.opens(reverse("training:home"))
    learner.follows("Your record")
    assert learner.sees("One more full search that I watch, please.")
    learner.photographs("training-record")
    learner.follows("Log something learnt")
    learner.presses("Log it")
    assert learner.sees("Choose what you learnt")
    learner.page.get_by_label("What did you learn?").select_option(value="cpd_stalking")
    learner.fills_date("On which day?", timezone.localdate())
    learner.fills("How many minutes?", "45")
    learner.chooses("E-learning")
    learner.chooses("What I wrote about it")
    learner.fills("What will you do differently? (optional)", "Ask who else was followed.")
    learner.photographs("training-log")
    learner.presses("Log it")
    assert learner.sees("Ask who else was followed.")

    mentor = visitor(told["police.two"], width=width)
    mentor.opens(reverse("training:home"))
    mentor.follows("PC Dele Bankole")
    mentor.follows("Sign as mentor", exact=False)
    mentor.presses("Keep it")
    assert mentor.sees("Choose whether you sign")
    mentor.photographs("training-sign-wrong")
    mentor.chooses("Yes, I sign")
    mentor.presses("Keep it")
    assert mentor.sees("The line manager signs next.")

    manager = visitor(told["intelligence"], width=width)
    manager.opens(reverse("training:home"))
    manager.follows("Your team")
    assert manager.sees("waits for you")
    manager.photographs("training-team")
    manager.follows("PC Dele Bankole")
    manager.page.get_by_role("button", name=re.compile("I have seen this.*Stalking")).first.click()
    manager.looks()
    assert manager.sees("Noted that you have seen it.")
    manager.follows("Sign as line manager", exact=False)
    manager.chooses("Yes, I sign")
    manager.presses("Keep it")
    assert manager.sees("They may work alone.")
    manager.photographs("training-signed-off")
    learner.opens(reverse("training:home"))
    learner.follows("Your record")
    learner.follows("The record on paper, or as a PDF")
    assert learner.sees("signed off on")
    learner.photographs("training-paper")


def test_a_trainer_takes_a_spreadsheet_over(told, visitor, width, tmp_path):
    sheet = tmp_path / "log.csv"
    email = told["screener"].account.email
    sheet.write_text(
        "E-mail,Date,Course,Hours,Notes\n"
        f"{email},3 April 2026,Talking with dads,2,\n"
        f"{email},4/31/2026,Fire,1,\n"
        f"{email},03/04/2026,Referring to the fire service,1,\n"
        f"{email},14/05/2026,=SUM(A1),1,\n"
    )
    trainer = visitor(told["trainer"], width=width)
    trainer.opens(reverse("training:home"))
    trainer.follows("Take a spreadsheet over")
    trainer.presses("Put it in")
    assert trainer.sees("Choose the file")
    trainer.page.get_by_label("The spreadsheet, saved as CSV").set_input_files(str(sheet))
    trainer.presses("Put it in")
    trainer.photographs("training-columns")
    trainer.page.get_by_label("Date", exact=True).select_option(label="Course")
    trainer.presses("Look at what would be taken over")
    assert trainer.sees("already chosen for")
    trainer.page.get_by_label("Date", exact=True).select_option(label="Date")
    trainer.presses("Look at what would be taken over")
    assert trainer.sees("Line 3: “Date” is 4/31/2026, which is no day")
    assert trainer.sees("Line 4: “Date” is 03/04/2026, and the column has days written both ways round")
    assert trainer.sees("Line 5: “Course” begins like a formula")
    trainer.photographs("training-look")
    trainer.presses("Take the new rows over")
    assert trainer.sees("Taken over: 1. There already: 0.")
    trainer.opens(reverse("training:coverage"))
    trainer.photographs("training-coverage")
