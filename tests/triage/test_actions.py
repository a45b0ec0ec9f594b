"""Rating, taking, giving and sending on: what each may do, does once, and leaves in the ledger."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from mash.contact.models import Contact, Reply
from mash.ledger.models import Entry
from mash.partnership.models import Closure, Email
from mash.triage import actions, looking_again, policy, queries
from mash.triage.models import Agreement, Basis, Hold, Owner, Rating, Returned, Standing, Target
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory, ReferrerFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import (
    GroundFactory,
    OwnerFactory,
    RatingFactory,
    ReturnedFactory,
    RouteFactory,
    TargetFactory,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
HOUR = timedelta(hours=1)
TEN = MONDAY_9AM + HOUR
CLOSING = MONDAY_9AM + 8 * HOUR


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


@pytest.fixture
def contact(worker):
    return ContactFactory(hub=worker.hub)


def does(worker, action, **said):
    with signed_in_as(worker):
        return action(by=worker, at=said.pop("at", TEN), **said)


def rate(worker, contact, colour="amber", **said):
    return does(worker, actions.rate, contact=contact, colour=colour, why="Neglect, growing.", **said)


def lines(event):
    return Entry.objects.using("builder").filter(event=event)


# Who may


@pytest.mark.parametrize(
    ("duties", "first", "news", "lowered"),
    [
        (["screen"], False, True, False),
        (["assess"], True, True, True),
        (["decide"], True, True, True),
        (["out_of_hours"], True, True, True),
        (["approve"], False, False, True),  # the manager on call
        (["manage"], False, False, False),
        (["answer"], False, False, False),
        ([], False, False, False),
    ],
)
def test_who_rates(contact, duties, first, news, lowered):
    somebody = StaffFactory(hub=contact.hub, duties=duties)
    with signed_in_as(somebody):
        said = [bool(policy.may_rate(somebody, contact, change)) for change in ("first", "news", "lowered")]
    assert said == [first, news, lowered]


@pytest.mark.parametrize(
    ("same_hub", "same_agency", "duties", "barred", "sees"),
    [
        (True, True, ["screen"], False, True),
        (True, False, ["manage"], False, True),
        (True, True, ["answer"], False, False),
        (True, True, [], False, False),
        (True, True, ["screen"], True, False),
        (False, True, ["screen", "decide", "manage"], False, False),
        (False, False, ["screen"], False, False),
    ],
)
def test_who_sees_what_triage_made_of_a_contact(worker, contact, same_hub, same_agency, duties, barred, sees):
    RatingFactory(contact=contact)
    agency = worker.agency if same_agency else StaffFactory().agency
    reader = StaffFactory(hub=worker.hub if same_hub else HubFactory(), agency=agency, duties=duties)
    if barred:
        AccessFactory(staff=reader, contact_id=contact.pk, bars=True, why="his sister")
    everything = Contact.objects.using("builder")
    with signed_in_as(reader):
        assert bool(policy.may_see(reader, contact)) is sees
        assert Rating.objects.exists() is sees
        condition = policy.seen_by(reader)
    assert _found(everything, condition, reader) is sees


def _found(everything, condition, reader):
    """Ask the filter without row-level security beneath it."""
    return everything.filter(condition).exists()


def test_the_same_agency_in_another_hub_rates_nothing(contact, worker):
    elsewhere = StaffFactory(agency=worker.agency, social_worker=True)
    with pytest.raises(PermissionDenied):
        rate(elsewhere, contact)


def test_a_worker_does_not_approve_their_own_ground_in_another_post(contact):
    both = StaffFactory(hub=contact.hub, social_worker=True)
    ground = GroundFactory(contact=contact, by=both)
    second_post = StaffFactory(hub=contact.hub, account=both.account, manager=True)
    with signed_in_as(second_post):
        assert not policy.may_approve_ground(second_post, queries.find_ground(second_post, ground.pk))


# Rating


def test_the_first_rating_puts_the_contact_in_its_place_and_tells_the_ledger(worker, contact):
    rating = rate(worker, contact)
    standing = Standing.objects.using("builder").get()
    assert (standing.colour, standing.place) == ("amber", 4)
    assert standing.due_at == CLOSING  # one working day from receipt
    line = lines("contact.rated").get()
    assert line.detail == {"from": "", "to": "amber", "change": "first"}
    assert line.why == rating.why


@pytest.mark.parametrize("why", ["", "   "])
def test_a_rating_says_why(worker, contact, why):
    with pytest.raises(actions.ReasonMissing):
        does(worker, actions.rate, contact=contact, colour="red", why=why)


def test_a_rating_given_meanwhile_is_not_overwritten(worker, contact):
    rate(worker, contact)
    with pytest.raises(actions.ChangedMeanwhile):
        rate(worker, contact, "red")
    assert Rating.objects.using("builder").count() == 1


@pytest.mark.parametrize(
    ("to", "change"), [("amber", "correction"), ("red", "lowered"), ("green", "news"), ("green", "first")]
)
def test_a_change_goes_the_way_it_says(worker, contact, to, change):
    first = rate(worker, contact)
    with pytest.raises(actions.NotThatWay):
        rate(worker, contact, to, change=change, after=first.pk, at=TEN + HOUR)


def test_a_raise_on_news_needs_what_who_and_when(worker, contact):
    first = rate(worker, contact)
    news = {"what_is_new": "A bruise", "said_by": "Ines Duarte", "reached_us_at": TEN}
    for gap in news:
        missing = news | {gap: None if gap == "reached_us_at" else ""}
        with pytest.raises(actions.NewsIncomplete):
            rate(worker, contact, "red", change="news", after=first.pk, at=TEN + HOUR, **missing)
    with pytest.raises(actions.NewsIncomplete):
        late = news | {"reached_us_at": TEN + 2 * HOUR}
        rate(worker, contact, "red", change="news", after=first.pk, at=TEN + HOUR, **late)
    rate(worker, contact, "red", change="news", after=first.pk, at=TEN + HOUR, **news)
    assert Standing.objects.using("builder").get().due_at == TEN + 5 * HOUR


def test_lowering_buys_nothing_back(worker, contact):
    first = rate(worker, contact, "red")
    rate(worker, contact, "amber", change="lowered", after=first.pk, at=TEN + HOUR)
    assert Standing.objects.using("builder").get().due_at == CLOSING
    with signed_in_as(worker):
        history = queries.clock_for(queries.find(worker, contact.pk), TEN + 2 * HOUR)
    assert [segment.rating for segment in history.segments] == ["unrated", "red", "amber"]


def test_a_contact_in_danger_is_rated_with_what_was_done(worker):
    danger = ContactFactory(hub=worker.hub, immediate_danger=True)
    with pytest.raises(actions.DangerNotAnswered):
        rate(worker, danger, "red")
    assert rate(worker, danger, "red", danger_answered="Police are there.").danger_answered


def test_what_the_message_says_of_agreement_is_set_down_with_the_first_work_on_it(worker, contact):
    with signed_in_as(worker):
        assert [one.sought for one in queries.agreements(contact)] == ["not_sought"]
    assert not Agreement.objects.using("builder").exists()
    does(worker, actions.hold, contact=contact)
    rate(worker, contact)
    assert [one.from_message for one in Agreement.objects.using("builder").all()] == [True]


# Clocks


def test_until_it_is_rated_red_s_triage_limit_runs_from_receipt(worker, contact):
    with signed_in_as(worker):
        clock = queries.clock_for(contact, MONDAY_9AM).clock
    assert clock.due_at == MONDAY_9AM + HOUR


def test_triage_ends_with_the_first_rating(worker, contact):
    rate(worker, contact, at=MONDAY_9AM + timedelta(minutes=30))
    with signed_in_as(worker):
        history = queries.clock_for(contact, TEN, stage="triage")
    assert history.clock.ended_at == MONDAY_9AM + timedelta(minutes=30)


def test_a_contact_about_a_child_and_an_adult_shows_the_sooner(worker):
    both = ContactFactory(hub=worker.hub, subject="both")
    adult = ContactFactory(hub=worker.hub, subject="adult")
    assert does(worker, _due_when_rated, contact=both) == CLOSING
    assert does(worker, _due_when_rated, contact=adult) == CLOSING + timedelta(days=1)


def _due_when_rated(*, contact, by, at):
    actions.rate(contact=contact, colour="amber", why="Growing.", by=by, at=at)
    return queries.clock_for(contact, at).due_at


def test_a_hub_s_own_target_counts_from_the_day_it_holds(worker, contact):
    TargetFactory(hub=worker.hub, value=3, unit="hours", kind="elapsed", from_on="2026-10-01")
    TargetFactory(hub=worker.hub, value=9, unit="hours", kind="elapsed", from_on="2026-12-01")
    rate(worker, contact)
    assert Standing.objects.using("builder").get().due_at == MONDAY_9AM + 3 * HOUR


def test_a_day_the_hub_is_closed_moves_what_is_due_when_it_is_counted_again(worker, contact):
    rate(worker, contact, "green")
    closed = Closure(hub_id=worker.hub_id, on=date(2026, 11, 3), reason="Moving offices")
    closed.save(using="builder")
    with in_service("reminders"):
        assert actions.recount(worker.hub, at=TEN) == 1
        assert actions.recount(worker.hub, at=TEN) == 0
    assert Standing.objects.using("builder").get().due_at == CLOSING + timedelta(days=4)


def test_a_new_hub_starts_from_the_targets_of_content_and_only_once():
    hub = HubFactory()
    with in_service("setup"):
        made = actions.load_targets(hub, on=date(2026, 1, 1), at=MONDAY_9AM)
        again = actions.load_targets(hub, on=date(2026, 1, 1), at=MONDAY_9AM)
    rows = Target.objects.using("builder")
    assert (made, again) == (rows.count(), 0)
    assert made == 30  # four stages, four ratings, child and adult, less blue's return
    amber = rows.get(stage="hub_decision", rating="amber", subject="adult")
    assert (amber.value, amber.unit, amber.kind) == (2, "working_days", "working")


# The line


def test_the_next_one_is_the_most_urgent_that_nobody_holds_or_owns(worker):
    colleague = StaffFactory(hub=worker.hub, social_worker=True)
    owned = ContactFactory(hub=worker.hub, immediate_danger=True)
    OwnerFactory(contact=owned, staff=colleague)
    sent_on, back = (ContactFactory(hub=worker.hub, received_at=MONDAY_9AM - 5 * HOUR) for _ in range(2))
    RouteFactory(contact=sent_on)
    ReturnedFactory(contact=back)
    first = ContactFactory(hub=worker.hub, received_at=MONDAY_9AM - HOUR)
    second = ContactFactory(hub=worker.hub)
    assert does(worker, actions.take_next) == first
    assert does(worker, actions.take_next, at=TEN + timedelta(minutes=1)) == first
    assert does(StaffFactory(hub=worker.hub, screener=True), actions.take_next) == second
    assert does(colleague, actions.take_next) == owned
    assert does(StaffFactory(hub=worker.hub, screener=True), actions.take_next) is None


def test_a_soft_lock_ends_by_itself_after_fifteen_minutes(worker, contact):
    does(worker, actions.take_next)
    colleague = StaffFactory(hub=worker.hub, screener=True)
    with pytest.raises(actions.HeldByAnother):
        does(colleague, actions.hold, contact=contact, at=TEN + timedelta(minutes=14))
    does(colleague, actions.hold, contact=contact, at=TEN + timedelta(minutes=15))
    assert Hold.objects.using("builder").get().staff_id == colleague.pk


def test_workers_at_one_moment_never_get_the_same():
    hub = HubFactory()
    workers = [StaffFactory(hub=hub, screener=True) for _ in range(4)]
    for _ in range(4):
        ContactFactory(hub=hub)
    start, got = threading.Barrier(len(workers)), []

    def take(worker):
        try:
            start.wait()
            got.append(does(worker, actions.take_next))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=[worker]) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({contact.pk for contact in got if contact}) == len([contact for contact in got if contact])
    assert Hold.objects.using("builder").count() == len({contact.pk for contact in got if contact}) >= 2


def test_somebody_with_a_conflict_is_given_nothing(worker, contact):
    colleague = StaffFactory(hub=worker.hub, social_worker=True)
    AccessFactory(staff=colleague, contact_id=contact.pk, bars=True, why="his aunt")
    with pytest.raises(PermissionDenied):
        does(worker, actions.own, contacts=[contact], to=colleague, why="On duty")
    assert not Owner.objects.using("builder").exists()


def test_the_referrer_is_told_once_that_a_person_has_read_it(worker, contact):
    ReferrerFactory(contact=contact)
    for _ in range(2):
        does(worker, actions.acknowledge, contact=contact)
    assert [reply.kind for reply in Reply.objects.using("builder").all()] == ["acknowledged"]
    assert Email.objects.using("builder").count() == 1
    with signed_in_as(worker):
        assert queries.acknowledgement_clock(contact, TEN).clock.ended_at == TEN


# Sending on


def test_a_basis_is_relied_on_while_it_is_in_force(worker, contact):
    does(worker, actions.record_basis, contact=contact, basis="gdpr_6_1_e")
    does(worker, actions.record_basis, contact=contact, basis="gdpr_6_1_e")
    for not_yet in ("ca2004_s16la", "care_act_s42", "unheard_of"):
        with pytest.raises(actions.NotInForce):
            does(worker, actions.record_basis, contact=contact, basis=not_yet)
    assert [row.words for row in Basis.objects.using("builder").all()] == ["UK GDPR Art 6(1)(e): Public task"]


def test_a_contact_is_rated_before_it_is_sent_on(worker, contact):
    with pytest.raises(actions.NotRated):
        does(worker, actions.propose_route, contact=contact, route="check", why="A fuller picture")


def send_back(worker, contact, on=date(2026, 11, 5)):
    return does(
        worker,
        actions.return_for_agreement,
        contact=contact,
        reason="Nobody has spoken with home.",
        look_again_on=on,
        who_keeps_safe="School",
    )


def test_going_back_for_agreement_waits_three_working_days_at_most(worker, contact):
    RatingFactory(contact=contact, colour="green")
    for wrong in (date(2026, 11, 6), date(2026, 11, 1)):
        with pytest.raises(actions.TooLongAway):
            send_back(worker, contact, wrong)
    send_back(worker, contact)
    send_back(worker, contact)
    assert Returned.objects.using("builder").count() == 1
    with signed_in_as(worker):
        assert queries.clock_for(contact, TEN).clock.pauses == ()


@pytest.mark.parametrize("ground", ["significant_harm", "injury_to_another", "significant_harm_suspected"])
def test_a_contact_does_not_go_back_where_harm_is_suspected_or_asking_is_unsafe(worker, contact, ground):
    RatingFactory(contact=contact, colour="green")
    GroundFactory(contact=contact, ground=ground)
    with pytest.raises(actions.NotForReturn):
        send_back(worker, contact)


def test_an_unrated_contact_does_not_go_back(worker, contact):
    with pytest.raises(actions.NotForReturn, match="Rate the contact first"):
        send_back(worker, contact)


def test_taken_up_again_it_keeps_its_first_clock(worker, contact):
    RatingFactory(contact=contact, colour="green")
    with signed_in_as(worker):
        before = queries.clock_for(contact, TEN).due_at
    send_back(worker, contact)
    does(worker, actions.take_back, contact=contact, at=TEN + timedelta(days=1))
    with signed_in_as(worker):
        assert queries.clock_for(contact, TEN + timedelta(days=1)).due_at == before
        assert queries.waiting(worker, TEN + timedelta(days=1)).filter(pk=contact.pk).exists()


def next_one(worker, at):
    return does(worker, actions.take_next, at=at)


def test_from_the_day_to_look_again_it_waits_again_and_is_taken_from_the_line(worker, contact):
    RatingFactory(contact=contact, colour="green", at=MONDAY_9AM)
    send_back(worker, contact)
    assert next_one(worker, datetime(2026, 11, 4, 23, 59, tzinfo=UTC)) is None
    assert next_one(worker, datetime(2026, 11, 5, 0, 1, tzinfo=UTC)) == contact


def test_sent_on_or_raised_to_red_it_is_no_longer_with_its_referrer(worker, contact):
    rated = RatingFactory(contact=contact, colour="green", at=MONDAY_9AM)
    send_back(worker, contact)
    does(worker, actions.propose_route, contact=contact, route="check", why="They agreed.")
    send_back(worker, contact)
    news = {"what_is_new": "A new injury", "said_by": "School", "reached_us_at": TEN}
    rate(worker, contact, "red", change="news", after=rated.pk, **news)
    assert [one.back_at for one in Returned.objects.using("builder").all()] == [TEN, TEN]
    assert lines("contact.taken_back").count() == 2


def test_its_age_and_how_often_it_went_back_are_said(worker, contact):
    ReturnedFactory(contact=contact, back_at=TEN)
    ReturnedFactory(contact=contact, look_again_on="2026-11-04")
    with signed_in_as(worker):
        for day, due in ((3, False), (4, True)):
            at = datetime(2026, 11, day, 12, tzinfo=UTC)
            away = looking_again.away_of(contact, at)
            assert (away.times, away.is_due) == (2, due)
            age = {3: "yesterday", 4: "2 days ago"}[day]
            assert away.words == f"Received {age}, back with the referrer twice"
