"""The command that takes in a file: every line whole or refused with its reason, and safe to repeat."""

import io
import json
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.urls import get_resolver
from psycopg.errors import DeadlockDetected

from mash.contact import actions, queries
from mash.contact.management.commands import intake as command
from mash.contact.models import Attachment, Contact, ContactPerson, Disputed, Referrer, Reply, Warned
from mash.ledger.models import Entry
from tests.contact.test_receiving import everywhere, sealed_words
from tests.factories.base import browser, in_service, without_tokens
from tests.factories.contact import a_message
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
DATA = Path(__file__).parent.parent / "data"
GOOD, BAD = DATA / "referrals.jsonl", DATA / "bad_referrals.jsonl"
KEPT = [Contact, ContactPerson, Referrer, Reply, Warned, Attachment, Disputed, Entry]


@pytest.fixture
def hub():
    return HubFactory(name="Northfield", prefix="NF")


def intake(file, *options):
    out, err = io.StringIO(), io.StringIO()
    call_command("intake", str(file), "--hub", "northfield", "--json", *options, stdout=out, stderr=err)
    return json.loads(out.getvalue())


def counts():
    return {model.__name__: model.objects.using("builder").count() for model in KEPT}


def written(tmp_path, *messages):
    file = tmp_path / "some.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in messages))
    return file


def test_all_sixty_referrals_are_taken_one_of_them_sent_twice_and_again_change_nothing(hub):
    first = intake(GOOD)
    assert (first["new"], first["already_here"], first["refused"]) == (59, 1, 0)
    with in_service("intake"):
        messages = {one["reference"]: one for one in map(json.loads, GOOD.read_text().splitlines())}
        assert len(messages) == 59
        assert ContactPerson.objects.count() == sum(len(one["people"]) for one in messages.values())
        assert Warned.objects.count() == first["warnings"]
    before = counts()
    again = intake(GOOD)
    assert (again["new"], again["already_here"], again["refused"]) == (0, 60, 0)
    assert counts() == before


def test_every_bad_line_is_refused_with_its_path_or_taken_with_its_warning(hub, tmp_path):
    report = tmp_path / "refused.jsonl"
    found = intake(BAD, "--refusals", str(report))
    refused = {}
    for line in report.read_text().splitlines():
        said = json.loads(line)
        assert set(said) == {"line", "path", "reason"}
        refused.setdefault(said["line"], []).append(said["path"])

    key = yaml.safe_load((DATA / "bad_referrals.expected.yaml").read_text())["lines"]
    raw = BAD.read_bytes().split(b"\n")
    for expected in key:
        number = expected["line"]
        if expected["expected"] == "refused":
            assert expected["path"] in refused[number], (number, refused.get(number))
        elif expected["expected"].startswith("accepted"):
            assert number not in refused, (number, refused.get(number))
        if expected["expected"] == "accepted_with_warning":
            reference = json.loads(raw[number - 1])["reference"]
            last_key = expected["path"].rpartition("]")[2]  # the key counts the person of line 39 from 1
            with in_service("intake"):
                warned = Warned.objects.filter(contact__sender_reference=reference, path__endswith=last_key)
                assert warned.exists(), number
    assert found["refused"] == len(refused)
    assert found["new"] + found["refused"] == len(key)
    assert Contact.objects.using("builder").count() == found["new"]


def test_a_bad_line_stops_none_that_follow(hub, tmp_path):
    file = tmp_path / "mixed.jsonl"
    file.write_text(f"{json.dumps(a_message('S-1'))}\nnot json\n\n{json.dumps(a_message('S-2'))}")
    found = intake(file)
    assert (found["new"], found["refused"]) == (2, 1)


def test_other_content_under_a_reference_is_refused_kept_and_listed_for_the_desk(hub, tmp_path):
    other = a_message("S-1", concern={"what_happened": "It was nothing."})
    report = tmp_path / "refused.jsonl"
    found = intake(written(tmp_path, a_message("S-1"), other), "--refusals", str(report))
    assert (found["new"], found["refused"]) == (1, 1)
    assert json.loads(report.read_text())["path"] == "reference"
    assert Disputed.objects.using("builder").count() == 1


def test_a_dry_run_says_the_same_and_keeps_nothing(hub, tmp_path):
    file = written(tmp_path, a_message("S-1"), a_message("S-1"), a_message("S-2", subject="cat"))
    found = intake(file, "--dry-run")
    assert (found["new"], found["already_here"], found["refused"], found["dry_run"]) == (1, 1, 1, True)
    assert not any(counts().values())
    assert intake(file) == found | {"dry_run": False}


def test_a_crash_in_the_middle_keeps_whole_contacts_only_and_the_next_run_goes_on(hub, tmp_path, monkeypatch):
    file = written(tmp_path, a_message("S-1"), a_message("S-2"), a_message("S-3"))
    really, calls = Reply.objects.bulk_create, []

    def crash_at_the_second(rows, *args, **kwargs):
        calls.append(rows)
        if len(calls) == 2:
            raise ZeroDivisionError
        return really(rows, *args, **kwargs)

    with monkeypatch.context() as crashing, pytest.raises(ZeroDivisionError):
        crashing.setattr(command, "LINES_AT_ONCE", 1)
        crashing.setattr(Reply.objects, "bulk_create", crash_at_the_second)
        intake(file)
    assert {name: counts()[name] for name in ("Contact", "Reply", "Referrer")} == {
        "Contact": 1,
        "Reply": 1,
        "Referrer": 1,
    }
    assert intake(file)["new"] == 2


def test_lines_that_wait_for_another_run_in_a_circle_are_taken_again(hub, tmp_path, monkeypatch):
    really, calls = actions.receive, []

    def undone_at_first(message, **kwargs):
        calls.append(message)
        if len(calls) == 2:
            raise OperationalError("deadlock detected") from DeadlockDetected()
        return really(message, **kwargs)

    monkeypatch.setattr(actions, "receive", undone_at_first)
    found = intake(written(tmp_path, a_message("S-1"), a_message("S-2"), a_message("S-3")))
    assert (found["new"], found["already_here"]) == (3, 0)
    assert counts()["Contact"] == 3


def test_any_other_failure_of_the_database_stops_the_run(hub, tmp_path, monkeypatch):
    def fail(message, **kwargs):
        raise OperationalError("disk full")

    monkeypatch.setattr(actions, "receive", fail)
    with pytest.raises(OperationalError, match="disk full"):
        intake(written(tmp_path, a_message("S-1")))


def test_large_lines_are_taken_few_at_a_time():
    lines = [(n, b"x" * 1_500_000) for n in range(1, 8)]
    assert [len(chunk) for chunk in command._in_chunks(lines)] == [3, 3, 1]


def test_the_summary_is_one_line_and_refusals_are_counted_beside_it(hub, tmp_path):
    out, err = io.StringIO(), io.StringIO()
    file = tmp_path / "two.jsonl"
    file.write_text("{}\n{}\n")
    call_command("intake", str(file), "--hub", "Northfield", stdout=out, stderr=err)
    assert out.getvalue() == "0 new, 0 already here, 2 refused, 0 warnings\n"
    assert err.getvalue().startswith("refused 2: format: ")


def test_a_hub_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="no hub called"):
        call_command("intake", str(GOOD), "--hub", "Nowhere")


@pytest.fixture
def refuge(hub, tmp_path):
    """The contacts about a family in a refuge, and about the man they fled from."""
    file = tmp_path / "refuge.jsonl"
    file.write_text("\n".join(line for line in GOOD.read_text().splitlines() if "Lindqvist" in line))
    assert intake(file)["new"] == 2
    return hub


def test_a_protected_address_of_the_sample_is_in_no_public_row_and_on_no_page(refuge):
    hub = refuge
    needles = ("HV2 6FF", "HV26FF", "c/o Lantern", "Quay Row")
    assert not everywhere(*needles)
    with in_service("intake"):
        contact = Contact.objects.get(sender_reference="NF26-A42")
        people = list(contact.people.all())
        assert "Lantern" not in queries.source_for_agencies(contact)
    assert {one["postcode"] for one in sealed_words(hub, contact)} == {"HV2 6FF"}

    client = browser(StaffFactory(hub=hub, whole_desk=True))
    pages = [f"/contacts/{contact.pk}/people/", *(f"/contacts/people/{one.pk}/" for one in people)]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert not [needle for needle in needles if needle in answer.content.decode()]


def test_nobody_learns_a_protected_address_by_settling_others(refuge):
    client = browser(StaffFactory(hub=refuge, whole_desk=True))
    with in_service("intake"):
        everybody = list(ContactPerson.objects.all())
    for one in everybody:
        assert "HV2" not in without_tokens(client.get(f"/contacts/people/{one.pk}/").content.decode())


def test_one_address_of_the_product_serves_an_attachment():
    found = [str(pattern.pattern) for pattern in _patterns(get_resolver().url_patterns)]
    assert [one for one in found if "by-telephone" in one]
    lists_and_takes_files_of_a_draft = "form/<uuid:draft_id>/files/"
    serves_a_clean_file = "files/<uuid:file_id>/"
    of_incidents = {
        one for one in found if "<uuid:incident_file_id>" in one
    }  # read, shown as rows and served by none
    named = {one for one in found if "attach" in one or "file" in one}
    gives_an_exercise_as_text = "versions/<uuid:version_id>/file/"
    gives_a_paper_that_a_job_made = "papers/<uuid:paper_id>/file/"
    gives_a_list_that_was_taken_out = "lists/<uuid:export_id>/file/"
    assert named - of_incidents == {
        lists_and_takes_files_of_a_draft,
        serves_a_clean_file,
        gives_an_exercise_as_text,
        gives_a_list_that_was_taken_out,
        gives_a_paper_that_a_job_made,
    }


def _patterns(several):
    for one in several:
        yield one
        yield from _patterns(getattr(one, "url_patterns", ()))


def test_two_runs_at_once_take_each_contact_once(hub, tmp_path):
    import threading

    from django.db import connection, connections

    file = written(tmp_path, *(a_message(f"S-{n}") for n in range(12)))
    found = []

    def run():
        try:
            found.append(intake(file))
        finally:
            connection.close()
            connections["builder"].close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(one["new"] for one in found) == 12
    assert sum(one["already_here"] for one in found) == 12
    assert counts()["Contact"] == 12
