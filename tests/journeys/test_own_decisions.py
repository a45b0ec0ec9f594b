"""A lead follows what was wrong, two people of other agencies decide again, blind, and another decides anew."""

from datetime import timedelta

import pytest
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from mash.desk.demo import deciding_again, story
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import as_program, open_borough
from mash.quality.own import actions
from mash.quality.own.models import Again, Month, Reviewer
from tests.quality.own_story import B

SINCE = timedelta(days=400)


def tell():
    """The made-up borough: one month was decided again and closed, and one is under way."""
    now = timezone.now().replace(microsecond=0)
    posts = open_borough(NORTHFIELD, now - SINCE, (now - SINCE).date())
    deciding_again.tell(story.Stage(posts["screener"].hub, posts, now, timedelta(0)))
    return posts


@pytest.fixture
def told(told_once):
    return told_once(tell)


def at(name, *keys):
    return reverse(f"quality:{name}", args=keys)


def who_decides(told, again):
    keys = [*Reviewer.objects.using(B).filter(copy__again=again).values_list("staff_id", flat=True)]
    return [told[name] for name in deciding_again.REVIEWERS if told[name].pk in keys]


def test_what_two_decide_again_blind_is_reopened_and_decided_anew(told, visitor, width):
    going = Month.objects.using(B).get(closed_at=None)
    again = Again.objects.using(B).filter(month=going, outcome="no_further_action").order_by("-place").first()
    first, second = who_decides(told, again)
    copy = Reviewer.objects.using(B).filter(copy__again=again).values_list("copy_id", flat=True)[0]

    lead = visitor(told["manager"], width=width)
    lead.opens(at("own"))
    assert lead.sees("One month is too few to judge")
    lead.photographs("own-decisions")
    lead.opens(at("own_month", Month.objects.using(B).exclude(closed_at=None).get().pk))
    assert lead.sees("Found wrong, and reopened")
    lead.photographs("own-month-closed")
    lead.follows("Decision 1", exact=False)
    lead.opens(at("own_month", going.pk))
    assert lead.sees("Drawn again just now: the same decisions")
    lead.photographs("own-month-open")

    for post, risk in ((first, False), (second, True)):
        one = visitor(post, width=width)
        one.opens(at("home"))
        one.photographs("own-home")
        one.opens(at("own_decide", copy))
        for hidden in ("Ruth Adler", "Nothing more is needed", deciding_again.REASONS, "Green"):
            assert not one.sees(hidden)
        one.photographs("own-decide")
        one.presses("This is what I would have decided")
        assert one.sees("Give your reasons")
        one.photographs("own-decide-wrong")
        one.chooses("Yes" if risk else "No", within="Do you believe that somebody was left at risk?")
        if risk:
            one.fills("Who, and of what?", "The child, who is cold at night.")
        one.chooses("Early help")
        one.page.locator("[name=level][value='2']").check()
        one.fills("Your reasons", "Nobody has looked at the flat.")
        one.chooses("Sure")
        one.presses("This is what I would have decided")
        assert one.sees("Kept. You can change it until the other person has answered too.")
        with as_program("own_decisions"):
            actions.look_at(again_id=again.pk, at=timezone.now())
    one.opens(at("home"))
    assert not one.sees(f"Decision {again.place} of")

    again.refresh_from_db(using=B)
    lead.opens(at("home"))
    assert lead.sees("1 found wrong and not followed to the end")
    lead.opens(at("own_case", again.pk))
    assert lead.sees("The child, who is cold at night.")
    lead.photographs("own-case-wrong")
    lead.presses("This is done", exact=False)
    assert lead.sees("Frances Boateng")

    anew = visitor(next(one for one in told.values() if one.pk == again.given_to_id), width=width)
    anew.opens(reverse("desk:worklist"))
    assert anew.sees("Decision reopened")
    anew.opens(reverse("decision:page", args=[again.decision_id]))
    assert anew.sees("Two others decided it again, and found it wrong")
    assert anew.sees("The child, who is cold at night.")
    anew.photographs("own-reopened-decision")
    anew.opens(reverse("decision:decide", args=[again.contact_id]))
    assert not anew.sees("others decide anew")

    decider = visitor(told["decision.maker"], width=width)
    decider.opens(reverse("decision:decide", args=[again.contact_id]))
    assert decider.sees("others decide anew")


def test_who_knows_the_family_steps_aside_and_another_is_asked(told, visitor, width):
    going = Again.objects.using(B).filter(month__closed_at=None)
    # one of them was decided anew after two had found it wrong, and is left with nobody to take another's place
    again = going.annotate(seats=Count("copy__reviewers")).filter(seats=2).order_by("-place").first()
    first = who_decides(told, again)[0]
    copy = Reviewer.objects.using(B).filter(copy__again=again).values_list("copy_id", flat=True)[0]
    one = visitor(first, width=width)
    one.opens(at("own_decide", copy))
    one.follows("step aside")
    one.presses("Step aside")
    one.photographs("own-aside-wrong")
    one.fills("Why can you not decide it again?", "I know this family.")
    one.presses("Step aside")
    assert one.sees("somebody else is asked")
    with as_program("own_decisions"):
        actions.look_at(again_id=again.pk, at=timezone.now())
    assert {post.pk for post in who_decides(told, again)} == {
        told[name].pk for name in deciding_again.REVIEWERS
    }
    lead = visitor(told["manager"], width=width)
    lead.opens(at("own_case", again.pk))
    assert lead.sees("I know this family.")
    lead.fills("Why does nobody decide it again?", "")
    lead.presses("Take it off")
    lead.photographs("own-off-wrong")
    lead.fills("Why does nobody decide it again?", "It is before a court.")
    lead.presses("Take it off")
    assert lead.sees("Taken off: It is before a court.")
    lead.opens(at("own_close", again.month_id))
    lead.presses("Close the month")
    lead.photographs("own-close")
