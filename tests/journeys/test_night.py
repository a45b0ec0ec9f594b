"""A night in a real browser, with and without JavaScript; and a decision that is reopened by day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.decision.models import Reopening
from mash.triage.models import Rating
from tests.factories.contact import ContactFactory
from tests.factories.decision import DecisionFactory
from tests.factories.desk import HandedOverFactory
from tests.factories.partnership import AgencyFactory, MembershipFactory, StaffFactory
from tests.factories.triage import RatingFactory, StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
PHONE = 375


def rated(hub, colour, **changes):
    now = timezone.now()
    made = ContactFactory(hub=hub, received_at=now - timedelta(hours=1), **changes)
    RatingFactory(contact=made, colour=colour, at=now)
    StandingFactory(contact=made, colour=colour, due_at=now + timedelta(hours=2))
    return made


def test_the_night_rates_is_refused_a_lowering_and_sees_no_green_work(visitor):
    care = AgencyFactory(kind="childrens_social_care", name="Children's Services")
    iwan = StaffFactory(agency=care, duties=["out_of_hours"])
    MembershipFactory(hub=iwan.hub, agency=care)
    day = StaffFactory(hub=iwan.hub, agency=care, decider=True)
    red, green = rated(iwan.hub, "red"), rated(iwan.hub, "green")
    says = {"what_is_asked_of_you_and_by_when": "Ring the grandmother before ten."}
    HandedOverFactory(hand_over__by=day, case=red.pk, reference=red.reference, colour="red", says=says)
    unrated = ContactFactory(hub=iwan.hub, received_at=timezone.now() - timedelta(minutes=20))

    night = visitor(iwan)
    night.opens("/")
    night.photographs("night_full")
    assert night.sees("Ring the grandmother before ten.")
    assert night.sees(red.reference)
    assert night.sees(unrated.reference)
    assert not night.sees(green.reference)
    night.opens(f"/triage/{green.pk}/", status=404)

    night.opens(f"/triage/{red.pk}/rating/")
    night.chooses("Amber")
    night.chooses("Lowered")
    night.fills("Why this rating", "Seen by the hospital, and safe.")
    night.presses("Change the rating")
    assert night.sees("At night a red contact is lowered by the manager on call")
    night.photographs("night_refused")
    assert (
        night.page.get_by_label("Why this rating", exact=True).input_value()
        == "Seen by the hospital, and safe."
    )

    night.opens(f"/triage/{unrated.pk}/")
    assert not night.sees("Send it back for agreement")
    night.page.locator("[name=colour][value=green]").check()
    night.page.locator("[name=why]").fill("The school saw her at four, and she was well.")
    night.presses("Check your answers")
    night.presses("Save", exact=False)
    assert Rating.objects.using("builder").get(contact=unrated).by_id == iwan.pk

    night.opens(f"/decisions/on/{red.pk}/")
    assert night.sees("decided by the day's social workers")
    night.photographs("night_decides_nothing")

    phone = visitor(iwan, width=PHONE)
    phone.opens("/night/")
    phone.photographs("night_phone")


def test_a_decision_is_reopened_and_its_contact_is_on_the_line_again(visitor):
    worker = StaffFactory(social_worker=True)
    contact = rated(worker.hub, "amber")
    decision = DecisionFactory(contact=contact)
    one = visitor(worker)
    one.opens("/worklist/")
    assert not one.sees(contact.reference)
    one.opens(reverse("decision:page", args=[decision.pk]))
    one.follows("Reopen this decision")
    one.presses("Reopen it")
    assert one.sees("There is a problem")
    one.photographs("reopen_error")
    one.chooses("Something new is known")
    one.page.locator("[name=said_by]").fill("Her grandmother, by telephone")
    one.page.locator("[name=why]").fill("He is back in the house and has a key.")
    one.presses("Reopen it")
    assert Reopening.objects.using("builder").get().kind == "news"
    assert one.sees("He is back in the house and has a key.")
    one.photographs("reopened_page")
    one.opens("/worklist/")
    assert one.sees("Decision reopened")
    one.photographs("reopened_line")
    phone = visitor(worker, width=PHONE)
    phone.opens("/worklist/")
    phone.photographs("reopened_line_phone")
