"""Every page in use again, by somebody whose browser runs no scripts: see every_page.py.

It serves, one heading stands over it, and nothing on it waits for a script that never comes.
"""

import pytest

from tests.journeys.every_page import WORKERS
from tests.journeys.looking import PHONE, look
from tests.journeys.sweeping import pages_of

pytestmark = pytest.mark.exhaustive


@pytest.mark.parametrize("who", WORKERS)
def test_every_page_in_use_without_javascript(sweep, who):
    def opened(page):
        return look(sweep.opens(page, "told", scripted=False), page, widths=(PHONE,))

    found = sweep.complaints_of(pages_of(who, "without scripts"), opened)
    assert not found, "\n".join(found)
