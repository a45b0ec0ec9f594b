"""The hub's own decisions, decided again: from the draw to what was reopened, through the real actions."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connections
from django.http import Http404

from mash.decision import policy as decisions
from mash.decision.models import Decision, Outcome, Reopening
from mash.ledger.models import Entry
from mash.partnership.models import Access, Email, Restriction
from mash.quality.actions import NotWhole, WrongState
from mash.quality.content import own_decisions as content
from mash.quality.own import actions, queries
from mash.quality.own.models import Again, Copy, Followed, Found, Month, Redecided, Reviewer
from mash.quality.own.took_part import chains, took_part
from mash.triage.models import Owner, Returned
from tests.decision.story import decide
from tests.factories.base import in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.decision import AgreementFactory, OutcomeFactory, agreed, people_of
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, AccessFactory, AgencyFactory, StaffFactory
from tests.factories.triage import OwnerFactory
from tests.quality.own_story import (
    AGAIN,
    NOW,
    SECRET,
    B,
    a_hub,
    a_month,
    both_say,
    decided,
    drawn,
    looks,
    says,
    sent_back,
    word,
)
from tests.quality.story import another_seed

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = NOW + timedelta(hours=5)
RISK = {"at_risk": True, "at_risk_words": "Daniel, of hunger."}


def kept(model, **how):
    return model.objects.using(B).filter(**how)


# The draw


def test_a_month_is_drawn_in_two_halves_and_each_goes_to_two_people_of_two_agencies():
    case = a_month()
    assert case.month.frame_size == 6
    assert case.month.sizes == {"no_further_action": 3, "all_other_outcomes": 3}
    assert case.month.shortfall == {"no_further_action": 7, "all_other_outcomes": 7}
    for again in case.rows():
        assert {one.pk for one in case.two(again)} == {one.pk for one in case.reviewers}


def test_half_of_it_is_no_further_action_however_many_there_were(monkeypatch):
    case = a_hub()
    rules = dict(content.rules()) | {"sample_size": 4}
    monkeypatch.setattr(content, "rules", lambda: rules)
    case = a_month(case, no_action=5, other=3)
    assert case.month.asked == {"no_further_action": 2, "all_other_outcomes": 2}
    assert not case.month.shortfall
    halves = [one.half for one in case.rows()]
    assert sorted(halves) == ["all_other_outcomes"] * 2 + ["no_further_action"] * 2


def test_it_is_drawn_of_the_month_before_and_of_nothing_else():
    case = a_hub()
    for at in (
        MONDAY_9AM - timedelta(days=2),
        NOW - timedelta(hours=8),
    ):  # 31 October, and the night to 1 December
        decided(case, at=at)
    first = decided(case, at=MONDAY_9AM - timedelta(days=1, hours=9))  # midnight of 1 November
    waits = decided(case)
    kept(Decision, pk=waits.pk).update(made_at=None)
    turned = decided(case)
    kept(Decision, pk=turned.pk).update(made_at=None, turned_down_at=MONDAY_9AM)
    last = decided(case, at=NOW - timedelta(hours=9, minutes=1))
    drawn(case)
    assert {one.decision_id for one in case.rows()} == {first.pk, last.pk}


def test_children_adults_and_what_went_back_for_agreement_can_all_be_drawn():
    case = a_hub()
    decided(case)
    decided(
        case,
        "adult_section_42",
        level=4,
        people=[{"role": "adult_at_risk", "given": "Ena", "family": "Ford"}],
    )
    back = sent_back(case)
    drawn(case)
    assert {one.copy.subject for one in case.rows()} == {"child", "adult"}
    row = case.row(outcome="back_for_agreement")
    assert (row.returned_id, row.decision_id, row.level, row.half) == (
        back.pk,
        None,
        None,
        "all_other_outcomes",
    )


def test_what_was_passed_on_restricted_or_brought_in_without_a_picture_is_left_out_and_counted():
    case = a_hub()
    decided(case)
    decided(case, "to_allocated_worker", level=None)
    closed = decided(case)
    kept(Restriction).create(
        hub=case.hub, contact_id=closed.contact_id, why="Staff", from_at=LONG_AGO, by=case.lead
    )
    bare = decided(case)
    kept(Decision, pk=bare.pk).update(snapshot={})
    drawn(case)
    assert case.month.excluded == {"restricted": 1, "passed_on": 1, "no_picture": 1}
    assert case.month.frame_size == 1


def test_a_month_is_drawn_once_however_often_and_by_two_at_once():
    case = a_hub()
    decided(case)
    leads = [case.lead, StaffFactory(hub=case.hub, manager=True, agency=case.care)]
    barrier, made = threading.Barrier(2), []

    def at_once(by):
        try:
            barrier.wait(timeout=10)
            made.append(doing(by, actions.draw_month, at=NOW).pk)
        finally:
            for alias in ("default", "builder"):
                connections[alias].close()

    threads = [threading.Thread(target=at_once, args=[by]) for by in leads]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert len(made) == 2
    assert len({*made}) == kept(Month).count() == kept(Again).count() == 1
    assert kept(Reviewer).count() == 2
    assert doing(case.lead, actions.draw_month, at=LATER).pk == made[0]


def test_only_who_manages_the_hub_draws_and_an_empty_month_is_not_drawn():
    case = a_hub()
    with pytest.raises(NotWhole, match="November 2026"):
        drawn(case)
    for post in (case.decider, case.reviewers[0]):
        with pytest.raises(PermissionDenied):
            doing(post, actions.draw_month, at=NOW)


def test_a_draw_is_proved_by_the_command_and_a_changed_one_is_not():
    case, said = a_month(), io.StringIO()
    call_command("quality", "redraw", "--hub", case.hub.name, stdout=said)
    assert "November 2026: drawn again, and the same" in said.getvalue()
    assert case.month.seed in said.getvalue()
    rows = kept(Month, pk=case.month.pk)
    for change, words in (
        ({"seed": another_seed(case.month)}, "another sample"),
        ({"frame": case.month.frame[1:]}, "the frame is not the one"),
        ({"method": "by hand"}, "does not know"),
    ):
        before, said = rows.values(*change)[0], io.StringIO()
        rows.update(**change)
        with pytest.raises(CommandError, match="could not be proved"):
            call_command("quality", "redraw", "--hub", case.hub.name, "--month", "November 2026", stdout=said)
        assert words in said.getvalue()
        rows.update(**before)
    kept(Again, month=case.month, place=1).update(drawn_as="0" * 64)
    with in_service("quality"):
        assert queries.redrawn_month(case.month).differs == [
            "a decision stands in the month that was not drawn"
        ]
    with pytest.raises(CommandError, match="no month named May"):
        call_command("quality", "redraw", "--hub", case.hub.name, "--month", "May")


# Who decides again


def test_nobody_decides_again_who_is_of_the_decider_s_agency_leads_is_not_cleared_or_not_trained():
    case = a_hub()
    for agency, duties in (
        (case.care, AGAIN),
        (AgencyFactory(), ["review"]),
        (AgencyFactory(), ["clear", "decide"]),
        (AgencyFactory(), [*AGAIN, "manage"]),
    ):
        StaffFactory(hub=case.hub, agency=agency, duties=duties)
    StaffFactory(agency=AgencyFactory(), duties=AGAIN)  # of another hub
    StaffFactory(hub=case.hub, agency=AgencyFactory(), duties=AGAIN, until_at=LONG_AGO + timedelta(days=1))
    StaffFactory(hub=case.hub, agency=AgencyFactory(), duties=AGAIN, away_until=LATER)
    a_month(case)
    assert {one.staff_id for one in kept(Reviewer)} == {one.pk for one in case.reviewers}


def test_nobody_decides_again_who_had_any_part_in_the_case_in_any_of_its_stages():
    case = a_hub()
    owned, asked, declared = (
        StaffFactory(hub=case.hub, agency=AgencyFactory(), duties=AGAIN) for _ in range(3)
    )
    decision = decided(case)
    contact = decision.contact
    OwnerFactory(contact=contact, staff=owned, by=owned)
    AgreementFactory(contact=contact, about=people_of(contact)[0], by=asked)
    AccessFactory(staff=declared, person_id=kept(Outcome, decision=decision.pk).get().person_id, bars=True)
    drawn(case)
    assert {one.staff_id for one in kept(Reviewer)} == {one.pk for one in case.reviewers}
    with signed_in_as(case.lead):
        part = took_part([contact.pk])[contact.pk]
    assert {owned.account_id, asked.account_id, case.decider.account_id} <= part
    assert not {one.account_id for one in case.reviewers} & part


def test_what_hangs_from_a_case_is_found_by_itself():
    found = {model.__name__ for model, _, _ in chains()}
    assert {
        "Decision",
        "Approval",
        "Rating",
        "Owner",
        "Enquiry",
        "Check",
        "Addition",
        "Settlement",
        "Returned",
    } <= found
    assert "Reviewer" not in found


def test_chance_and_how_many_they_have_share_the_cases_out_evenly():
    case = a_hub()
    case.reviewers += [StaffFactory(hub=case.hub, agency=AgencyFactory(), duties=AGAIN) for _ in range(2)]
    a_month(case, no_action=4, other=4)
    load = [kept(Reviewer, staff=one.pk).count() for one in case.reviewers]
    assert load == [4, 4, 4, 4]


def test_where_too_few_may_the_month_says_so_and_asks_as_soon_as_somebody_may():
    case = a_hub()
    third = case.reviewers.pop()
    kept(type(third), pk=third.pk).update(duties=["answer"])
    a_month(case, no_action=1, other=0)
    again = case.row()
    assert len(case.seats(again)) == 1
    with signed_in_as(case.lead):
        (stand,) = queries.standing(case.lead, case.month)
        assert stand.is_short
    kept(type(third), pk=third.pk).update(duties=AGAIN)
    looks(again)
    looks(again)
    assert len(case.seats(again)) == 2


def test_two_children_of_one_decision_are_decided_again_by_the_same_two_each_by_themselves():
    case = a_hub()
    children = [{"role": "child", "given": one, "family": "Okafor"} for one in ("Daniel", "Ama")]
    decision = decided(case, people=children)
    about = people_of(decision.contact)[1]
    OutcomeFactory(decision=decision, about=about, outcome="no_further_action", level=1)
    drawn(case)
    one, other = case.rows()
    assert {post.pk for post in case.two(one)} == {post.pk for post in case.two(other)}
    for post in case.reviewers:
        with signed_in_as(post):
            assert Copy.objects.count() == 2
    both_say(case, one, {}, {})
    looks(other)
    assert len(case.two(other)) == 2
    for post in case.reviewers:  # the case is closed to them until they have done with both
        with signed_in_as(post):
            assert [copy.pk for copy in Copy.objects.all()] == [other.copy.pk]
            assert not Decision.objects.filter(pk=decision.pk).exists()
    both_say(case, other, {}, {})
    with signed_in_as(case.reviewers[0]):
        assert Decision.objects.filter(pk=decision.pk).exists()


def test_whoever_steps_aside_is_replaced_and_the_case_is_open_to_them_again():
    case = a_hub()
    case.reviewers.append(StaffFactory(hub=case.hub, agency=AgencyFactory(), duties=AGAIN))
    a_month(case, no_action=1, other=0)
    again = case.row()
    first, second = case.two(again)
    with pytest.raises(NotWhole):
        doing(first, actions.step_aside, copy=again.copy, why=" ", at=NOW)
    doing(first, actions.step_aside, copy=again.copy, why="I know this family.", at=NOW)
    looks(again, at=LATER)
    (third,) = {*case.two(again)} - {second}
    assert third not in {first, second}
    assert not kept(Access, staff=first.pk, bars=True, until_at=None).exists()
    assert kept(Access, staff=third.pk, bars=True, until_at=None).exists()
    with signed_in_as(first), pytest.raises(Http404):
        queries.find_copy(first, again.copy.pk)
    says(case, again, second)
    with pytest.raises(WrongState, match="already"):
        doing(second, actions.step_aside, copy=again.copy, why="I know them.", at=NOW)


def test_whoever_is_kept_out_or_leaves_is_replaced_and_an_answer_given_before_counts():
    case = a_hub()
    case.reviewers += [StaffFactory(hub=case.hub, agency=AgencyFactory(), duties=AGAIN) for _ in range(2)]
    a_month(case, no_action=1, other=0)
    again = case.row()
    first, second = case.two(again)
    says(case, again, first)
    AccessFactory(staff=second, contact_id=again.contact_id, bars=True)
    kept(type(first), pk=first.pk).update(duties=["answer"])
    looks(again)
    seats = {one.staff_id: one for one in case.seats(again)}
    assert seats[second.pk].ended == "kept"
    assert seats[first.pk].ended == ""
    (third,) = {*case.two(again)} - {first}
    kept(type(third), pk=third.pk).update(duties=["answer"])
    looks(again)
    (fourth,) = {*case.two(again)} - {first}
    says(case, again, fourth)
    assert [one.ended for one in case.seats(again) if one.staff_id in {first.pk, fourth.pk}] == [
        "done",
        "done",
    ]


def test_a_case_restricted_since_is_taken_off_at_once_and_everybody_let_go():
    case = a_month(no_action=1, other=0)
    again = case.row()
    first, second = case.two(again)
    says(case, again, first)
    kept(Restriction).create(
        hub=case.hub, contact_id=again.contact_id, why="Staff", from_at=LONG_AGO, by=case.lead
    )
    with signed_in_as(second), pytest.raises(Http404):
        queries.find_copy(second, again.copy.pk)
    looks(again)
    assert again.off_why
    assert not kept(Access, bars=True, until_at=None).exists()
    looks(again)
    assert len(case.seats(again)) == 2
    with signed_in_as(case.lead):
        assert not queries.standing(case.lead, case.month)[0].is_whole


def test_another_contact_that_the_copy_speaks_of_closes_it_too():
    case = a_hub()
    decision = decided(case)
    elsewhere = decided(case, at=MONDAY_9AM - timedelta(days=40))
    row = kept(Decision, pk=decision.pk)
    picture = decision.snapshot
    earlier = {
        "key": str(elsewhere.contact_id), "reference": elsewhere.contact.reference, "outcome": "Early help",
        "received_at": "2026-09-20T09:00:00+00:00", "from": "A school", "categories": [],
    }  # fmt: skip
    picture["history"][0]["earlier"] = [earlier]
    row.update(snapshot=picture)
    drawn(case)
    again = case.row()
    assert elsewhere.contact_id in again.named
    assert elsewhere.contact_id not in again.contacts
    assert elsewhere.contact.reference in str(again.copy.sections)
    post = case.two(again)[0]
    kept(Restriction).create(
        hub=case.hub, contact_id=elsewhere.contact_id, why="Staff", from_at=LONG_AGO, by=case.lead
    )
    with signed_in_as(post):
        assert not Copy.objects.exists()


def test_what_was_restricted_before_the_draw_is_spoken_of_in_no_copy():
    case = a_hub()
    decision = decided(case)
    elsewhere = decided(case, at=MONDAY_9AM - timedelta(days=40))
    picture = decision.snapshot
    picture["history"][0]["earlier"] = [
        {"key": str(elsewhere.contact_id), "reference": elsewhere.contact.reference, "outcome": "",
         "received_at": "2026-09-20T09:00:00+00:00", "from": "A school", "categories": []}
    ]  # fmt: skip
    picture["repeats"] = [
        {"id": "x", "label": "Again", "prompt": "", "contacts": [elsewhere.contact.reference]}
    ]
    kept(Decision, pk=decision.pk).update(snapshot=picture)
    kept(Restriction).create(
        hub=case.hub, contact_id=elsewhere.contact_id, why="Staff", from_at=LONG_AGO, by=case.lead
    )
    drawn(case)
    again = case.row()
    assert elsewhere.contact.reference not in str(again.copy.sections)
    assert elsewhere.contact_id not in again.named


# What is said


def test_an_answer_is_changed_until_both_have_answered_and_then_stands():
    case = a_month(no_action=1, other=0)
    again = case.row()
    first, second = case.two(again)
    says(case, again, first)
    says(case, again, first, level=2, at=LATER)
    assert kept(Redecided).get().level == 2
    says(case, again, second)
    for post in (first, second):
        with pytest.raises((PermissionDenied, WrongState)):
            says(case, again, post, level=3)
    assert sorted(kept(Redecided).values_list("level", flat=True)) == [1, 2]
    assert not kept(Access, bars=True, until_at=None).exists()


def test_what_is_not_whole_is_said_at_its_field():
    case = a_month(no_action=1, other=0)
    again = case.row()
    first = case.two(again)[0]
    for change, place in (
        ({"outcome": "height"}, "outcome"),
        ({"outcome": "to_allocated_worker"}, "outcome"),
        ({"outcome": "adult_section_42"}, "outcome"),
        ({"level": 5}, "level"),
        ({"reasons": " "}, "reasons"),
        ({"sure": "quite"}, "sure"),
        ({"at_risk": True}, "at_risk_words"),
    ):
        with pytest.raises(NotWhole) as caught:
            says(case, again, first, **change)
        assert set(caught.value.places) == {place}
    assert not kept(Redecided).exists()


def test_two_who_answer_at_once_are_both_kept_and_it_is_looked_at_once():
    case = a_month(no_action=1, other=0)
    again = case.row()
    barrier, heard = threading.Barrier(2), []

    def at_once(by):
        try:
            barrier.wait(timeout=10)
            with signed_in_as(by):
                actions.decide_again(copy=again.copy, by=by, at=NOW, **word("early_help", 2, **RISK))
            with in_service("own_decisions"):
                actions.look_at(again_id=again.pk, at=LATER)
            heard.append(by)
        finally:
            for alias in ("default", "builder"):
                connections[alias].close()

    threads = [threading.Thread(target=at_once, args=[by]) for by in case.two(again)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert len(heard) == 2
    assert kept(Redecided).count() == 2
    assert kept(Reopening).count() == 1
    assert kept(Entry, event="decision.reopened").count() == 1
    assert kept(Owner, contact=again.contact_id).count() == 1
    assert {one.ended for one in case.seats(again)} == {"done"}


# Wrong, higher, lower


def test_what_one_believes_left_somebody_at_risk_is_reopened_at_once():
    case = a_month()
    again = case.row(outcome="no_further_action")
    first, second = case.two(again)
    says(case, again, first, **RISK)
    assert again.found == Found.RISK
    assert again.reopened_at
    assert not again.not_reopened
    assert again.given_to_id == case.anew.pk
    reopening = kept(Reopening, decision=again.decision_id).get()
    assert (reopening.kind, reopening.by_id) == ("again", first.pk)
    assert "Daniel, of hunger." in reopening.why
    assert kept(Owner, contact=again.contact_id).get().staff_id == case.anew.pk
    told = {*kept(Email).values_list("to", flat=True)}
    assert told == {case.lead.account.email, case.anew.account.email}
    assert SECRET not in str([*kept(Email).values_list("subject", "body")])
    with signed_in_as(second):  # still blind, and still asked
        assert Copy.objects.filter(pk=again.copy.pk).exists()
        assert not Decision.objects.filter(pk=again.decision_id).exists()
    with signed_in_as(first):
        assert not Copy.objects.filter(pk=again.copy.pk).exists()
    says(case, again, second)
    assert again.found == Found.RISK
    assert kept(Reopening).count() == 1


def test_both_higher_is_wrong_and_one_higher_is_not():
    case = a_month(no_action=2, other=0)
    one_higher, both_higher = case.rows()
    both_say(case, one_higher, {"outcome": "early_help", "level": 2}, {})
    assert one_higher.found == ""
    both_say(case, both_higher, {"outcome": "early_help", "level": 2}, {"outcome": "early_help", "level": 3})
    assert both_higher.found == Found.HIGHER
    assert both_higher.reopened_at
    assert {*kept(Reopening).values_list("decision_id", flat=True)} == {both_higher.decision_id}


def test_both_lower_is_talked_over_and_nothing_is_reopened():
    case = a_month(no_action=0, other=1)
    again = case.row()
    both_say(case, again, {}, {})
    assert again.found == Found.LOWER
    assert not again.reopened_at
    assert not kept(Reopening).exists()
    with pytest.raises(WrongState):
        doing(case.lead, actions.follow, again=again, step="decider_told", at=NOW)


def test_two_who_agree_leave_it_as_it_was():
    case = a_month()
    again = case.row(outcome="no_further_action")
    both_say(case, again, {}, {})
    assert again.found == ""
    assert not kept(Reopening).exists()
    assert not case.two(again)


def test_what_went_back_for_agreement_is_taken_up_and_given_to_somebody():
    case = a_hub()
    back = sent_back(case)
    drawn(case)
    again = case.row()
    both_say(
        case,
        again,
        {"outcome": "early_help", "level": 2},
        {"outcome": "child_and_family_assessment", "level": 3},
    )
    assert again.found == Found.HIGHER
    assert kept(Returned, pk=back.pk).get().back_at == again.reopened_at
    assert kept(Owner, contact=again.contact_id).get().staff_id == again.given_to_id == case.anew.pk


def test_where_a_newer_decision_stands_it_is_not_reopened_and_the_manager_is_told_why():
    case = a_month(no_action=1, other=0)
    again = case.row()
    newer = kept(Decision, pk=again.decision_id).get()
    first = newer.pk
    newer.pk = newer.key = None
    newer.id, newer.key, newer.follows_id = first.__class__(int=first.int ^ 1), first, first
    newer.at = newer.made_at = NOW
    newer.save(using=B, force_insert=True)
    says(case, again, case.two(again)[0], **RISK)
    assert again.found == Found.RISK
    assert again.reopened_at is None
    assert "newer decision" in again.not_reopened
    assert again.given_to_id is None
    assert kept(Email, to=case.lead.account.email).exists()
    assert not kept(Reopening).exists()


def test_where_nobody_is_left_who_took_no_part_it_lies_with_the_manager_who_is_told_so():
    case = a_hub()
    kept(type(case.anew), pk=case.anew.pk).update(duties=["screen"])
    a_month(case, no_action=1, other=0)
    again = case.row()
    says(case, again, case.two(again)[0], **RISK)
    assert again.reopened_at
    assert again.short
    assert again.given_to_id == case.lead.pk
    assert "took no part" in kept(Owner, contact=again.contact_id).get().why


def test_who_took_part_in_the_first_neither_decides_anew_nor_agrees_nor_passes_it():
    case = a_hub()
    decision = decided(case)
    kept(Decision, pk=decision.pk).update(second_by=case.lead)
    drawn(case)
    again = case.row()
    says(case, again, case.two(again)[0], **RISK)
    agreed(decision.contact)
    with pytest.raises(PermissionDenied, match="took part"):
        decide(decision.contact, case.decider, "early_help", follows=decision, at=LATER)
    made = decide(decision.contact, case.anew, "early_help", follows=decision, at=LATER)
    assert made.follows_id == again.decision_id
    assert made.snapshot != decision.snapshot  # drawn anew
    assert kept(Decision, pk=again.decision_id).get().snapshot == decision.snapshot
    with signed_in_as(case.lead):
        made = Decision.objects.get(pk=made.pk)
        for post in (case.decider, case.lead):
            assert not decisions.may_decide_anew(post, made.follows)
        assert "took part" in decisions.may_agree(case.lead, made).refusal
        other = StaffFactory(hub=case.hub, duties=["approve", "clear"])
        assert decisions.may_agree(other, made)
        assert decisions.may_clear(other, made)
        assert decisions.may_decide_anew(case.anew, made.follows)


def test_a_program_that_looks_again_changes_nothing():
    case = a_month()
    again = case.row(outcome="no_further_action")
    says(case, again, case.two(again)[0], **RISK)
    lines = kept(Entry).count()
    for _ in range(3):
        with in_service("own_decisions"):
            assert actions.look_at_all(at=LATER) == 6
    assert kept(Entry).count() == lines
    assert kept(Reopening).count() == 1


# What is done about it, and what it comes to


def test_steps_are_kept_once_and_by_the_lead_alone():
    case = a_month(no_action=1, other=0)
    again = case.row()
    says(case, again, case.two(again)[0], **RISK)
    with signed_in_as(case.lead):
        assert [one.pk for one in queries.wrong_now(case.lead)] == [again.pk]
    for step in [one.id for one in content.own_content().follow_up] * 2:
        doing(case.lead, actions.follow, again=again, step=step, at=LATER)
    assert kept(Followed).count() == 3
    with signed_in_as(case.lead):
        assert not queries.wrong_now(case.lead)
    with pytest.raises(NotWhole):
        doing(case.lead, actions.follow, again=again, step="forgotten", at=LATER)
    with pytest.raises(PermissionDenied):
        doing(case.decider, actions.follow, again=again, step="decider_told", at=LATER)


def test_nobody_writes_down_that_they_told_themselves():
    case = a_hub()
    case.decider.duties = [*case.decider.duties, "manage"]
    kept(type(case.decider), pk=case.decider.pk).update(duties=case.decider.duties)
    a_month(case, no_action=1, other=0)
    again = case.row()
    says(case, again, case.two(again)[0], **RISK)
    again.decided_by = case.decider
    with pytest.raises(WrongState, match="yourself"):
        doing(case.decider, actions.follow, again=again, step="decider_told", at=LATER)
    doing(case.decider, actions.follow, again=again, step="household_read", at=LATER)
    doing(case.lead, actions.follow, again=again, step="decider_told", at=LATER)
    assert kept(Followed).count() == 2


def test_the_other_decisions_on_the_household_are_listed_to_read():
    case = a_month(no_action=2, other=0)
    again, other = case.rows()
    sister = kept(Decision, pk=other.decision_id).get()
    kept(Outcome, decision=sister.pk).update(person_id=again.person_id)
    with signed_in_as(case.lead):
        found = queries.household_of(case.lead, again)
        assert [one.pk for one in found] == [sister.pk]
    AccessFactory(staff=case.lead, contact_id=sister.contact_id, bars=True)
    with signed_in_as(case.lead):
        assert not queries.household_of(case.lead, again)


def test_a_case_is_taken_off_with_a_reason_and_not_one_that_was_found_wrong():
    case = a_month(no_action=2, other=0)
    wrong, other = case.rows()
    says(case, wrong, case.two(wrong)[0], **RISK)
    with pytest.raises(WrongState, match="found wrong"):
        doing(case.lead, actions.take_off, again=wrong, why="A mistake", at=LATER)
    with pytest.raises(NotWhole):
        doing(case.lead, actions.take_off, again=other, why=" ", at=LATER)
    doing(case.lead, actions.take_off, again=other, why="Before a court", at=LATER)
    assert not case.two(other)
    with pytest.raises(WrongState):
        doing(case.lead, actions.take_off, again=other, why="Before a court", at=LATER)


def test_a_closed_month_keeps_what_it_came_to_as_counts():
    case = a_month(no_action=3, other=3)
    nfa = [one for one in case.rows() if one.half == "no_further_action"]
    rest = [one for one in case.rows() if one.half != "no_further_action"]
    with pytest.raises(WrongState, match="by two people"):
        doing(case.lead, actions.close_month, month=case.month, left_out="", at=LATER)
    for again in nfa[:2]:
        both_say(case, again, {}, {"outcome": "information_only"})
    both_say(
        case, nfa[2], RISK | {"outcome": "early_help", "level": 2}, {"outcome": "early_help", "level": 2}
    )
    both_say(
        case, rest[0], {"outcome": "early_help", "level": 2}, {"outcome": "multi_agency_panel", "level": 2}
    )
    both_say(case, rest[1], {}, {})
    says(case, rest[2], case.two(rest[2])[0], outcome="early_help", level=2)
    with pytest.raises(NotWhole):
        doing(case.lead, actions.close_month, month=case.month, left_out=" ", at=LATER)
    for _ in range(2):
        doing(case.lead, actions.close_month, month=case.month, left_out="One was on leave.", at=LATER)
    assert not kept(Access, bars=True, until_at=None).exists()
    month = kept(Month).get()
    first, other = month.results["halves"]["no_further_action"], month.results["halves"]["all_other_outcomes"]
    assert first == {"in_month": 3, "n": 3, "agree": 2, "reviewers_agree": 3, "wrong": 1}
    assert other == {"in_month": 3, "n": 2, "agree": 1, "reviewers_agree": 2, "wrong": 0}
    assert (month.results["lower"], month.results["at_risk"], month.results["hours"]) == (1, 1, [0.0])
    results = queries.Results(month.results)
    assert results.together.value == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert (results.wrong.top, results.wrong.n) == (1, 5)
    assert results.is_few
    for again in rest[2:]:
        looks(again)
        assert not case.two(again)


def test_hours_to_reopen_run_from_when_it_was_said():
    case = a_month(no_action=1, other=0)
    again = case.row()
    says(case, again, case.two(again)[0], look=False, **RISK)
    looks(again, at=LATER)
    with signed_in_as(case.lead):
        (stand,) = queries.standing(case.lead, case.month)
        assert stand.hours_to_reopen == pytest.approx(5)


def test_twelve_months_stand_on_the_charts():
    case = a_month(no_action=1, other=1)
    for again in case.rows():
        both_say(case, again, *({"outcome": again.outcome, "level": again.level},) * 2)
    doing(case.lead, actions.close_month, month=case.month, left_out="", at=LATER)
    month = kept(Month).get()
    for back in range(1, 14):
        years, at = divmod(2026 * 12 + 10 - back, 12)
        month.pk = month.id = month.pk.__class__(int=month.pk.int + back)
        month.begins_on = month.begins_on.replace(year=years, month=at + 1)
        month.save(using=B, force_insert=True)
    with signed_in_as(case.lead):
        found = queries.series(case.lead)
        assert len(found.rows) == len(found.agreement.points) == 12
        assert found.rows[-1][0].begins_on.month == 11
        assert len([*queries.lines(found)]) == 12
