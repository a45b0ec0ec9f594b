"""The product is back: its manager says when it was away; a call that was on paper is entered, and then rated."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from mash.contact.models import Contact
from mash.outage.models import Entered
from mash.triage.models import Rating
from tests.factories.partnership import HubFactory, StaffFactory

NUMBER = "NF-2601010000-02"


def says_when(manager, began_at, ended_at):
    """Say from when until when the product was away, at first without why."""
    manager.opens(reverse("outage:entering"))
    assert manager.sees("Nobody has said that the product was away.")
    manager.follows("Say when the product was away")
    for name, moment in (("from", began_at), ("until", ended_at)):
        for box, value in (("day", moment.day), ("month", moment.month), ("year", moment.year)):
            manager.page.locator(f"input[name={name}_on-{box}]").fill(str(value))
        manager.page.locator(f"input[name={name}_time]").fill(f"{moment:%H:%M}")
    manager.presses("Save")
    assert manager.sees("Say what was away")
    manager.photographs("away-errors")
    manager.fills("What was away, and how was it noticed?", "Nobody could sign in.")
    manager.presses("Save")
    assert manager.sees("can be entered now")
    manager.photographs("from-paper")


def enters_the_call(worker, happened_at):
    """Enter a call with the number and the time of its form."""
    worker.opens(reverse("outage:entering"))
    worker.follows("A contact that is not here yet")
    worker.fills("Number of the form", NUMBER)
    says_then(worker, happened_at)
    worker.chooses("School, college or nursery", within="Who is calling?")
    worker.fills("Organisation", "Fernbank Primary")
    worker.chooses("A child", within="Who is it about?")
    worker.chooses("Safeguarding: somebody may be at risk of harm")
    worker.chooses("No", within="Is anybody in immediate danger now?")
    worker.page.get_by_label("Part in this").select_option("child")
    worker.fills("Given names", "Daniel")
    worker.fills("Family name", "Okafor")
    worker.fills("What happened?", "He came to school without a coat.")
    worker.chooses("Not asked")
    worker.presses("Check the answers")
    assert worker.sees("Compare them with the paper.")
    worker.photographs("from-paper-check")
    worker.presses("Send")


def says_then(worker, happened_at):
    """Say when it happened, as the paper has it."""
    worker.page.get_by_label("Day on the paper").select_option(happened_at.date().isoformat())
    worker.fills("Time on the paper", f"{happened_at:%H:%M}")


def test_what_was_on_paper_is_entered_when_the_product_is_back(visitor, transactional_db):
    now = localtime(timezone.now()).replace(second=0, microsecond=0)
    began_at, ended_at = now - timedelta(hours=6), now - timedelta(minutes=10)
    rang_at, rated_at = now - timedelta(hours=4), now - timedelta(hours=3)
    hub = HubFactory(name="Northfield MASH", prefix="NF")
    says_when(visitor(StaffFactory(hub=hub, manager=True)), began_at, ended_at)

    worker = visitor(StaffFactory(hub=hub, social_worker=True))
    enters_the_call(worker, rang_at)
    call = Contact.objects.using("builder").get()
    assert call.received_at == rang_at

    worker.opens(reverse("outage:entering"))
    worker.fills("Reference of the contact", call.reference)
    worker.chooses("A rating")
    worker.presses("Go on")
    says_then(worker, rated_at)
    worker.chooses("Amber")
    worker.fills("Why this rating", "It grows.")
    worker.presses("Check your answers")
    assert worker.sees("Rated on paper")
    worker.presses("Save")
    assert Rating.objects.using("builder").get().at == rated_at
    worker.opens(reverse("triage:page", args=[call.pk]))
    assert worker.sees(f"on paper, form {NUMBER}")
    worker.photographs("from-paper-triage")
    assert Entered.objects.using("builder").count() == 2
