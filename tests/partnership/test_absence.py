"""Being away: who says so, what the others learn, and that access ends before work moves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mash.ledger.models import Entry
from mash.partnership import policy
from mash.partnership.actions import absence as actions
from mash.partnership.queries import rota
from mash.partnership.rota import Absence
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.rota import AbsenceFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
FRIDAY = MONDAY_9AM + timedelta(days=4)


@pytest.fixture
def hannah():
    return StaffFactory(answerer=True)


def away(by, who, **changes):
    said = {"kind": "", "planned": False, "from_at": MONDAY_9AM, "until_at": None, "at": MONDAY_9AM} | changes
    with signed_in_as(by):
        return actions.mark_away(who=who, by=by, **said)


def rows():
    return list(Absence.objects.using("builder").all())


@pytest.mark.parametrize(
    ("who", "kind", "planned", "may"),
    [
        ("self", "leave", True, True),
        ("colleague", "", False, True),
        ("colleague", "sick", False, False),
        ("colleague", "", True, False),
        ("lead", "sick", True, True),
        ("lead", "left", False, False),
        ("manager", "left", False, True),
        ("manager", "suspended", False, True),
        ("other agency", "", False, False),
        ("manager elsewhere", "", False, False),
    ],
)
def test_who_may_say_that_somebody_is_away(hannah, who, kind, planned, may):
    same = {"hub": hannah.hub, "agency": hannah.agency}
    by = {
        "self": lambda: hannah,
        "colleague": lambda: StaffFactory(**same, answerer=True),
        "lead": lambda: StaffFactory(**same, answerer=True, leads=True),
        "manager": lambda: StaffFactory(hub=hannah.hub, manager=True),
        "other agency": lambda: StaffFactory(hub=hannah.hub, answerer=True),
        "manager elsewhere": lambda: StaffFactory(hub=HubFactory(), manager=True),
    }[who]()
    if may:
        away(by, hannah, kind=kind, planned=planned)
        assert rows()[0].staff_id == hannah.pk
    else:
        with pytest.raises(PermissionDenied):
            away(by, hannah, kind=kind, planned=planned)
        assert not rows()


@pytest.mark.parametrize(
    ("same_hub", "same_agency", "duties", "sees"),
    [
        (True, True, ["answer"], True),
        (True, False, ["screen"], True),
        (True, False, ["answer"], False),
        (False, True, ["manage"], False),
    ],
)
def test_who_learns_that_somebody_is_away(hannah, same_hub, same_agency, duties, sees):
    absence = AbsenceFactory(staff=hannah, kind="sick")
    reader = StaffFactory(
        hub=hannah.hub if same_hub else HubFactory(),
        duties=duties,
        **({"agency": hannah.agency} if same_agency else {}),
    )
    assert Absence.objects.using("builder").filter(policy.absences_read_by(reader)).exists() is sees
    with signed_in_as(reader):
        assert Absence.objects.exists() is sees
    assert not policy.may_know_why_away(reader, absence)


def test_the_kind_of_absence_is_read_by_the_manager_and_not_by_a_colleague(hannah):
    AbsenceFactory(staff=hannah, kind="sick")
    colleague = StaffFactory(hub=hannah.hub, agency=hannah.agency, answerer=True)
    table = browser(colleague).get("/rota/away/").content.decode().split("<form method")[0]
    assert hannah.account.name in table
    assert "Sick" not in table
    manager = StaffFactory(hub=hannah.hub, manager=True)
    assert "Sick" in browser(manager).get("/rota/away/").content.decode().split("<form method")[0]


def test_said_twice_it_stands_once(hannah):
    for _ in range(2):
        away(hannah, hannah)
    assert len(rows()) == 1
    assert Entry.objects.using("builder").filter(event="staff.away").count() == 1


def test_an_absence_that_is_over_before_it_is_said_is_refused(hannah):
    with pytest.raises(actions.EndsTooSoon):
        away(hannah, hannah, until_at=MONDAY_9AM - timedelta(hours=1))


def test_who_has_left_loses_access_first(hannah):
    manager = StaffFactory(hub=hannah.hub, manager=True)
    client = browser(hannah)
    assert client.get("/checks/inbox/").status_code == 200
    away(manager, hannah, kind="left")
    assert client.get("/checks/inbox/").status_code == 302
    events = Entry.objects.using("builder").filter(event__in=["post.ended", "staff.away"])
    assert set(events.values_list("event", flat=True)) == {"post.ended", "staff.away"}


def test_somebody_suspended_gets_their_post_back_and_somebody_who_left_does_not(hannah):
    manager = StaffFactory(hub=hannah.hub, manager=True)
    for kind, back in (("suspended", True), ("left", False)):
        absence = away(manager, afresh(hannah), kind=kind)
        with signed_in_as(manager):
            actions.come_back(absence=absence, by=manager, at=FRIDAY)
        assert (afresh(hannah).until_at is None) is back


def afresh(staff):
    found = type(staff).objects.using("builder").select_related("hub").get(pk=staff.pk)
    found._state.db = "default"
    return found


def test_an_absence_to_come_is_none_yet(hannah):
    AbsenceFactory(staff=hannah, from_at=FRIDAY, until_at=FRIDAY + timedelta(days=1))
    with signed_in_as(hannah):
        assert not rota.is_away(hannah, MONDAY_9AM)
        assert rota.is_away(hannah, FRIDAY)
        assert not rota.is_away(hannah, FRIDAY + timedelta(days=2))


def test_only_they_their_lead_and_the_manager_say_that_somebody_is_back(hannah):
    absence = AbsenceFactory(staff=hannah)
    colleague = StaffFactory(hub=hannah.hub, agency=hannah.agency, answerer=True)
    assert browser(colleague).post("/rota/away/back/", {"absence": str(absence.pk)}).status_code == 403
    assert browser(hannah).post("/rota/away/back/", {"absence": str(absence.pk)}).status_code == 302
    assert rows()[0].ended_by_id == hannah.pk


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(hannah):
    answer = browser(hannah).post(
        "/rota/away/", {"first-day": "4", "first-month": "12", "first-year": "2030"}
    )
    said = answer.content.decode()
    assert "Answer “Who is away?”" in said
    assert 'value="2030"' in said
    mate = StaffFactory(hub=hannah.hub, agency=hannah.agency, answerer=True)
    refused = browser(hannah).post("/rota/away/", {"who": str(mate.pk), "kind": "sick"}).content.decode()
    assert "you can say only that they are not here today" in refused
    assert browser(hannah).post("/rota/away/", {"who": str(mate.pk)}).status_code == 302
    assert rows()[0].planned is False
