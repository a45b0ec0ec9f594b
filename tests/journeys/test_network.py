"""An analyst looks at what hangs together with a child: by the list, and with a script by its picture."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.harm import actions as harm
from tests.factories import harm as made
from tests.factories.base import in_service
from tests.factories.partnership import HubFactory
from tests.factories.people import RelationshipFactory
from tests.factories.triage import KnownFactory
from tests.harm.story import told


@pytest.fixture
def child(transactional_db):
    """A child named in three events with others, who has a mother and was counted to a group."""
    now, hub = timezone.now(), HubFactory()
    child = KnownFactory(hub=hub, given="Ama", family="Osei")
    leon = KnownFactory(hub=hub, given="Leon", family="Marsh")
    for days, other in ((3, leon), (40, leon), (90, KnownFactory(hub=hub, given="Fay", family="Friend"))):
        at = now - timedelta(days=days)
        told(
            hub,
            [({"role": "child"}, child), ({"role": "alleged_perpetrator"}, other)],
            received_at=at,
            sent_at=at,
            event_place="Station forecourt",
        )
    RelationshipFactory(to_person=child, from_person=KnownFactory(hub=hub, given="Abena", family="Osei"))
    made.MemberFactory(group=made.GroupFactory(hub=hub), person=leon)
    with in_service("harm"):
        harm.count(hub=hub, at=now, whole=True)
    return child


def test_an_analyst_goes_from_a_record_outward(child, visitor, width, scripted):
    analyst = visitor(made.analyst(child.hub), width=width)
    analyst.opens(reverse("people:page", args=[child.pk]))
    analyst.follows("People, places, events and groups, step by step, and why")
    assert analyst.sees("What hangs together with OSEI, Ama")
    assert analyst.sees("OSEI, Abena is the parent of OSEI, Ama")
    assert analyst.sees("named as said to have caused harm")
    picture = analyst.page.get_by_role("img", name="A picture of the list below")
    assert picture.count() == (1 if scripted else 0)
    if scripted:
        analyst.page.wait_for_selector(".mash-network canvas")
        analyst.page.wait_for_timeout(300)
    analyst.photographs("network")
    analyst.page.get_by_label("How far").select_option("3")
    analyst.presses("Apply filters")
    assert analyst.sees("The stairwell")
    analyst.photographs("network-far")
    analyst.page.get_by_label("Related, on record").check()
    analyst.presses("Apply filters")
    assert analyst.sees("2 things, 1 link.")
    analyst.page.locator("#filter_since-day").fill("40")
    analyst.presses("Apply filters")
    assert analyst.page.locator(".govuk-error-summary").is_visible()
    analyst.photographs("network-wrong")


def test_alone(transactional_db, visitor, width):
    alone = KnownFactory(hub=HubFactory())
    analyst = visitor(made.analyst(alone.hub), width=width)
    analyst.opens(reverse("network:page", args=["person", alone.pk]))
    assert analyst.sees("Nothing on record hangs together with it")
    analyst.photographs("network-empty")
