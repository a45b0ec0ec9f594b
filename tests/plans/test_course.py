"""A plan from its beginning to the look after its end: what is asked for, what is refused, and what follows."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from mash.common.editions import content_of
from mash.partnership.models import Email, Membership
from mash.people.models import Involvement
from mash.plans import actions, queries
from mash.plans.models import (
    Agreement,
    Change,
    Closure,
    Kind,
    Lead,
    Plan,
    PlanAction,
    Reminder,
    Review,
    Seat,
)
from mash.triage.models import Agreement as OfContact
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, StaffFactory
from tests.plans.story import DAY, TODAY, WEEK, Told, agency_in, doing, fresh

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"


@pytest.fixture
def told(told_once):
    return told_once(Told)


def works():
    return list(Involvement.objects.using(B).filter(source="plan").order_by("from_on", "worker_name", "pk"))


# Beginning


def test_it_begins_once_with_what_the_family_said_and_is_open_work_of_its_lead(told):
    assert told.begin(None).pk == told.plan.pk
    assert told.plan.kind == Kind.EARLY_HELP
    assert told.plan.reference.startswith(f"{told.hub.prefix}P-")
    said = Agreement.objects.using(B).get()
    assert (said.said, said.scopes, said.withdrawn_on) == ("given", ["early_help", "panel"], None)
    (work,) = works()
    assert (work.tier, work.worker_name, work.agency) == (2, "Marta Silva", told.school.name)
    assert work.worker_email == told.lead.account.email


def test_a_child_has_one_open_plan(told):
    with pytest.raises(actions.NotWhole, match="has a plan already"):
        told.begin(None, key=told.plan.pk)


def test_it_begins_after_early_help_or_the_panel_only():
    with pytest.raises(PermissionDenied):
        Told("child_and_family_assessment")


def test_an_agency_begins_none(told):
    with pytest.raises(PermissionDenied):
        told.begin(None, by=told.lead, key=told.plan.pk)


def test_what_was_refused_or_taken_back_on_the_case_covers_nobody():
    made = Told(agree=False)
    with pytest.raises(actions.NotWhole, match="No agreement"):
        made.need()


def test_without_agreement_nothing_is_planned_until_it_is_given():
    made = Told(agree=False)
    said = {
        "plan": made.plan, "said": "given", "said_by": "Grace Okafor, mother", "said_on": TODAY, "how": "At home",
        "covers": made.members(), "scopes": ["early_help"], "at": MONDAY_9AM,
    }  # fmt: skip
    doing(made.lead, actions.record_agreement, **said | {"said": "refused"})
    with pytest.raises(actions.NotWhole, match="No agreement"):
        made.need()
    first = doing(made.lead, actions.record_agreement, **said)
    assert doing(made.lead, actions.record_agreement, **said).pk == first.pk
    need = made.need()
    assert Agreement.objects.using(B).filter(withdrawn_on=None).count() == 2
    doing(
        made.lead, actions.withdraw_agreement, agreement=first, withdrawn_on=TODAY, withdrawn_by="Grace Okafor",
        words="No more.", at=MONDAY_9AM,
    )  # fmt: skip
    with pytest.raises(actions.NotWhole, match="No agreement"):
        made.action(need)
    with signed_in_as(made.lead):
        assert "agreement_withdrawn" in queries.triggers_of(queries.find(made.lead, made.plan.pk), TODAY)


def test_a_panel_needs_an_agreement_of_its_own():
    made = Told(agree=False)
    with pytest.raises(actions.NotWhole, match="panel"):
        doing(made.lead, actions.take_to_panel, plan=made.plan, version=1, at=MONDAY_9AM)
    other = Told()
    doing(other.lead, actions.take_to_panel, plan=other.plan, version=1, at=MONDAY_9AM)
    assert other.now.kind == Kind.PANEL


def test_an_agreement_of_the_case_that_ends_later_is_not_rewritten(told):
    OfContact.objects.using(B).update(withdrawn_at=MONDAY_9AM)
    assert Agreement.objects.using(B).get().stands


# Who leads


def lead_by(told, by, agency, name, staff=None, follows=1, at=MONDAY_9AM):
    said = {"plan": told.plan, "agency": agency, "name": name, "why": "She knows them.", "from_on": TODAY}
    with signed_in_as(by):
        return actions.name_lead(**said, follows=follows, staff=staff, by=by, at=at)


def test_another_lead_takes_over_and_the_one_before_leaves(told):
    clinic = agency_in(told.hub, "community_health")
    nurse = StaffFactory(hub=told.hub, agency=clinic, answerer=True)
    lead_by(told, told.worker, clinic, "Nia Bell", nurse)
    assert told.sees(nurse)
    assert not told.sees(told.lead)
    ended, now = works() if works()[0].until_on else works()[::-1]
    assert (ended.worker_name, ended.until_on) == ("Marta Silva", TODAY)
    assert (now.worker_name, now.until_on) == ("Nia Bell", None)
    assert Lead.objects.using(B).count() == 2


def test_an_agencys_word_on_the_lead_is_followed_by_a_service(told):
    lead_by(told, told.lead, told.school, "Ola Berg")
    with in_service("plans"), content_of(told.hub.pk):
        actions.follow_the_lead(plan=told.now, by=None, at=MONDAY_9AM)
        actions.follow_the_lead(plan=told.now, by=None, at=MONDAY_9AM)
    assert [one.worker_name for one in works() if one.until_on is None] == ["Ola Berg"]
    assert len(works()) == 2


def test_nobody_who_leads_for_ten_working_days_is_a_reason_to_go_up(told):
    lead_by(told, told.lead, None, "")
    with signed_in_as(told.worker):
        plan = queries.find(told.worker, told.plan.pk)
        assert "lead_lost" not in queries.triggers_of(plan, TODAY + timedelta(days=13))
        assert queries.leaderless_days(plan, TODAY + timedelta(days=14)) == 10
        assert "lead_lost" in queries.triggers_of(plan, TODAY + timedelta(days=14))


def test_of_two_who_name_a_lead_the_later_is_told(told):
    lead_by(told, told.worker, told.school, "Ola Berg")
    with pytest.raises(actions.ChangedMeanwhile):
        lead_by(told, told.worker, told.school, "Nia Bell")


def test_an_agency_alone_does_not_lead(told):
    with pytest.raises(actions.NotWhole, match="Name the person"):
        lead_by(told, told.worker, told.school, " ")
    with pytest.raises(actions.NotWhole, match="agency of this hub"):
        lead_by(told, told.worker, AgencyFactory(), "Nia Bell")


# Actions


@pytest.mark.parametrize(
    ("words", "person"),
    [("All agencies to monitor", "Jo Adler"), ("Visits", "everyone"), ("  ", "Jo Adler"), ("Visits", " ")],
)
def test_what_nobody_does_is_no_action(told, words, person):
    need = told.need()
    with pytest.raises(actions.NotWhole):
        told.action(need, words=words, person_name=person)
    assert not PlanAction.objects.using(B).exists()


def test_an_action_opens_the_plan_to_its_agency_once(told):
    clinic = agency_in(told.hub, "camhs")
    post = StaffFactory(hub=told.hub, agency=clinic, answerer=True)
    assert not told.sees(post)
    need = told.need()
    assert told.action(need, agency=clinic).pk == told.action(need, agency=clinic).pk
    assert told.sees(post)
    assert Seat.objects.using(B).filter(agency=clinic).count() == 1


def test_an_agency_says_how_its_own_action_goes_and_no_others(told):
    clinic = agency_in(told.hub, "camhs")
    post = StaffFactory(hub=told.hub, agency=clinic, answerer=True)
    need = told.need()
    own, other = told.action(need, agency=clinic), told.action(need)
    told.progress(own, by=post)
    with pytest.raises(PermissionDenied):
        told.progress(other, by=post)
    with pytest.raises(PermissionDenied):
        told.need(by=post, words="Another")
    change = Change.objects.using(B).get(what="action.progress")
    assert change.before["status"] == "not_started"
    assert change.after["status"] == "done"


def test_an_ending_says_what_difference_it_made_and_who_says_so(told):
    action = told.action()
    with pytest.raises(actions.NotWhole, match="difference"):
        told.progress(action, difference="")
    with pytest.raises(actions.NotWhole, match="who says so"):
        told.progress(action, difference_by=" ")
    told.progress(action, "under_way", difference="", difference_by="")


def test_of_two_who_change_one_action_the_later_is_told_and_the_same_again_is_nothing(told):
    action = told.action()
    told.progress(action, version=1)
    told.progress(action, version=1)
    with pytest.raises(actions.ChangedMeanwhile):
        told.progress(action, "did_not_work", version=1)
    assert fresh(PlanAction, action).status == "done"


def test_two_at_one_moment_leave_one_change_and_one_told(told):
    action = told.action()
    said = []

    def say(by, status):
        try:
            told.progress(action, status, by=by, version=1)
            said.append("kept")
        except actions.ChangedMeanwhile:
            said.append("told")
        finally:
            connection.close()
            connections[B].close()

    threads = [
        threading.Thread(target=say, args=one) for one in ((told.lead, "done"), (told.worker, "did_not_work"))
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["kept", "told"]
    assert Change.objects.using(B).filter(what="action.progress").count() == 1


# Reminders


def remind(told, at):
    with in_service("plans"), content_of(told.hub.pk):
        return actions.remind(hub=told.hub, at=at)


def test_an_agency_is_reminded_once_before_and_once_after_by_a_reference_alone(told):
    told.action(due_on=TODAY + DAY)
    told.action(told.need(), words="Rings the school", due_on=TODAY + 3 * DAY)
    assert remind(told, MONDAY_9AM) == 1
    assert remind(told, MONDAY_9AM) == 0
    assert remind(told, MONDAY_9AM + 2 * DAY) == 2  # one is overdue, the other due tomorrow
    assert remind(told, MONDAY_9AM + 3 * DAY) == 0
    emails = Email.objects.using(B).filter(to="school@agency.example")
    assert emails.count() == 3
    for one in emails:
        assert one.body == f"Sign in to see plan {told.plan.reference}."
        assert "Daniel" not in one.subject + one.body


def test_on_a_friday_what_is_due_on_monday_is_reminded_of(told):
    told.action(due_on=TODAY + WEEK)
    assert remind(told, MONDAY_9AM + 3 * DAY) == 0
    assert remind(told, MONDAY_9AM + 4 * DAY) == 1


def test_an_agency_without_an_address_is_noted_and_nothing_is_sent(told):
    Membership.objects.using(B).filter(agency=told.school).update(email="")
    told.action(due_on=TODAY + DAY)
    assert remind(told, MONDAY_9AM) == 0
    assert Reminder.objects.using(B).get().to == ""


def test_another_day_begins_anew_and_an_ended_action_is_left_alone(told):
    action = told.action(due_on=TODAY + DAY)
    remind(told, MONDAY_9AM)
    doing(
        told.lead, actions.change_action, action=action, version=1, words=action.words, agency=told.school,
        person_name="Jo Adler", due_on=TODAY + 2 * DAY, look_again_on=TODAY + 2 * WEEK, at=MONDAY_9AM,
    )  # fmt: skip
    assert remind(told, MONDAY_9AM + DAY) == 1
    told.progress(action)
    assert remind(told, MONDAY_9AM + 9 * DAY) == 0


# Looking together


def test_it_is_due_after_six_weeks_and_then_when_the_last_look_said(told):
    with signed_in_as(told.lead):
        assert queries.due_on(queries.find(told.lead, told.plan.pk)) == TODAY + 6 * WEEK
    told.look(next_on=TODAY + 5 * WEEK)
    with signed_in_as(told.lead):
        assert queries.due_on(queries.find(told.lead, told.plan.pk)) == TODAY + 5 * WEEK


def test_a_look_asks_for_a_word_on_everything_late(told):
    action = told.action(due_on=TODAY + DAY)
    late = {"held_on": TODAY + 7 * DAY, "at": MONDAY_9AM + 7 * DAY}
    with pytest.raises(actions.NotWhole, match="not carried over"):
        told.look(**late)
    over = actions.CarryOver(action, TODAY + 3 * WEEK, "Jo was ill.")
    with pytest.raises(actions.NotWhole, match="what has not been done"):
        told.look(carried=[over], **late)
    told.look(carried=[over], not_done="The walks to school: Jo was ill.", **late)
    assert fresh(PlanAction, action).due_on == TODAY + 3 * WEEK
    assert Change.objects.using(B).get(what="action.carried").before["due_on"] == str(TODAY + DAY)


def test_two_looks_without_change_are_a_reason_to_go_up(told):
    told.look(different="no")
    with signed_in_as(told.lead):
        plan = queries.find(told.lead, told.plan.pk)
        assert queries.triggers_of(plan, TODAY) == []
    told.look(different="no", follows=1)
    with signed_in_as(told.lead):
        assert queries.triggers_of(plan, TODAY) == ["no_change"]


def test_of_two_who_write_a_look_the_later_is_told_and_one_form_makes_one(told):
    key = told.plan.pk
    first = told.look(key=key)
    assert told.look(key=key).pk == first.pk
    with pytest.raises(actions.ChangedMeanwhile):
        told.look()
    assert Review.objects.using(B).count() == 1


# Closing


def test_it_ends_once_a_cleared_person_passed_it_and_its_work_with_it(told):
    told.progress(told.action())
    closure = told.propose()
    assert [one.until_on for one in works()] == [None]
    cleared = told.cleared()
    doing(cleared, actions.pass_closing, closure=closure, at=MONDAY_9AM)
    doing(cleared, actions.pass_closing, closure=closure, at=MONDAY_9AM)
    assert [one.until_on for one in works()] == [TODAY]
    with pytest.raises(PermissionDenied):
        told.need(words="Another")
    assert told.sees(told.lead)
    assert Seat.objects.using(B).filter(until_at=None).count() == 0


def test_whoever_proposed_passes_nothing(told):
    both = StaffFactory(hub=told.hub, duties=["assess", "clear"])
    closure = told.propose(by=both)
    with pytest.raises(PermissionDenied):
        doing(both, actions.pass_closing, closure=closure, at=MONDAY_9AM)


def test_a_returned_closing_goes_on_and_can_be_proposed_again(told):
    closure = told.propose()
    with pytest.raises(actions.NotWhole, match="waits"):
        told.propose()
    doing(told.cleared(), actions.return_closing, closure=closure, why="Ring the hub first.", at=MONDAY_9AM)
    told.need()
    told.propose()
    assert Closure.objects.using(B).count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": "single_agency"}, "Which service"),
        ({"told_child_how": " "}, "who told the child"),
        ({"closed_on": date(2026, 11, 3)}, "between"),
        ({"reason": "made_up"}, "why it ends"),
    ],
)
def test_a_closing_says_everything(told, changes, words):
    with pytest.raises(actions.NotWhole, match=words):
        told.propose(**changes)


def test_nothing_closes_with_an_action_open(told):
    told.action()
    with pytest.raises(actions.NotWhole, match="Still open"):
        told.propose()


def test_after_the_end_the_hub_looks_once_whether_they_came_back(told):
    closure = told.end()
    said = {
        "closure": closure,
        "came_back": False,
        "words": "No contact since.",
        "on": TODAY,
        "at": MONDAY_9AM,
    }
    with pytest.raises(PermissionDenied):
        doing(told.lead, actions.check_after, **said)
    first = doing(told.worker, actions.check_after, **said)
    assert doing(told.worker, actions.check_after, **said).pk == first.pk


def test_after_its_end_a_child_can_have_another_plan(told):
    told.end()
    assert told.begin(None, key=told.school.pk).pk != told.plan.pk
    assert Plan.objects.using(B).count() == 2
