"""A few of the kills of `make faults`; and that whoever checks afterwards sees what is wrong."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests import conftest
from tests.faults.outages import checking
from tests.faults.outages.conflicting import conflicts
from tests.faults.outages.installation import installed
from tests.faults.outages.killing import kill
from tests.faults.outages.load import Load, cast

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("transactional_db")]
NEWEST = "(SELECT id FROM contact_contact ORDER BY received_at DESC, id LIMIT 1)"
OF_NEWEST = f"about = 'contact.contact:' || {NEWEST}"
SPOILT = (  # what somebody did behind the product's back, and which words find it
    (f"DELETE FROM ledger_entry WHERE event = 'contact.received' AND {OF_NEWEST}", "that are not whole"),
    (f"UPDATE contact_contact SET received_at = now() WHERE id = {NEWEST}", "clock begins at another moment"),
    ("DELETE FROM ledger_entry WHERE event = 'contact.seen'", "cases shown more often than lines say"),
    (f"UPDATE contact_contact SET sender_reference = 'another' WHERE id = {NEWEST}", "acknowledged and lost"),
    ("DELETE FROM returns_made", "1 lines that say asked for"),
)


def test_nothing_is_lost_or_doubled_when_database_web_and_worker_are_killed_and_what_would_be_is_seen():
    people, chance = cast(), random.Random(4711)
    name = connections["default"].settings_dict["NAME"]
    with installed(conftest._server(), name, webs=1) as made:
        load = Load(made, people)
        load.run(senders=2)
        load.wait_until_all_work()
        kill(made, load, "the database's server", chance)
        with ThreadPoolExecutor(2) as hands:
            for one in [
                hands.submit(kill, made, load, kind, chance) for kind in ("a worker", "a web process")
            ]:
                one.result()
        load.stop()
        assert checking.wrong(made, load, all_jobs_done=False) + checking.unverified(made) == []
        assert len(load.acknowledged) > 20
        load.received = dict(made.ask("SELECT sender_reference, received_at FROM contact_contact"))
        for spoils, words in SPOILT:
            made.primary.ask(f"SET session_replication_role = replica; {spoils}", name)
            found = checking.wrong(made, load, all_jobs_done=True)
            assert any(words in one for one in found), (spoils, found)


def test_of_two_at_one_moment_one_is_taken():
    counts, wrong = conflicts(6, random.Random(4711))
    assert wrong == []
    assert counts == {"edits": 2, "decisions": 2, "releases": 2}
