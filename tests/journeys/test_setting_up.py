"""Setting up a hub in a real browser: a colour, hours, a question; looked at, published, and read in the change log."""

from django.urls import reverse

from mash.partnership.models import Hub
from mash.setup.models import Edition
from tests.factories.partnership import MembershipFactory, StaffFactory

NAMES = (
    "overview",
    "particulars",
    "hours",
    "closures",
    "clocks",
    "agencies",
    "posts",
    "new_post",
    "contents",
    "sets",
    "log",
)


def test_an_administrator_sets_up_a_hub_and_reads_what_was_changed(transactional_db, visitor):
    post = StaffFactory(administrator=True)
    MembershipFactory(hub=post.hub)
    administrator = visitor(post)
    administrator.opens(reverse("setup:overview"))
    administrator.follows("Name and colour")
    administrator.fills("Colour of the header", "#ffee00")
    administrator.presses("Continue")
    assert administrator.sees("contrast of 1.2 to 1")
    administrator.photographs("faint")
    administrator.fills("Colour of the header", "#5a2d6e")
    administrator.presses("Continue")
    assert administrator.sees("Check before it counts")
    administrator.presses("Put in force")
    assert Hub.objects.using("builder").get(pk=post.hub_id).colour == "#5a2d6e"
    assert administrator.page.evaluate(
        "getComputedStyle(document.querySelector('.mash-header')).backgroundColor"
    ) == "rgb(90, 45, 110)"  # fmt: skip
    administrator.follows("Opening hours")
    administrator.page.get_by_role("group", name="Friday").get_by_label("Closes").fill("16:00")
    administrator.fills("Why do the hours change?", "The duty team ends earlier on Fridays.")
    administrator.presses("Continue")
    administrator.presses("Put in force")
    _ask_another_question(administrator)
    assert Edition.objects.using("builder").get().version == 2
    administrator.opens(reverse("setup:log"))
    administrator.follows("Question sets: version 2 published")
    assert administrator.sees("Who else helps the family?")
    administrator.photographs("change")


def _ask_another_question(administrator):
    administrator.opens(reverse("setup:asked", args=["housing"]))
    administrator.presses("Add a question")
    administrator.presses("Save in the draft")
    assert administrator.sees("There is a problem")
    administrator.fills("The question", "Who else helps the family?")
    administrator.fills("What to put there", "Names, and what they do")
    administrator.chooses("Free text", within="What kind of answer?")
    administrator.chooses("The home and everyone in it", within="Whom is it about?")
    administrator.chooses("No", within="Does the answer start sealed?")
    administrator.chooses("Yes", within="Does it ask for strengths?")
    administrator.presses("Save in the draft")
    administrator.follows("Preview as the agency sees it")
    assert administrator.sees("Who else helps the family?")
    administrator.photographs("preview")
    administrator.opens(reverse("setup:publish", args=["question_sets"]))
    administrator.fills("What changes for those who work here, and who agreed it?", "Agreed with Housing.")
    administrator.photographs("publish")
    administrator.presses("Publish")
    assert administrator.sees("Version 2 is in force")


def test_every_page_of_the_set_up_fits_a_narrow_screen(transactional_db, visitor):
    post = StaffFactory(administrator=True)
    MembershipFactory(hub=post.hub)
    administrator = visitor(post, width=375)
    names = [
        "overview",
        "particulars",
        "hours",
        "closures",
        "clocks",
        "agencies",
        "posts",
        "new_post",
        "contents",
        "sets",
        "log",
    ]
    for name in names:
        administrator.opens(reverse(f"setup:{name}"))
        administrator.photographs(name)
    for name, args in [("book", ["outcomes"]), ("asked", ["education"]), ("post", [post.pk])]:
        administrator.opens(reverse(f"setup:{name}", args=args))
        administrator.photographs(name)
    administrator.opens(reverse("setup:thing", args=["outcomes", "outcomes", "no_further_action"]))
    administrator.photographs("thing")
