"""A live start is refused on keys that stand in the source."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from mash.common.keys import PUBLISHED, PublishedKeys, refuse_published

ROOT = Path(__file__).parents[2]
OWN = {name: secrets.token_hex(32) for name in PUBLISHED}
NOWHERE = "postgresql://mash_app@127.0.0.1:1/mash"


def started(words, **settings):
    """Run a command with these settings alone; nothing answers at its database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MASH_", "DATABASE_"))}
    environment = kept | {"DATABASE_URL": NOWHERE, "PYTHONPATH": str(ROOT)} | settings
    return subprocess.run(
        [sys.executable, *words],
        check=False,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_keys_of_ones_own_are_taken():
    refuse_published(OWN)


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize(
    "value", [None, "", " ", "the published one", "THE PUBLISHED ONE", "another published one"]
)
def test_a_key_left_out_or_known_to_everybody_is_refused_by_name(name, value):
    said = {
        "the published one": PUBLISHED[name],
        "THE PUBLISHED ONE": PUBLISHED[name].upper(),
        "another published one": PUBLISHED["MASH_SEAL_KEY"],
    }.get(value, value)
    keys = {key: one for key, one in (OWN | {name: said}).items() if one is not None}
    with pytest.raises(PublishedKeys, match=name) as told:
        refuse_published(keys)
    assert [one for one in PUBLISHED if f"Set {one}" in str(told.value)] == [name]


@pytest.mark.parametrize(
    "words", [["-m", "mash", "check"], ["manage.py", "migrate"], ["-c", "import config.wsgi"]], ids=str
)
def test_neither_a_command_nor_the_web_server_starts_on_them(words):
    refused = started(words)
    assert refused.returncode != 0
    assert "MASH_SEAL_KEY" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_web_server_starts_on_keys_of_its_own_and_migrations_are_made_without():
    assert started(["-c", "import config.wsgi"], **OWN).returncode == 0
    made = started(["-m", "mash", "makemigrations", "--help"])
    assert made.returncode == 0
