"""Pages read from a real streaming replica: what it shows, and who answers when it lags, stops or is none."""

import os
import shutil
from contextlib import contextmanager, suppress
from datetime import timedelta

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, InternalError, ProgrammingError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from mash.common import embedded, replica
from mash.common.fitness import ALIVE
from mash.common.identity import READER, acting_as
from mash.common.replica import By
from mash.insight.queries import figures
from mash.ledger.models import Entry
from mash.operations import readiness
from mash.partnership.models import Access, Staff
from tests import conftest
from tests.deploy import servers
from tests.factories.base import browser
from tests.factories.partnership import AccessFactory
from tests.insight.story import Town
from tests.operations.test_watching import asked

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
PAGES = ("now", "waiting", "demand", "over_time", "report")


@contextmanager
def a_replica(name):
    """Run a replica that follows the tests' own server until the block ends."""
    like = conftest._server()
    major = str(connections["default"].pg_version // 10000)
    home = embedded.home_for(servers.ROOT) / f"mash-{name}{os.getpid()}"
    home.mkdir(mode=0o711, parents=True)
    home.chmod(0o711)
    try:
        made = servers.Postgres(servers.own(home / "r"), like, embedded.client("pg_basebackup", major).parent)
        made.copied_from(str(like.socket), follows=True)
        with made.serving(**servers.room_of(like)):
            yield made
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def copy(django_db_setup, django_db_blocker):
    """A replica that follows the tests' own server."""
    with django_db_blocker.unblock(), a_replica("r") as made:
        yield made


@pytest.fixture
def follows(copy, settings):
    """It is named as REPLICA_URL names it; the primary acknowledges what it has written and nothing before."""
    settings.MASH_REPLICA_MILLISECONDS = 10_000
    before = {alias: connections[alias].settings_dict["OPTIONS"] for alias in ("default", B)}
    for alias, options in before.items():
        connections[alias].close()
        said = f"{options.get('options', '')} -c synchronous_commit=on"
        connections[alias].settings_dict["OPTIONS"] = options | {"options": said}
    connections.settings["replica"] = connections.settings["default"] | {"HOST": str(copy.socket)}
    replica.let_rest(0)
    yield copy
    with suppress(DatabaseError):
        connections["replica"].close()
    del connections["replica"]
    del connections.settings["replica"]
    for alias, options in before.items():
        connections[alias].close()
        connections[alias].settings_dict["OPTIONS"] = options
    replica.let_rest(0)


@pytest.fixture
def town(follows):
    made = Town(21)
    made.grows(8)
    made.counted()
    return made


def looks(staff, page="now", **query):
    answer = browser(staff).get(reverse(f"insight:{page}"), query)
    return answer, answer.wsgi_request.read_by


def said_by_doctor():
    return {one.id for one in run_checks(tags=[ALIVE], include_deployment_checks=True)}


def lines(staff):
    return Entry.objects.using(B).filter(actor=f"staff:{staff.pk}", event="insight.seen").count()


def shown(answer):
    return answer.content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_the_same_from_the_replica_and_writes_its_one_line_on_the_primary(town, page):
    answer, by = looks(town.manager, page)
    assert (answer.status_code, by, lines(town.manager)) == (200, By.REPLICA, 1)
    replica.let_rest(60)
    again, by = looks(town.manager, page)
    assert (again.status_code, by, lines(town.manager)) == (200, By.RESTING, 2)
    if page != "report":  # which has a key of its own each time
        assert shown(answer) == shown(again)


def test_nothing_is_asked_of_the_primary_but_who_acts_and_the_line(town):
    with connections["default"].execute_wrapper(_counts_into(asked_here := [])):
        _, by = looks(town.manager, "over_time")
    assert by == By.REPLICA
    assert not [words for words in asked_here if "insight_" in words]
    assert any("INSERT INTO" in words and "ledger_entry" in words for words in asked_here)


def _counts_into(words):
    def count(execute, sql, params, many, context):
        words.append(sql)
        return execute(sql, params, many, context)

    return count


def test_what_somebody_has_just_kept_is_on_the_page(town):
    town.grows(1)
    town.counted()
    answer, by = looks(town.manager, "waiting")
    assert by == By.REPLICA
    replica.let_rest(60)
    assert shown(answer) == shown(looks(town.manager, "waiting")[0])


def test_a_page_waits_no_longer_than_it_may_and_then_the_primary_answers(town, settings):
    settings.MASH_REPLICA_MILLISECONDS = 100
    with paused():
        Staff.objects.using(B).filter(pk=town.worker.pk).update(title="Another")
        answer, by = looks(town.manager)
        assert (answer.status_code, by, lines(town.manager)) == (200, By.BEHIND, 1)
        assert looks(town.manager)[1] == By.RESTING
    replica.let_rest(0)
    settings.MASH_REPLICA_MILLISECONDS = 10_000
    assert looks(town.manager)[1] == By.REPLICA


def test_a_right_taken_away_while_the_replica_is_paused_is_gone_at_once(town, settings):
    barred = town.contacts[0]
    settings.MASH_REPLICA_MILLISECONDS = 10_000  # however busy the machine is
    assert looks(town.manager)[1] == By.REPLICA
    settings.MASH_REPLICA_MILLISECONDS = 100
    with paused():
        AccessFactory(staff=town.manager, contact_id=barred.pk, bars=True)
        answer, by = looks(town.manager, "waiting")
        assert by == By.BEHIND
        assert barred.reference not in answer.content.decode()
        replica.let_rest(0)
        Staff.objects.using(B).filter(pk=town.manager.pk).update(until_at=timezone.now())
        answer, by = looks(town.manager)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("post"))
        assert by is None
    assert Access.objects.using(B).count() == 1


def test_a_replica_that_is_killed_while_a_page_is_read_is_noticed_by_nobody(town, follows, monkeypatch):
    real, calls = figures.figures, []

    def killed(*args, **kwargs):
        if not calls:
            follows.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mash_app'")
        calls.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(figures, "figures", killed)
    answer, by = looks(town.manager)
    assert (answer.status_code, by) == (200, By.AWAY)
    assert len(calls) == 2
    assert lines(town.manager) == 1


def test_a_replica_that_is_not_there_is_noticed_by_nobody(town):
    connections["replica"].close()
    connections.settings["replica"]["HOST"] = "/nowhere"
    answer, by = looks(town.manager)
    assert (answer.status_code, by, lines(town.manager)) == (200, By.AWAY, 1)
    assert readiness._of_the_replica() == "away"
    assert "mash.W054" in said_by_doctor()


def test_a_primary_that_is_named_as_its_own_replica_is_none(town):
    connections.settings["replica"]["HOST"] = connections.settings["default"]["HOST"]
    answer, by = looks(town.manager)
    assert (answer.status_code, by) == (200, By.AWAY)
    assert "mash.W057" in said_by_doctor()


def test_a_replica_that_was_promoted_is_none_and_what_is_kept_there_is_nowhere(town):
    with a_replica("p") as other:
        connections["replica"].close()
        connections.settings["replica"]["HOST"] = str(other.socket)
        assert looks(town.manager)[1] == By.REPLICA
        other.ask("SELECT pg_promote()")
        Staff.objects.using(B).filter(pk=town.manager.pk).update(until_at=timezone.now())
        answer, by = looks(town.manager)
        assert (answer.status_code, by) == (302, None)  # the primary says first who acts
        answer, by = looks(town.worker, "now")
        assert by == By.AWAY
        assert replica.behind_by() is None
        assert "mash.W057" in said_by_doctor()
        connections["replica"].close()


@pytest.mark.parametrize("field", ["system", "timeline", "database"])
def test_a_copy_of_another_primary_is_none(town, monkeypatch, field):
    from dataclasses import replace

    real = replica.written
    monkeypatch.setattr(replica, "written", lambda: replace(real(), **{field: 7}))
    assert looks(town.manager)[1] == By.AWAY


def test_without_its_line_no_page_is_shown(town, administrator):
    administrator.execute("REVOKE INSERT ON ledger_entry FROM mash_reader")
    try:
        client = browser(town.manager)
        client.raise_request_exception = False
        answer = client.get(reverse("insight:now"))
    finally:
        administrator.execute("GRANT INSERT ON ledger_entry TO mash_reader")
    assert answer.status_code >= 500
    assert lines(town.manager) == 0


def test_nothing_is_written_on_the_replica_and_nobody_forged_is_anybody_there(town):
    needed = replica.written()
    with acting_as(town.manager.identity), replica.reading(needed):
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            Staff.objects.filter(pk=town.manager.pk).update(title="Another")
        with transaction.atomic():
            assert Staff.objects.filter(hub=town.hub).exists()
        with pytest.raises(ProgrammingError, match="not ours"), transaction.atomic():
            _claims(_forged(town.worker))
    with (
        acting_as(None, role=READER),
        replica.reading(needed),
        pytest.raises(ProgrammingError, match="nobody is acting"),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM contact_contact")


def _claims(identity):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('mash.identity', %s, true)", [identity])
        cursor.execute("SELECT identity.forget()")
        cursor.execute("SELECT count(*) FROM contact_contact")


def _forged(staff):
    said, until, signature = staff.identity.signed().split("|")
    return "|".join((said, str(int(until) + 3600), signature))


def test_the_walls_are_the_same_on_the_replica(town):
    elsewhere = Town(5, children=1)
    needed = replica.written()
    for staff in (town.manager, elsewhere.manager, town.worker):
        with acting_as(staff.identity, role=READER):
            with transaction.atomic():
                here = _sees()
            with replica.reading(needed), transaction.atomic():
                assert _sees() == here


def _sees():
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*), string_agg(id::text, ',' ORDER BY id) FROM contact_contact")
        contacts = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM insight_course")
        return contacts, cursor.fetchone()


def test_monitoring_is_told_how_far_it_is(town, counting):
    looks(town.manager)
    assert readiness._of_the_replica() == readiness.WELL
    assert not said_by_doctor() & {f"mash.{kind}05{number}" for kind in "EW" for number in range(3, 9)}
    with paused():
        Staff.objects.using(B).filter(pk=town.worker.pk).update(title="Another")
        assert replica.behind_by() > timedelta(0)
    said = asked("/metrics")[1]
    assert "mash_replica_answers 1.0" in said
    assert 'mash_replica_pages_total{by="replica"}' in said


class paused:  # noqa: N801
    """The replica takes in what the primary writes, and applies none of it."""

    def __enter__(self):
        self._ask("SELECT pg_wal_replay_pause()")

    def __exit__(self, *_):
        self._ask("SELECT pg_wal_replay_resume()")

    def _ask(self, words):
        like = conftest._server()
        where = servers.url(
            embedded.ADMINISTRATOR,
            like.password,
            "postgres",
            host=connections.settings["replica"]["HOST"],
            port=str(servers.PORT),
        )
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(words)
