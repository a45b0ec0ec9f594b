"""Something leaves the sealed room: the unit writes it, its owner agrees, another approves it, a worker reads it."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from mash.sealed.models import Release
from tests.factories.partnership import MembershipFactory
from tests.factories.releases import RENDITION, Cast

PASSWORD = "a-long-password"


def at(name, *keys):
    return reverse(f"check:{name}", args=keys)


def test_from_the_room_to_its_reader_and_back(transactional_db, visitor, width):
    cast = Cast()
    MembershipFactory(hub=cast.hub, agency=cast.police)
    for staff, name in ((cast.proposer, "DS Moira Quinn"), (cast.approver, "DI Alan Whitby")):
        staff.account.name = name
        staff.account.set_password(PASSWORD)
        staff.account.save(using="builder")
        staff.account._state.db = "default"

    unit = visitor(cast.proposer, width=width)
    unit.opens(at("held", cast.case))
    unit.fills("Why do you open it?", "To keep tonight's visit safe")
    unit.presses("Open it")
    unit.follows("Release something from this room")
    unit.fills("What is it for?", "To keep tonight's visit safe")
    unit.presses("Begin")
    release = Release.objects.using("builder").get().pk
    assert unit.page.get_by_label("What will be released").input_value() == ""
    unit.presses("Read it over")
    assert unit.sees("Write what will be released")
    unit.photographs("release-in-error")
    unit.page.get_by_role("group", name="What does it rest on?").get_by_role("checkbox").first.check()
    unit.fills("What will be released", f"{RENDITION} Ring 07700 900123.")
    unit.chooses(f"{cast.recipient}, {cast.recipient.agency}", within="Who may read it?")
    unit.chooses("To keep workers safe who visit or meet the family")
    unit.chooses("Information sharing agreement of this hub")
    unit.page.get_by_label("Lawful basis", exact=True).select_option(index=1)
    until = timezone.localdate() + timedelta(days=7)
    for box, value in (("Day", until.day), ("Month", until.month), ("Year", until.year)):
        unit.fills(box, str(value))
    unit.presses("Read it over")
    assert unit.sees("It holds what looks like a telephone number.")
    unit.fills("What will be released", RENDITION)
    unit.presses("Read it over")
    unit.photographs("release-read-over")
    unit.presses("Propose it")
    assert unit.sees("Waits for its owners")

    owner = visitor(cast.owner, width=width)
    owner.opens(at("releases"))
    owner.photographs("releases-of-an-owner")
    owner.page.get_by_role("link", name="To keep workers safe").first.click()
    owner.looks()
    owner.chooses("It may be released as it stands")
    owner.photographs("release-asked")
    owner.presses("Save the answer")
    assert owner.sees("Agreed.")

    second = visitor(cast.approver, width=width)
    second.opens(at("releases"))
    second.page.get_by_role("link", name="To keep workers safe").first.click()
    second.page.get_by_label("Password", exact=True).fill(PASSWORD)
    second.presses("Continue")
    assert second.sees("Is this what may leave the room?")
    second.presses("Save your answer")
    assert second.sees("Choose whether you approve it")
    second.chooses("Yes: exactly these words may go to exactly these people")
    second.photographs("release-approved")
    second.presses("Save your answer")
    assert second.sees("Approved. Its recipients read it from now on.")
    second.photographs("release-out")

    reader = visitor(cast.recipient, width=width)
    reader.opens(at("releases"))
    reader.page.get_by_role("link", name="To keep workers safe").first.click()
    reader.looks()
    assert reader.sees(RENDITION)
    assert reader.sees(f"For {cast.recipient.account.name} alone, read ")
    assert not reader.sees("knife")
    reader.photographs("released")

    unit.opens(at("recall_release", release))
    unit.photographs("release-recalled")
    unit.fills("Why is it taken back?", "He has moved away")
    unit.presses("Take it back")
    unit.opens(at("release_register"))
    assert unit.sees("Recalled")
    unit.photographs("release-register")
    reader.opens(at("read_release", release), status=404)
