"""No ledger, no answer: every address that writes a line shows nothing when the line cannot be written.

The case, its posts and its addresses are those of tests/test_nothing_leaks.py.  Which addresses write a line is not
listed anywhere: each is opened with a ledger that works, and what it wrote is counted.  Each page is opened on one
object, which a draw names, and on all of them with MASH_LEAKS=all.
"""

import pytest
from django.utils import timezone

from mash.ledger.models import Entry
from tests.factories.base import browser
from tests.factories.decision import people_of
from tests.ledger.test_no_line_no_page import a_ledger_that_fails, rows_of_every_table
from tests.test_nothing_leaks import one_of_each, pages, told

__all__ = ["told"]
pytestmark = pytest.mark.exhaustive


WHO = ("auditor", "police", "cleared", "decision.maker")


@pytest.mark.parametrize("who", WHO)
def test_no_address_shows_anything_when_its_line_cannot_be_written(told, monkeypatch, who):
    monkeypatch.setattr(timezone, "now", lambda: told.now)
    said = [told.contact.reference, *(one.family for one in people_of(told.contact))]
    client = browser(told.posts[who], raise_request_exception=False)
    lines, wrote = Entry.objects.using("builder"), {}
    before = lines.count()
    for address in one_of_each(pages(told), WHO.index(who)):
        good, after = client.get(address), lines.count()
        if good.status_code == 200 and after > before:
            wrote[address] = any(words.encode() in good.content for words in said)
        before = after
    rows = rows_of_every_table()
    with a_ledger_that_fails():
        for address in wrote:
            bad = client.get(address)
            assert bad.status_code == 503, address
            assert [words for words in said if words.encode() in bad.content] == [], address
    assert rows_of_every_table() == rows
    assert len(wrote) > 5, wrote
    assert sum(wrote.values()) > 0, wrote
