"""Who sees incidents and their files: the rule, its filter and row-level security asked the same, each by itself."""

import pytest
from django.db import DatabaseError

from mash.quality import policy
from mash.quality.models import Incident, IncidentFile, IncidentPiece
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory
from tests.quality.incident_files import NOW, a_file, a_row, chosen, put_in, taken

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"

CASES = [  # same hub, duties: sees incidents, sees the files
    (True, ["manage"], True, True),
    (True, ["analyse"], True, False),
    (True, ["grade"], False, False),
    (True, ["decide", "screen", "clear", "assess", "approve"], False, False),
    (True, ["answer"], False, False),
    (True, ["audit"], False, False),
    (True, ["out_of_hours"], False, False),
    (True, [], False, False),
    (False, ["manage", "analyse"], False, False),
]


@pytest.fixture
def lead(transactional_db):
    return StaffFactory(hub=HubFactory(), manager=True)


@pytest.mark.parametrize(("here", "duties", "sees", "leads"), CASES)
def test_who_sees_incidents_and_their_files(lead, here, duties, sees, leads):
    taken(lead, a_file(a_row()))
    file = chosen(lead, a_file(a_row()))
    reader = StaffFactory(hub=lead.hub if here else HubFactory(), duties=duties)
    assert Incident.objects.using(B).filter(policy.incidents_of(reader)).exists() is sees
    assert IncidentFile.objects.using(B).filter(policy.files_of(reader)).exists() is leads
    with signed_in_as(reader):
        assert bool(policy.may_see_file(reader, file)) is leads
        assert Incident.objects.exists() is sees
        assert IncidentFile.objects.exists() is leads
        assert IncidentPiece.objects.exists() is leads
        if here:
            assert bool(policy.may_see_incidents(reader)) is sees


def test_the_program_that_lets_files_go_sees_no_incident_and_adds_nothing(lead):
    taken(lead, a_file(a_row()))
    file = put_in(lead, a_file(a_row()))
    with in_service("reminders"):
        assert IncidentFile.objects.count() == 2
        assert IncidentPiece.objects.count() == 1
        with pytest.raises(DatabaseError):
            IncidentPiece(hub=lead.hub, file=file, place=9, body=b"x").save(force_insert=True)
    with in_service("reminders"):
        assert not Incident.objects.exists()
    with in_service("intake"):
        assert not IncidentFile.objects.exists()


def test_no_row_of_incidents_is_forged_or_changed(lead):
    taken(lead, a_file(a_row()))
    file = put_in(lead, a_file(a_row()))
    analyst = StaffFactory(hub=lead.hub, duties=["analyse"])
    other = StaffFactory(hub=HubFactory(), manager=True)
    of_file = {"name": "x", "size": 1, "encoding": "utf-8", "delimiter": ",", "header": [], "slashed": False,
               "moved_at": NOW, "at": NOW}  # fmt: skip
    incident = {"reference": "X", "occurred_at": NOW, "kind": "x", "line": 2}
    forged = [
        (analyst, IncidentFile(hub=lead.hub, by=analyst, **of_file)),
        (lead, IncidentFile(hub=lead.hub, by=analyst, **of_file)),  # in another's name
        (other, IncidentFile(hub=lead.hub, by=other, **of_file)),
        (analyst, Incident(hub=lead.hub, file=file, **incident)),
        (other, Incident(hub=lead.hub, file=file, **incident)),
        (other, Incident(hub=other.hub, file=file, **incident)),  # of a file that is not there
        (other, IncidentPiece(hub=other.hub, file=file, place=9, body=b"x")),
        (analyst, IncidentPiece(hub=lead.hub, file=file, place=9, body=b"x")),
    ]
    for by, row in forged:
        with pytest.raises(DatabaseError), signed_in_as(by):
            row.save(force_insert=True)
    with pytest.raises(DatabaseError), signed_in_as(lead):
        Incident.objects.update(form_submitted=True)
    with signed_in_as(lead):
        there = Incident.objects.count()
        assert Incident.objects.all().delete()[0] == 0
        assert Incident.objects.count() == there > 0
    with pytest.raises(DatabaseError), signed_in_as(lead):
        IncidentFile.objects.update(name="y")
    with signed_in_as(analyst):
        assert IncidentPiece.objects.all().delete()[0] == 0
        assert IncidentFile.objects.update(line=9) == 0
    with signed_in_as(lead):
        IncidentFile(hub=lead.hub, by=lead, **of_file).save(force_insert=True)
