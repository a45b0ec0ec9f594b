"""A real browser against the real pages.

Chromium is Debian's.  Without one these tests are skipped, and say so; in CI that is a failure.
"""

from pathlib import Path

import pytest

from tests.journeys.looking import DESKTOP, HEIGHT, PHONE
from tests.journeys.pages import Visitor
from tests.journeys.scene import scene
from tests.journeys.sweeping import sweep

__all__ = ["scene", "sweep"]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def scripted(request):
    """Each journey is made twice."""
    return request.param


@pytest.fixture
def width(scripted):
    """Return how wide the window of a journey is: the sweep of every page holds both widths, with and without."""
    return DESKTOP if scripted else PHONE


@pytest.fixture
def visitor(chromium, live_server, scripted):
    """Return a maker of visitors: `visitor(staff)` is signed in, `visitor()` is anybody."""
    made = []

    def make(staff=None, *, width=DESKTOP):
        context = chromium.new_context(
            java_script_enabled=scripted, viewport={"width": width, "height": HEIGHT}, reduced_motion="reduce"
        )
        made.append(Visitor(context, live_server.url, staff, scripted=scripted))
        return made[-1]

    yield make
    for one in made:
        one.leave()
