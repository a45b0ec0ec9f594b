"""The working day in a real browser, with and without JavaScript and on a phone: work moved, a shift handed over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mash.desk.models import HandOver
from tests.factories.contact import ContactFactory
from tests.factories.partnership import AgencyFactory, MembershipFactory, StaffFactory
from tests.factories.triage import OwnerFactory, RatingFactory, StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_work_is_moved_and_a_shift_handed_over(visitor, width):
    care = AgencyFactory(kind="childrens_social_care", name="Children's Services")
    nadia = StaffFactory(agency=care, social_worker=True)
    MembershipFactory(hub=nadia.hub, agency=care)
    same = {"hub": nadia.hub, "agency": care}
    ruth, frances = StaffFactory(**same, decider=True), StaffFactory(**same, manager=True, leads=True)
    now = timezone.now()
    contact = ContactFactory(hub=nadia.hub, received_at=now - timedelta(hours=1))
    RatingFactory(contact=contact, colour="red", at=now)
    StandingFactory(contact=contact, colour="red", due_at=now + timedelta(hours=2))
    OwnerFactory(contact=contact, staff=nadia, by=nadia)

    manager = visitor(frances, width=width)
    for name, path in (("on_duty", "/rota/"), ("week", "/rota/week/"), ("gaps", "/rota/gaps/")):
        manager.opens(path)
        manager.photographs(name)
    manager.opens(f"/rota/week/fill/?post=duty_social_worker&agency={care.pk}&week=2030-06-03")
    manager.page.locator("#id_0-0-staff").select_option(str(nadia.pk))
    manager.photographs("fill")
    manager.presses("Save the week")
    assert manager.sees("Duty social worker: saved.")
    manager.photographs("week_filled")

    manager.opens("/rota/away/")
    manager.presses("Mark as away")
    assert manager.sees("There is a problem")
    manager.photographs("away_error")
    manager.page.locator("#id_who").select_option(str(nadia.pk))
    manager.presses("Mark as away")
    manager.follows("Move their work", exact=False)
    manager.photographs("moving")
    manager.presses("Move it all")
    assert manager.sees("There is a problem")
    manager.page.locator(f"#id_contact-{contact.pk}").select_option(str(ruth.pk))
    manager.fills("Why is the work moved?", "Off sick from this morning")
    manager.presses("Move it all")
    assert manager.sees("Given and not accepted")
    manager.photographs("given_manager")

    decider = visitor(ruth, width=width)
    decider.opens("/given/")
    decider.presses("Accept by name")
    decider.photographs("given_error")
    decider.page.get_by_role("checkbox").first.check()
    decider.presses("Accept by name")
    assert decider.sees("Accepted: 1.")
    decider.opens("/hand-over/")
    decider.photographs("hand_overs")
    decider.presses("Hand over to the emergency duty team")
    decider.presses("Hand over")
    assert decider.sees("There is a problem")
    decider.photographs("hand_over_error")
    for asked in ("what_worries_us", "what_has_been_done", "who_is_safe_to_call", "staff_safety"):
        decider.page.locator(f"[name$='-{asked}']").first.fill("He has a key.")
    decider.presses("Hand over")
    assert decider.sees("Say “what would make it worse” of")
    decider.photographs("hand_over_half")
    for asked in ("what_would_make_it_worse", "what_is_asked_of_you_and_by_when"):
        decider.page.locator(f"[name$='-{asked}']").first.fill("Him coming back: ring her before ten.")
    decider.presses("Hand over")
    assert HandOver.objects.using("builder").get().offered_at

    night = visitor(StaffFactory(**same, duties=["out_of_hours"]), width=width)
    night.opens(f"/hand-over/{HandOver.objects.using('builder').get().pk}/")
    night.photographs("hand_over_offered")
    night.chooses("I accept it")
    night.presses("Answer", exact=False)
    assert night.sees("Anything red is also spoken")
    night.chooses("I accept it")
    night.chooses("We have spoken about it")
    night.presses("Answer", exact=False)
    night.presses("Accept by name")
    assert night.sees("The duty is yours.")
    for name, path in (
        ("alerts", "/alerts/"),
        ("chasing", "/chasing/"),
        ("worklist", "/worklist/?rating=red"),
    ):
        night.opens(path)
        night.photographs(name)
