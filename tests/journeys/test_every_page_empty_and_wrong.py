"""Every page with as little on it as there can be, and every form sent as the page shows it: see every_page.py.

One test for each worker: all their pages are opened in one window.  Axe runs on the first error of a page.
"""

import pytest

from tests.journeys.every_page import WORKERS
from tests.journeys.looking import PHONE, look
from tests.journeys.sweeping import pages_of

pytestmark = pytest.mark.exhaustive


@pytest.mark.parametrize("who", WORKERS)
def test_every_page_empty(sweep, who):
    def opened(page):
        window = sweep.opens(page, "bare", scripted=True)
        return sweep.unlisted(page, window) + look(window, page, widths=(PHONE,), axe_at=PHONE)

    found = sweep.complaints_of(pages_of(who, "empty"), opened)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("who", WORKERS)
def test_every_page_in_error(sweep, who):
    def erring(page):
        said = []
        for place, button in enumerate(page.wrong):
            window, found = sweep.errs(page, button, scripted=True)
            said += found + look(window, page, widths=(PHONE,), axe_at=None if place else PHONE)
        return said

    found = sweep.complaints_of(pages_of(who, "in error"), erring)
    assert not found, "\n".join(found)
