"""The auditor's pages: who saw what and why they could, what is unusual, and nothing of what a case says."""

import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, connections
from django.urls import reverse
from django.utils import timezone

from mash.common.clock import LONDON
from mash.contact.models import Contact
from mash.desk.auditing import actions, lines, rules, unusual
from mash.desk.models import Conclusion
from mash.ledger.actions import record
from mash.ledger.models import Entry
from mash.people.actions import note_search, note_seen
from mash.people.models import Person
from mash.people.tokens import read
from tests.factories.base import browser, signed_in_as, without_tokens
from tests.factories.contact import ContactFactory, ContactPersonFactory
from tests.factories.partnership import AccessFactory, AccountFactory, AgencyFactory, HubFactory, StaffFactory
from tests.factories.people import a_known_person

pytestmark = pytest.mark.usefixtures("transactional_db")
MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=LONDON)
NOW = datetime(2026, 11, 27, 16, 0, tzinfo=LONDON)
DAY = timedelta(days=1)
PAGES = ("audit", "audit_people", "audit_refusals", "audit_searches", "audit_unusual")


@pytest.fixture
def hub():
    return HubFactory()


@pytest.fixture
def contact(hub):
    made = ContactFactory(hub=hub, reference="NF-7K3M-2Q9")
    ContactPersonFactory(contact=made, hub=hub, given="Ama", family="Larkspur")
    return made


@pytest.fixture
def auditor(hub):
    return StaffFactory(hub=hub, auditor=True)


def a_worker(hub, name="Rosa Delaney", **more):
    more = more or {"screener": True}
    return StaffFactory(hub=hub, account=AccountFactory(name=name), **more)


def sees(worker, contact, at, *, event="contact.seen"):
    with signed_in_as(worker):
        return record(event, about=contact, at=at, hub_id=worker.hub_id, detail={"page": "case"})


def page(staff, page_name, /, *args, query="", **said):
    address = reverse(f"desk:{page_name}", args=args) + query
    client = browser(staff)
    answer = client.post(address, said) if said else client.get(address)
    return answer if answer.status_code != 200 else answer.content.decode()


def found_by(auditor, rule="", *, since=MONDAY - DAY, until=NOW):
    with signed_in_as(auditor, role="mash_reader"):
        return [
            one for one in unusual.signals(auditor, since=since, until=until) if not rule or one.rule == rule
        ]


def kept(model, **filters):
    return list(model.objects.using("builder").filter(**filters))


# Who opens them


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("duty", ["screen", "decide", "manage", "administer", "clear", "answer"])
def test_nobody_but_an_auditor_opens_them(hub, name, duty):
    assert page(StaffFactory(hub=hub, duties=[duty]), name).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_an_auditor_opens_each_of_them_empty(auditor, name):
    assert "<h1" in page(auditor, name)


# A case


def test_an_auditor_finds_a_case_by_its_reference_and_sees_who_saw_it_and_why_they_could(
    hub, contact, auditor
):
    worker = a_worker(hub)
    sees(worker, contact, MONDAY)
    let_in = a_worker(hub, "Noor Haddad", answerer=True)
    AccessFactory(staff=let_in, contact_id=contact.pk, why="Writes the letter", from_at=MONDAY - DAY)
    sees(let_in, contact, MONDAY + timedelta(hours=1))
    answer = page(auditor, "audit", do="case", reference="nf 7k3m 2q9")
    assert answer.url == reverse("desk:audit_case", args=[contact.pk])
    shown = page(auditor, "audit_case", contact.pk)
    for words in (
        "NF-7K3M-2Q9",
        "Rosa Delaney",
        worker.agency.name,
        "2 Nov 2026, 10am",
        "Saw a page of the case",
    ):
        assert words in shown
    assert "Works at the hub’s desk (screen contacts)" in shown
    assert "Writes the letter" in shown


def test_access_that_had_ended_is_not_why_somebody_could(hub, contact, auditor):
    let_in = a_worker(hub, "Noor Haddad", answerer=True)
    AccessFactory(
        staff=let_in,
        contact_id=contact.pk,
        why="Writes the letter",
        from_at=MONDAY - 3 * DAY,
        until_at=MONDAY - DAY,
    )
    sees(let_in, contact, MONDAY)
    shown = page(auditor, "audit_case", contact.pk)
    assert "Writes the letter" not in shown
    assert "Answers for an agency" in shown


@pytest.mark.parametrize("reference", ["NF-9999-9XX", "", "of another hub"])
def test_what_is_no_case_of_the_hub_is_not_found(hub, auditor, reference):
    if reference == "of another hub":
        reference = ContactFactory(hub=HubFactory()).reference
    assert "There is a problem" in page(auditor, "audit", do="case", reference=reference)


def test_a_case_of_another_hub_answers_like_none(auditor):
    elsewhere = ContactFactory(hub=HubFactory())
    assert page(auditor, "audit_case", elsewhere.pk).status_code == 404
    assert page(auditor, "audit_case", uuid.uuid4()).status_code == 404


def test_a_case_that_concerns_the_auditor_is_not_audited_by_them(contact, auditor):
    AccessFactory(staff=auditor, contact_id=contact.pk, bars=True, why="My sister")
    assert page(auditor, "audit_case", contact.pk).status_code == 404


def test_no_word_of_a_case_and_no_name_of_anybody_in_it_is_on_a_page(hub, contact, auditor):
    worker = a_worker(hub, "Rosa Larkspur")
    sees(worker, contact, MONDAY)
    person = a_known_person(hub, given="Ama", family="Larkspur", born_on=MONDAY.date())
    with signed_in_as(worker):
        note_seen(person=person, at=MONDAY)
    shown = [
        page(auditor, "audit_case", contact.pk),
        page(auditor, "audit_person", person.pk),
        page(auditor, "audit_worker", worker.pk, query="?on=2026-11-02"),
        *(page(auditor, name) for name in PAGES),
    ]
    for one in shown:
        assert "Ama" not in without_tokens(one)
        assert contact.message["concern"]["what_happened"] not in one


def test_the_walls_still_hide_cases_and_people_from_an_auditor(hub, contact, auditor):
    a_known_person(hub, given="Ama", family="Larkspur")
    with signed_in_as(auditor):
        assert not Contact.objects.exists()
        assert not Person.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        "SELECT identity.audited_contact('NF-7K3M-2Q9')",
        "SELECT id FROM identity.audited_references(ARRAY(SELECT gen_random_uuid()))",
        "SELECT id FROM identity.audited_people(ARRAY['\\x00'::bytea])",
    ],
)
def test_the_functions_answer_nobody_else(hub, contact, asked):
    for duty in ("screen", "manage", "administer"):
        with signed_in_as(StaffFactory(hub=hub, duties=[duty])), connections["default"].cursor() as cursor:
            cursor.execute(asked)
            assert [row for row in cursor.fetchall() if row[0]] == []


# A person


def test_a_person_is_found_by_name_only_for_a_purpose_that_is_written(hub, auditor):
    person = a_known_person(hub, given="Ama", family="Larkspur", born_on=MONDAY.date())
    a_known_person(hub, given="Kofi", family="Larkspur")
    assert "Enter why you ask" in page(auditor, "audit_people", name="Ama Larkspur", why="")
    assert not kept(Entry, event="audit.people_named")
    shown = page(auditor, "audit_people", name="ama larkspur", why="Complaint 17")
    assert reverse("desk:audit_person", args=[person.pk]) in shown
    assert "Kofi" not in shown
    (line,) = kept(Entry, event="audit.people_named")
    assert (line.why, line.detail) == ("Complaint 17", {"people": [str(person.pk)]})
    assert "larkspur" not in str(vars(line)).lower()


def test_nobody_of_another_hub_is_found_by_name(auditor):
    a_known_person(HubFactory(), given="Ama", family="Larkspur")
    assert "No record of this hub has this name" in page(
        auditor, "audit_people", name="Ama Larkspur", why="x"
    )


def test_who_saw_a_person_and_which_searches_showed_them(hub, auditor):
    person, worker = a_known_person(hub, given="Ama", family="Larkspur"), a_worker(hub)
    with signed_in_as(worker):
        note_seen(person=person, at=timezone.now())
        note_search(terms=read("ama larkspur").terms, found=[person.pk], by=worker, at=timezone.now())
    shown = page(auditor, "audit_person", person.pk)
    assert "Saw the person’s record" in shown
    assert "Searched for people" in shown
    assert shown.count("Rosa Delaney") == 2


# Searches and refusals


@pytest.mark.parametrize(
    ("asked", "found"),
    [("Ama Larkspur", True), ("larkspur", True), ("Ama Larksput", False), ("Kofi Larkspur", False)],
)
def test_was_this_name_searched_for(hub, auditor, asked, found):
    worker = a_worker(hub)
    with signed_in_as(worker):
        note_search(terms=read("ama larkspur").terms, found=[], by=worker, at=timezone.now())
    elsewhere = a_worker(HubFactory(), "Somebody Elsewhere")
    with signed_in_as(elsewhere):
        note_search(terms=read(asked).terms, found=[], by=elsewhere, at=timezone.now())
    shown = page(auditor, "audit_searches", name=asked, why="Complaint 17")
    assert ("Nobody searched for all of these words" not in shown) is found
    assert "Somebody Elsewhere" not in shown
    (line,) = kept(Entry, event="audit.name_asked")
    assert line.detail == {"found": int(found)}
    assert "larks" not in str(vars(line)).lower()


def test_what_was_refused_is_listed(hub, auditor):
    worker = a_worker(hub)
    browser(worker).get(reverse("desk:outbox"))
    shown = page(auditor, "audit_refusals")
    assert "Was refused a page" in shown
    assert "The outbox is for whoever manages the hub." in shown
    assert "Rosa Delaney" in shown


# A worker


def test_what_a_worker_saw_and_did_stands_day_by_day(hub, contact, auditor):
    worker = a_worker(hub)
    now = timezone.now()
    sees(worker, contact, now - DAY)
    sees(worker, contact, now, event="contact.rated")
    today = page(auditor, "audit_worker", worker.pk)
    assert "Contact: rated" in today
    assert "Saw a page of the case" not in today
    yesterday = (now - DAY).astimezone(LONDON).date().isoformat()
    assert "Saw a page of the case" in page(auditor, "audit_worker", worker.pk, query=f"?on={yesterday}")
    assert page(auditor, "audit_worker", worker.pk, query="?on=2026-13-40").status_code == 404
    assert page(auditor, "audit_worker", a_worker(HubFactory()).pk).status_code == 404


def test_pages_follow_each_other_and_show_each_line_once(hub, contact, auditor):
    worker = a_worker(hub)
    with signed_in_as(worker):
        for number in range(lines.PAGE + 7):
            at = MONDAY + timedelta(minutes=number // 3)  # several in one moment
            record("contact.seen", about=contact, at=at, hub_id=hub.pk, why=f"number-{number:03}")
    first = page(auditor, "audit_case", contact.pk)
    (older,) = [part.split('"')[0] for part in first.split('href="?before=')[1:]]
    second = page(auditor, "audit_case", contact.pk, query=f"?before={older}")
    both = [f"number-{number:03}" in one for number in range(lines.PAGE + 7) for one in (first, second)]
    assert sum(both) == lines.PAGE + 7
    assert "Older lines" not in second
    assert "<h1" in page(auditor, "audit_case", contact.pk, query="?before=nonsense")


# Being read is written


def test_what_an_auditor_reads_is_written_and_another_auditor_sees_it(hub, contact, auditor):
    worker = a_worker(hub)
    page(auditor, "audit_case", contact.pk)
    page(auditor, "audit_worker", worker.pk)
    other = StaffFactory(hub=hub, auditor=True)
    assert auditor.account.name in page(other, "audit_case", contact.pk)
    assert "Read who saw this, as an auditor" in page(other, "audit_worker", auditor.pk)
    assert {one.event for one in kept(Entry, actor=f"staff:{auditor.pk}")} == {
        "audit.case_read",
        "audit.worker_read",
    }


# What is unusual


def test_own_name_and_own_family_name_in_a_case_and_in_a_record(hub, contact, auditor):
    for name in ("Ama Larkspur", "Rosa Larkspur", "Rosa Lark"):
        sees(a_worker(hub, name), contact, MONDAY)
    person = a_known_person(hub, given="Tom", family="Wickham")
    same = a_worker(hub, "Tom Wickham")
    with signed_in_as(same):
        note_seen(person=person, at=MONDAY)
    found = {(one.rule, one.staff.account.name) for one in found_by(auditor)}
    assert found == {
        ("own_name", "Ama Larkspur"),
        ("own_name", "Tom Wickham"),
        ("family_name", "Rosa Larkspur"),
    }


def test_names_are_compared_within_the_hub_alone(hub, auditor):
    elsewhere = ContactFactory(hub=HubFactory())
    ContactPersonFactory(contact=elsewhere, hub=elsewhere.hub, given="Ama", family="Larkspur")
    sees(a_worker(elsewhere.hub, "Ama Larkspur"), elsewhere, MONDAY)
    assert found_by(auditor) == []


def test_looking_on_two_days_and_doing_nothing(hub, contact, auditor):
    idle, busy, once = (a_worker(hub, name) for name in ("Idle Hand", "Busy Hand", "Once Only"))
    for worker in (idle, busy):
        sees(worker, contact, MONDAY)
        sees(worker, contact, MONDAY + DAY)
    sees(busy, contact, MONDAY - 2 * DAY, event="contact.rated")
    sees(once, contact, MONDAY)
    (found,) = found_by(auditor, "nothing_done")
    assert found.staff == idle
    assert found.facts == "Looked at case NF-7K3M-2Q9 on 2 days and did nothing on it."


@pytest.mark.parametrize(
    ("at", "duties", "found"),
    [
        (MONDAY, ["screen"], False),
        (MONDAY.replace(hour=22, minute=15), ["screen"], True),
        (MONDAY.replace(hour=22, minute=15), ["screen", "out_of_hours"], False),
        (MONDAY - 2 * DAY, ["screen"], True),  # a Saturday
    ],
)
def test_out_of_hours(hub, contact, auditor, at, duties, found):
    sees(a_worker(hub, duties=duties), contact, at)
    signals = found_by(auditor, "out_of_hours", since=MONDAY - 5 * DAY)
    assert bool(signals) is found
    if at.hour == 22:
        assert not signals or "at 22:15" in signals[0].facts


def test_many_more_than_on_their_own_days_before(hub, auditor):
    worker, new = a_worker(hub), a_worker(hub, "New Here")
    with signed_in_as(worker):
        for day in range(6):
            for number in range(25 if day == 5 else 4):
                about = f"contact.contact:{uuid.UUID(int=number + 100 * day)}"
                record("contact.seen", about=about, at=MONDAY + day * DAY, hub_id=hub.pk)
    with signed_in_as(new):
        for number in range(25):
            record("contact.seen", about=f"contact.contact:{uuid.UUID(int=number)}", at=MONDAY, hub_id=hub.pk)
    (found,) = found_by(auditor, "volume")
    assert (found.staff, found.on) == (worker, (MONDAY + 5 * DAY).date())
    assert found.facts == "Looked at 25 different records; the middle of their own 5 days before is 4."


@pytest.mark.parametrize(("days", "found"), [(rules.LONG_CLOSED, False), (rules.LONG_CLOSED + 1, True)])
def test_looking_long_after_anybody_worked_on_it(hub, contact, auditor, days, found):
    sees(a_worker(hub, "Who Decided"), contact, MONDAY - days * DAY, event="decision.made")
    sees(a_worker(hub), contact, MONDAY)
    signals = found_by(auditor, "long_closed")
    assert bool(signals) is found
    assert not signals or f"nobody had done anything for {days} days" in signals[0].facts


def test_the_page_shows_the_rules_as_rules_and_no_score(hub, contact, auditor):
    sees(a_worker(hub, "Ama Larkspur"), contact, timezone.now())
    shown = page(auditor, "audit_unusual")
    for rule in rules.RULES.values():
        assert rule.says in shown
    assert rules.NOT_ASKED in shown
    assert "has the worker’s own name" in shown


def test_the_same_is_found_under_the_same_key_and_a_later_look_under_another(hub, contact, auditor):
    worker = a_worker(hub, "Ama Larkspur")
    sees(worker, contact, MONDAY)
    (one,) = found_by(auditor, "own_name")
    (again,) = found_by(auditor, "own_name", since=MONDAY - 20 * DAY)
    assert one.key == again.key
    sees(worker, contact, MONDAY + 2 * DAY)
    (later,) = found_by(auditor, "own_name")
    assert later.key != one.key


# What was concluded


def test_an_auditor_concludes_with_a_reason_and_the_worker_is_told_nothing(hub, contact, auditor):
    worker = a_worker(hub, "Ama Larkspur")
    sees(worker, contact, timezone.now())
    (one,) = found_by(auditor, "own_name", until=timezone.now() + DAY)
    where = ("audit_conclude", one.key)
    assert "Enter why" in page(auditor, *where, outcome="explained", why="")
    assert "Choose what you conclude" in page(auditor, *where, why="x")
    answer = page(auditor, *where, outcome="follow_up", why="Ask her manager whether she is related")
    assert urlsplit(answer.url).path == reverse("desk:audit_unusual")
    (made,) = kept(Conclusion)
    assert (made.staff_id, made.by_id, made.outcome) == (worker.pk, auditor.pk, "follow_up")
    assert made.facts == one.facts
    assert "Ask her manager" in page(auditor, "audit")
    other = StaffFactory(hub=hub, auditor=True)
    page(other, *where, outcome="explained", why="A cousin by name only")
    assert "Ask her manager" not in page(auditor, "audit"), "the newest word counts"
    shown = page(auditor, "audit_conclude", one.key)
    assert shown.index("A cousin by name only") < shown.index("Ask her manager")
    for name in ("worklist", "alerts"):
        assert "cousin" not in page(worker, name)
    with signed_in_as(worker):
        assert not Conclusion.objects.exists()


def test_nobody_concludes_on_themselves(hub, contact):
    both = a_worker(hub, "Ama Larkspur", duties=["screen", "audit"])
    sees(both, contact, timezone.now())
    (one,) = found_by(both, "own_name", until=timezone.now() + DAY)
    assert "Another auditor concludes on what you did" in page(both, "audit_conclude", one.key)
    assert page(both, "audit_conclude", one.key, outcome="explained", why="x").status_code == 403
    with pytest.raises(Exception, match="Another auditor"), signed_in_as(both):
        actions.conclude(signal=one, outcome="explained", why="x", by=both, at=NOW)


def test_the_database_keeps_a_conclusion_from_everybody_else_and_unchanged(hub, contact, auditor):
    worker = a_worker(hub, "Ama Larkspur")
    sees(worker, contact, MONDAY)
    (one,) = found_by(auditor, "own_name")
    with signed_in_as(auditor):
        made = actions.conclude(signal=one, outcome="explained", why="x", by=auditor, at=NOW)
    for duty in ("manage", "administer", "screen", "clear"):
        with signed_in_as(StaffFactory(hub=hub, duties=[duty])):
            assert not Conclusion.objects.exists()
    with signed_in_as(StaffFactory(auditor=True)):
        assert not Conclusion.objects.exists()
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(auditor):
        Conclusion.objects.filter(pk=made.pk).update(why="y")


def test_evidence_shows_what_was_not_delivered(auditor, settings, tmp_path):
    from tests.ledger.conftest import make_root

    assert "not signed" in page(auditor, "audit")
    settings.MASH_LEDGER_KEY = "5a" * 32
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    settings.MASH_LEDGER_WITNESSES = [f"file:{blocked}"]
    make_root(timezone.now())
    shown = page(auditor, "audit")
    assert "The newest root is number 1" in shown
    assert "1 not delivered" in shown
    assert "FileExistsError" in shown


def test_agencies_stand_beside_names(hub, contact, auditor):
    worker = StaffFactory(hub=hub, agency=AgencyFactory(name="Fernbank School"), answerer=True)
    sees(worker, contact, MONDAY)
    assert "Fernbank School" in page(auditor, "audit_case", contact.pk)


def test_whoever_looks_faster_than_the_work_needs_is_found(hub, auditor):
    worker = a_worker(hub)
    other = StaffFactory(screener=True)
    for who, event, kind in [
        (worker, "page.slowed", "searches"),
        (worker, "page.too_often", "searches"),
        (worker, "page.too_often", "searches"),
        (worker, "page.slowed", "records"),
        (other, "page.too_often", "records"),
    ]:
        with signed_in_as(who):
            record(event, about="page:people:search", at=MONDAY, hub_id=who.hub_id, detail={"kind": kind})
    found = found_by(auditor, "too_fast")
    assert [one.staff for one in found] == [worker, worker]
    assert {one.facts for one in found} == {
        "Searching: slowed down once, stopped 2 times.",
        "Opening cases and people: slowed down once, stopped never.",
    }
    assert "Faster than the work needs" in page(auditor, "audit_unusual", query="?days=90")
