"""A disagreement climbs until it is settled: who says what at each stage, in what time, and who sees it."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mash.common.editions import content_of
from mash.decision import actions
from mash.decision.models import Dissent, DissentEnd, DissentStage, DissentWord, Reopening
from mash.decision.queries import disagreeing as queries
from mash.partnership.models import Email, Restriction
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import EnquiryFactory
from tests.factories.decision import DecisionFactory, OutcomeFactory, people_of
from tests.factories.partnership import MONDAY_9AM, AccessFactory, AgencyFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(hours=2)
AGAINST = "The bruise behind the ear was not looked at."
SECRET_REASONS = "Intelligence says more than anybody outside may read."


@pytest.fixture
def enquiry():
    return EnquiryFactory(agency=AgencyFactory(name="Harbour Hospital", kind="hospital"))


@pytest.fixture
def decision(enquiry):
    contact = enquiry.check_asked.contact
    made = DecisionFactory(contact=contact, reasons=SECRET_REASONS)
    OutcomeFactory(decision=made, about=people_of(contact)[0])
    return made


@pytest.fixture
def nurse(decision, enquiry):
    return StaffFactory(hub=decision.hub, agency=enquiry.agency, duties=["answer"])


@pytest.fixture
def manager(decision):
    return StaffFactory(hub=decision.hub, duties=["manage"])


@pytest.fixture
def worker(decision):
    return StaffFactory(hub=decision.hub, social_worker=True)


def raised(decision, by, at=LATER, agency=None, **more):
    with signed_in_as(by):
        return actions.record_dissent(
            key=uuid.uuid4(),
            decision=decision,
            who="Health",
            words=AGAINST,
            agency=agency,
            by=by,
            at=at,
            **more,
        )


def of_agency(decision, enquiry, by, **more):
    return raised(decision, by, agency=enquiry.agency, **more)


def answered(dissent, by, at=LATER, text="We looked again, and it was looked at."):
    with signed_in_as(by):
        actions.answer_dissent(key=uuid.uuid4(), dissent=dissent, who="Ruth Adler", text=text, by=by, at=at)


def said(dissent, by, *, agrees, at=LATER):
    with signed_in_as(by):
        actions.say_of_answer(
            key=uuid.uuid4(), dissent=dissent, agrees=agrees, who="The ward", text="So it is.", by=by, at=at
        )


def ended(dissent, by, outcome, at=LATER):
    with signed_in_as(by):
        return actions.end_dissent(
            dissent=dissent,
            outcome=outcome,
            words="Both agree.",
            learning="Ask the ward first.",
            by=by,
            at=at,
        )


def stages(dissent):
    found = DissentStage.objects.using("builder").filter(dissent=dissent.pk).order_by("number")
    return [one.place for one in found]


def climbed(at):
    with in_service("reminders"):
        due = list(queries.to_climb(at))
        for one in due:
            with content_of(one.hub_id):
                actions.climb_when_due(dissent=one, at=at)


def mails():
    return Email.objects.using("builder")


# Its time


def test_it_begins_with_a_talk_and_its_time_runs_in_working_days(decision, worker):
    dissent = raised(decision, worker)
    (stage,) = DissentStage.objects.using("builder").all()
    assert (stage.place, stage.dissent_id) == ("colleague", dissent.pk)
    assert stage.due_at == LATER + timedelta(days=1)  # one working day
    assert mails().filter(to=decision.by.account.email).exists()


def test_where_a_child_is_at_immediate_risk_the_shortest_time_runs_and_managers_know_at_once(
    decision, worker, manager
):
    raised(decision, worker, urgent=True)
    (stage,) = DissentStage.objects.using("builder").all()
    assert stage.due_at == LATER + timedelta(hours=1)
    mail = mails().get(to=manager.account.email)
    assert "immediate risk" in mail.body
    assert decision.contact.reference in mail.subject
    for word in (AGAINST, SECRET_REASONS, "Okafor"):
        assert word not in mail.body + mail.subject


def test_it_climbs_by_itself_when_its_time_is_up_and_stops_at_the_last_stage(decision, worker, manager):
    dissent = raised(decision, worker)
    climbed(LATER + timedelta(hours=20))
    assert stages(dissent) == ["colleague"]
    for days in range(2, 80, 6):
        climbed(LATER + timedelta(days=days))
    assert stages(dissent) == [
        "colleague", "manager", "head_of_service", "senior_partners", "safeguarding_partnership",
    ]  # fmt: skip
    assert mails().filter(to=manager.account.email).count() == 4  # from the second stage on


def test_an_answer_that_nobody_agreed_with_in_time_does_not_stop_it_and_one_agreed_does(decision, worker):
    silent, agreed = raised(decision, worker), raised(decision, worker)
    answered(silent, worker)
    answered(agreed, worker)
    said(agreed, worker, agrees=True)
    climbed(LATER + timedelta(days=5))
    assert stages(silent) == ["colleague", "manager"]
    assert stages(agreed) == ["colleague"]


def test_who_does_not_agree_with_the_answer_takes_it_higher_at_once(decision, worker):
    dissent = raised(decision, worker)
    answered(dissent, worker)
    said(dissent, worker, agrees=False)
    assert stages(dissent) == ["colleague", "manager"]
    with signed_in_as(worker), pytest.raises(actions.NotItsTurn):  # the next stage has no answer yet
        actions.say_of_answer(
            key=uuid.uuid4(), dissent=dissent, agrees=True, who="x", text="y", by=worker, at=LATER
        )


def test_a_person_takes_it_higher_once_however_often_they_press(decision, worker):
    dissent = raised(decision, worker)
    with signed_in_as(worker):
        for _ in range(2):
            actions.take_higher(dissent=dissent, from_stage=1, why="It cannot wait.", by=worker, at=LATER)
    assert stages(dissent) == ["colleague", "manager"]


# Who


def test_from_the_second_stage_on_a_manager_answers_who_did_not_decide(decision, worker, manager):
    decider = decision.by
    dissent = raised(decision, worker)
    climbed(LATER + timedelta(days=3))
    for other in (worker, decider):
        with pytest.raises(PermissionDenied):
            answered(dissent, other)
    answered(dissent, manager)


@pytest.mark.parametrize("duty", ["screen", "approve", "clear", "out_of_hours"])
def test_others_do_not_answer(decision, worker, duty):
    dissent = raised(decision, worker)
    with pytest.raises(PermissionDenied):
        answered(dissent, StaffFactory(hub=decision.hub, duties=[duty]))


def test_whoever_decided_does_not_record_how_it_ended(decision, worker, manager):
    dissent = raised(decision, worker)
    answered(dissent, worker)
    said(dissent, worker, agrees=True)
    with pytest.raises(PermissionDenied):
        ended(dissent, decision.by, "stands")
    ended(dissent, manager, "stands")
    assert DissentEnd.objects.using("builder").get().learning == "Ask the ward first."


def test_that_it_stands_is_not_recorded_before_they_agree_or_at_the_last_stage(decision, worker, manager):
    dissent = raised(decision, worker)
    answered(dissent, worker)
    with pytest.raises(actions.NotItsTurn):
        ended(dissent, manager, "stands")
    for days in range(2, 80, 6):
        climbed(LATER + timedelta(days=days))
    ended(dissent, manager, "stands")


def test_a_decision_that_was_wrong_is_reopened_with_the_end(decision, worker, manager):
    dissent = raised(decision, worker)
    ended(dissent, manager, "reopened")
    again = Reopening.objects.using("builder").get()
    assert (again.decision_id, again.kind) == (decision.pk, "wrong")
    assert "Both agree." in again.why


def test_what_ended_stays_ended(decision, worker, manager):
    dissent = raised(decision, worker)
    ended(dissent, manager, "reopened")
    ended(dissent, manager, "changed")  # twice changes nothing
    assert DissentEnd.objects.using("builder").get().outcome == "reopened"
    with pytest.raises(actions.NotItsTurn):
        answered(dissent, manager)
    climbed(LATER + timedelta(days=30))
    assert stages(dissent) == ["colleague"]


def test_two_who_end_it_at_once_end_it_once(decision, worker, manager):
    dissent, other = raised(decision, worker), StaffFactory(hub=decision.hub, duties=["manage"])
    made, barrier = [], threading.Barrier(2)

    def end(by):
        barrier.wait()
        try:
            made.append(ended(dissent, by, "changed").pk)
        finally:
            connections.close_all()

    both = [threading.Thread(target=end, args=[by]) for by in (manager, other)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(made) == 2
    assert len(set(made)) == 1
    assert DissentEnd.objects.using("builder").count() == 1


def test_two_who_take_it_higher_at_once_take_it_one_stage(decision, worker, manager):
    dissent, barrier = raised(decision, worker), threading.Barrier(2)

    def higher(by):
        barrier.wait()
        try:
            with signed_in_as(by):
                actions.take_higher(dissent=dissent, from_stage=1, why="Now.", by=by, at=LATER)
        finally:
            connections.close_all()

    both = [threading.Thread(target=higher, args=[by]) for by in (manager, worker)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert stages(dissent) == ["colleague", "manager"]


# The agency


def page(name, *args):
    return reverse(f"decision:{name}", args=args)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_an_agency_that_was_asked_says_so_reads_the_answer_and_takes_it_higher(
    decision, enquiry, nurse, manager
):
    client, key = browser(nurse), str(uuid.uuid4())
    where = page("raise_dissent", enquiry.pk)
    assert where in text(client.get(reverse("check:enquiry", args=[enquiry.pk])))
    wrong = client.post(where, {"key": key, "words": AGAINST})
    assert "Say whether a child is at immediate risk" in text(wrong)
    assert AGAINST in text(wrong)  # nothing typed is lost
    for _ in range(2):
        answer = client.post(where, {"key": key, "words": AGAINST, "urgent": "no"})
        assert answer.status_code == 302
    dissent = Dissent.objects.using("builder").get()
    assert (dissent.agency_id, dissent.decision_id, dissent.by_id) == (nurse.agency_id, decision.pk, nurse.pk)
    assert answer["Location"] == page("our_dissent", dissent.pk)

    desk = browser(StaffFactory(hub=decision.hub, social_worker=True))
    assert AGAINST in text(desk.get(page("dissent", dissent.pk)))
    sent = {"key": str(uuid.uuid4()), "who": "Ruth Adler", "text": "It was looked at on Monday."}
    assert desk.post(page("answer_dissent", dissent.pk), sent).status_code == 302
    shown = text(client.get(answer["Location"]))
    assert "It was looked at on Monday." in shown
    for word in (SECRET_REASONS, "Okafor", "OKAFOR"):
        assert word not in shown
    not_agreed = {"key": str(uuid.uuid4()), "stage": "1", "move": "not", "text": "Nobody asked the ward."}
    for _ in range(2):
        client.post(answer["Location"], not_agreed)
    assert DissentWord.objects.using("builder").filter(kind="not").count() == 1
    assert stages(dissent) == ["colleague", "manager"]
    listed = text(browser(manager).get(page("dissents")))
    assert decision.contact.reference in listed
    assert "their managers talk" in listed
    assert "their managers talk" in text(client.get(page("our_dissents")))


def test_an_agency_withdraws_and_everybody_sees_it(decision, enquiry, nurse, worker):
    dissent = of_agency(decision, enquiry, worker)
    client = browser(nurse)
    said_ = {"key": str(uuid.uuid4()), "stage": "1", "move": "withdrawn", "text": "The ward was told."}
    assert client.post(page("our_dissent", dissent.pk), said_).status_code == 302
    client.post(page("our_dissent", dissent.pk), said_)  # the page of before, sent again
    assert DissentEnd.objects.using("builder").get().outcome == "withdrawn"
    assert "Withdrawn by whoever disagreed" in text(browser(worker).get(page("dissent", dissent.pk)))


def test_nothing_decided_is_said_and_what_was_typed_stays(enquiry, nurse, decision):
    decision.__class__.objects.using("builder").filter(pk=decision.pk).update(made_at=None)
    answer = browser(nurse).post(
        page("raise_dissent", enquiry.pk), {"key": str(uuid.uuid4()), "words": AGAINST, "urgent": "yes"}
    )
    assert "Nothing is decided yet" in text(answer)
    assert AGAINST in text(answer)
    assert not Dissent.objects.using("builder").exists()


@pytest.mark.parametrize("who", ["another agency", "no duty", "another hub", "kept out"])
def test_nobody_else_sees_or_says_anything(decision, enquiry, worker, who):
    dissent = of_agency(decision, enquiry, worker)
    hub = HubFactory() if who == "another hub" else decision.hub
    agency = {} if who == "another agency" else {"agency": enquiry.agency}
    post = StaffFactory(hub=hub, duties=[] if who == "no duty" else ["answer"], **agency)
    if who == "kept out":
        AccessFactory(staff=post, contact_id=decision.contact_id, bars=True, why="Her nephew")
    client = browser(post)
    assert client.get(page("our_dissent", dissent.pk)).status_code == 404
    assert client.get(page("raise_dissent", enquiry.pk)).status_code == 404
    assert client.get(page("dissent", dissent.pk)).status_code == 404
    with signed_in_as(post):
        assert not Dissent.objects.exists()
        assert not DissentStage.objects.exists()


def test_the_database_lets_an_agency_neither_answer_itself_nor_end_it_nor_begin_one_elsewhere(
    decision, enquiry, nurse, worker
):
    dissent = of_agency(decision, enquiry, worker)
    stage = DissentStage.objects.using("builder").get()
    about = {"hub_id": dissent.hub_id, "by": nurse, "at": LATER}
    rows = [
        DissentWord(stage_id=stage.pk, key=uuid.uuid4(), kind="answer", who="x", text="y", **about),
        DissentEnd(dissent_id=dissent.pk, outcome="stands", words="x", learning="y", **about),
    ]
    for row in rows:
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(nurse):
            row.save(force_insert=True)
    with pytest.raises(DatabaseError), signed_in_as(nurse):
        Dissent.objects.filter(pk=dissent.pk).update(words="Nothing was wrong.")


def test_a_restricted_case_is_kept_from_the_list_of_who_may_not_see_it(decision, worker, manager):
    dissent = raised(decision, worker)
    decider = StaffFactory(hub=decision.hub, decider=True)
    Restriction.objects.using("builder").create(
        hub=decision.hub,
        contact_id=decision.contact_id,
        why="Exploitation",
        from_at=timezone.now(),
        by=manager,
    )
    assert decision.contact.reference not in text(browser(decider).get(page("dissents")))
    assert browser(decider).get(page("dissent", dissent.pk)).status_code == 404
    assert decision.contact.reference in text(browser(manager).get(page("dissents")))


def test_the_list_asks_as_much_for_many_as_for_one(decision, worker, manager):
    client = browser(manager)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            client.get(page("dissents"))
        return len(seen)

    answered(raised(decision, worker), worker)
    asked()
    one = asked()
    for _ in range(5):
        answered(raised(decision, worker), worker)
    assert asked() == one


def test_the_end_on_its_page_says_what_is_missing_and_keeps_what_was_typed(decision, worker, manager):
    dissent = raised(decision, worker)
    client, where = browser(manager), page("end_dissent", dissent.pk)
    wrong = text(client.post(where, {"outcome": "stands", "words": "We talked.", "learning": ""}))
    assert "We talked." in wrong
    assert "There is a problem" in wrong
    done = client.post(where, {"outcome": "reopened", "words": "We talked.", "learning": "Ask the ward."})
    assert done["Location"] == page("dissent", dissent.pk)
    assert "Ask the ward." in text(client.get(page("dissents")))
