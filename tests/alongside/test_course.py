"""What goes alongside, from its opening to its end: what it asks, when it is late, and what is told to whom."""

import threading
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from mash.alongside import actions, content, jobs, queries, rules
from mash.alongside.models import Alongside, Happening, Reminder
from mash.common.clock import LONDON
from mash.contact.models import ContactPerson
from mash.decision.actions import NotWhole as NotDecided
from mash.decision.content import outcomes
from mash.directory.content import roles
from mash.ledger.models import Entry
from mash.partnership.models import Email
from mash.triage.reading import ClockFact
from tests.alongside.story import DAY, HOUR, SAID, came, opened, received, rows_of, sent
from tests.decision.story import at_risk, decide, proposed
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.decision import agreed, people_of, ready
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"


@pytest.fixture
def contact():
    return ContactFactory()


@pytest.fixture
def by(contact):
    return StaffFactory(hub=contact.hub, whole_desk=True)


def why_not(*args, **said):
    with pytest.raises(actions.NotWhole) as refused:
        opened(*args, **said)
    return refused.value.places


# What is asked


def test_a_marac_referral_needs_a_ground_and_a_safe_way(contact, by):
    assert set(why_not(contact, by, answers=dict.fromkeys(SAID["marac_referral"]))) == {
        "ground",
        "safe_contact",
    }
    for score in (0, 13, 25):
        assert "Below 14" in why_not(contact, by, answers={"score": score})["score"]
    assert opened(contact, by, answers={"score": 14}).said[1]["words"] == "14"


@pytest.mark.parametrize(
    ("ground", "asks"), [("judgement", "judgement"), ("escalation", "incidents"), ("repeat", "earlier")]
)
def test_another_ground_for_a_marac_is_said_in_words_and_needs_no_score(contact, by, ground, asks):
    assert set(why_not(contact, by, answers={"ground": ground, "score": 2})) == {asks}
    made = opened(contact, by, answers={"ground": ground, "score": 2, asks: "In May and twice in June."})
    assert [one["id"] for one in made.said] == ["ground", asks, "safe_contact"]  # a score of 2 is not kept


def test_an_interviewer_comes_from_outside_the_home(contact, by):
    kind = "missing_return_interview"
    assert "outside the home" in why_not(contact, by, kind, answers={"independent": "no"})["independent"]
    assert set(why_not(contact, by, kind, answers={"arranged_by": "another"})) == {"placing_authority"}
    late = why_not(contact, by, kind, answers={"found_on": MONDAY_9AM + HOUR})
    assert "later than now" in late["found_on"]


def test_wanted_agreement_is_given_or_gone_without_for_a_reason(contact, by):
    assert set(why_not(contact, by, agreed="not_asked", agreed_words=" ")) == {"agreed_words"}
    assert set(why_not(contact, by, agreed="not_needed")) == {"agreed"}
    assert opened(contact, by, agreed="refused", agreed_words="The risk is high.").agreed == "refused"


def test_what_does_not_rest_on_agreement_asks_for_none(contact, by):
    assert set(why_not(contact, by, "designated_officer", agreed="given", agreed_words="Said")) == {"agreed"}


def test_an_adult_s_needed_agreement_must_stand_recorded():
    contact = ContactFactory()
    (about, *_) = people_of(contact)
    ContactPerson.objects.using(B).filter(pk=about.pk).update(role="adult_at_risk")
    about.role = "adult_at_risk"
    by = StaffFactory(hub=contact.hub, whole_desk=True)
    assert (
        "only with their agreement"
        in why_not(contact, by, "nrm_referral", about=about, agreed="refused")["agreed"]
    )
    assert "No agreement to this" in why_not(contact, by, "nrm_referral", about=about)["agreed"]


def test_an_exploitation_panel_is_for_people_under_the_hub_s_age(contact, by):
    child = at_risk(contact)[0]
    ContactPerson.objects.using(B).filter(pk=child.pk).update(born_on=date(2008, 6, 1))
    with signed_in_as(by):
        older = queries.may_be_for(contact, outcomes()["exploitation_panel"])[0]
    assert "under 18" in why_not(contact, by, "exploitation_panel", about=older)["about"]


def test_it_is_for_nobody_of_another_case_and_kept_from_nobody_it_is_for(contact, by):
    other = people_of(ContactFactory(hub=contact.hub))[0]
    assert "about" in why_not(contact, by, about=other)
    child = at_risk(contact)[0]
    assert "kept_from" in why_not(contact, by, about=child, kept_from=child)
    assert "kept_from" in why_not(contact, by, about=child, kept_from=other)


def test_whoever_lacks_the_duty_opens_none(contact):
    screener = StaffFactory(hub=contact.hub, screener=True)
    with pytest.raises(PermissionDenied, match="Prevent"):
        opened(contact, screener, "prevent_referral")
    assert opened(contact, screener, "designated_officer")


# Before a decision, and from one


def test_an_allegation_waits_for_no_decision_no_rating_and_no_settled_person(contact):
    screener = StaffFactory(hub=contact.hub, screener=True)
    one = opened(contact, screener, "designated_officer")
    assert (one.sealed, one.outcome_id, one.agreed) == (True, None, "not_needed")


def test_what_a_decision_named_is_shown_until_it_is_opened():
    contact = ready()
    agreed(contact)
    by = StaffFactory(hub=contact.hub, whole_desk=True)
    child = at_risk(contact)[0]
    decide(contact, by, proposed(child, "early_help"), proposed(child, "prevent_referral"))
    with signed_in_as(by):
        assert [row.outcome for row in queries.on_case(by, contact).named] == ["prevent_referral"]
    one = opened(contact, by, "prevent_referral", about=child)
    with signed_in_as(by):
        assert queries.on_case(by, contact).named == []
        assert queries.find(by, one.pk).one.outcome.outcome == "prevent_referral"


@pytest.mark.parametrize("kind", ["mappa_referral", "designated_officer"])
def test_what_is_sealed_stands_on_no_decision(kind):
    from mash.decision import queries as decisions

    contact = ready()
    agreed(contact)
    by = StaffFactory(hub=contact.hub, whole_desk=True)
    child = at_risk(contact)[0]
    with signed_in_as(by):
        (asked, *_) = decisions.asked(by, contact, MONDAY_9AM).people
        assert kind not in {one.id for one in asked.alongside}
    with pytest.raises(NotDecided, match="stands on no decision"):
        decide(contact, by, proposed(child, "early_help"), proposed(child, kind))


# Once


def test_the_same_form_twice_opens_one_and_another_is_led_to_it(contact, by):
    key = uuid.uuid4()
    first = opened(contact, by, key=key)
    assert opened(contact, by, key=key).pk == first.pk
    with pytest.raises(actions.ThereAlready) as there:
        opened(contact, StaffFactory(hub=contact.hub, whole_desk=True))
    assert there.value.key == first.pk
    assert Alongside.objects.using(B).count() == 1


def test_somebody_else_s_sealed_one_is_not_given_away_by_a_second(contact):
    one, two = (StaffFactory(hub=contact.hub, screener=True) for _ in range(2))
    opened(contact, one, "designated_officer")
    opened(contact, two, "designated_officer")
    assert Alongside.objects.using(B).count() == 2


def test_two_workers_at_once_open_one(contact):
    posts = [StaffFactory(hub=contact.hub, whole_desk=True) for _ in range(2)]
    found, gate = [], threading.Barrier(2)

    def open_it(post):
        gate.wait()
        try:
            found.append(opened(contact, post))
        except actions.ThereAlready:
            found.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=open_it, args=[post]) for post in posts]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert found.count(None) == 1
    assert Alongside.objects.using(B).count() == 1


# Its course


def test_sent_is_not_received_and_nothing_comes_of_what_nobody_has(contact, by):
    one = opened(contact, by)
    with pytest.raises(actions.NotWhole, match="first to whom"):
        received(one, by)
    sent(one, by)
    with pytest.raises(actions.NotWhole, match="first who has it"):
        came(one, by, "heard")
    with pytest.raises(actions.NotWhole, match="before it was sent"):
        received(one, by, happened_at=MONDAY_9AM)
    received(one, by)
    came(one, by, "put_off", words="To the 14th; she stays with her aunt.")
    with signed_in_as(by):
        state = queries.find(by, one.pk)
        assert (state.awaits, state.end) == ("What came of it", None)
    came(one, by, "heard", at=MONDAY_9AM + 2 * DAY)
    with signed_in_as(by):
        state = queries.find(by, one.pk)
        assert (state.awaits, state.end.result_label) == ("", "Heard at the conference")
    with pytest.raises(actions.HasEnded, match="Heard at the conference"):
        came(one, by, "marac_not_accepted", at=MONDAY_9AM + 3 * DAY)
    assert [row.what for row in rows_of(one)] == ["sent", "received", "result", "result"]


def test_something_opened_by_mistake_ends_before_it_went(contact, by):
    one = opened(contact, by)
    came(one, by, "mistake", words="Another child was meant.")
    with signed_in_as(by):
        assert queries.find(by, one.pk).end
    assert opened(contact, by).pk != one.pk


def test_a_result_is_said_in_words_with_a_name_and_not_ahead_of_time(contact, by):
    one = opened(contact, by)
    sent(one, by)
    received(one, by)
    for said in ({"words": " "}, {"who": " "}, {"happened_at": MONDAY_9AM + 9 * DAY}):
        with pytest.raises(actions.NotWhole):
            came(one, by, "heard", **said)
    with pytest.raises(actions.NotWhole, match="Choose what came"):
        came(one, by, "panel_heard")  # of another kind


def test_a_double_click_keeps_one_happening(contact, by):
    one, key = opened(contact, by), uuid.uuid4()
    assert sent(one, by, key=key).pk == sent(one, by, key=key).pk
    assert Happening.objects.using(B).count() == 1


def test_each_step_leaves_a_line_and_a_sealed_one_says_no_kind(contact, by):
    one, lado = opened(contact, by), opened(contact, by, "designated_officer")
    sent(lado, by)
    lines = {
        (entry.event, entry.about.partition(":")[2]): entry.detail
        for entry in Entry.objects.using(B).filter(event__startswith="alongside.")
    }
    assert lines["alongside.opened", str(one.pk)]["kind"] == "marac_referral"
    for event in ("alongside.opened", "alongside.sent"):
        assert lines[event, str(lado.pk)] == {"contact": str(contact.pk)}


# By when


def test_the_allegation_s_working_day_runs_from_when_it_was_received(contact, by):
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=LONDON)
    one = opened(
        contact, by, "designated_officer", at=MONDAY_9AM + 21 * DAY, answers={"allegation_on": friday}
    )
    assert one.starts_at == friday
    assert one.receipt_due_at == datetime(2026, 11, 23, 16, 0, tzinfo=LONDON)


def test_a_working_day_goes_over_a_bank_holiday(contact, by):
    eve = datetime(2026, 12, 24, 15, 0, tzinfo=LONDON)
    one = opened(contact, by, at=eve)
    assert one.receipt_due_at == datetime(
        2026, 12, 29, 15, 0, tzinfo=LONDON
    )  # the 28th stands for Boxing Day


def test_seventy_two_hours_from_being_found_count_nights_and_weekends(contact, by):
    friday = datetime(2026, 11, 20, 22, 30, tzinfo=LONDON)
    one = opened(contact, by, "missing_return_interview", at=friday + HOUR, answers={"found_on": friday})
    assert one.result_due_at == friday + timedelta(hours=72)


def test_an_interview_that_was_offered_is_still_awaited_and_late(contact, by):
    one = opened(contact, by, "missing_return_interview")
    sent(one, by, at=MONDAY_9AM + HOUR)
    received(one, by, at=MONDAY_9AM + HOUR)
    came(one, by, "offered", at=MONDAY_9AM + 2 * HOUR, words="By Jo Rask. He would rather wait.")
    came(one, by, "declined", at=MONDAY_9AM + 3 * HOUR, words="He said no. His aunt asks again.")
    late = one.starts_at + timedelta(hours=73)
    with signed_in_as(by):
        lists = queries.listed(by, late)
        assert [state.one.pk for state in lists.overdue] == [one.pk]
    came(one, by, "held", at=late, words="By Jo Rask, in the park.")
    with signed_in_as(by):
        assert [state.one.pk for state in queries.listed(by, late).ended] == [one.pk]


def test_an_interview_is_overdue_though_nobody_has_received_it_yet(contact, by):
    """The later of two times does not hide behind the earlier."""
    one = opened(contact, by, "missing_return_interview")
    with signed_in_as(by):
        assert queries.find(by, one.pk).overdue_since(one.result_due_at + HOUR) == one.receipt_due_at


# Triage's clocks of law


def of_category(category):
    return ContactFactory(categories=[category])


def test_the_clocks_of_law_at_triage_run_and_end_with_it():
    contact = of_category("missing")
    by = StaffFactory(hub=contact.hub, whole_desk=True)
    one = opened(contact, by, "missing_return_interview")
    came(one, by, "offered", words="By Jo Rask.", at=MONDAY_9AM + HOUR)
    came(one, by, "held", words="In the park.", at=MONDAY_9AM + 2 * HOUR)
    facts = ClockFact.objects.using(B).filter(contact=contact).order_by("at")
    assert [fact.what for fact in facts] == ["started", "offered_at", "ended"]
    assert facts[0].happened_at == MONDAY_9AM - HOUR


def test_that_the_officer_has_it_ends_triage_s_clock_only_where_the_contact_tells_of_the_allegation():
    for category, facts in (("adult_in_trusted_role", ["ended"]), ("neglect", [])):
        contact = of_category(category)
        by = StaffFactory(hub=contact.hub, whole_desk=True)
        one = opened(contact, by, "designated_officer")
        sent(one, by)
        received(one, by)
        found = ClockFact.objects.using(B).filter(contact=contact)
        assert [fact.what for fact in found] == facts
        assert not any(fact.words for fact in found)


# Reminders


def remind(at, monkeypatch):
    monkeypatch.setattr(jobs.timezone, "now", lambda: at)
    with in_service("reminders"):
        jobs.remind()


def test_whoever_opened_it_is_reminded_once_a_day_and_the_manager_from_the_second_on(
    contact, by, monkeypatch
):
    manager = StaffFactory(hub=contact.hub, duties=["manage"])
    kept_out = StaffFactory(hub=contact.hub, duties=["manage"])
    AccessFactory(staff=kept_out, contact_id=contact.pk, bars=True)
    by_ = StaffFactory(hub=contact.hub, screener=True)
    one = opened(contact, by_)
    for at, letters in (
        (one.receipt_due_at - HOUR, 0),
        (one.receipt_due_at, 1),
        (one.receipt_due_at + HOUR, 1),
        (one.receipt_due_at + DAY, 2),
    ):
        remind(at, monkeypatch)
        assert Email.objects.using(B).filter(to=by_.account.email).count() == letters
    to = set(Email.objects.using(B).values_list("to", flat=True))
    assert manager.account.email in to
    assert kept_out.account.email not in to
    sent(one, by_, at=one.receipt_due_at + DAY)
    received(one, by_, at=one.receipt_due_at + DAY)
    remind(one.receipt_due_at + 3 * DAY, monkeypatch)
    assert Reminder.objects.using(B).count() == 2


def test_a_reminder_says_a_reference_and_nothing_else(contact, monkeypatch):
    screener = StaffFactory(hub=contact.hub, screener=True)
    manager = StaffFactory(hub=contact.hub, duties=["manage"])
    cleared = StaffFactory(hub=contact.hub, duties=["clear"])
    one = opened(contact, screener, "designated_officer")
    remind(one.receipt_due_at + 2 * DAY, monkeypatch)
    letters = list(Email.objects.using(B).all())
    assert {letter.to for letter in letters} == {screener.account.email, cleared.account.email}
    assert manager.account.email not in {letter.to for letter in letters}
    for letter in letters:
        assert letter.private  # nobody reads it in the outbox
        words = f"{letter.subject} {letter.body}"
        assert contact.reference in words
        for never in ("LADO", "designated", "officer", str(one.about)):
            assert never not in words


# Content


def test_every_kind_asks_for_every_need_and_ends_somehow():
    assert {one.id for one in content.offered()} == set(content.kinds())
    for outcome in content.offered():
        asked = {one.need for one in content.questions_of(outcome)}
        assert set(outcome.needs) <= asked, outcome.id
        assert any(one.ends for one in content.results_of(outcome.id))
        assert set(content.kind_of(outcome).goes_to) <= set(roles()), outcome.id


def test_an_outcome_that_a_hub_added_asks_for_its_needs_in_lines():
    from dataclasses import replace

    added = replace(outcomes()["police_action"], id="added", needs=("reason_no_action",))
    (question,) = content.questions_of(added)
    assert (question.kind, question.need) == ("line", "reason_no_action")
    assert [one.id for one in content.results_of("added")] == ["ended", "mistake"]


@pytest.mark.parametrize(
    ("at", "step"),
    [
        (-1, ""),
        (0, "receipt_0"),
        (14, "receipt_0"),
        (15, "receipt_1"),
        (24, "receipt_1"),
        (24 * 3, "receipt_3"),
    ],
)
def test_a_reminder_is_due_once_a_day(at, step):
    assert rules.step_due(MONDAY_9AM, "receipt", MONDAY_9AM + at * HOUR) == step


@pytest.mark.parametrize(
    ("born", "old"),
    [(None, False), (date(2008, 11, 23), True), (date(2008, 11, 24), False), (date(2020, 1, 1), False)],
)
def test_an_age_is_reached_on_the_birthday(born, old):
    assert rules.is_too_old(born, 18, date(2026, 11, 23)) is old
