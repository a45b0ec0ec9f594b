"""What makes an installation unfit for real records: each thing is named, and a live start refuses it."""

import io
import os
import subprocess
import sys
import tempfile

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connections
from django.template import engines
from django.test import override_settings
from django.utils import timezone

from mash.common.fitness import ALIVE, FIT, unsafe_to_start
from mash.ledger.actions.rooting import make_root
from mash.partnership.fitness import IN_THE_OPEN, LOSES, TOO_MIGHTY, UNWALLED
from tests import conftest
from tests.cluster import administrator
from tests.factories.base import in_service

SAFE = {
    "SECRET_KEY": "k" * 64,
    "MASH_IDENTITY_KEY": "ab" * 32,
    "MASH_ADDRESS": "https://mash.northfield.example",
    "MASH_SEAL_KEY": "cd" * 32,
    "MASH_HUBS_KEY": "ef" * 32,
    "MASH_EMBEDDED": False,
    "MASH_LIVE": True,
    "DEBUG": False,
    "MASH_HTTPS": True,
    "MASH_PROXIES": 1,
    "MASH_SECOND_FACTOR": True,
    "ALLOWED_HOSTS": ["mash.borough.example"],
    "MASH_DEMO": {},
    "MASH_BANNER": "",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "MASH_LEDGER_WITNESSES": ["file:/srv/witness"],
    "MASH_OUTAGE_FOLDER": tempfile.gettempdir(),
}


@pytest.fixture(autouse=True)
def _makes_pdf(monkeypatch):
    """Whether this very machine has Pango is no matter here."""
    monkeypatch.setattr("mash.outage.fitness.can_make_pdf", lambda: True)


@pytest.fixture(autouse=True)
def _pages_are_drawn_afterwards_as_before():
    """Another DEBUG makes Django forget its templates, and with them what our apps gave to each."""
    made = engines["jinja2"]
    yield
    engines._engines["jinja2"] = made


def found(tag, **more):
    with override_settings(**SAFE | more):
        return {one.id for one in run_checks(tags=[tag], include_deployment_checks=True)}


def test_an_installation_that_is_set_right_is_fit():
    assert found(FIT) == set()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"MASH_OUTAGE_FOLDER": ""}, "mash.W092"),
        ({"MASH_OUTAGE_FOLDER": "/nowhere"}, "mash.W093"),
        ({"MASH_SEAL_KEY": "11" * 32}, "mash.E001"),
        ({"MASH_SEAL_KEY": ""}, "mash.E001"),
        ({"MASH_SEAL_KEY": "AB" * 32}, "mash.E002"),
        ({"MASH_HUBS_KEY": ""}, "mash.W052"),
        ({"MASH_HUBS_KEY": "22" * 31}, "mash.W052"),
        ({"MASH_HUBS_KEY": "11" * 32}, "mash.W052"),
        ({"MASH_HUBS_KEY": "CD" * 32}, "mash.E002"),
        ({"SECRET_KEY": "short"}, "mash.E003"),
        ({"MASH_EMBEDDED": True}, "mash.E004"),
        ({"DEBUG": True}, "mash.E005"),
        ({"MASH_HTTPS": False}, "mash.E006"),
        ({"MASH_ADDRESS": ""}, "mash.W081"),
        ({"MASH_ADDRESS": "http://mash.northfield.example"}, "mash.W081"),
        ({"MASH_PROXIES": 0}, "mash.W012"),
        ({"MASH_SECOND_FACTOR": False}, "mash.E007"),
        ({"ALLOWED_HOSTS": ["*"]}, "mash.E008"),
        ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1"]}, "mash.E008"),
        ({"MASH_DEMO": {"password": "x", "hubs": {}}}, "mash.E009"),
        ({"MASH_BANNER": "Training data only"}, "mash.E009"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}, "mash.W010"),
        ({"MASH_LIVE": False}, "mash.W011"),
        ({"MASH_LEDGER_WITNESSES": []}, "mash.E030"),
    ],
    ids=str,
)
def test_each_thing_that_is_set_wrong_is_named_and_nothing_else(wrong, said):
    assert found(FIT, **wrong) == {said}
    with override_settings(**SAFE | wrong):
        assert bool(unsafe_to_start()) is (".E" in said)


def test_a_live_web_server_does_not_start_unsafe_and_says_why():
    own = {
        "MASH_SECRET_KEY": "k" * 64,
        "MASH_IDENTITY_KEY": "ab" * 32,
        "MASH_SEAL_KEY": "cd" * 32,
        "MASH_HUBS_KEY": "ef" * 32,
    }
    safe = {
        "MASH_HTTPS": "1",
        "MASH_HOSTS": "mash.borough.example",
        "MASH_LEDGER_WITNESSES": "file:/srv/witness",
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    def started(**settings):
        words = [sys.executable, "-c", "import config.wsgi"]
        return subprocess.run(words, env=kept | own | settings, capture_output=True, text=True, check=False)

    refused = started(MASH_LIVE="1", **safe | {"MASH_HTTPS": "0"})
    assert refused.returncode != 0
    assert "not fit to be live" in refused.stderr
    assert "Pages are served without encryption" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert started(MASH_LIVE="1", **safe).returncode == 0
    assert started(MASH_LIVE="1", **safe | {"MASH_HUBS_KEY": ""}).returncode == 0, (
        "it is off, and all else serves"
    )
    assert started(MASH_LIVE="0").returncode == 0


@pytest.mark.usefixtures("transactional_db")
def test_the_database_of_the_tests_is_reached_as_it_should_be_and_has_every_wall():
    assert found(ALIVE) & {f"mash.E02{number}" for number in range(10)} <= {"mash.E024", "mash.E028"}


@pytest.mark.usefixtures("transactional_db")
def test_a_role_above_the_walls_and_a_table_without_one_are_seen():
    name = connections["default"].settings_dict["NAME"]
    with administrator(conftest._server(), name) as admin:
        assert admin.execute(TOO_MIGHTY).fetchone() == (True,)
        assert admin.execute(IN_THE_OPEN).fetchone() == (False,)
        admin.execute("SET synchronous_commit = off")
        assert "synchronous_commit" in {row[0] for row in admin.execute(LOSES).fetchall()}
        with admin.transaction(force_rollback=True):
            admin.execute("CREATE TABLE public.left_open (hub_id uuid)")
            assert [row[0] for row in admin.execute(UNWALLED).fetchall()] == ["left_open"]
    with connections["default"].cursor() as cursor:
        cursor.execute(TOO_MIGHTY)
        assert cursor.fetchone() == (False,)


@pytest.mark.usefixtures("transactional_db")
def test_a_ledger_without_roots_is_named_until_one_is_made(settings):
    settings.MASH_LEDGER_KEY = "ef" * 32
    assert "mash.E031" in found(ALIVE)
    with in_service("ledger_keeper"):
        make_root(at=timezone.now())
    assert "mash.E031" not in found(ALIVE)


@pytest.mark.usefixtures("transactional_db")
def test_the_doctor_says_all_of_it_in_lines_and_ends_with_an_error():
    said = io.StringIO()
    unsafe = override_settings(**SAFE | {"MASH_HTTPS": False, "MASH_EMBEDDED": True})
    with unsafe, pytest.raises(CommandError, match="not fit to be live"):
        call_command("doctor", stdout=said)
    lines = said.getvalue().splitlines()
    assert any(line.startswith("unsafe: Pages are served without encryption. Put a proxy") for line in lines)
    assert any("embedded database" in line for line in lines)
    assert all(line.startswith(("unsafe: ", "look at: ")) for line in lines)
