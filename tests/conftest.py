"""Every test of access commits for real, as the role the product itself runs under."""

import copy
import gc
import os
import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import sync_playwright

from mash.__main__ import OBJECTS_BETWEEN_LOOKS, environment
from mash.common import embedded
from tests import cluster
from tests.rows import rows_of

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver keeps an event loop in this thread
hypothesis.settings.register_profile(
    "ours", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # a busy machine is slow, and no example is wrong for it
hypothesis.settings.load_profile("ours")
STACK = pytest.StashKey[ExitStack]()
FIRST = (  # what takes longest; two that tell different stories, and then those that are told them again
    r"/access/test_hostile",
    r"nothing_leaks",
    r"/access/",
    r"test_every_page",
    r"nothing_without|hidden_changes",
    r"/journeys/|/faults/|on_one_machine|sealed_answers|sending_once|insight/test_pages|test_course|test_reach",
    r"_demo|_clock|test_sample|migrating|_backup",
)
CHROMIUM = (
    os.environ.get("MASH_CHROMIUM")
    or shutil.which("chromium-headless-shell")  # the same engine without a window's weight
    or shutil.which("chromium")
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure(config):
    """Start the cluster in the first process; those of xdist inherit its address."""
    gc.disable()  # until all is collected: nearly all of it stays, and to look through it again and again takes seconds
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    config.stash[STACK] = stack = ExitStack()
    server = stack.enter_context(cluster.running())
    os.environ["MASH_TEST_CLUSTER"] = f"{server.socket}|{server.password}"
    for each in ("LOOKED_AT", "STORIES"):
        os.environ[f"MASH_TEST_{each}"] = stack.enter_context(TemporaryDirectory())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put what takes longest first: a file goes to one process, and one left to the end would run alone."""
    items.sort(key=lambda item: [not re.search(which, item.nodeid) for which in FIRST])


def pytest_collection_finish():
    """Leave what stays until the end, every model and test, out of each later search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    gc.enable()


def pytest_unconfigure(config):
    if STACK in config.stash:
        config.stash[STACK].close()


def _server():
    socket, password = os.environ["MASH_TEST_CLUSTER"].split("|")
    return embedded.Server(Path(socket), 5432, password)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, worker_id):
    """Copy the template for this process; yield its rows."""
    server = _server()
    name = f"test_{worker_id}_{os.getpid()}"
    cluster.copy(server, name)
    planted = os.environ.get("MASH_PLANTED")  # a fault of tests/access/spoiling.py, which must be noticed
    if planted:
        with cluster.administrator(server, name) as admin:
            admin.execute(Path(planted).read_text())
    for alias, role in {"default": "mash_app", "builder": cluster.BUILDER}.items():
        connections[alias].settings_dict |= {
            "HOST": str(server.socket),
            "PORT": "5432",
            "NAME": name,
            "USER": role,
            "PASSWORD": server.password_of(role),
        }
    with rows_of(server, name, Path(os.environ["MASH_TEST_STORIES"])) as rows:
        yield rows
    with django_db_blocker.unblock():
        for alias in connections:
            connections[alias].close()
    cluster.drop(server, name)


@pytest.fixture
def transactional_db(django_db_setup, django_db_blocker):
    """The database, with real commits; afterwards every row is deleted."""
    with django_db_blocker.unblock():
        yield
        for alias in ("default", "builder"):
            if connections[alias].in_atomic_block:
                connections[alias].close()
        django_db_setup.delete()


@pytest.fixture(scope="module")
def _told():
    """Return the stories that one file has told."""
    return {}


@pytest.fixture
def told_once(transactional_db, django_db_setup, _told):
    """Return what tells a story: `told_once(tell, *args)` returns what `tell(*args)` does.

    Each test has rows and objects of its own, as they were when the story had just been told.  Only the file's first
    test waits for it; in the others its rows are put back.  A story is told to an empty database, by a moment that
    is the same for the whole file, and leaves nothing elsewhere.
    """

    def told(tell, *args):
        assert not django_db_setup.held(), "a story is told before anything else"
        story = (tell, *args)
        if story not in _told:
            made = tell(*args)
            _told[story] = copy.deepcopy(made), django_db_setup.copied()
            return made
        made, rows = _told[story]
        django_db_setup.put_back(rows)
        return copy.deepcopy(made)

    return told


@pytest.fixture
def administrator(transactional_db):
    """Return a connection to this process's database as its administrator, whom no page and no job ever is."""
    with cluster.administrator(_server(), connections["default"].settings_dict["NAME"]) as admin:
        yield admin


@pytest.fixture
def analysed(administrator):
    """Return a function that lets the planner know what a table holds, as a running server does by itself."""
    return lambda table: administrator.execute(f"ANALYZE {table}")


@pytest.fixture(autouse=True)
def _no_rate_limit_from_before():
    cache.clear()


@pytest.fixture(autouse=True)
def _keys(settings):
    server = _server()
    found = environment(server, "mash_app")
    settings.SECRET_KEY = found["MASH_SECRET_KEY"]
    settings.MASH_IDENTITY_KEY = found["MASH_IDENTITY_KEY"]
    settings.MASH_SEAL_KEY = found["MASH_SEAL_KEY"]
    settings.MASH_HUBS_KEY = found["MASH_HUBS_KEY"]
    settings.MASH_SECOND_FACTOR = False


@pytest.fixture(scope="session")
def chromium():
    """Return the one browser of this process: its driver stands only once beside the tests' own thread."""
    if CHROMIUM is None:
        assert not os.environ.get("CI"), (
            "no Chromium on this machine: continuous integration must install one"
        )
        pytest.skip("NO BROWSER: install Debian's chromium to run the journeys")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()
