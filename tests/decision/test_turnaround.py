from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from mash.common.clock import WorkingWeek
from mash.contact.models import ReplySeen
from mash.decision import actions, queries, turnaround
from mash.decision.models import Told
from mash.decision.turnaround import Measured, Stage, by_agency, figures, interval, percentile
from tests.decision.story import decide
from tests.factories.base import Factory, signed_in_as
from tests.factories.check import CheckFactory, EnquiryFactory, ReturnFactory
from tests.factories.contact import ContactFactory
from tests.factories.decision import RatingFactory, ready
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, StaffFactory
from tests.factories.triage import PausedFactory

WEEK = WorkingWeek()
FRIDAY_4PM = datetime(2026, 11, 6, 16, tzinfo=UTC)
MONDAY_10AM = datetime(2026, 11, 9, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
lengths = st.lists(st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)), min_size=1)


def stage(found, name):
    return next(one for one in found if one.stage == name)


def test_a_weekend_counts_in_elapsed_time_and_not_in_working_time():
    found = stage(figures([Measured(Stage.DECIDED, FRIDAY_4PM, MONDAY_10AM, True)], WEEK), Stage.DECIDED)
    assert found.median_working == 2 * HOUR
    assert found.median_elapsed == 66 * HOUR
    assert (found.n, found.going_on, found.in_target, found.with_target) == (1, 0, 1, 1)


def test_what_goes_on_is_counted_and_is_in_no_figure():
    measured = [
        Measured(Stage.RATED, MONDAY_9AM, MONDAY_9AM + HOUR, True),
        Measured(Stage.RATED, MONDAY_9AM, None, False),
    ]
    found = stage(figures(measured, WEEK), Stage.RATED)
    assert (found.n, found.going_on, found.with_target) == (1, 1, 1)
    assert found.median_elapsed == HOUR


def test_a_stage_nothing_reached_has_no_figures():
    for one in figures([], WEEK):
        assert one.n == 0
        assert one.median_working is one.ninetieth_elapsed is one.share is one.low is None
        assert one.label
        assert one.definition


def test_the_median_of_two_lies_between_them_and_the_90th_is_one_of_them():
    measured = [Measured(Stage.REPLIED, MONDAY_9AM, MONDAY_9AM + hours * HOUR) for hours in (1, 2, 3, 6)]
    found = stage(figures(measured, WEEK), Stage.REPLIED)
    assert found.median_elapsed == timedelta(hours=2, minutes=30)
    assert found.ninetieth_elapsed == 6 * HOUR
    assert found.share is None


@given(lengths, st.sampled_from([0.5, 0.9, 1.0]))
def test_a_percentile_is_the_least_length_that_enough_do_not_exceed(found, share):
    reached = percentile(found, share)
    assert reached in found
    assert sum(one <= reached for one in found) >= share * len(found) - 1e-9
    assert sum(one < reached for one in found) < share * len(found) + 1e-9


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_is_narrower_of_more(pair):
    hits, of = pair
    low, high = interval(hits, of)
    assert 0 <= low <= hits / of + 1e-9
    assert hits / of - 1e-9 <= high <= 1
    more_low, more_high = interval(hits * 4, of * 4)
    assert more_high - more_low < high - low


def test_the_interval_of_a_published_example():
    low, high = interval(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)


class ReplySeenFactory(Factory):
    class Meta:
        model = ReplySeen


@pytest.mark.usefixtures("transactional_db")
def test_every_stage_is_measured_from_the_rows():
    contact = ready(colour="", email="dsl@fernbank.example.org")
    RatingFactory(contact=contact, colour="amber", at=MONDAY_9AM + HOUR)
    by = StaffFactory(hub=contact.hub, decider=True)
    decision = decide(contact, by, "early_help", at=MONDAY_9AM + 4 * HOUR)
    told = Told.objects.using("builder").get(decision=decision)
    ReplySeenFactory(hub=contact.hub, reply_id=told.reply_id, at=MONDAY_9AM + 6 * HOUR)
    ContactFactory(hub=contact.hub)
    ready(colour="amber")  # of another hub
    with signed_in_as(by):
        found = queries.turnaround_of(
            contact.hub, MONDAY_9AM - HOUR, MONDAY_9AM + HOUR, MONDAY_9AM + 9 * HOUR
        ).stages
    assert [(one.stage, one.n, one.going_on) for one in found] == [
        (Stage.RATED, 1, 1),
        (Stage.RESPONSE, 1, 1),
        (Stage.CHECK_OPENED, 0, 0),
        (Stage.CONFIRMED, 0, 0),
        (Stage.AGENCY_RETURN, 0, 0),
        (Stage.DECIDED, 1, 1),
        (Stage.DECIDED_LESS_PAUSES, 1, 1),
        (Stage.REPLIED, 1, 0),
        (Stage.READ, 1, 0),
        (Stage.WRITTEN, 0, 0),
    ]
    rated, decided = stage(found, Stage.RATED), stage(found, Stage.DECIDED)
    assert rated.median_elapsed == HOUR
    assert decided.median_working == 4 * HOUR
    assert (decided.in_target, decided.with_target) == (1, 1)
    assert stage(found, Stage.REPLIED).median_elapsed == timedelta(0)
    assert stage(found, Stage.READ).median_elapsed == 2 * HOUR


@pytest.mark.usefixtures("transactional_db")
def test_a_decision_that_waits_has_not_ended_the_clock():
    contact = ready()
    by, cleared = StaffFactory(hub=contact.hub, decider=True), StaffFactory(hub=contact.hub, cleared=True)
    decision = decide(contact, by, "no_further_action", at=MONDAY_9AM + HOUR)

    def decided(now):
        with signed_in_as(by):
            found = queries.turnaround_of(contact.hub, MONDAY_9AM, MONDAY_9AM + HOUR, now)
        return stage(found.stages, Stage.DECIDED)

    assert (decided(MONDAY_9AM + 2 * HOUR).n, decided(MONDAY_9AM + 2 * HOUR).going_on) == (0, 1)
    with signed_in_as(cleared):
        actions.clear_closing(decision=decision, by=cleared, at=MONDAY_9AM + 3 * HOUR)
    assert decided(MONDAY_9AM + 4 * HOUR).median_elapsed == 3 * HOUR


@pytest.mark.usefixtures("transactional_db")
def test_a_late_decision_is_not_in_target():
    contact = ready(colour="red")
    by = StaffFactory(hub=contact.hub, decider=True)
    decide(contact, by, "child_and_family_assessment", at=MONDAY_9AM + 5 * HOUR)
    with signed_in_as(by):
        found = queries.turnaround_of(contact.hub, MONDAY_9AM, MONDAY_9AM + HOUR, MONDAY_9AM + 6 * HOUR)
    late = stage(found.stages, Stage.DECIDED)
    assert (late.in_target, late.with_target) == (0, 1)
    assert late.low == pytest.approx(0, abs=1e-9)


@pytest.mark.usefixtures("transactional_db")
def test_a_decision_is_counted_without_its_pauses_first_and_then_with_them():
    contact = ready(colour="amber")
    PausedFactory(contact=contact, from_at=MONDAY_9AM + HOUR, until_at=MONDAY_9AM + 7 * 24 * HOUR)
    by = StaffFactory(hub=contact.hub, decider=True)
    decide(contact, by, "early_help", at=MONDAY_9AM + 7 * 24 * HOUR + HOUR)
    with signed_in_as(by):
        found = queries.turnaround_of(
            contact.hub, MONDAY_9AM - HOUR, MONDAY_9AM + HOUR, MONDAY_9AM + 8 * 24 * HOUR
        ).stages
    plain, rested = (stage(found, one) for one in (Stage.DECIDED, Stage.DECIDED_LESS_PAUSES))
    assert (plain.in_target, plain.with_target) == (0, 1)
    assert (rested.in_target, rested.with_target) == (1, 1)
    assert plain.median_elapsed == rested.median_elapsed == (7 * 24 + 1) * HOUR


def test_every_stage_says_what_it_is():
    assert set(turnaround.LABELS) == set(turnaround.DEFINITIONS) == set(Stage)


def test_each_agency_has_figures_of_its_own():
    def back(agency, hours, met):
        return Measured(Stage.AGENCY_RETURN, MONDAY_9AM, MONDAY_9AM + hours * HOUR, met, agency)

    measured = [back("Police", 1, True), back("Education", 4, False), back("Police", 3, True)]
    found = dict(by_agency(measured, WEEK))
    assert list(found) == ["Education", "Police"]
    assert (found["Police"].n, found["Police"].median_elapsed) == (2, 2 * HOUR)
    assert (found["Education"].in_target, found["Education"].with_target) == (0, 1)


@pytest.mark.usefixtures("transactional_db")
def test_an_agency_that_is_late_and_one_that_is_not(django_assert_num_queries):
    contact = ready()
    by = StaffFactory(hub=contact.hub, decider=True)
    check = CheckFactory(contact=contact)
    for name, returned_at in (
        ("Education", MONDAY_9AM + 2 * HOUR),
        ("GP", MONDAY_9AM + 8 * HOUR),
        ("Police", None),
    ):
        kind = {"Education": "education", "GP": "gp", "Police": "police"}[name]
        enquiry = EnquiryFactory(
            check_asked=check, agency=AgencyFactory(name=name, kind=kind), due_at=MONDAY_9AM + 6 * HOUR
        )
        if returned_at:
            ReturnFactory(enquiry=enquiry, at=returned_at)

    def asked_for():
        with signed_in_as(by):
            return queries.turnaround_of(contact.hub, MONDAY_9AM, MONDAY_9AM + HOUR, MONDAY_9AM + 9 * HOUR)

    found = dict(asked_for().agencies)
    assert [(name, one.n, one.going_on, one.in_target) for name, one in found.items()] == [
        ("Education", 1, 0, 1),
        ("GP", 1, 0, 0),
        ("Police", 0, 1, 0),
    ]
    vars(contact.hub).pop("_time", None)
    with CaptureQueriesContext(connection) as few:
        asked_for()
    for _ in range(3):
        ready(hub=contact.hub)
    vars(contact.hub).pop("_time", None)
    with django_assert_num_queries(len(few)):
        asked_for()
