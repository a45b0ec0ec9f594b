"""Every page, opened on a case in which much has happened, by somebody who may use it: see every_page.py.

One test for each worker: all their pages are opened in one window, at every width, magnified and in forced colours.
"""

import pytest

from tests.journeys.every_page import WORKERS
from tests.journeys.looking import look
from tests.journeys.sweeping import pages_of

pytestmark = pytest.mark.exhaustive


@pytest.mark.parametrize("who", WORKERS)
def test_every_page_in_use(sweep, who):
    def opened(page):
        window = sweep.opens(page, "told", scripted=True)
        return sweep.unlisted(page, window) + look(window, page, closely=True)

    found = sweep.complaints_of(pages_of(who, "in use"), opened)
    assert not found, "\n".join(found)
