"""A few of the trials of `python -m tests.faults.typing`."""

import pytest

from tests.faults.test_killed_web import Web
from tests.faults.typing import KINDS, MOST_LOST, trials

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("transactional_db"), pytest.mark.browser]


def test_at_most_the_last_two_seconds_of_typing_are_lost(chromium):
    web = Web()
    try:
        found = list(trials(chromium, web, 6))
    finally:
        web.kill()
    assert {one.kind for one in found} == set(KINDS)
    assert all(one.typed > 0 for one in found)
    assert max(one.lost for one in found) <= MOST_LOST
    assert all(one.lost == 0 for one in found if one.kind == "server, the page stays")
