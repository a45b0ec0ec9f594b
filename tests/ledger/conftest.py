"""A key to sign with, and a folder outside the database."""

import pytest

from mash.ledger.actions import rooting, witnessing
from mash.ledger.signing import Keys, signer
from mash.ledger.verifying import verify
from mash.ledger.witnesses import held_in
from tests.factories.base import in_service


@pytest.fixture
def witness(settings, tmp_path):
    """Return the folder that holds the roots; a key is set."""
    folder = tmp_path / "witness"
    settings.MASH_LEDGER_KEY = "5a" * 32
    settings.MASH_LEDGER_WITNESSES = [f"file:{folder}"]
    return folder


def make_root(at, *, deliver=True):
    """Make a root, as the job does each minute, and give it to the witnesses."""
    with in_service("ledger_keeper"):
        made = rooting.make_root(at=at)
    if deliver:
        with in_service("ledger_keeper"):
            witnessing.deliver(at=at)
    return made


def looked_through(folder=None):
    """Look through the record, trusting the key that is set and what a folder holds."""
    with in_service("ledger_keeper"):
        return verify(keys=Keys([signer().public()]), held=held_in(folder) if folder else None)
