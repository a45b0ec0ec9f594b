"""What `deploy/` describes, run whole on this machine: pooled, replicated, worked, failed over."""

import html
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import requests
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import DatabaseError, connections
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from mash.__main__ import environment
from mash.common import embedded
from mash.common.identity import acting_as
from mash.common.jobs import order_from
from mash.partnership.models import Account
from tests import conftest
from tests.contact.test_telephone import CALL, PAGE
from tests.deploy import servers
from tests.factories.base import in_service
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("transactional_db")]
PASSWORD = "a-long-enough-secret"
JOBS, TURNS = 12, 500
ROOM = 4 * 1024**3
BIND = "mash.training.jobs.bind"
AT_NIGHT = "mash.partnership.jobs.stop_what_nobody_uses"  # nobody's post ends by it, whatever the time is
WHO = "SELECT identity.me(), (SELECT count(*) FROM contact_contact), current_user::text, pg_backend_pid()"
NOBODY = "SELECT count(*) FROM contact_contact"
PUT_OFF = """
    UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 day'
    WHERE id = (SELECT max(id) FROM procrastinate_jobs)
"""
STOPPED = f"SELECT 1 FROM procrastinate_jobs WHERE task_name = '{AT_NIGHT}' AND status = 'succeeded'"
DONE = f"""
    SELECT count(*), coalesce(max(started), 0) FROM procrastinate_jobs JOIN (
      SELECT job_id, count(*) AS started FROM procrastinate_events WHERE type = 'started' GROUP BY 1
    ) begun ON begun.job_id = id WHERE task_name = '{BIND}' AND status = 'succeeded'
"""


@pytest.fixture(autouse=True)
def _programs():
    if servers.PGBOUNCER is None:
        assert not os.environ.get("CI"), (
            "no PgBouncer: continuous integration must install Debian's pgbouncer"
        )
        pytest.skip("NO PGBOUNCER: install Debian's pgbouncer to run what deploy/ describes")


@pytest.fixture
def home():
    """A folder that the servers' own user reaches: in memory where there is room, for all of it goes again."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    made = (memory if roomy else embedded.home_for(servers.ROOT)) / f"mash-d{os.getpid()}"
    made.mkdir(mode=0o711, parents=True)
    made.chmod(0o711)
    yield servers.own(made / "p"), servers.own(made / "r"), made
    shutil.rmtree(made)


def a_post_that_signs_in():
    post = StaffFactory(screener=True, from_at=timezone.now())
    account = Account.objects.using("builder").get(pk=post.account_id)
    product = (
        Argon2PasswordHasher()
    )  # whose servers these are: they would hash anew what the tests hash in haste
    account.password = product.encode(PASSWORD, product.salt())
    account.save(using="builder")
    post.account.refresh_from_db(using="builder")
    return post


class Caller:
    """Somebody at a browser, who may come to another web process with each click."""

    def __init__(self, *places):
        self.places, self.session = list(places), requests.Session()

    def opens(self, path, place=0):
        return self.session.get(self.places[place] + path, timeout=20)

    def sends(self, path, fields, place=0):
        token = self.session.cookies["csrftoken"]
        return self.session.post(
            self.places[place] + path,
            fields | {"csrfmiddlewaretoken": token},
            timeout=20,
            allow_redirects=False,
        )


def hidden(page):
    found = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text):
        if name != "csrfmiddlewaretoken":
            found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


def takes_a_call(caller, place):
    """Fill the telephone form on one process and send it on the other; return the page it leads to."""
    form = hidden(caller.opens(PAGE, place)) | CALL | {"step": "check"}
    checked = caller.sends(PAGE, form, place)
    assert checked.status_code == 200, checked.headers
    sent = caller.sends(PAGE, hidden(checked) | {"step": "send"}, 1 - place)
    assert sent.status_code == 302, re.findall(r"error[^<]*<", sent.text)[:5]
    return sent.headers["Location"]


def test_two_machines_worth_of_processes_work_on_a_pool_and_outlive_their_primary(home):
    primary_home, replica_home, folder = home
    caller = a_post_that_signs_in()
    other = a_post_that_signs_in()
    contacts = [ContactFactory(hub=caller.hub), *ContactFactory.create_batch(2, hub=other.hub)]
    cases = [reverse("desk:case", args=[one.pk]) for one in contacts[:2]]
    for _ in range(JOBS + 1):
        with in_service("reminders"):
            order_from("reminders", BIND, account=str(caller.account_id))
    with connections["builder"].cursor() as cursor:
        cursor.execute(PUT_OFF)
    with in_service("reminders"):
        app.configure_task(AT_NIGHT).defer(timestamp=0)
    database = connections["default"].settings_dict["NAME"]
    like = conftest._server()
    programs = embedded.client("pg_basebackup", str(connections["default"].pg_version // 10000)).parent
    primary = servers.Postgres(primary_home, like, programs)
    replica = servers.Postgres(replica_home, like, programs)
    primary.copied_from(str(like.socket), follows=False)
    settings = {
        name: value
        for name, value in environment(like, "mash_app").items()
        if name not in {"MASH_EMBEDDED", "DATABASE_URL"}
    } | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MASH_SECOND_FACTOR": "0",
        "MASH_LEDGER_WITNESSES": "",
    }
    both = {
        "host": f"{primary.socket},{replica.socket}",
        "port": f"{servers.PORT},{servers.PORT}",
        "target_session_attrs": "read-write",
        "connect_timeout": "5",
    }

    def straight(role):
        return servers.url(role, like.password_of(role), database, **both)

    for_workers = settings | {"DATABASE_URL": straight("mash_worker"), "MASH_CONN_MAX_AGE": "0"}
    with ExitStack() as stack:
        stack.enter_context(primary.serving())
        primary.ask((servers.ROOT / "deploy/after-prepare.sql").read_text())
        replica.copied_from(str(primary.socket), follows=True)
        stack.enter_context(replica.serving())
        pool = servers.Pool(folder, database, connections=1)
        pool.point_to(primary)
        stack.enter_context(pool.serving())
        through = servers.url(
            "mash_app", like.password_of("mash_app"), "mash", host=str(pool.folder), port="6432"
        )
        for_web = settings | {"DATABASE_URL": through, "MASH_KEEPS_PLANS": "0", "MASH_LOCK_MILLISECONDS": "0"}
        places = [stack.enter_context(servers.web(folder, for_web)) for _ in range(2)]
        workers = [stack.enter_context(servers.worker(folder, for_workers, number)) for number in range(2)]
        for place in places:
            servers.until(lambda place=place: servers.answers(f"{place}/health"), "the web")
        servers.until(lambda: primary.ask(STOPPED, database), "the work of the night")
        at_work, elsewhere = signed_in(caller, places), signed_in(other, places)
        _works(at_work, primary, database)
        _nobody_is_somebody_else(pool, like, [(caller, 2), (other, 2)])
        _pages_show_their_own_hub([at_work, elsewhere], cases)
        _each_job_was_done_once(primary, database, JOBS)

        _the_replica_has_everything(primary, replica)
        primary.stop()
        replica.ask("SELECT pg_promote()")
        pool.point_to(replica)
        pool.read_again()
        servers.until(lambda: servers.answers(f"{places[0]}/health"), "the web on the new primary")
        before = _calls(replica, database)
        takes_a_call(at_work, 0)
        assert _calls(replica, database) == before + 1
        for number, child in enumerate(
            workers
        ):  # a worker without its database ends, and `Restart=always` starts it
            servers.until(lambda child=child: child.poll() is not None, "the end of a worker")
            stack.enter_context(servers.worker(folder, for_workers, number + 2))
        replica.ask("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE scheduled_at > now()", database)
        _each_job_was_done_once(replica, database, JOBS + 1)


def _calls(server, database):
    return server.ask("SELECT count(*) FROM contact_contact", database)[0][0]


def signed_in(post, places):
    """Sign in at one process, and take up the post at the other."""
    caller = Caller(*places)
    caller.opens("/accounts/login/")
    answer = caller.sends("/accounts/login/", {"login": post.account.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert caller.opens("/post/", 1).status_code == 200
    return caller


def _works(caller, primary, database):
    """Read a page, and send what was begun at one process at the other."""
    assert caller.opens(reverse("desk:worklist"), 1).url.endswith(reverse("desk:worklist"))
    before = _calls(primary, database)
    takes_a_call(caller, 0)
    assert _calls(primary, database) == before + 1


def _nobody_is_somebody_else(pool, like, posts):
    """Two clients take turns on one connection to the server, through the backend that the product uses."""
    clients = []
    for _ in ("first", "second", "nobody"):
        client = connections["default"].copy()
        client.settings_dict |= {
            "HOST": str(pool.folder), "PORT": "6432", "NAME": "mash", "USER": "mash_app",
            "PASSWORD": like.password_of("mash_app"), "OPTIONS": {"prepare_threshold": None},
        }  # fmt: skip
        clients.append(client)
    seen = set()
    try:
        for turn in range(TURNS):
            post, contacts = posts[turn % 2]
            role = "mash_reader" if turn % 3 else ""
            with acting_as(post.identity, role=role):
                (found,) = asked_in_a_transaction(clients[turn % 2], WHO)
            assert found[:3] == (f"staff:{post.pk}", contacts, role or "mash_app"), turn
            seen.add(found[3])
            if turn % 5 == 0:
                with pytest.raises(DatabaseError, match="nobody is acting"):
                    asked_in_a_transaction(clients[2], NOBODY)
    finally:
        for client in clients:
            client.close()
    assert len(seen) == 1, "the clients did not share a connection, so nothing was shown"


def asked_in_a_transaction(client, words):
    client.set_autocommit(False)
    try:
        with client.cursor() as cursor:
            cursor.execute(words)
            return cursor.fetchall()
    finally:
        client.rollback()
        client.set_autocommit(True)


def _pages_show_their_own_hub(callers, cases):
    """Open one's own case and another hub's, two people at once, over and over, through both processes."""

    def opens(turn):
        mine, place = turn % 2, turn // 2 % 2
        own = callers[mine].opens(cases[mine], place)
        assert own.status_code == 200, own.url
        assert callers[mine].opens(cases[1 - mine], place).status_code == 404

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(opens, range(16)))


def _each_job_was_done_once(server, database, number):
    (done, most) = servers.until(
        lambda: (found := server.ask(DONE, database)[0])[0] >= number and found, "the workers"
    )
    assert (done, most) == (number, 1)


def _the_replica_has_everything(primary, replica):
    written = primary.ask("SELECT pg_current_wal_lsn()::text")[0][0]
    servers.until(lambda: replica.ask(f"SELECT pg_last_wal_replay_lsn() >= '{written}'")[0][0], "the replica")
    assert replica.ask("SELECT pg_is_in_recovery()") == [(True,)]
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        replica.ask("CREATE TABLE anything ()")
