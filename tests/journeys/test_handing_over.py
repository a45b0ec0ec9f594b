"""The hub hands a child over, the service asks, accepts, takes the case in; another is returned: in a browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from mash.handover.models import CaseNumber, Export, Pack
from mash.partnership.models import Duty
from tests.factories.partnership import StaffFactory
from tests.handover import story

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def case():
    """A decision that stands today, a worker of the hub, and somebody of the service."""
    at = timezone.now() - timedelta(minutes=5)
    made = story.decided(at=at)
    service = story.a_service(made.hub)
    worker = StaffFactory(hub=made.hub, duties=[Duty.SCREEN, Duty.ASSESS, Duty.DECIDE])
    return made, service, worker


def test_the_hub_hands_over_and_the_service_asks_accepts_and_takes_it_in(visitor, width, case):
    made, service, worker = case
    hub = visitor(worker, width=width)
    hub.opens(f"/decisions/{made.pk}/")
    hub.photographs("hand_over_decision")
    hub.page.get_by_role("link", name="to a service").first.click()
    hub.looks()
    hub.photographs("hand_over_write")
    hub.presses("Send it")
    assert hub.sees("There is a problem")
    hub.photographs("hand_over_write_errors")
    hub.page.get_by_label("What would change it").check()
    hub.page.locator("#id_agency").select_option(label=service.agency.name)
    hub.presses("Send it")
    assert hub.sees("Not accepted yet")
    hub.photographs("hand_over_sent")
    pack = Pack.objects.using("builder").get()

    one = visitor(service, width=width)
    one.opens("/handed-over/inbox/")
    one.photographs("inbox")
    one.page.get_by_role("link", name=pack.who).first.click()
    one.looks()
    one.presses("Ask the hub")
    assert one.sees("There is a problem")
    one.fills("What do you need to know?", "Which days is his mother at work?")
    one.presses("Ask the hub")
    assert one.sees("The hub has been asked")
    one.photographs("received")

    hub.opens("/handed-over/waiting/")
    assert hub.sees("Asks")
    hub.photographs("with_services")
    hub.page.get_by_role("link", name=pack.reference).first.click()
    hub.fills("Your answer", "Tuesday and Friday, until three.")
    hub.presses("Answer")
    assert hub.sees("Viewed by")
    hub.photographs("hand_over_answered")

    one.opens(f"/handed-over/inbox/{pack.pk}/accept/")
    one.presses("Accept")
    assert one.sees("There is a problem")
    one.photographs("accept_errors")
    one.fills("Who works with them?", "Bea Lund")
    today = localdate()
    one.fills_day("from_on", today)
    one.fills_day("last_on", today + timedelta(days=80))
    one.presses("Accept")
    assert one.sees("Accepted. The case counts as open with you.")
    story.follow(timezone.now())
    with one.page.expect_download():
        one.page.get_by_role("button", name="Export it once").click()
    one.opens(f"/handed-over/inbox/{pack.pk}/")
    assert one.sees(f"by {service.account.name}, on the page")
    one.presses("Export it again")
    assert one.sees("Say why it is needed again")
    one.looks()
    one.photographs("export_again")
    assert Export.objects.using("builder").count() == 1
    one.opens(f"/handed-over/inbox/{pack.pk}/number/")
    one.fills("Case number in your system", "?")
    one.presses("Keep the number")
    assert one.sees("3 to 30 letters")
    one.photographs("number_errors")
    one.fills("Case number in your system", "EH-30912")
    one.presses("Keep the number")
    assert one.sees("EH-30912")
    one.photographs("received_accepted")
    assert CaseNumber.objects.using("builder").count() == 1
    hub.opens(f"/decisions/{made.pk}/")
    assert hub.sees("EH-30912")
    hub.photographs("decision_after")

    one.opens(f"/handed-over/inbox/{pack.pk}/step/")
    one.presses("Send it")
    assert one.sees("There is a problem")
    one.photographs("step_errors")
    one.chooses("Step up to children's social care")
    one.fills(
        "What has changed, so that they need another tier?", "He told his teacher that he is afraid at night."
    )
    one.fills(
        "The assessment so far, or the closing summary", "Seen twice at home. What works: his grandmother."
    )
    one.fills(
        "What do the family know of it, and what did they say?", "His mother knows, and is frightened too."
    )
    one.presses("Send it")
    assert one.sees("You keep the case until another service accepts it in writing")
    one.photographs("step")
    story.follow(timezone.now())
    one.opens("/handed-over/inbox/")
    one.photographs("inbox_full")


def test_a_service_returns_with_reasons_and_lets_its_system_in(visitor, width, case):
    made, service, _ = case
    pack = story.send(made, service, at=timezone.now())
    one = visitor(service, width=width)
    one.opens(f"/handed-over/inbox/{pack.pk}/return/")
    one.presses("Return it")
    assert one.sees("There is a problem")
    one.photographs("return_errors")
    one.chooses("No room or no worker in time")
    one.fills(
        "What should the hub know, and what have you done so far?",
        "Nobody before June. His mother has our number.",
    )
    one.presses("Return it")
    assert one.sees("What it said is not shown any more")
    one.photographs("returned")
    one.opens("/handed-over/systems/")
    one.fills("Which system is it for?", "Our case system")
    one.presses("Give a key")
    assert one.sees("Copy this key now")
    one.photographs("systems")
    assert pack.key
