"""A lead takes incidents in, draws a sample, raises an action and reads what it comes to; a reviewer finds a risk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.demo import dipping, story
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from mash.quality.actions import taking
from mash.quality.models import Dip, DipCard, HubTold, Incident
from tests.quality.incident_files import DATA
from tests.quality.test_taking_incidents import carry_out

B = "builder"
SAMPLE = DATA / "incidents.csv"


def made_up():
    """The made-up borough, without any incident yet."""
    since = timezone.now() - timedelta(days=200)
    return open_borough(NORTHFIELD, since, since.date())


@pytest.fixture
def borough(told_once):
    return told_once(made_up)


def at(name, *keys):
    return reverse(f"quality:{name}", args=keys)


def dated(visitor, group, day):
    boxes = visitor.page.get_by_role("group", name=group, exact=True)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        boxes.get_by_label(part).fill(str(value))


def take_in(lead):
    lead.opens(at("home"))
    lead.follows("Dip samples of incidents")
    lead.follows("Incidents")
    lead.photographs("dips-no-incidents")
    lead.follows("Put a file of incidents in")
    lead.presses("Put it in")
    assert lead.sees("Choose the file")
    lead.photographs("dips-put-in-wrong")
    lead.page.get_by_label("The file of incidents, as CSV").set_input_files(str(SAMPLE))
    lead.presses("Put it in")
    assert lead.sees("Which column is which?")
    lead.photographs("dips-columns")
    lead.presses("Read it through")
    assert lead.sees("Can be taken: 420")
    lead.photographs("dips-looked-at")
    lead.presses("Take what can be taken")
    assert lead.sees("Taken: 420")
    lead.photographs("dips-taken")


def draw(lead, graders):
    lead.opens(at("dips"))
    lead.photographs("dips-none")
    lead.follows("Draw a sample")
    lead.fills("What is the sample called?", "")
    lead.presses("Draw the sample")
    assert lead.sees("Choose who reviews")
    lead.photographs("dips-draw-wrong")
    lead.fills("What is the sample called?", "Summer")
    first = Incident.objects.using(B).order_by("-occurred_at").first().occurred_at.date()
    dated(lead, "Incidents that happened from", first - timedelta(days=60))
    dated(lead, "until", first)
    lead.fills("How many incidents?", "4")
    lead.chooses("Over nothing: each incident has the same chance")
    for name in graders:
        lead.page.get_by_label(name, exact=False).check()
    lead.presses("Draw the sample")
    assert lead.sees("Drawn again just now: the same incidents")
    lead.photographs("dips-drawn")


def find_a_risk(reviewer):
    reviewer.opens(at("home"))
    reviewer.photographs("dips-home-reviewer")
    reviewer.follows("Incident ", exact=False)
    reviewer.presses("Keep what I found")
    assert reviewer.sees("Answer: Did this incident call for an information-sharing form?")
    reviewer.photographs("dips-review-wrong")
    asks = reviewer.page.get_by_role("group", name="It was needed, and not sent or sent late: why?")
    assert asks.is_visible() is not reviewer.scripted  # without a script every question stands there
    groups = [
        ("Did this incident call for an information-sharing form?", "Yes, one was needed"),
        ("For whom?", "A child"),
        ("Was one sent?", "No"),
        ("It was needed, and not sent or sent late: why?", "There was no time"),
        ("Is anybody at risk now because nothing was sent?", "Yes"),
        ("What was done about it?", "Nothing yet: the lead decides"),
    ]
    for question, answer in groups:
        reviewer.page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    reviewer.photographs("dips-review")
    reviewer.presses("Keep what I found")
    assert reviewer.sees("Tell the hub now")
    reviewer.photographs("dips-tell")
    reviewer.presses("The hub was told")
    assert reviewer.sees("Say how the hub was told")
    reviewer.fills(
        "How was the hub told, and whom did you speak with?", "Rang the desk, spoke with Ola Field"
    )
    reviewer.presses("The hub was told")
    assert reviewer.sees("Kept: the hub was told.")


def act(lead, card):
    lead.opens(at("dip_card", card.pk))
    assert lead.sees("Rang the desk, spoke with Ola Field")
    lead.photographs("dips-card")
    lead.follows("Raise an action from this incident")
    lead.presses("Raise it")
    assert lead.sees("Say what is to be done")
    lead.photographs("dips-raise-wrong")
    lead.chooses("Training")
    lead.fills("What is to be done?", "A briefing at the start of a shift.")
    lead.page.get_by_label("Who does it?").select_option(label=lead_label(lead))
    lead.presses("Raise it")
    assert lead.sees("A briefing at the start of a shift.")
    lead.photographs("dips-actions")
    lead.follows("A briefing at the start of a shift.")
    lead.fills("What was done?", "Held on Monday.")
    lead.presses("It is done")
    assert lead.sees("Done")


def lead_label(lead):
    return f"{lead.staff.account.name}, {lead.staff.title}, {lead.staff.agency}"


def test_from_a_file_to_what_is_done(borough, visitor, width):
    lead = visitor(borough["manager"], width=width)
    take_in(lead)
    draw(lead, ["Supt Noor Hadley"])
    reviewer = visitor(borough["grader.police"], width=width)
    find_a_risk(reviewer)
    told = HubTold.objects.using(B).select_related("review").get()
    act(lead, DipCard.objects.using(B).get(pk=told.review.card_id))
    lead.opens(at("compliance"))
    assert lead.sees("Unclear as needed:")
    lead.photographs("dips-compliance")
    lead.follows("As the force wrote down every incident")
    assert lead.sees("Sep to Oct 2026") or lead.sees("Sep to Oct 2024")
    lead.photographs("dips-compliance-recorded")


def test_a_file_that_is_read_by_jobs_says_how_far_it_is(borough, visitor, width, scripted, monkeypatch):
    monkeypatch.setattr(taking, "AT_ONCE", 0)
    monkeypatch.setattr(taking, "STEP", 300)
    manager = borough["manager"]
    lead = visitor(manager, width=width)
    lead.opens(at("put_incidents_in"))
    lead.page.get_by_label("The file of incidents, as CSV").set_input_files(str(SAMPLE))
    lead.presses("Put it in")
    lead.presses("Read it through")
    assert lead.sees("Being read through: 0 %")
    lead.photographs("dips-being-read")
    assert carry_out(manager)
    seen = "Being read through: 71 % of the file, 300 rows."
    if not scripted:
        lead.follows("Look again")
    lead.page.get_by_text(seen).wait_for(timeout=30_000)
    while carry_out(manager):
        pass
    if scripted:
        lead.page.get_by_role("link", name="See what was found").wait_for(timeout=30_000)
        lead.follows("See what was found")
    else:
        lead.follows("Look again")
    assert lead.sees("Can be taken: 420")


def test_the_demo_shows_samples_of_several_periods(borough, visitor, width):
    now = timezone.now().replace(microsecond=0)
    dipping.tell(story.Stage(borough["manager"].hub, borough, now, timedelta(0)))
    lead = visitor(borough["manager"], width=width)
    for name in ("home", "dips", "compliance", "tasks"):
        lead.opens(at(name))
        lead.photographs(f"dips-demo-{name}")
    assert Dip.objects.using(B).filter(closed_at=None).count() == 1
    assert lead.sees("Overdue")
