"""What an agency answered while the product was away is entered at the hub's desk, and counts from the paper."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mash.check import actions as checks
from mash.check.models import Answer, Return
from mash.decision.queries.turnaround import _returns
from mash.decision.turnaround import Stage
from mash.ledger.models import Entry as Line
from mash.outage import actions
from mash.outage.actions import NotThatForm, NotThen, Paper
from mash.outage.models import Entered
from mash.triage.actions import rate
from tests.check.test_answering import HELD, NOTHING, piece
from tests.check.test_pages import hidden
from tests.factories.base import browser, signed_in_as
from tests.factories.check import CheckFactory, EnquiryFactory, answerer_of, asked_about, desk_of, doing
from tests.factories.contact import ContactFactory
from tests.factories.decision import ready
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
NOON, BACK = MONDAY_9AM + timedelta(hours=3), MONDAY_9AM + timedelta(hours=8)
DUE, ON_PAPER, ENTERED = (MONDAY_9AM + timedelta(hours=hours) for hours in (6, 5, 9))
FORM = "PP-2611020930-07"


@pytest.fixture
def hub():
    return HubFactory(prefix="PP")


@pytest.fixture
def away(hub):
    manager = StaffFactory(hub=hub, manager=True)
    with signed_in_as(manager):
        return actions.say_away(
            began_at=NOON, ended_at=BACK, why="The network was down.", by=manager, at=ENTERED
        )


@pytest.fixture
def enquiry(hub):
    return EnquiryFactory(check_asked=CheckFactory(contact=ready(hub=hub)), due_at=DUE)


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: ENTERED)


def kept(model, **found):
    return model.objects.using(B).filter(**found)


def sending_of(enquiry, paper, **more):
    searches = {str(one.pk): NOTHING for one in asked_about(enquiry)}
    return checks.Sending(**({"key": uuid.uuid4(), "part": False, "searches": searches} | more), paper=paper)


def write_down(enquiry, paper, by=None, given=(), **more):
    return doing(
        by or desk_of(enquiry), checks.take_by_telephone,
        enquiry=enquiry, given=given, said_by="Ines Duarte", sending=sending_of(enquiry, paper, **more), at=ENTERED,
    )  # fmt: skip


def test_an_answer_on_paper_came_when_the_paper_says_and_was_in_time(hub, away, enquiry):
    desk = desk_of(enquiry)
    person = asked_about(enquiry)[0]
    searches = {str(one.pk): HELD for one in asked_about(enquiry)}
    made = write_down(enquiry, Paper(ON_PAPER, FORM), desk, [piece(person)], searches=searches)
    assert kept(Return).get().at == ON_PAPER
    assert kept(Return).get().late_reason == ""
    assert kept(Answer).get().at == ENTERED
    row = kept(Entered).get()
    assert (row.what, row.of, row.number, row.by_id) == ("answer", made.pk, FORM, desk.pk)
    assert (row.happened_at, row.at) == (ON_PAPER, ENTERED)
    lines = {one.event: one for one in kept(Line, event__in=["enquiry.answered", "outage.entered"])}
    assert {one.at for one in lines.values()} == {ENTERED}
    assert lines["outage.entered"].detail["happened_at"] == ON_PAPER.isoformat()
    page = browser(desk).get(reverse("desk:case", args=[enquiry.contact_id_opaque])).content.decode()
    assert "An agency answered" in page
    assert FORM in page


def test_how_long_the_agency_took_is_measured_to_the_paper(hub, away, enquiry):
    manager = StaffFactory(hub=hub, manager=True, decider=True)
    write_down(enquiry, Paper(ON_PAPER))
    with signed_in_as(manager):
        (measured,) = _returns(Q(hub=hub), ENTERED)
    assert (measured.stage, measured.until_at, measured.met) == (Stage.AGENCY_RETURN, ON_PAPER, True)


def test_without_paper_it_is_late_and_says_why(hub, away, enquiry):
    with pytest.raises(checks.LateReasonMissing):
        write_down(enquiry, None)
    with pytest.raises(checks.LateReasonMissing):
        write_down(enquiry, Paper(DUE + timedelta(minutes=1)))
    write_down(enquiry, Paper(DUE + timedelta(minutes=1)), late_reason="Nobody was there.")
    assert kept(Return).get().late_reason == "Nobody was there."


@pytest.mark.parametrize(
    ("happened_at", "number", "error", "words"),
    [
        (ENTERED + timedelta(minutes=1), "", NotThen, "has not come"),
        (NOON - timedelta(minutes=1), "", NotThen, "Nobody has said"),
        (MONDAY_9AM - timedelta(minutes=1), "", NotThen, "before the agency was asked"),
        (ON_PAPER, "QQ-2611020930-07", NotThatForm, "form of this hub"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(hub, away, enquiry, happened_at, number, error, words):
    with pytest.raises(error, match=words):
        write_down(enquiry, Paper(happened_at, number))
    assert not kept(Return).exists()
    assert not kept(Entered).exists()
    assert not kept(Line, event="enquiry.answered").exists()


def test_one_form_holds_what_several_agencies_answered_and_two_parts_of_one(hub, away, enquiry):
    other = EnquiryFactory(check_asked=enquiry.check_asked, due_at=DUE)
    write_down(enquiry, Paper(ON_PAPER, FORM), part=True)
    write_down(enquiry, Paper(ON_PAPER + timedelta(minutes=5), FORM))
    write_down(other, Paper(ON_PAPER, FORM))
    assert kept(Entered, number=FORM, what="answer").count() == 3
    decider = StaffFactory(hub=hub, decider=True)
    for contact, told in ((ContactFactory(hub=hub), None), (ContactFactory(hub=hub), "entered before")):
        said = {"contact": contact, "colour": "amber", "why": "It grows.", "at": ENTERED}
        if told:
            with pytest.raises(NotThatForm, match=told):
                doing(decider, rate, **said, paper=Paper(ON_PAPER, FORM))
        else:
            doing(decider, rate, **said, paper=Paper(ON_PAPER, FORM))


def test_the_same_form_sent_twice_is_entered_once(hub, away, enquiry):
    desk, key = desk_of(enquiry), uuid.uuid4()
    first, again = (write_down(enquiry, Paper(ON_PAPER, FORM), desk, key=key) for _ in range(2))
    assert first.pk == again.pk
    assert kept(Return).count() == kept(Entered).count() == 1


def test_an_agency_says_no_time_of_its_own_and_learns_nothing_of_it(hub, away, enquiry):
    answerer = answerer_of(enquiry)
    with pytest.raises(PermissionDenied):
        write_down(enquiry, Paper(ON_PAPER), answerer)
    with pytest.raises(NotThen, match="Nobody has said"):
        doing(
            answerer, checks.answer_at_once,
            enquiry=enquiry, given=[], sending=sending_of(enquiry, Paper(ON_PAPER)), at=ENTERED,
        )  # fmt: skip
    desk = desk_of(enquiry)
    made = write_down(enquiry, Paper(ON_PAPER), desk)
    client = browser(answerer)
    for address in (reverse("outage:entering"), reverse("check:telephone", args=[enquiry.pk]) + "?paper=1"):
        assert client.get(address).status_code in {403, 404}
    with signed_in_as(answerer):
        assert not Entered.objects.exists()
    forged = Entered(
        hub_id=hub.pk, away_id=away.pk, what="answer", contact_id=enquiry.contact_id_opaque, of=uuid.uuid4(),
        happened_at=ON_PAPER, by_id=answerer.pk, at=ENTERED,
    )  # fmt: skip
    with signed_in_as(answerer), pytest.raises(DatabaseError):
        Entered.objects.bulk_create([forged])
    assert kept(Entered).get().of == made.pk


def test_a_worker_to_whom_the_case_is_closed_neither_enters_nor_sees_it(hub, away, enquiry):
    other = desk_of(enquiry)
    AccessFactory(hub=hub, staff=other, contact_id=enquiry.contact_id_opaque, bars=True)
    with pytest.raises(PermissionDenied):
        write_down(enquiry, Paper(ON_PAPER), other)
    write_down(enquiry, Paper(ON_PAPER, FORM))
    page = browser(other).get(reverse("outage:entering")).content.decode()
    assert FORM not in page


def test_from_paper_leads_to_the_agency_and_its_answer_is_entered_there(hub, away, enquiry, now):
    contact = enquiry.check_asked.contact
    client = browser(desk_of(enquiry))
    found = client.post(reverse("outage:entering"), {"reference": contact.reference, "what": "answer"})
    board = client.get(found.url)
    assert board.url == reverse("check:board", args=[enquiry.check_asked_id]) + "?paper=1"
    telephone = reverse("check:telephone", args=[enquiry.pk])
    assert f'href="{telephone}?paper=1"' in client.get(board.url).content.decode()
    plain = client.get(reverse("check:board", args=[enquiry.check_asked_id])).content.decode()
    assert f'href="{telephone}"' in plain
    assert "Day on the paper" not in client.get(telephone).content.decode()
    page = client.get(f"{telephone}?paper=1").content.decode()
    assert "Day on the paper" in page
    data = {"key": hidden(page, "key"), "version": "0", "said_by": "Ines Duarte", "part": "whole",
            "paper_number": FORM, "paper_on": "2026-11-02", "paper_time": ""}  # fmt: skip
    for one in asked_about(enquiry):
        data |= {f"p-{one.pk}-result": "searched_and_nothing_held", f"p-{one.pk}-how": "By name"}
    assert "Enter the time on the paper" in client.post(telephone, data).content.decode()
    wrong = client.post(telephone, data | {"paper_time": "08:30"}).content.decode()
    assert "before the agency was asked" in wrong
    assert 'value="Ines Duarte"' in wrong
    assert not kept(Return).exists()
    for _ in range(2):
        assert client.post(telephone, data | {"paper_time": "14:05"}).status_code == 302
    assert kept(Return).get().at == MONDAY_9AM.replace(hour=14, minute=5)
    assert kept(Entered).count() == 1
