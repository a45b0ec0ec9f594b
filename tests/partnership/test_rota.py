"""The duty rota: who may fill it, what is kept, who is on duty now, and who is warned of gaps."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from mash.ledger.models import Entry
from mash.partnership import jobs, policy
from mash.partnership.actions import rota as actions
from mash.partnership.content import posts
from mash.partnership.models import Email
from mash.partnership.queries import gaps
from mash.partnership.queries import rota as queries
from mash.partnership.rota import RotaGap, Turn
from mash.partnership.sessions import sessions
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.partnership import (
    MONDAY_9AM,
    AgencyFactory,
    HubFactory,
    MembershipFactory,
    StaffFactory,
)
from tests.factories.rota import AbsenceFactory, TurnFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
MONDAY = date(2026, 11, 2)
POST = posts()["answers_education"]
TEN = MONDAY_9AM + timedelta(hours=1)


@pytest.fixture
def school():
    """Education in a hub: who leads it, somebody who answers, somebody who stands in, and the hub's manager."""
    hub, agency = HubFactory(), AgencyFactory(kind="education")
    MembershipFactory(hub=hub, agency=agency)

    class School:
        lead = StaffFactory(hub=hub, agency=agency, answerer=True, leads=True)
        hannah = StaffFactory(hub=hub, agency=agency, answerer=True)
        rob = StaffFactory(hub=hub, agency=agency, answerer=True)
        manager = StaffFactory(hub=hub, manager=True)

    School.hub, School.agency = hub, agency
    return School


def week_of(school):
    with signed_in_as(school.manager):
        return sessions(queries.working_week(school.hub), POST.hours, MONDAY, 7)


def fill(school, by, lines, *, seen=None, within=None):
    wanted = within or week_of(school)
    if seen is None:
        seen = Turn.objects.using("builder").filter(withdrawn_at=None).values_list("pk", flat=True)
    with signed_in_as(by):
        return actions.fill_rota(
            hub=school.hub,
            agency=school.agency,
            post=POST,
            within=wanted,
            lines=lines,
            seen=list(seen),
            by=by,
            at=TEN,
        )


def line(session, staff, *deputies):
    return actions.Line(session, staff.pk, tuple(one.pk for one in deputies), "020 7946 0101")


def turns():
    return list(Turn.objects.using("builder").filter(withdrawn_at=None).order_by("from_at"))


def test_a_week_is_filled_and_the_same_form_again_changes_nothing(school):
    wanted = week_of(school)
    lines = [line(one, school.hannah, school.rob) for one in wanted]
    assert fill(school, school.lead, lines) == 5
    assert fill(school, school.lead, lines, seen=[]) == 0
    assert [one.staff_id for one in turns()] == [school.hannah.pk] * 5
    assert Entry.objects.using("builder").filter(event="rota.filled").count() == 1


def test_a_name_taken_off_stays_on_record(school):
    first = week_of(school)[0]
    fill(school, school.manager, [line(first, school.hannah)])
    fill(school, school.manager, [line(first, school.rob, school.hannah)])
    assert [one.staff_id for one in turns()] == [school.rob.pk]
    gone = Turn.objects.using("builder").get(withdrawn_at__isnull=False)
    assert gone.staff_id == school.hannah.pk


def test_of_two_who_fill_at_once_the_second_is_told(school):
    first = week_of(school)[0]
    fill(school, school.manager, [line(first, school.hannah)])
    with pytest.raises(actions.RotaMoved):
        fill(school, school.lead, [line(first, school.rob)], seen=[])


def test_only_people_of_the_agency_can_be_named_and_nobody_for_themselves(school):
    first = week_of(school)[0]
    for names in (
        (school.manager,),
        (school.hannah, school.hannah),
        (school.hannah, StaffFactory(answerer=True)),
    ):
        with pytest.raises(actions.NotOfTheTeam):
            fill(school, school.lead, [line(first, *names)])
    assert not turns()


@pytest.mark.parametrize(
    ("same_hub", "same_agency", "duties", "leads", "reads", "fills"),
    [
        (True, True, ["answer"], True, True, True),  # who leads the agency
        (True, True, ["answer"], False, True, False),  # a colleague
        (True, False, ["manage"], False, True, True),  # the hub's manager
        (True, False, ["screen"], False, True, False),  # the desk
        (True, False, ["answer"], True, False, False),  # the lead of another agency
        (False, True, ["answer", "manage"], True, False, False),  # the same agency in another hub
        (True, True, [], False, True, False),
    ],
)
def test_who_reads_and_who_fills_the_rota(school, same_hub, same_agency, duties, leads, reads, fills):
    turn = TurnFactory(staff=school.hannah)
    reader = StaffFactory(
        hub=school.hub if same_hub else HubFactory(),
        agency=school.agency if same_agency else AgencyFactory(),
        duties=duties,
        leads=leads,
    )
    everything = Turn.objects.using("builder")

    with signed_in_as(reader):
        assert bool(policy.may_read_rota(reader, turn)) is reads
        assert everything.filter(policy.rota_read_by(reader)).exists() is reads
        assert Turn.objects.exists() is reads
    if same_hub:
        assert bool(policy.may_fill_rota(reader, school.agency)) is fills
    with signed_in_as(reader):
        changed = _tries_to_take_off(turn)
    assert changed is fills


def _tries_to_take_off(turn):
    try:
        with transaction.atomic():
            return bool(Turn.objects.filter(pk=turn.pk).update(withdrawn_at=TEN))
    except DatabaseError:
        return False


def test_who_leads_nothing_here_fills_nothing(school):
    with pytest.raises(PermissionDenied):
        fill(school, school.hannah, [])


def test_last_week_is_copied_into_what_is_empty(school):
    wanted = week_of(school)
    fill(school, school.lead, [line(one, school.hannah, school.rob) for one in wanted])
    nxt = MONDAY + timedelta(days=7)
    for copied in (5, 0):
        with signed_in_as(school.lead):
            assert (
                actions.copy_last_week(
                    hub=school.hub, agency=school.agency, first=nxt, by=school.lead, at=TEN
                )
                == copied
            )
    last = turns()[-1]
    assert (last.staff_id, last.deputies, last.reached_on) == (
        school.hannah.pk,
        [school.rob.pk],
        "020 7946 0101",
    )


def test_who_has_left_is_not_copied(school):
    wanted = week_of(school)
    fill(school, school.lead, [line(wanted[0], school.hannah, school.rob)])
    type(school.rob).objects.using("builder").filter(pk=school.rob.pk).update(until_at=MONDAY_9AM)
    with signed_in_as(school.lead):
        actions.copy_last_week(
            hub=school.hub,
            agency=school.agency,
            first=MONDAY + timedelta(days=7),
            by=school.lead,
            at=TEN,
        )
    assert turns()[-1].deputies == []


# Now


def now(school, at=TEN):
    with signed_in_as(school.manager):
        found = [one for one in queries.on_duty(school.hub, at) if one.post.id == POST.id]
    return found[0]


def test_who_is_on_duty_and_who_stands_in_for_the_absent(school):
    TurnFactory(staff=school.hannah, deputies=[school.rob.pk], reached_on="020 7946 0101")
    found = now(school)
    assert (found.person, found.instead_of, found.deputies) == (
        school.hannah,
        "",
        [school.rob.account.name],
    )
    AbsenceFactory(staff=school.hannah)
    found = now(school)
    assert (found.person, found.instead_of) == (school.rob, school.hannah.account.name)
    AbsenceFactory(staff=school.rob)
    assert now(school).person is None
    assert now(school).is_red


def test_after_hours_nobody_is_expected_on_a_post_of_the_day(school):
    assert not now(school, MONDAY_9AM - timedelta(hours=3)).expected


def test_who_no_longer_has_the_duty_is_not_on_duty(school):
    TurnFactory(staff=StaffFactory(hub=school.hub, agency=school.agency))
    assert now(school).person is None


def test_next_in_line_leaves_out_the_absent(school):
    TurnFactory(staff=school.hannah, deputies=[school.rob.pk, school.lead.pk])
    AbsenceFactory(staff=school.rob)
    with signed_in_as(school.manager):
        assert queries.after(school.hub, school.hannah, TEN) == [school.lead]


@pytest.mark.parametrize(("until", "off"), [(8, False), (5, True)])
def test_who_goes_home_before_it_is_due_is_off_duty(school, until, off):
    TurnFactory(staff=school.hannah, until_at=MONDAY_9AM + timedelta(hours=until))
    with signed_in_as(school.manager):
        due = MONDAY_9AM + timedelta(hours=6)
        assert queries.is_off_duty_before(school.hannah, due, TEN) is off
        assert not queries.is_off_duty_before(school.rob, due, TEN)  # who is not on the rota


# Gaps


def look(school, at):
    with in_service("reminders"):
        return actions.look_for_gaps(school.hub, at=at)


def test_gaps_are_warned_of_once_five_working_days_before(school):
    assert look(school, TEN) == 6  # today and the five working days to come
    assert {one.to for one in Email.objects.using("builder").all()} == {
        school.manager.account.email,
        school.lead.account.email,
    }
    assert look(school, TEN + timedelta(minutes=1)) == 0
    assert look(school, TEN + timedelta(days=1)) == 1
    assert RotaGap.objects.using("builder").filter(kind="no_person").count() == 12


def test_a_gap_that_is_filled_is_closed_and_found_again_when_it_opens_again(school):
    look(school, TEN)
    fill(school, school.lead, [line(one, school.hannah, school.rob) for one in week_of(school)])
    look(school, TEN)
    assert RotaGap.objects.using("builder").filter(closed_at=TEN).count() == 5
    AbsenceFactory(staff=school.rob, until_at=MONDAY_9AM + timedelta(days=4, hours=12))
    assert look(school, TEN) == 5


def test_the_warning_names_nobody_and_no_case(school):
    look(school, TEN)
    said = " ".join(f"{one.subject} {one.body}" for one in Email.objects.using("builder").all())
    assert school.hannah.account.name not in said
    assert school.agency.name not in said


def test_the_nightly_job_looks_in_every_hub(school, monkeypatch):
    class Clock:
        def now(self):
            return TEN

    monkeypatch.setattr(jobs, "timezone", Clock())
    with in_service("reminders"):
        jobs.look_for_gaps()
    assert RotaGap.objects.using("builder").filter(hub=school.hub).exists()


def test_a_lead_is_shown_their_own_agency_s_gaps(school):
    other = MembershipFactory(hub=school.hub, agency=AgencyFactory(kind="housing")).agency
    with signed_in_as(school.lead):
        assert {agency.pk for agency, _ in gaps.gaps_seen_by(school.lead, TEN)} == {school.agency.pk}
    with signed_in_as(school.manager):
        assert other.pk in {agency.pk for agency, _ in gaps.gaps_seen_by(school.manager, TEN)}


# Pages


def page(staff, path, **query):
    answer = browser(staff).get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_pages_show_who_is_on_duty_and_what_is_missing(school):
    shown = page(school.manager, "/rota/week/", agency=school.agency.pk, week="2026-11-02")
    assert "Monday 2 November, 9am to 5pm" in shown
    assert "Nobody is named" in shown
    assert "Fill this week" in shown
    assert "Fill this week" not in page(school.hannah, "/rota/week/")
    assert "What is missing from the rota" in page(school.lead, "/rota/gaps/")
    assert browser(school.hannah).get("/rota/gaps/").status_code == 403
    assert "Telephone numbers are for hub staff" in page(school.hannah, "/rota/")


def test_a_week_is_filled_on_the_page(school):
    client, where = browser(school.lead), f"/rota/week/fill/?week=2026-11-02&post={POST.id}"
    form = {"seen": "", "0-0-staff": str(school.hannah.pk), "0-0-deputy0": str(school.rob.pk)}
    assert client.post(where, form | {"0-0-reached_on": "020 7946 0101"}).status_code == 302
    assert [(one.staff_id, one.reached_on) for one in turns()] == [(school.hannah.pk, "020 7946 0101")]
    again = client.post(where, {"seen": "", "0-0-staff": str(school.rob.pk)})
    assert "Somebody else filled this week" in again.content.decode()
    alone = client.post(where, {"seen": "", "1-0-deputy0": str(school.rob.pk)})
    assert "Say who is on duty before who stands in" in alone.content.decode()


def test_another_agency_s_week_is_not_there(school):
    other = MembershipFactory(hub=school.hub, agency=AgencyFactory(kind="housing")).agency
    client = browser(school.lead)
    for where in (
        f"/rota/week/?agency={other.pk}",
        f"/rota/week/fill/?agency={other.pk}&post=answers_housing",
    ):
        assert client.get(where).status_code == 404
    assert client.get("/rota/week/fill/?post=screener").status_code == 404


def test_a_week_is_copied_on_the_page(school):
    TurnFactory(staff=school.hannah)
    answer = browser(school.manager).post(
        "/rota/week/copy/", {"agency": school.agency.pk, "week": "2026-11-09"}, follow=True
    )
    assert "Copied from the week before: 1." in answer.content.decode()
    assert turns()[-1].from_at == datetime.fromisoformat("2026-11-09T09:00Z")


def test_gaps_are_listed_by_day_and_the_first_stands_open(school):
    MembershipFactory(hub=school.hub, agency=AgencyFactory(kind="housing"))
    shown = page(school.manager, "/rota/gaps/")
    counted = int(re.search(r"(\d+) gaps, the soonest first", shown)[1])
    by_day = [int(number) for number in re.findall(r": (\d+) missing</span>", shown)]
    assert len(by_day) > 5
    assert sum(by_day) == counted == shown.count('<th class="govuk-table__header" scope="row">')
    days = shown[shown.index("<main") : shown.index("</main>")]
    assert days.count("<details") == len(by_day)
    assert days.count('<details class="govuk-details" open>') == 1
    assert days.index(" open>") < days.index('<details class="govuk-details">')
