"""Every page, opened on a case in which much has happened, by somebody who may use it: see every_page.py.

One test for each worker: all their pages are opened in one window.
"""

import pytest

from tests.journeys.every_page import PAGES, WORKERS
from tests.journeys.looking import MORE_CLOSELY, PHONE, look


@pytest.mark.parametrize("who", WORKERS)
def test_every_page_in_use(sweep, who):
    def opened(page):
        window = sweep.opens(page, "told", scripted=True)
        return sweep.unlisted(page, window) + look(window, page)

    found = sweep.complaints_of([page for page in PAGES if page.by == who], opened)
    assert not found, "\n".join(found)


def test_a_sample_of_pages_in_use_without_javascript(sweep):
    def opened(page):
        return look(sweep.opens(page, "told", scripted=False), page, widths=(PHONE,))

    found = sweep.complaints_of([page for page in PAGES if str(page) in MORE_CLOSELY], opened)
    assert not found, "\n".join(found)
