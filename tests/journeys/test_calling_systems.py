"""Two people let a system be called, and its agency sees what became of each call: in a browser."""

import pytest

from mash.systems.models import Hook
from tests.factories.partnership import LONG_AGO, StaffFactory
from tests.factories.systems import CallFactory, SystemFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_an_agency_asks_for_an_address_and_the_hub_lets_it_in(visitor, width):
    system = SystemFactory(lead=(lead := StaffFactory(leads=True)), name="Occurrence book")
    one = visitor(lead, width=width)
    one.opens("/systems/ours/")
    one.page.get_by_role("link", name="Where it is called").click()
    assert one.sees("It is called nowhere.")
    one.looks()
    one.photographs("calls_empty")
    one.fills("Which address does it listen at?", "http://records.example")
    one.chooses("The hub asks the agency something")
    one.presses("Ask for it")
    one.photographs("calls_error")
    assert one.sees("The address must begin with https://")
    one.looks()
    one.fills("Which address does it listen at?", "https://records.example/hub")
    one.presses("Ask for it")
    assert one.sees("Copy this secret now")
    assert one.sees("whsec_")
    one.looks()

    hub = visitor(StaffFactory(administrator=True, hub=system.hub), width=width)
    hub.opens(f"/systems/{system.pk}/")
    hub.looks()
    hub.photographs("calls_waiting")
    hub.page.get_by_role("button", name="Let it in").click()
    assert hub.sees("is called at https://records.example/hub from now on")

    hook = Hook.objects.using("builder").select_related("hub").get()
    hook._state.db = hook.hub._state.db = "default"
    CallFactory(hook=hook, taken_at=LONG_AGO, answered=204, tries=1, next_at=None)
    CallFactory(hook=hook, tries=3, why_not="It answered 503.", answered=503)
    CallFactory(hook=hook, tries=77, why_not="Its name is not known.", given_up_at=LONG_AGO, next_at=None)
    one.opens(f"/systems/ours/{system.pk}/calls/")
    assert one.sees("Given up")
    one.looks()
    one.photographs("calls_log")
