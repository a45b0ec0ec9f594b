"""A provider changes an entry, a manager approves it, and whoever looks for help finds it; a sign leads to services."""

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.demo import directory
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough


@pytest.fixture
def posts(transactional_db):
    """The made-up borough with its directory and guide."""
    now = timezone.now()
    made = open_borough(NORTHFIELD, now, now.date())
    directory.arrange(made, now)
    return made


def test_a_change_goes_from_a_provider_by_a_manager_to_whoever_looks(posts, visitor, width):
    provider = visitor(posts["domestic.abuse"], width=width)
    provider.opens(reverse("directory:home"))
    provider.follows("Your entries", exact=False)
    assert provider.sees("Lantern Children's Workers")  # a change of it waits already
    provider.follows("Honour and Safety Line")
    provider.presses("Change this entry")
    provider.fills("How long do people wait?", "Four days")
    provider.chooses("Saturday")
    provider.fills("Opens at", "late")
    provider.presses("Send for approval")
    assert provider.sees("Enter a time such as 09:00")
    assert provider.page.get_by_label("How long do people wait?").input_value() == "Four days"
    provider.photographs("directory-edit-wrong")
    provider.fills("Opens at", "09:00")
    provider.presses("Send for approval")
    assert provider.sees("Your change waits for approval")
    provider.photographs("directory-waits")

    anybody = visitor(width=width)
    where = reverse("directory:find", args=["nf"])
    anybody.opens(f"{where}?q=honour")
    anybody.follows("Honour and Safety Line")
    assert not anybody.sees("Four days")

    manager = visitor(posts["manager"], width=width)
    manager.opens(reverse("directory:keeping"))
    manager.photographs("directory-keeping")
    manager.follows("Honour and Safety Line")
    assert manager.sees("Four days")
    manager.photographs("directory-change")
    manager.presses("Turn it down")
    assert manager.sees("Enter why it is turned down")
    manager.presses("Approve")
    assert manager.sees("the change counts from now on")

    anybody.page.reload()
    anybody.looks()
    assert anybody.sees("Four days")
    assert anybody.sees("Saturday")
    anybody.photographs("directory-entry")


def test_a_practitioner_goes_from_a_sign_to_a_service(posts, visitor, width):
    somebody = visitor(width=width)
    somebody.opens(reverse("directory:guide", args=["nf"]))
    somebody.photographs("directory-guide")
    assert somebody.sees("If somebody is in danger now, call 999.")
    assert somebody.sees("PC Leon Hartley")  # published with the name
    assert not somebody.sees("PC Ayesha Noor")  # by role alone
    assert not somebody.sees("Ines Duarte")  # not published
    somebody.follows("Services: gangs and serious violence")
    assert somebody.sees("Gang Exit Work")
    somebody.photographs("directory-found")
    somebody.page.get_by_label("Age", exact=True).fill("12")
    somebody.presses("Apply filters")
    assert not somebody.sees("Gang Exit Work")
    assert somebody.sees("Waymark Mentoring")
    somebody.page.get_by_label("Postcode", exact=True).fill("nowhere at all")
    somebody.presses("Apply filters")
    assert somebody.sees("Enter a postcode, or how one begins, such as NF1")
    somebody.photographs("directory-wrong")
    somebody.page.get_by_label("Postcode", exact=True).fill("NF2 5BQ")
    somebody.page.get_by_label("How far?").select_option(label="5 miles")
    somebody.presses("Apply filters")
    assert somebody.sees("mile")
    somebody.follows("Questions practitioners ask")
    assert somebody.sees("Who provides family support workers")
    assert somebody.sees("employed by the council’s early help service")
    somebody.photographs("directory-questions")


def test_a_worker_names_who_holds_a_role_and_finds_them(posts, visitor, width):
    nurse = visitor(posts["health"], width=width)
    nurse.opens(reverse("directory:named"))
    nurse.photographs("directory-named")
    nurse.presses("Name somebody")
    nurse.presses("Save")
    assert nurse.sees("Choose the role")
    nurse.page.get_by_label("Role", exact=True).select_option(label="Named nurse for safeguarding")
    nurse.page.get_by_label("Of which agency?").select_option(label="North Thames Community Health")
    nurse.fills("Name", "Ngozi Obi")
    nurse.fills("Telephone", "020 7946 0069")
    for part, value in (("Day", "1"), ("Month", "11"), ("Year", "2026")):
        nurse.page.get_by_role("group", name="From which day?").get_by_label(part).fill(value)
    nurse.chooses("Everybody: the role, telephone and e-mail address, without the name")
    nurse.photographs("directory-name")
    nurse.presses("Save")
    assert nurse.sees("The named contact is kept")
    assert nurse.sees("Ngozi Obi")
    anybody = visitor(width=width)
    anybody.opens(reverse("directory:guide", args=["nf"]))
    assert anybody.sees("020 7946 0069")
    assert not anybody.sees("Ngozi Obi")
