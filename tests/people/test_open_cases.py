"""The council's list of open cases: what is on it is open, what is gone has ended, and its age is told."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mash.people import actions, queries
from mash.people.models import Involvement, OpenCasesList
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.people import InvolvementFactory, OpenCasesListFactory, PersonFactory, a_known_person

pytestmark = pytest.mark.usefixtures("transactional_db")
HEAD = "la_child_id,nhs_number,upn,agency,plan,tier,team,worker,worker_email,manager,manager_email,from,as_at"
NIGHT = datetime(2026, 11, 2, 2, tzinfo=UTC)


def row(child="NF994557", *, nhs="", plan="Child in need plan", tier=3, worker="Ada Mensah", as_at=NIGHT):
    people = f"{worker},ada@northfield.example,Tom Reilly,tom@northfield.example"
    return f"{child},{nhs},,Children's Services,{plan},{tier},Team 1,{people},2026-05-01,{as_at.isoformat()}"


def take(tmp_path, *rows, head=HEAD, **options):
    file = tmp_path / "open_cases.csv"
    file.write_text("\n".join([head, *rows, ""]))
    said, complained = io.StringIO(), io.StringIO()
    try:
        call_command(
            "import", "open-cases", str(file), hub="Northfield", stdout=said, stderr=complained, **options
        )
    except CommandError as why:
        return f"refused: {why}", complained.getvalue()
    return said.getvalue().strip(), complained.getvalue()


@pytest.fixture
def hub():
    return HubFactory(name="Northfield")


@pytest.fixture
def ama(hub):
    return a_known_person(hub, given="Ama", family="Osei", la_child_id="NF994557", nhs_number="9992050586")


def open_with(person, on=date(2026, 11, 4)):
    return person.involvements.filter(queries.open_on(on))


def test_work_is_open_until_its_first_day_without_it(ama):
    InvolvementFactory(person=ama, from_on="2026-11-02", until_on="2026-11-05")
    with in_service("imports"):
        days = [day for day in range(1, 8) if open_with(ama, date(2026, 11, day))]
    assert days == [2, 3, 4]


def test_an_open_case_is_known_with_worker_and_manager_and_how_old_that_is(tmp_path, hub, ama):
    said, _ = take(tmp_path, row())
    assert said == "Northfield: 1 opened, 0 still open, 0 ended, 0 of nobody known, 0 not clear whose"
    worker = StaffFactory(screener=True, hub=hub)
    with signed_in_as(worker):
        (work,) = open_with(ama)
    assert (work.plan, work.tier, work.worker_name, work.manager_email) == (
        "Child in need plan", 3, "Ada Mensah", "tom@northfield.example",
    )  # fmt: skip
    assert (work.from_on, work.as_at) == (date(2026, 5, 1), NIGHT)


def test_the_same_list_again_changes_nothing(tmp_path, ama):
    take(tmp_path, row())
    assert take(tmp_path, row())[0] == "Northfield: this list is here already"
    assert Involvement.objects.using("builder").count() == OpenCasesList.objects.using("builder").count() == 1


def test_a_newer_list_renews_what_is_on_it_and_ends_what_is_gone(tmp_path, hub, ama):
    kojo = a_known_person(hub, given="Kojo", la_child_id="NF111111")
    take(tmp_path, row(), row("NF111111"))
    next_night = NIGHT + timedelta(days=1)
    said, _ = take(tmp_path, row(worker="Bo Lindley", as_at=next_night))
    assert said.startswith("Northfield: 0 opened, 1 still open, 1 ended")
    with in_service("imports"):
        (work,) = open_with(ama)
        assert (work.worker_name, work.as_at) == ("Bo Lindley", next_night)
        assert not open_with(kojo)
        (ended,) = queries.involvements_of(kojo)
        assert ended.until_on == date(2026, 11, 3)


def test_what_the_hub_decided_is_not_ended_by_the_councils_list(tmp_path, hub, ama):
    InvolvementFactory(person=ama, source="decision", source_key="d1", plan="Early help", tier=2)
    take(tmp_path, row())
    with in_service("imports"):
        assert open_with(ama).count() == 2


def test_work_that_ended_and_comes_back_is_open_again(tmp_path, ama):
    a_second = "Children's Services"
    take(tmp_path, row())
    take(tmp_path, row(plan="Other plan", as_at=NIGHT + timedelta(days=1)))
    take(tmp_path, row(as_at=NIGHT + timedelta(days=2)))
    with in_service("imports"):
        assert [(work.agency, work.plan) for work in open_with(ama)] == [(a_second, "Child in need plan")]
        assert queries.involvements_of(ama).count() == 3


def test_a_person_nobody_knows_is_reported_and_the_rest_taken(tmp_path, ama):
    said, complained = take(tmp_path, row("NF000000"), row())
    assert said.endswith("1 opened, 0 still open, 0 ended, 1 of nobody known, 0 not clear whose")
    assert complained.strip() == "line 2: nobody known by these numbers"


def test_numbers_that_lead_to_two_people_are_left_alone(tmp_path, hub, ama):
    a_known_person(hub, given="Abena", nhs_number="9993015385")
    said, complained = take(tmp_path, row(nhs="9993015385"))
    assert said.endswith("0 opened, 0 still open, 0 ended, 0 of nobody known, 1 not clear whose")
    assert "line 2: more than one person fits" in complained


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (row(tier=5), "tier is not 2, 3 or 4"),
        (row(""), "none of la_child_id, nhs_number, upn, register_key is given"),
        (row("", nhs="9992050587"), "every number given fails its check digit"),
        (row().replace("2026-05-01", "1 May"), "from is not a date"),
        (row().replace("ada@northfield.example", "ada"), "worker_email is not an e-mail address"),
    ],
)
def test_a_list_with_a_bad_row_is_refused_whole(tmp_path, ama, bad, why):
    take(tmp_path, row())
    later = NIGHT + timedelta(days=1)
    said, complained = take(tmp_path, bad.replace(NIGHT.isoformat(), later.isoformat()), row(as_at=later))
    assert said == "refused: 1 rows cannot be read, so nothing of the list was taken"
    assert f"line 2: {why}" in complained
    with in_service("imports"):
        assert open_with(ama).get().as_at == NIGHT


def test_a_list_without_rows_or_with_two_moments_is_refused(tmp_path, ama):
    assert "must have rows" in take(tmp_path)[0]
    assert "same as_at" in take(tmp_path, row(), row(plan="x", as_at=NIGHT + timedelta(hours=1)))[0]


def test_an_older_list_and_one_from_the_future_are_refused(tmp_path, ama):
    take(tmp_path, row())
    assert "A newer list is here already" in take(tmp_path, row(as_at=NIGHT - timedelta(days=1)))[0]
    tomorrow = timezone.now() + timedelta(days=1)
    assert "from the future" in take(tmp_path, row(as_at=tomorrow))[0]


def test_a_list_cut_short_ends_nothing_unless_told(tmp_path, hub, ama):
    for place in range(12):
        a_known_person(hub, given="Child", la_child_id=f"NF20000{place:02}")
    take(tmp_path, row(), *(row(f"NF20000{place:02}") for place in range(12)))
    later = NIGHT + timedelta(days=1)
    assert "would end 12 of 13 open cases" in take(tmp_path, row(as_at=later))[0]
    assert "12 ended" in take(tmp_path, row(as_at=later), even_if_shorter=True)[0]


def test_nothing_is_kept_of_a_dry_run(tmp_path, ama):
    assert take(tmp_path, row(), dry_run=True)[0].startswith("dry run, nothing kept: Northfield: 1 opened")
    assert not Involvement.objects.using("builder").exists()
    assert not OpenCasesList.objects.using("builder").exists()


@pytest.mark.parametrize(
    ("made", "now", "stale"),
    [
        ("2026-11-03T02:00", "2026-11-03T09:00", False),  # last night
        ("2026-11-02T02:00", "2026-11-03T03:59", False),
        ("2026-11-02T02:00", "2026-11-03T04:01", True),  # a night was missed
        ("2026-10-31T02:00", "2026-11-02T09:00", False),  # Friday night's, on Monday morning
        ("2026-10-30T02:00", "2026-11-02T09:00", True),  # Thursday night's, on Monday morning
        ("2026-12-24T23:00", "2026-12-29T09:00", False),  # over Christmas and its Monday in lieu
    ],
)  # fmt: skip
def test_a_list_older_than_26_hours_of_working_days_warns(hub, made, now, stale):
    as_at, at = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (made, now))
    OpenCasesListFactory(hub=hub, as_at=as_at, rows=7)
    OpenCasesListFactory(as_at=at)
    worker = StaffFactory(screener=True, hub=hub)
    with signed_in_as(worker):
        age = queries.list_age(hub, at)
    assert (age.as_at, age.rows, age.stale) == (as_at, 7, stale)


def test_where_no_list_ever_came_it_warns(hub):
    with signed_in_as(StaffFactory(screener=True, hub=hub)):
        assert queries.list_age(hub, MONDAY_9AM) == queries.ListAge(None, 0, True)


def test_work_the_hub_decides_is_opened_once_and_ended_once():
    worker = StaffFactory(decider=True)
    person = PersonFactory(hub=worker.hub)
    with signed_in_as(worker):
        for _ in range(2):
            work = actions.open_involvement(
                person=person, source="decision", source_key="d1", agency="Early help", plan="Family plan", tier=2,
                from_on=date(2026, 11, 2), by=worker, at=MONDAY_9AM,
            )  # fmt: skip
        assert open_with(person).get() == work
        actions.end_involvement(involvement=work, until_on=date(2026, 11, 9), by=worker, at=MONDAY_9AM)
        again = actions.end_involvement(
            involvement=work, until_on=date(2026, 12, 9), by=worker, at=MONDAY_9AM
        )
    assert again.until_on == date(2026, 11, 9)
