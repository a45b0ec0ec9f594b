"""What is sealed leaves no trace for anybody who is not cleared: no byte of a page, no row, no other answer."""

import os
import re
import secrets
import uuid

import pytest
from django.db import connections
from django.urls import URLPattern, reverse

from mash.check import urls
from mash.check.actions import Sending, chase_when_due, send_answers, withhold
from mash.check.given import Given
from mash.sealed.models import Item
from tests import drawing
from tests.check.test_answering import HELD, drafted
from tests.factories.base import browser, in_service
from tests.factories.check import (
    MONDAY_10AM,
    EnquiryFactory,
    answerer_of,
    asked_about,
    desk_of,
    doing,
    in_hub,
)
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
ASKING = ("", "?q=said")
EVERYTHING = os.environ.get("MASH_LEAKS") == "all"
NO_RELEASE = uuid.UUID(int=1)  # releases have tests of their own


def an_enquiry(marker="", *, refused=False):
    """Return an answered enquiry; with a marker, one answer more is sealed."""
    enquiry = EnquiryFactory(agency=in_hub(kind="police"))
    author, child = answerer_of(enquiry), asked_about(enquiry)[0]
    shared = Given(
        person=str(child.pk), question="steps_taken", words="Officers spoke with her.", sharing="share"
    )
    given = [shared]
    if marker:
        words = {"words": f"He {marker} said so", "source": f"{marker} source", "sharing": "sealed"}
        given.append(
            Given(person=str(child.pk), question="staff_safety", conditions=marker, handling="C", **words)
        )
        given.append(
            Given(
                person=str(child.pk),
                question="item",
                source_grade="2",
                information_grade="D",
                handling="C",
                conditions=marker,
                **words,
            )
        )
    drafted(enquiry, author, *given)
    sending = Sending(
        key=uuid.uuid4(), part=False, searches={str(one.pk): HELD for one in asked_about(enquiry)}
    )
    doing(author, send_answers, enquiry=enquiry, sending=sending, version=1, at=MONDAY_10AM)
    if refused:
        doing(
            author,
            withhold,
            enquiry=enquiry,
            reason="source_at_risk",
            explanation=marker,
            approved_by_words="DCI Ashdown",
            at=MONDAY_10AM,
            key=uuid.uuid4(),
        )
    return enquiry, author


def people(enquiry):
    hub = enquiry.hub
    other = in_hub(hub)
    EnquiryFactory(check_asked=enquiry.check_asked, agency=other)
    return {
        "screener": desk_of(enquiry),
        "decider": desk_of(enquiry, decider=True),
        "manager": desk_of(enquiry, manager=True),
        "auditor": StaffFactory(hub=hub, auditor=True),
        "answerer": StaffFactory(hub=hub, answerer=True),
        "colleague": answerer_of(enquiry),  # of the author's own agency
        "asked": StaffFactory(hub=hub, agency=other, answerer=True),
        "elsewhere": StaffFactory(whole_desk=True),
        "administrator": StaffFactory(hub=hub, administrator=True),
    }


def addresses(enquiry, items=()):
    """Yield every address of the app, with every key that could stand in it."""
    keys = {
        "enquiry_id": [enquiry.pk],
        "person_id": [one.pk for one in asked_about(enquiry)],
        "check_id": [enquiry.check_asked_id],
        "contact_id": [enquiry.contact_id_opaque],
        "key": [enquiry.pk, *items],
        "release_id": [NO_RELEASE],
        "recipient_id": [NO_RELEASE],
    }
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        wanted = list(pattern.pattern.converters)
        longest = max((len(keys[name]) for name in wanted), default=1)
        for place in range(longest):
            chosen = {name: keys[name][min(place, len(keys[name]) - 1)] for name in wanted}
            yield reverse(f"check:{pattern.name}", kwargs=chosen)


def items():
    return list(Item.objects.using("builder").order_by("at", "pk"))


def everything_said(client, enquiry, keys, *, sends=False, turn=0):
    """Return every byte of every answer: to asking, or to sending an empty form.

    turn: whose turn it is.  Each asks a page as it is, the next searches in it; both with MASH_LEAKS=all.
    """
    every = list(addresses(enquiry, keys))
    asked = [client.post(address, {}) for address in every if sends] + [
        client.get(f"{address}{more}")
        for place, address in enumerate(() if sends else every)
        for more in (ASKING if EVERYTHING else [drawing.drawn(ASKING, place, turn=turn)])
    ]
    said = [f"{one.status_code} {sorted(one.headers.items())}".encode() + one.content for one in asked]
    return b"\n".join(said)


@pytest.mark.exhaustive
def test_nothing_of_a_sealed_answer_reaches_a_page_or_a_table_of_anybody_who_is_not_cleared():
    marker = f"zq{secrets.token_hex(8)}"
    enquiry, author = an_enquiry(marker, refused=True)
    keys = [one.pk for one in items()]
    assert len(keys) == 3
    clients = {who: browser(staff) for who, staff in people(enquiry).items()}
    for sends in (False, True):  # what one sends may end what another would see: everybody reads first
        for turn, (who, client) in enumerate(clients.items()):
            said = everything_said(client, enquiry, keys, sends=sends, turn=turn)
            assert sends or b"main-content" in said, who
            assert marker.encode() not in said, (who, sends)
    for staff in (author, desk_of(enquiry, whole_desk=True)):  # may read it, and leaves no trace of it
        for sends in (False, True):
            everything_said(browser(staff), enquiry, keys, sends=sends)
    with in_service("reminders"):
        chase_when_due(enquiry=enquiry, at=MONDAY_10AM)
    assert found_in_tables(marker) == set()
    assert found_in_tables("Officers spoke with her.") >= {"check_answer.text"}


def test_author_and_cleared_staff_do_read_it():
    marker = f"zq{secrets.token_hex(8)}"
    enquiry, author = an_enquiry(marker)
    assert marker in browser(author).get(reverse("check:enquiry", args=[enquiry.pk])).content.decode()
    cleared = browser(desk_of(enquiry, duties=["clear", "screen"]))
    for name, key in (
        ("board", enquiry.check_asked_id),
        ("chronology", enquiry.contact_id_opaque),
        ("risk", enquiry.contact_id_opaque),
    ):
        page = cleared.get(reverse(f"check:{name}", args=[key])).content.decode()
        assert "Confidential information is held" in page
        assert marker not in page


def test_the_locked_line_is_there_for_the_cleared_alone_and_only_where_something_is_held():
    enquiry, _ = an_enquiry()
    cleared = browser(desk_of(enquiry, duties=["clear"]))
    assert (
        "Confidential"
        not in cleared.get(reverse("check:board", args=[enquiry.check_asked_id])).content.decode()
    )


def found_in_tables(words):
    """Return every column in which these words stand, as the builder who sees all; text and bytes alike."""
    with connections["builder"].cursor() as cursor:
        cursor.execute("""
            SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
            WHERE table_schema IN ('public', 'sealed')
        """)
        found = set()
        for schema, table, column, kind in cursor.fetchall():
            if (schema, column) == ("sealed", "conditions"):
                continue  # travels with the item, within the room
            if kind == "bytea":
                test, value = f'position(%s::bytea IN "{column}") > 0', words.encode()
            else:
                test, value = f'position(%s IN "{column}"::text) > 0', words
            cursor.execute(f'SELECT count(*) FROM {schema}."{table}" WHERE {test}', [value])
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
        return found


def told_apart(page):
    """Return a page without what differs between any two cases: keys, tokens, names made in order, moments."""
    page = re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"key", page)
    page = re.sub(rb'value="[A-Za-z0-9]{64}"', b"token", page)
    page = re.sub(rb'name="kept_for" value="[^"]*"', b"token", page)  # says which form of which case, signed
    page = re.sub(rb"(NF-TEST-|Agency |Borough |Worker )\d+", b"name", page)
    return re.sub(
        rb"\d+ days? [^<]*?left|\d+ hours?[^<]*?left|Overdue by [^<]*?time|Date: [^\n]*", b"left", page
    )


@pytest.mark.parametrize("who", ["screener", "decider", "asked", "colleague", "auditor"])
def test_a_case_with_something_sealed_looks_like_one_without(who):
    with_it, _ = an_enquiry(f"zq{secrets.token_hex(8)}")
    without, _ = an_enquiry()
    pages = []
    for enquiry in (with_it, without):
        client = browser(people(enquiry)[who])
        answers = [client.get(address) for address in addresses(enquiry)]
        said = [str(one.status_code).encode() + told_apart(one.content) for one in answers]
        pages.append(said)
    assert pages[0] == pages[1]
