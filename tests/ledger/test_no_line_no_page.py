"""What cannot be recorded is not shown: with a ledger that fails, no page of a case gives a byte of it."""

import json
import uuid
from contextlib import contextmanager

import pytest
from django.db import connections
from django.urls import reverse

from mash.sealed.actions import seal_address
from tests import conftest
from tests.cluster import administrator
from tests.factories.base import browser, signed_in_as
from tests.factories.check import MONDAY_10AM, EnquiryFactory, answerer_of
from tests.factories.decision import DecisionFactory, people_of, ready, who_is
from tests.factories.partnership import AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

FAILS = """
    CREATE FUNCTION public.no_line() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = 'disk_full'; END $$;
    GRANT EXECUTE ON FUNCTION public.no_line() TO PUBLIC;
    CREATE TRIGGER no_line BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION public.no_line();
"""
MENDED = "DROP TRIGGER no_line ON ledger_entry; DROP FUNCTION public.no_line();"
HOUSE = "3 Larkspur Yard"


NO_RIGHT = "REVOKE INSERT ON ledger_entry FROM mash_app, mash_reader, mash_worker"
RIGHT = "GRANT INSERT ON ledger_entry TO mash_app, mash_reader, mash_worker"
LOCKED = "BEGIN; LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE"
WAYS = {  # how the ledger fails, and how it is mended
    "the disk is full": (FAILS, MENDED),
    "writing is refused": (NO_RIGHT, RIGHT),
    "it is locked": (LOCKED, "ROLLBACK"),
}


@contextmanager
def a_ledger_that_fails(way="the disk is full"):
    fails, mended = WAYS[way]
    with administrator(conftest._server(), connections["default"].settings_dict["NAME"]) as admin:
        admin.execute(fails)
        try:
            yield
        finally:
            admin.execute(mended)


@pytest.fixture
def short_waits():
    """Let a lock be waited for a moment only; the product waits for five seconds."""
    options = connections["default"].settings_dict["OPTIONS"]
    usual = options["options"]
    assert usual == "-c lock_timeout=5000"
    connections["default"].close()
    options["options"] = "-c lock_timeout=200"
    yield
    options["options"] = usual
    connections["default"].close()


PAGES = {  # one of each app that shows something of a case: page, what stands in its address, who opens it
    "people:page": ("person", "decider"),
    "contact:settle": ("contact", "decider"),
    "triage:page": ("contact", "decider"),
    "check:board": ("check", "decider"),
    "check:chronology": ("contact", "decider"),
    "check:enquiry": ("enquiry", "answerer"),
    "check:held": ("contact", "cleared"),
    "decision:decide": ("contact", "decider"),
    "decision:page": ("decision", "decider"),
    "desk:case": ("contact", "decider"),
    "desk:passed_contact": ("contact", "let in"),
}


@pytest.fixture
def case():
    """Return what stands in addresses, by name, and who opens them."""
    decision = DecisionFactory(contact=ready())
    contact = decision.contact
    enquiry = EnquiryFactory(check_asked__contact=contact)
    cleared = StaffFactory(hub=contact.hub, cleared=True)
    with signed_in_as(cleared):
        seal_address(
            hub_id=contact.hub_id,
            case=contact.pk,
            about=f"address:{people_of(contact)[0].pk}",
            words=json.dumps({"lines": [HOUSE]}),
            at=MONDAY_10AM,
        )
    let_in = StaffFactory(hub=contact.hub, answerer=True)
    AccessFactory(staff=let_in, contact_id=contact.pk)
    return {
        "contact": contact.pk,
        "person": who_is(people_of(contact)[0]).pk,
        "check": enquiry.check_asked_id,
        "enquiry": enquiry.pk,
        "decision": decision.pk,
        "decider": StaffFactory(hub=contact.hub, decider=True),
        "answerer": answerer_of(enquiry),
        "cleared": cleared,
        "let in": let_in,
        "said": [contact.reference, *(one.family for one in people_of(contact)), HOUSE],
    }


def opened(case, name, *, post=False):
    about, who = PAGES[name]
    client = browser(case[who], raise_request_exception=False)
    where = reverse(name, args=[case[about]])
    return client.post(where, {"why": "To pass the closing"}) if post else client.get(where)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_cannot_be_recorded_gives_nothing_of_the_case(case, name, way, short_waits):
    post = name == "check:held"
    good = opened(case, name, post=post)
    assert good.status_code == 200
    assert any(words.upper().encode() in good.content.upper() for words in case["said"])
    with a_ledger_that_fails(way):
        bad = opened(case, name, post=post)
    assert bad.status_code == 503
    assert b"cannot be reached" in bad.content
    assert [words for words in case["said"] if words.upper().encode() in bad.content.upper()] == []
    assert opened(case, name, post=post).status_code == 200


def test_a_refusal_that_cannot_be_recorded_says_only_that_the_system_cannot_be_reached():
    screener = StaffFactory(screener=True)
    with a_ledger_that_fails():
        answer = browser(screener, raise_request_exception=False).get(reverse("desk:outbox"))
    assert answer.status_code == 503
    assert b"cannot be reached" in answer.content
    for words in ("outbox", screener.account.name, screener.hub.name):
        assert words.encode() not in answer.content


# Half of nothing


ACTS = {  # what somebody sends, by whom, where; each would write rows and its line
    "conflict": ("decider", "desk:conflict", "contact", {"why": "A neighbour"}),
    "print": (
        "decider",
        "desk:print",
        "contact",
        {"page": "case", "what": "page", "purpose": "court", "words": "Ordered"},
    ),
}


def rows_of_every_table():
    """Return how many rows each table of ours has, but for sessions."""
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname IN ('public', 'sealed') AND tablename <> 'django_session'"
        )
        tables = sorted(name for (name,) in cursor.fetchall())
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in tables))
        return dict(zip(tables, cursor.fetchone(), strict=True))


@pytest.mark.parametrize("way", ["the disk is full", "writing is refused"])
@pytest.mark.parametrize("act", ["conflict", "print"])
def test_what_cannot_be_recorded_is_not_done_by_half(case, act, way):
    who, name, about, said = ACTS[act]
    before = rows_of_every_table()
    client = browser(case[who], raise_request_exception=False)
    said = {key: value.format(**case) if isinstance(value, str) else value for key, value in said.items()}
    if act == "print":
        said["page"] = reverse("desk:case", args=[case["contact"]])
    where = reverse(name, args=[case[about]])
    with a_ledger_that_fails(way):
        answer = client.post(where, said)
    assert answer.status_code == 503
    assert rows_of_every_table() == before
    assert client.post(where, said).status_code == 302
    after = rows_of_every_table()
    assert after["public.ledger_entry"] > before["public.ledger_entry"]
    assert sum(after.values()) > sum(before.values()) + 1


def test_an_absent_page_is_absent_all_the_same():
    screener = StaffFactory(screener=True)
    with a_ledger_that_fails():
        answer = browser(screener, raise_request_exception=False).get(
            reverse("desk:case", args=[uuid.uuid4()])
        )
    assert answer.status_code in {404, 503}
