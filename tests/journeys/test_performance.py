"""A hub manager looks at how the hub does, from what is open now to a figure, its list and its meaning."""

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.insight.days import last_whole
from mash.insight.models import Report, Span
from tests.insight.story import B, Town

A_MINUTE = 60_000  # milliseconds: a PDF is made meanwhile


def grown():
    made = Town(51).grows(40)
    made.counted()
    return made


@pytest.fixture
def town(told_once):
    return told_once(grown)


def test_a_manager_looks_at_figures_and_makes_a_report(town, visitor, width):
    one = visitor(town.manager, width=width)
    one.opens(reverse("insight:now"))
    assert one.sees("Waiting, by stage")
    one.photographs("insight-now")
    one.follows("Open", exact=False)
    one.opens(reverse("insight:waiting"))
    assert one.sees("the longest waiting first")
    one.photographs("insight-waiting")
    one.opens(reverse("insight:demand"))
    assert one.sees("Contacts an hour in an average week")
    one.photographs("insight-demand")
    quarter = last_whole(timezone.localdate(), Span.QUARTER)
    one.opens(reverse("insight:over_time") + f"?period={quarter.code}")
    assert one.sees("What each figure means")
    one.photographs("insight-over-time")
    for measure in ("decided", "agency_nil", "came"):
        one.opens(reverse("insight:measure", args=[measure]) + f"?period={quarter.code}")
        one.photographs(f"insight-{measure}")
    one.opens(reverse("insight:behind", args=["came"]) + f"?period={quarter.code}")
    assert one.sees("in all, the newest first")
    one.photographs("insight-behind")
    one.opens(reverse("insight:report"))
    one.presses("Make the report")
    assert one.sees("Choose a quarter")
    one.photographs("insight-report-wrong")
    one.chooses(quarter.label)
    one.fills("Whom is it for, and why?", "The board of 3 March")
    with one.page.expect_download(timeout=A_MINUTE) as given:
        one.page.get_by_role("button", name="Make the report").click(timeout=A_MINUTE)
    assert given.value.suggested_filename == f"performance-{quarter.code}.pdf"
    assert Report.objects.using(B).filter(by=town.manager.pk).exists()
    one.opens(reverse("insight:report"))
    one.photographs("insight-report")


def test_a_hub_that_has_nothing_says_so(visitor, width, transactional_db):
    from tests.factories.partnership import StaffFactory

    one = visitor(StaffFactory(manager=True), width=width)
    says = {
        "now": "Nothing is open.",
        "demand": "No contact came in the last",
        "over_time": "Nothing has been counted yet",
        "report": "No report has been made yet.",
        "waiting": "Nothing of this is open any more.",
    }
    for name, words in says.items():
        one.opens(reverse(f"insight:{name}"))
        assert one.sees(words)
        one.photographs(f"insight-{name}-empty")
