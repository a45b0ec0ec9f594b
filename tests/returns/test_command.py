"""`mash export`: what it writes, what it refuses, and what remains in the hub's record."""

import hashlib
import io

import pytest
from django.core.management import CommandError, call_command

from mash.ledger.models import Entry
from mash.returns.models import Made, Run, TakenOut
from tests.returns.story import MARCH, B, a_child, a_contact, a_hub, decided

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def hub():
    hub = a_hub()
    child = a_child(hub)
    decided(a_contact(child, MARCH), child)
    return hub


def export(hub, out, *more, kind="annex-a", days=("2025-10-01", "2026-03-31")):
    said = io.StringIO()
    call_command(
        "export", kind, "--hub", getattr(hub, "name", hub), "--from", days[0], "--to", days[1], "--out", str(out),
        "--why", "Asked for", *more, stdout=said, stderr=io.StringIO(),
    )  # fmt: skip
    return said.getvalue()


def test_it_writes_a_file_for_its_owner_alone_and_says_its_hash(hub, tmp_path):
    out = tmp_path / "annex.xlsx"
    said = export(hub, out)
    assert "List 1 1, List 2 0, List 3 1" in said
    assert hashlib.sha256(out.read_bytes()).hexdigest() in said
    assert out.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["annex.xlsx"]
    assert TakenOut.objects.using(B).get().by_id is None
    line = Entry.objects.using(B).get(event="return.taken_out")
    assert (line.actor, line.hub_id) == ("service:returns", hub.pk)


def test_the_same_again_gives_the_same_bytes(hub, tmp_path):
    one, two = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    export(hub, one)
    export(hub, two)
    assert one.read_bytes() == two.read_bytes()


def test_a_dry_run_keeps_nothing(hub, tmp_path):
    said = export(hub, tmp_path / "annex.xlsx", "--dry-run")
    assert "dry run, nothing kept" in said
    assert not list(tmp_path.iterdir())
    assert not Run.objects.using(B).exists()
    assert not Made.objects.using(B).exists()


def test_a_file_that_is_there_is_not_written_over(hub, tmp_path):
    out = tmp_path / "annex.xlsx"
    out.write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        export(hub, out)
    assert out.read_text() == "mine"
    assert not Run.objects.using(B).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hub": "Nowhere"}, "There is no hub named Nowhere"),
        ({"days": ("2026-03-31", "2025-10-01")}, "must not be before the first"),
        ({"days": ("2020-01-01", "2026-03-31")}, "at most 400 days"),
        ({"days": ("2026-03-01", "2999-03-31")}, "must be over"),
    ],
)
def test_what_cannot_be_is_refused_in_words(hub, tmp_path, changes, words):
    with pytest.raises(CommandError, match=words):
        export(changes.pop("hub", hub), tmp_path / "annex.xlsx", **changes)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_said(hub, tmp_path):
    with pytest.raises(CommandError, match="could not be written"):
        export(hub, tmp_path / "nowhere" / "annex.xlsx")
