"""Lists that are taken out: a purpose and a ground, a second person for a long one, and nobody's list but one's own."""

import csv
import io
import re
import uuid
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import ContactPerson
from mash.desk import jobs, policy
from mash.desk.exports import actions, queries
from mash.desk.exports.columns import COLUMNS
from mash.desk.models import Export, ExportFile, ExportMade, ExportWord
from mash.ledger.models import Entry
from mash.partnership.models import Staff
from tests.desk.test_restricted import reads_as
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, AccountFactory, HubFactory, StaffFactory
from tests.factories.triage import RatingFactory, StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
EVERY = list(COLUMNS)
GROUND = "gdpr_6_1_e"
WISH = {"columns": EVERY, "purpose": "review", "ground": GROUND, "query": "", "why": ""}
FILE_GONE = "There is no file any more"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = [MONDAY_9AM + timedelta(hours=3)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    return moment


@pytest.fixture
def hub():
    return HubFactory()


@pytest.fixture
def manager(hub):
    return StaffFactory(hub=hub, manager=True)


@pytest.fixture
def decider(hub):
    return StaffFactory(hub=hub, decider=True)


@pytest.fixture
def contacts(hub):
    found = [ContactFactory(hub=hub) for _ in range(3)]
    RatingFactory(contact=found[0], colour="red")
    StandingFactory(contact=found[0], colour="red", due_at=MONDAY_9AM + timedelta(hours=4))
    return found


def everything(model, **where):
    return list(model.objects.using("builder").filter(**where))


def ask(by, **changes):
    with signed_in_as(by):
        said = {**WISH, **changes}
        key = said.pop("key", None) or uuid.uuid4()
        return actions.ask_for(key=key, wish=actions.Wish(**said), by=by, at=timezone.now())


def fetch(by, export):
    with signed_in_as(by):
        return actions.fetch(export=queries.find(by, export.pk), by=by, at=timezone.now())


def a_long_one(monkeypatch, by, **changes):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    export = ask(by, **changes)
    assert export.waits
    return export


def second(by, export, *, agreed=True, why=""):
    with signed_in_as(by):
        found = queries.find(by, export.pk)
        return actions.say_second(export=found, agreed=agreed, why=why, by=by, at=timezone.now())


def rows_of(body):
    return list(csv.reader(io.StringIO(body.decode())))


# What goes out


def test_a_short_list_is_made_at_once_and_handed_to_who_asked_with_three_lines_in_the_record(
    decider, contacts
):
    export = ask(decider)
    header, *rows = rows_of(fetch(decider, export))
    assert header == [heading for heading, _ in COLUMNS.values()]
    assert {row[0] for row in rows} == {one.reference for one in contacts}
    assert rows[0][3] == "red"
    lines = Entry.objects.using("builder").filter(event__startswith="export.").values_list("event", flat=True)
    assert sorted(lines) == ["export.asked_for", "export.fetched", "export.made"]
    asked = Entry.objects.using("builder").get(event="export.asked_for")
    assert asked.why == "To plan or look over the hub’s work"
    assert asked.detail["rows"] == 3
    assert asked.detail["ground"] == GROUND


def test_a_list_holds_what_is_narrowed_and_the_columns_that_were_chosen(decider, contacts):
    export = ask(decider, query="rating=red", columns=["rating", "reference"])
    assert rows_of(fetch(decider, export)) == [["Reference", "Rating"], [contacts[0].reference, "red"]]


def test_no_column_names_a_person_of_a_case(decider, contacts):
    words = fetch(decider, ask(decider)).decode()
    for contact in contacts:
        for one in everything(ContactPerson, contact=contact.pk):
            assert one.family not in words
            assert one.given not in words


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_takes_nothing_for_a_formula(hub, decider, sign):
    ContactFactory(hub=hub, organisation=f'{sign}HYPERLINK("https://example.org")')
    (_, row) = rows_of(fetch(decider, ask(decider, columns=["source"])))
    assert row[0].startswith(f"'{sign}")


def test_what_a_worker_may_not_see_is_not_on_their_list(hub, decider, contacts):
    AccessFactory(staff=decider, contact_id=contacts[1].pk, bars=True)
    reads_as(StaffFactory(hub=hub, social_worker=True), contacts[2])
    assert [row[0] for row in rows_of(fetch(decider, ask(decider)))[1:]] == [contacts[0].reference]


def test_the_file_lies_under_lock(decider, contacts):
    ask(decider)
    (file,) = everything(ExportFile)
    assert contacts[0].reference.encode() not in bytes(file.body)


# Who may


@pytest.mark.parametrize(
    ("duties", "may"),
    [
        *[([duty], True) for duty in ("decide", "approve", "manage")],
        *[
            ([duty], False)
            for duty in ("screen", "assess", "clear", "analyse", "audit", "answer", "out_of_hours")
        ],
        ([], False),
    ],
)
def test_who_takes_a_list_out(hub, contacts, duties, may):
    worker = StaffFactory(hub=hub, duties=duties)
    assert bool(policy.may_take_out(worker)) is may
    if may:
        assert ask(worker).rows == 3
    else:
        with pytest.raises(PermissionDenied):
            ask(worker)
        assert not everything(Export)
    answer = browser(worker).get(reverse("desk:export_new"))
    assert answer.status_code == (200 if may else 403)


READERS = {
    "who asked": (lambda by: by, True, True),
    "a manager": (lambda by: StaffFactory(hub=by.hub, manager=True), True, False),
    "an approver": (lambda by: StaffFactory(hub=by.hub, duties=["approve"]), True, False),
    "a colleague": (lambda by: StaffFactory(hub=by.hub, decider=True), False, False),
    "a screener": (lambda by: StaffFactory(hub=by.hub, screener=True), False, False),
    "a manager elsewhere": (lambda by: StaffFactory(manager=True), False, False),
}


@pytest.mark.parametrize("who", READERS)
def test_who_sees_that_a_list_was_taken_out_and_who_has_its_file(decider, contacts, who):
    reader, sees, has = READERS[who]
    export, worker = ask(decider), reader(decider)
    assert bool(policy.may_read_export(worker, export)) is sees
    assert Export.objects.using("builder").filter(policy.exports_readable_by(worker)).exists() is sees
    assert bool(policy.may_fetch(worker, export)) is has
    with signed_in_as(worker):
        assert Export.objects.exists() is sees
        assert ExportMade.objects.exists() is sees
        assert ExportFile.objects.exists() is has
    client = browser(worker)
    page = reverse("desk:export", args=[export.pk])
    assert client.get(page).status_code == (200 if sees else 404)
    answer = client.post(reverse("desk:export_file", args=[export.pk]))
    assert answer.status_code == (200 if has else 403 if sees else 404)
    assert (answer.get("Content-Type") == "text/csv; charset=utf-8") is has


def test_the_database_lets_nobody_write_a_list_for_another_or_change_one(hub, decider, manager, contacts):
    export = ask(decider)
    for worker in (manager, StaffFactory(hub=hub, screener=True)):
        with pytest.raises(DatabaseError), signed_in_as(worker):
            Export.objects.bulk_create(
                [Export(hub=hub, key=uuid.uuid4(), columns=EVERY, purpose="review", ground=GROUND, rows=1, waits=False,
                        by=decider, at=timezone.now())]
            )  # fmt: skip
        with pytest.raises(DatabaseError), signed_in_as(worker):
            ExportFile.objects.bulk_create(
                [ExportFile(hub=hub, export=export, nonce=b"1", body=b"1", at=timezone.now())]
            )
    with pytest.raises(DatabaseError), signed_in_as(decider):
        Export.objects.filter(pk=export.pk).update(rows=1)
    with signed_in_as(manager):
        assert not ExportFile.objects.all().delete()[0]


# A long one


def test_a_long_list_waits_for_a_second_person_and_is_made_by_a_job_with_its_asker_s_rights(
    monkeypatch, decider, manager, contacts
):
    ordered = []
    monkeypatch.setattr(actions, "order", lambda name, **ids: ordered.append((name, ids)))
    export = a_long_one(monkeypatch, decider)
    assert not everything(ExportMade)
    with pytest.raises(actions.CannotTakeOut), signed_in_as(decider):
        actions.order_making(export=export, by=decider, at=timezone.now())
    with pytest.raises(DatabaseError), signed_in_as(decider):
        ExportFile.objects.bulk_create(
            [ExportFile(hub=export.hub, export=export, nonce=b"1", body=b"1", at=timezone.now())]
        )
    second(manager, export)
    with signed_in_as(decider):
        actions.order_making(export=export, by=decider, at=timezone.now())
    assert ordered == [(actions.JOB, {"export_id": str(export.pk)})]
    assert actions.JOB == "mash.desk.jobs.make_export"
    AccessFactory(staff=decider, contact_id=contacts[1].pk, bars=True)
    jobs.make_export.task.func(order=_signed(decider, export))
    assert {row[0] for row in rows_of(fetch(decider, export))[1:]} == {
        contacts[0].reference,
        contacts[2].reference,
    }


def _signed(by, export):
    from django.core import signing

    said = {"actor": [str(by.identity.kind), by.identity.key], "ids": {"export_id": str(export.pk)}}
    return signing.dumps(said, salt=actions.JOB)


def test_nobody_agrees_to_their_own_list_nor_without_the_duty(monkeypatch, hub, manager, contacts):
    export = a_long_one(monkeypatch, manager)
    same_person = StaffFactory(hub=hub, duties=["approve"], account=manager.account)
    for worker in (manager, same_person, StaffFactory(hub=hub, decider=True), StaffFactory(manager=True)):
        assert not policy.may_be_second_on(worker, export)
    for worker in (manager, StaffFactory(hub=hub, decider=True)):
        with pytest.raises(DatabaseError), signed_in_as(worker):
            ExportWord.objects.bulk_create(
                [ExportWord(hub=hub, export=export, agreed=True, by=worker, at=timezone.now())]
            )
    assert not everything(ExportWord)


def test_turned_down_it_says_why_and_never_goes(monkeypatch, decider, manager, contacts):
    export = a_long_one(monkeypatch, decider)
    with pytest.raises(actions.CannotTakeOut, match="Say why"):
        second(manager, export, agreed=False)
    second(manager, export, agreed=False, why="Too wide")
    second(manager, export, agreed=True)
    assert [(one.agreed, one.why) for one in everything(ExportWord)] == [(False, "Too wide")]
    client = browser(decider)
    client.post(reverse("desk:export_make", args=[export.pk]))
    assert not everything(ExportMade)
    assert "Turned down" in client.get(reverse("desk:export", args=[export.pk])).content.decode()


# Later


def test_what_one_may_not_see_any_more_is_not_handed_over_and_the_file_goes(decider, contacts):
    export = ask(decider)
    AccessFactory(staff=decider, contact_id=contacts[1].pk, bars=True)
    answer = browser(decider).post(reverse("desk:export_file", args=[export.pk]), follow=True)
    assert "You may not see every row of this list any more" in answer.content.decode()
    assert not everything(ExportFile)
    assert Entry.objects.using("builder").filter(event="export.closed").count() == 1
    assert (
        FILE_GONE
        in browser(decider).post(reverse("desk:export_file", args=[export.pk]), follow=True).content.decode()
    )


def test_whoever_loses_the_duty_has_no_file(decider, contacts):
    export = ask(decider)
    Staff.objects.using("builder").filter(pk=decider.pk).update(duties=["screen"])
    changed = Staff.objects.using("builder").get(pk=decider.pk)
    assert not policy.may_fetch(changed, export)
    assert browser(decider).post(reverse("desk:export_file", args=[export.pk])).status_code in {403, 404}


def test_after_a_day_the_file_is_gone_and_its_hash_remains(decider, contacts, now):
    export = ask(decider)
    (made,) = everything(ExportMade)
    now[0] += timedelta(hours=23)
    with in_service("caretaker"):
        assert actions.forget_old(at=now[0]) == 0
    now[0] += timedelta(hours=1)
    with pytest.raises(actions.CannotTakeOut, match=FILE_GONE):
        fetch(decider, export)
    with in_service("caretaker"):
        assert actions.forget_old(at=now[0]) == 1
        assert actions.forget_old(at=now[0]) == 0
    assert not everything(ExportFile)
    page = browser(decider).get(reverse("desk:export", args=[export.pk])).content.decode()
    assert made.sha256 in page
    assert "has been removed" in page


def test_a_file_of_another_list_is_not_opened(decider, contacts):
    one, other = ask(decider), ask(decider)
    first, second_ = everything(ExportFile, export=one)[0], everything(ExportFile, export=other)[0]
    ExportFile.objects.using("builder").filter(pk=first.pk).update(
        nonce=bytes(second_.nonce), body=bytes(second_.body)
    )
    with pytest.raises(InvalidTag):
        fetch(decider, one)


# By the pages


def form_of(client, narrowed="", **changes):
    shown = client.get(reverse("desk:export_new") + narrowed).content.decode()
    key = re.search(r'name="key"[^>]*value="([^"]+)"', shown)[1]
    kept = re.search(r'name="query"[^>]*value="([^"]*)"', shown)
    return {
        "key": key, "query": kept[1] if kept else "", "columns": EVERY, "purpose": "review", "ground": GROUND,
        "why": "",
    } | changes  # fmt: skip


def test_a_list_is_asked_for_and_taken_on_the_pages_and_a_double_click_asks_once(decider, contacts):
    client = browser(decider)
    assert "Take this list out" in client.get(reverse("desk:worklist") + "?rating=red").content.decode()
    form = form_of(client, "?rating=red&q=Okafor&rating=nonsense")
    assert form["query"] == "rating=red"
    first = client.post(reverse("desk:export_new"), form)
    again = client.post(reverse("desk:export_new"), form)
    assert first.url == again.url
    (export,) = everything(Export)
    page = client.get(first.url).content.decode()
    for words in ("A list of 1 contact", "Public task", "Rating: Red", "Take the file"):
        assert words in page
    for _ in range(2):
        answer = client.post(reverse("desk:export_file", args=[export.pk]))
        assert answer["Content-Disposition"] == 'attachment; filename="list.csv"'
        assert "no-store" in answer["Cache-Control"]
    assert client.get(reverse("desk:export_file", args=[export.pk])).status_code == 405
    of_the_hub = browser(StaffFactory(hub=decider.hub, manager=True)).get(reverse("desk:exports"))
    assert decider.account.name in of_the_hub.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"columns": []}, "Choose at least one column"),
        ({"columns": ["name"]}, "There is a problem"),
        ({"purpose": ""}, "Choose what the list is for"),
        ({"purpose": "other"}, "Say what it is for"),
        ({"ground": ""}, "Choose the legal ground"),
        ({"ground": "nonsense"}, "There is a problem"),
        ({"query": "rating=blue"}, "Nothing is on this list now"),
        ({"key": "x"}, "There is a problem"),
    ],
)
def test_what_does_not_do_is_said_and_nothing_is_asked_for(decider, contacts, changes, words):
    client = browser(decider)
    answer = client.post(reverse("desk:export_new"), form_of(client, **changes))
    assert words in answer.content.decode()
    assert not everything(Export)


def test_too_long_a_list_is_refused(monkeypatch, decider, contacts):
    monkeypatch.setattr(actions, "MOST", 2)
    client = browser(decider)
    assert "narrow it" in client.post(reverse("desk:export_new"), form_of(client)).content.decode()
    assert not everything(Export)


def test_the_second_person_says_so_on_the_page(monkeypatch, decider, manager, contacts):
    export = a_long_one(monkeypatch, decider)
    client, word = browser(manager), reverse("desk:export_word", args=[export.pk])
    assert "Does this list go out?" in client.get(reverse("desk:export", args=[export.pk])).content.decode()
    assert "Say whether the list goes out" in client.post(word, {}).content.decode()
    assert "Say why it does not go out" in client.post(word, {"agreed": "no"}).content.decode()
    assert browser(decider).post(word, {"agreed": "yes"}).status_code == 403
    for _ in range(2):
        assert client.post(word, {"agreed": "yes"}).status_code == 302
    assert len(everything(ExportWord)) == 1
    assert "Make the file" in browser(decider).get(reverse("desk:export", args=[export.pk])).content.decode()


def test_a_list_of_another_is_absent_whatever_is_asked_of_it(decider, contacts):
    export = ask(decider)
    for worker in (StaffFactory(hub=decider.hub, decider=True), StaffFactory(manager=True)):
        client = browser(worker)
        for name in ("export_word", "export_make", "export_file"):
            assert client.post(reverse(f"desk:{name}", args=[export.pk])).status_code in {403, 404}
        assert client.post(reverse("desk:export_file", args=[uuid.uuid4()])).status_code == 404


def test_the_list_of_lists_takes_a_fixed_number_of_questions(
    manager, decider, contacts, django_assert_max_num_queries
):
    client = browser(manager)
    client.get(reverse("desk:exports"))
    for _ in range(12):
        ask(decider)
    with django_assert_max_num_queries(30):
        page = client.get(reverse("desk:exports")).content.decode()
    assert page.count("list ") >= 12


def test_a_session_of_two_accounts_is_not_one_person(hub, contacts):
    """Or "not their own" would be about posts."""
    account = AccountFactory()
    asks = StaffFactory(hub=hub, decider=True, account=account)
    assert not policy.may_be_second_on(StaffFactory(hub=hub, manager=True, account=account), ask(asks))
