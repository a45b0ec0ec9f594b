"""A service passes somebody back: nobody is left between two desks, and the going to and fro is seen."""

import threading
from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, connections
from django.urls import reverse
from django.utils import timezone

from mash.decision import actions, policy, queries
from mash.decision.models import Decision, PassedBack, Reopening
from mash.decision.queries.bouncing import histories
from mash.desk import queries as desk
from mash.ledger.models import Entry
from mash.people import queries as people
from mash.people.models import Involvement
from mash.triage.actions import link_event
from mash.triage.models import Standing
from tests.decision.story import decide
from tests.decision.test_handing import HOUR, TODAY, WHO, accept, decided, outcome_of, rows, worker_of
from tests.factories.base import browser, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import DecisionFactory, agreed, people_of, ready
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.triage import StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
DAY = timedelta(days=1)
THURSDAY = MONDAY_9AM + 3 * DAY
CLOSING = timedelta(hours=8)
SAID = {
    "reason": "family_refuses",
    "words": "His mother closed the door. They saw him once.",
    "said_by": "Ines Duarte, duty manager, by telephone",
}
ANOTHER = {"service": "Northfield Family Help"}


@pytest.fixture
def handed():
    """A decision of Monday that a service accepted an hour later."""
    decision = decided()
    StandingFactory(contact=decision.contact, due_at=MONDAY_9AM + CLOSING)
    accept(decision)
    return decision


def back(decision, by=None, *, outcome=None, at=THURSDAY, **changes):
    said = SAID | {"told_on": timezone.localdate(at)} | changes
    one = outcome or outcome_of(decision)
    return doing(by or worker_of(decision), actions.pass_back, outcome=one, at=at, **said)


def mistaken(decision, by=None, *, why="It was another family.", at=THURSDAY + HOUR):
    by = by or worker_of(decision)
    with signed_in_as(by):
        passed = queries.passed_back(outcome_of(decision))
        actions.not_passed_back(passed=passed, why=why, by=by, at=at)


def kept():
    return list(PassedBack.objects.using("builder").order_by("at", "pk"))


def line_of(worker, at=THURSDAY + HOUR):
    with signed_in_as(worker):
        return desk.worklist(worker, desk.Wanted(), at, page="1")[2]


def fired_on(worker, contact, today=TODAY + timedelta(days=3)):
    with signed_in_as(worker):
        return [one.rule.id for row in histories([contact.pk]) for one in row.bounced(today)]


# What follows


def test_the_work_ends_that_day_and_the_contact_is_on_the_line_again_with_the_reason(handed):
    worker = worker_of(handed)
    assert line_of(worker) == []
    back(handed)
    (work,) = rows()
    assert work.until_on == TODAY + timedelta(days=3)
    (row,) = line_of(worker)
    assert (row.contact, row.stage, row.back.what) == (handed.contact, "Decision", "Passed back by a service")
    assert row.back.why == (
        "Northfield Family Help: The family does not want this help. His mother closed the door. They saw him once."
    )
    (made,) = kept()
    assert (made.service, made.work_until) == ("Northfield Family Help", TODAY + timedelta(days=84))
    assert (
        Entry.objects.using("builder").filter(event="hand_over.passed_back", why=SAID["words"]).count() == 1
    )


def test_it_may_come_back_before_any_service_accepted():
    decision = decided()
    back(decision, **ANOTHER)
    assert [one.service for one in kept()] == ["Northfield Family Help"]
    assert kept()[0].work_until is None
    with signed_in_as(worker_of(decision)):
        assert not queries.not_accepted(worker_of(decision), THURSDAY).exists()  # the hub has it again
    with pytest.raises(PermissionDenied, match="does not stand"):
        accept(decision, at=THURSDAY + HOUR, from_on=TODAY + timedelta(days=3))


def test_the_clock_counts_from_the_day_the_service_said_so_however_late_it_is_written_down(handed):
    back(handed, at=THURSDAY, told_on=TODAY + timedelta(days=1))
    tuesday_at_midnight = MONDAY_9AM + timedelta(hours=15)
    standing = Standing.objects.using("builder").get(contact=handed.contact)
    assert standing.counts_from == tuesday_at_midnight
    assert standing.due_at == MONDAY_9AM + DAY + CLOSING


def test_said_today_the_clock_counts_from_now_and_never_from_before_the_decision(handed):
    back(handed, at=THURSDAY + HOUR)
    assert Standing.objects.using("builder").get(contact=handed.contact).counts_from == THURSDAY + HOUR
    early = decided()
    StandingFactory(contact=early.contact, due_at=MONDAY_9AM + CLOSING)
    back(early, at=THURSDAY, told_on=TODAY, **ANOTHER)
    assert Standing.objects.using("builder").get(contact=early.contact).counts_from == MONDAY_9AM


@pytest.fixture
def both_handed():
    """A decision on a sister and a brother whom one service accepted; with a worker, and the outcome of each."""
    children = [{"role": "child", "given": name, "family": "Boateng"} for name in ("Ama", "Kofi")]
    contact = ready(people=children)
    agreed(contact)
    decision = decide(contact, StaffFactory(hub=contact.hub, whole_desk=True), "early_help")
    worker = worker_of(decision)
    with signed_in_as(worker):
        both = [one.outcome for one in queries.handed_over(decision, TODAY)]
    said = {"service": "Family Help", "said_by": "Bea Lund", "from_on": TODAY, "until_on": TODAY + 30 * DAY}
    for one in both:
        doing(worker, actions.accept_hand_over, outcome=one, at=MONDAY_9AM + HOUR, **said)
    return decision, worker, *both


def test_brothers_and_sisters_stay_with_their_service(both_handed):
    decision, worker, ama, kofi = both_handed
    back(decision, worker, outcome=ama)
    still = Involvement.objects.using("builder").filter(people.open_on(TODAY + timedelta(days=3)))
    assert [one.person_id for one in still] == [kofi.person_id]
    back(decision, worker, outcome=kofi, at=THURSDAY + HOUR)  # the other, a little later
    assert not still.all().exists()
    assert Reopening.objects.using("builder").count() == 1


def test_every_report_of_the_event_returns(handed):
    worker, other = worker_of(handed), ready(hub=handed.hub)
    with signed_in_as(worker):
        link_event(contact=other, other=handed.contact, why="The same night.", by=worker, at=MONDAY_9AM)
    back(handed)
    assert {row.contact for row in line_of(worker)} == {handed.contact, other}


def test_a_decision_that_followed_without_reopening_does_not_keep_it_off_the_line(handed):
    later = DecisionFactory(
        contact=handed.contact, follows=handed, at=MONDAY_9AM + DAY, made_at=MONDAY_9AM + DAY
    )
    back(handed)
    assert [row.contact for row in line_of(worker_of(handed))] == [handed.contact]
    assert set(Reopening.objects.using("builder").values_list("decision", flat=True)) == {handed.pk, later.pk}


def test_reopened_itself_such_a_decision_is_on_the_line_too(handed):
    later = DecisionFactory(
        contact=handed.contact, follows=handed, at=MONDAY_9AM + DAY, made_at=MONDAY_9AM + DAY
    )
    worker = worker_of(handed)
    doing(worker, actions.reopen, decision=later, kind="wrong", why="Overlooked.", at=THURSDAY)
    assert [row.contact for row in line_of(worker)] == [handed.contact]


def test_twice_records_it_once(handed):
    assert back(handed).pk == back(handed, words="Again.").pk
    assert len(kept()) == 1
    assert Reopening.objects.using("builder").count() == 1


def test_of_two_workers_at_one_moment_the_first_word_is_kept_and_the_contact_returns_once(handed):
    outcome, both = outcome_of(handed), [worker_of(handed), worker_of(handed, screener=True)]
    start, made = threading.Barrier(2), []

    def says(by):
        try:
            start.wait(timeout=10)
            made.append(back(handed, by, outcome=outcome).pk)
        finally:
            connection.close()
            connections["builder"].close()

    threads = [threading.Thread(target=says, args=[by]) for by in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(made) == 2
    assert set(made) == {kept()[0].pk}
    assert Reopening.objects.using("builder").count() == 1


def test_where_a_newer_decision_waits_it_is_recorded_and_nothing_else_is_reopened(handed):
    worker = worker_of(handed)
    doing(
        worker, actions.reopen, decision=handed, kind="news", why="x", said_by="y", at=MONDAY_9AM + 2 * HOUR
    )
    with pytest.raises(actions.NotWhole, match="ended already"):
        back(handed)  # the reopening had ended the work


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"words": " "}, "why"),
        ({"said_by": ""}, "who there"),
        ({"reason": "weather"}, "why"),
        ({"told_on": TODAY - DAY}, "between the decision and today"),
        ({"told_on": TODAY + timedelta(days=4)}, "between the decision and today"),
    ],
)
def test_what_is_not_whole_is_refused(handed, changes, says):
    with pytest.raises(actions.NotWhole, match=says):
        back(handed, **changes)
    assert kept() == []


def test_a_service_that_never_accepted_has_to_be_named():
    with pytest.raises(actions.NotWhole, match="which service"):
        back(decided(), service=" ")


def test_nobody_comes_back_from_what_was_reopened_or_has_ended(handed):
    made = outcome_of(handed)
    with pytest.raises(actions.NotWhole, match="ended already"):
        back(handed, outcome=made, at=THURSDAY + 90 * DAY)
    other = decided()
    doing(worker_of(other), actions.reopen, decision=other, kind="wrong", why="Overlooked.", at=THURSDAY)
    with pytest.raises(actions.NotWhole, match="the hub has the case already"):
        back(other, **ANOTHER)


# Going to and fro


def test_the_case_and_the_next_contact_about_them_show_the_rule(handed):
    worker = worker_of(handed)
    again = ContactFactory(hub=handed.hub)
    SettlementFactory(contact_person=people_of(again)[0], person=outcome_of(handed).person, answer="known")
    assert fired_on(worker, again) == []
    back(handed)
    assert fired_on(worker, handed.contact) == ["handed_back"]
    assert fired_on(worker, again) == ["handed_back"]
    page = browser(worker).get(reverse("desk:case", args=[again.pk])).text
    assert "Agree who holds the case today" in page


def test_after_thirty_days_it_is_no_bounce(handed):
    at = MONDAY_9AM + 31 * DAY
    back(handed, at=at)
    assert fired_on(worker_of(handed), handed.contact, today=timezone.localdate(at)) == []


def test_whoever_is_barred_from_the_case_learns_nothing_of_it_elsewhere(handed):
    worker = worker_of(handed)
    again = ContactFactory(hub=handed.hub)
    SettlementFactory(contact_person=people_of(again)[0], person=outcome_of(handed).person, answer="known")
    back(handed)
    AccessFactory(staff=worker, bars=True, contact_id=handed.contact_id, why="Her nephew")
    assert fired_on(worker, again) == []


# By mistake


def test_by_mistake_the_work_goes_on_the_rule_is_still_and_the_contact_waits_for_a_decision(handed):
    worker = worker_of(handed)
    back(handed)
    mistaken(handed)
    (work,) = rows()
    assert work.until_on == TODAY + timedelta(days=84)
    assert fired_on(worker, handed.contact) == []
    (row,) = line_of(worker, THURSDAY + 2 * HOUR)
    assert (row.back.what, row.back.why) == ("Passed back by mistake", "It was another family.")
    assert Entry.objects.using("builder").filter(event="involvement.resumed").count() == 1
    back(handed, at=THURSDAY + 2 * HOUR)  # and then it really comes back
    assert [bool(one.undone_at) for one in kept()] == [True, False]


def test_every_report_of_the_event_says_that_it_was_a_mistake(handed):
    worker, other = worker_of(handed), ready(hub=handed.hub)
    with signed_in_as(worker):
        link_event(contact=other, other=handed.contact, why="The same night.", by=worker, at=MONDAY_9AM)
    back(handed)
    mistaken(handed)
    rows = line_of(worker, THURSDAY + 2 * HOUR)
    assert [row.back.what for row in rows] == ["Passed back by mistake"] * 2


def test_a_mistake_about_one_child_does_not_hide_that_the_other_was_passed_back(both_handed):
    decision, worker, ama, kofi = both_handed
    for one in (ama, kofi):
        back(decision, worker, outcome=one)
    with signed_in_as(worker):
        passed = queries.passed_back(ama)
        actions.not_passed_back(passed=passed, why="It was her brother.", by=worker, at=THURSDAY + HOUR)
    (row,) = line_of(worker, THURSDAY + 2 * HOUR)
    assert row.back.what == "Passed back by a service"


def test_whoever_decides_anew_reads_it_and_a_picture_without_it_is_drawn_as_before(handed):
    worker = worker_of(handed, whole_desk=True)
    drawn = partial(
        doing, worker, lambda **_: queries.draw(queries.Event(handed.contact), THURSDAY), at=THURSDAY
    )
    assert "passed_back" not in drawn()["history"][0]
    back(handed)
    (one,) = drawn()["history"][0]["passed_back"]
    assert (one["service"], one["reason"]) == ("Northfield Family Help", "The family does not want this help")
    page = browser(worker).get(reverse("decision:decide", args=[handed.contact_id])).text
    assert "Passed back" in page
    assert SAID["words"] in page


def test_by_mistake_and_decided_since_the_work_stays_as_it_ended(handed):
    back(handed)
    DecisionFactory(contact=handed.contact, follows=handed, at=THURSDAY + HOUR, made_at=THURSDAY + HOUR)
    mistaken(handed, at=THURSDAY + 2 * HOUR)
    assert rows()[0].until_on == TODAY + timedelta(days=3)
    assert kept()[0].undone_why == "It was another family."


def test_a_mistake_says_why_and_counts_once(handed):
    worker = worker_of(handed)
    back(handed)
    with pytest.raises(actions.NotWhole):
        mistaken(handed, why=" ")
    with signed_in_as(worker):
        passed = queries.passed_back(outcome_of(handed))
    for why in ("It was another family.", "Once more."):
        doing(worker, actions.not_passed_back, passed=passed, why=why, at=THURSDAY + HOUR)
    assert kept()[0].undone_why == "It was another family."


# Who may


@pytest.mark.parametrize("who", WHO)
def test_rule_and_database_agree_on_who_records_it(handed, who):
    here, duties, may = WHO[who]
    outcome = outcome_of(handed)
    staff = StaffFactory(duties=duties, **({"hub": handed.hub} if here else {}))
    if who.startswith("barred"):
        AccessFactory(staff=staff, bars=True, contact_id=handed.contact_id)
    with signed_in_as(staff):
        rule = bool(policy.may_pass_back(staff, handed))
    row = PassedBack(
        hub_id=handed.hub_id, outcome_id=outcome.pk, contact_id=handed.contact_id, service="Family Help",
        told_on=TODAY, by=staff, at=THURSDAY, **SAID,
    )  # fmt: skip
    again = Reopening(
        hub_id=handed.hub_id, decision_id=handed.pk, contact_id=handed.contact_id, kind="back", why="Passed back",
        by=staff, at=THURSDAY,
    )  # fmt: skip
    assert (rule, written(staff, row), written(staff, again)) == (may, may, may)


def written(staff, row):
    """Tell whether the database lets a post write a row."""
    try:
        with signed_in_as(staff):
            row.save(force_insert=True)
    except DatabaseError:
        return False
    return True


@pytest.mark.parametrize(
    ("same_hub", "duties", "barred", "reads"),
    [
        (True, ["clear"], False, True),
        (True, ["answer"], False, False),
        (True, ["screen"], True, False),
        (False, ["screen"], False, False),
    ],
)
def test_who_reads_it(handed, same_hub, duties, barred, reads):
    back(handed)
    somebody = StaffFactory(duties=duties, **({"hub": handed.hub} if same_hub else {}))
    if barred:
        AccessFactory(staff=somebody, bars=True, contact_id=handed.contact_id)
    with signed_in_as(somebody):
        assert PassedBack.objects.exists() is reads


def test_nobody_changes_what_was_recorded_but_to_say_that_it_was_a_mistake(handed):
    made, worker = back(handed), worker_of(handed)
    with signed_in_as(worker):
        PassedBack.objects.filter(pk=made.pk).update(undone_at=THURSDAY, undone_by=worker, undone_why="Wrong")
    for changes in ({"words": "Other"}, {"reason": "other"}, {"told_on": TODAY}):
        with pytest.raises(DatabaseError), signed_in_as(worker):
            PassedBack.objects.filter(pk=made.pk).update(**changes)


# The pages


def test_the_pages_record_it_show_it_and_take_it_back():
    decision = decided()
    Decision.objects.using("builder").filter(pk=decision.pk).update(made_at=timezone.now() - HOUR)
    worker = worker_of(decision, screener=True)
    page, outcome = browser(worker), outcome_of(decision)
    here, there = (
        reverse("decision:page", args=[decision.pk]),
        reverse("decision:passed_back", args=[outcome.pk]),
    )
    assert there in page.get(here).text
    empty = page.post(there, {"words": "They rang."}).text
    assert empty.count("There is a problem") == 1
    assert "They rang." in empty
    today = date.today()
    sent = SAID | ANOTHER | {
        "told_on-day": today.day, "told_on-month": today.month, "told_on-year": today.year,
    }  # fmt: skip
    assert page.post(there, sent).status_code == 302
    assert page.post(there, sent).status_code == 302  # the button pressed twice
    assert len(kept()) == 1
    shown = page.get(here).text
    assert "The family does not want this help" in shown
    assert f'"{there}"' not in shown
    assert "Passed back by a service" in page.get(reverse("desk:case", args=[decision.contact_id])).text
    chronology = page.get(reverse("check:chronology", args=[decision.contact_id])).text
    assert "Passed back by Northfield Family Help" in chronology
    mistake = reverse("decision:not_passed_back", args=[outcome.pk])
    assert mistake in shown
    assert "There is a problem" in page.post(mistake, {"why": ""}).text
    assert page.post(mistake, {"why": "Another family."}).status_code == 302
    assert page.get(mistake).status_code == 404
    assert "was recorded by mistake. Another family." in page.get(here).text


def test_the_pages_of_another_hub_do_not_exist():
    decision = decided()
    page, key = browser(StaffFactory(decider=True)), outcome_of(decision).pk
    for name in ("passed_back", "not_passed_back"):
        assert page.get(reverse(f"decision:{name}", args=[key])).status_code == 404


def test_the_form_that_reopens_does_not_offer_it(handed):
    page = browser(worker_of(handed)).get(reverse("decision:reopen", args=[handed.pk])).text
    assert "passed it back" not in page
