"""One person says what a system's words are in ours, another adopts it: in a browser."""

import json

import pytest

from tests.factories.partnership import StaffFactory
from tests.factories.systems import SystemFactory
from tests.systems.test_mapping import CODES, FIELDS, FIXED, sent

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_it_is_written_tried_and_adopted(visitor, width):
    system = SystemFactory(name="Occurrence book")
    one = visitor(StaffFactory(manager=True, hub=system.hub), width=width)
    one.opens(f"/systems/{system.pk}/")
    one.page.get_by_role("link", name="How its words are read").click()
    assert one.sees("No version counts")
    one.looks()
    one.photographs("mapping_empty")
    one.fills("Fields", FIELDS)
    one.fills("Codes", "people[].role: A = boss")
    one.presses("Keep this version")
    assert one.sees("is one of")
    one.looks()
    one.photographs("mapping_error")
    one.fills("Codes", CODES)
    one.page.get_by_label("What has our names already").uncheck()
    one.fills("What the system never says", FIXED)
    one.fills("A message to try it with", json.dumps(sent(ic="IC9")))
    one.presses("Try it with this message")
    assert one.sees("It would be taken.")
    one.looks()
    one.photographs("mapping_tried")
    one.fills("Why is it so, or why does it change?", "Edition 4 of its lists")
    one.presses("Keep this version")
    assert one.sees("Version 1 is written")
    one.looks()

    other = visitor(StaffFactory(manager=True, hub=system.hub), width=width)
    other.opens(f"/systems/{system.pk}/words/")
    other.presses("Adopt version 1")
    assert other.sees("is read by version 1 from now on")
    other.looks()
    other.photographs("mapping_adopted")
