import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, connections

from mash.contact.models import Reply, ReplyKind, Settlement
from mash.decision import actions, queries, telling
from mash.decision.models import Decision, Outcome, Told
from mash.ledger.models import Entry
from mash.partnership.models import Email
from tests.decision.story import REASONS, TOLD, at_risk, decide, proposed, told_to
from tests.factories.base import signed_in_as
from tests.factories.contact import (
    ContactFactory,
    ContactPersonFactory,
    ContactRelationshipFactory,
    ReferrerFactory,
    SettlementFactory,
)
from tests.factories.decision import (
    AgreementFactory,
    InvolvementFactory,
    RatingFactory,
    agreed,
    one_event,
    people_of,
    ready,
    settle,
    who_is,
)
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(hours=2)


def decider_of(contact, **options):
    return StaffFactory(hub=contact.hub, **({"decider": True} | options))


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


# Who decides, and what stops a decision


def test_help_that_the_family_agreed_to_stands_at_once():
    contact = ready()
    agreed(contact)
    decision = decide(contact, StaffFactory(hub=contact.hub, social_worker=True), "early_help")
    assert decision.made_at == MONDAY_9AM
    assert not decision.needs_second
    assert not decision.needs_clearance
    outcome = kept(Outcome, decision=decision).get()
    assert (outcome.outcome, outcome.level, outcome.direction) == ("early_help", 2, "first")


def test_a_social_worker_does_not_decide_what_is_the_managers():
    contact = ready()
    with pytest.raises(PermissionDenied, match="social care decision maker"):
        decide(contact, StaffFactory(hub=contact.hub, social_worker=True), "child_and_family_assessment")


def test_on_red_a_social_worker_does_not_decide_even_early_help():
    contact = ready(colour="red")
    with pytest.raises(PermissionDenied, match="on red is decided by the social care decision maker"):
        decide(contact, StaffFactory(hub=contact.hub, social_worker=True), "early_help")


def test_an_outcome_alongside_needs_its_own_decider_too():
    contact = ready()
    child = at_risk(contact)[0]
    both = [proposed(child, "early_help"), proposed(child, "prevent_referral")]
    with pytest.raises(PermissionDenied, match="Prevent referral"):
        decide(contact, StaffFactory(hub=contact.hub, social_worker=True), *both)
    assert decide(contact, decider_of(contact), *both).outcomes


def test_nobody_decides_while_somebody_is_not_settled():
    contact = ContactFactory()
    RatingFactory(contact=contact)
    settle(contact)
    kept(Settlement, contact_person=people_of(contact)[1]).delete()
    with pytest.raises(actions.NotSettled, match="OKAFOR, Grace"):
        decide(contact, decider_of(contact), "early_help")


def test_a_decision_goes_on_when_nobody_can_tell_who_somebody_is():
    contact = ContactFactory()
    RatingFactory(contact=contact)
    for one in people_of(contact):
        SettlementFactory(contact_person=one)
    decision = decide(contact, decider_of(contact), "child_and_family_assessment")
    outcome = kept(Outcome, decision=decision).get()
    assert decision.made_at
    assert (outcome.person_id, outcome.direction) == (None, "first")


def test_everybody_at_risk_has_exactly_one_main_outcome():
    contact = ready(
        people=[
            {"role": "child", "given": "Ama", "family": "Bell"},
            {"role": "child", "given": "Kofi", "family": "Bell"},
        ]
    )
    ama, kofi = at_risk(contact)
    by = decider_of(contact)
    with pytest.raises(actions.NotWhole, match="one main outcome for BELL, Kofi"):
        decide(contact, by, proposed(ama, "early_help"))
    with pytest.raises(actions.NotWhole, match="one main outcome for BELL, Ama"):
        decide(
            contact, by, proposed(ama, "early_help"), proposed(ama, "advice"), proposed(kofi, "early_help")
        )
    decision = decide(
        contact, by, proposed(ama, "child_and_family_assessment", level=3), proposed(kofi, "early_help")
    )
    assert kept(Outcome, decision=decision).count() == 2


def test_brothers_and_sisters_may_move_in_different_directions():
    contact = ready(
        people=[
            {"role": "child", "given": "Ama", "family": "Bell"},
            {"role": "child", "given": "Kofi", "family": "Bell"},
        ]
    )
    InvolvementFactory(person=who_is(at_risk(contact)[0]), tier=3)
    decision = decide(contact, decider_of(contact), "early_help")
    rows = kept(Outcome, decision=decision).order_by("about__ref")
    assert [(row.direction, row.tier_before) for row in rows] == [("step_down", 3), ("first", None)]
    assert decision.needs_clearance
    assert decision.made_at is None


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"reasons": "  "}, "reasons"),
        ({"history_read": False}, "read the history"),
        ({"told": {}}, "referrer of"),
    ],
)
def test_what_a_decision_needs_is_said_before_it_is_kept(changes, missing):
    contact = ready()
    with pytest.raises(actions.NotWhole, match=missing):
        decide(contact, decider_of(contact), "no_further_action", **changes)
    assert not kept(Decision).exists()


def test_an_outcome_asks_for_what_its_content_names():
    contact = ready()
    child = at_risk(contact)[0]
    with pytest.raises(actions.NotWhole, match="What is the primary need"):
        decide(contact, decider_of(contact), proposed(child, "child_and_family_assessment", primary_need=" "))


def test_an_outcome_for_adults_is_not_a_childs():
    contact = ready()
    with pytest.raises(actions.NotWhole, match="does not fit"):
        decide(contact, decider_of(contact), "adult_section_42")


def test_going_back_for_agreement_is_not_a_decision():
    contact = ready()
    with pytest.raises(actions.NotWhole, match="not a decision"):
        decide(contact, decider_of(contact), "back_for_agreement")


def test_an_outcome_that_needs_agreement_says_when_it_goes_without():
    contact = ready()
    by = decider_of(contact)
    with pytest.raises(actions.NotAgreed, match="Early help, OKAFOR, Daniel"):
        decide(contact, by, "early_help", overrides_agreement=False)
    agreed(contact)
    assert decide(contact, by, "early_help", overrides_agreement=False).made_at


@pytest.mark.parametrize(
    "said",
    [
        {"scopes": ["referral", "agency_checks"]},
        {"scopes": ["panel"]},
        {"withdrawn_at": MONDAY_9AM},
        {"lapses_at": MONDAY_9AM},
        {"sought": "refused"},
        {"given_by": "adult"},
        {"words": ""},
    ],
    ids=str,
)
def test_an_agreement_that_does_not_hold_for_this_help_counts_for_nothing(said):
    contact = ready()
    for one in people_of(contact):
        AgreementFactory(contact=contact, about=one, **said)
    with pytest.raises(actions.NotAgreed):
        decide(contact, decider_of(contact), "early_help", overrides_agreement=False)


def test_help_does_not_stand_on_the_word_of_somebody_without_parental_responsibility():
    contact = ContactFactory()
    RatingFactory(contact=contact, colour="amber")
    child = people_of(contact)[0]
    step_father = ContactPersonFactory(contact=contact, ref="p8", role="household")
    settle(contact)
    ContactRelationshipFactory(
        contact=contact, from_ref="p8", to_ref=child.ref, kind="step_parent", parental_responsibility=False
    )
    AgreementFactory(contact=contact, about=child, given_by_person=step_father)
    with pytest.raises(actions.NotAgreed):
        decide(contact, decider_of(contact), "early_help", overrides_agreement=False)


def test_open_help_says_whether_it_ends():
    contact = ready()
    child = at_risk(contact)[0]
    InvolvementFactory(person=who_is(child), tier=2)
    by = decider_of(contact)
    with pytest.raises(actions.NotWhole, match="help that is open"):
        decide(contact, by, proposed(child, "no_further_action", level=1))
    decision = decide(contact, by, proposed(child, "no_further_action", level=1, ends=True))
    assert kept(Outcome, decision=decision).get().direction == "out"


# Two at once, and the same twice


def test_the_same_form_sent_twice_makes_one_decision():
    contact = ready()
    by, key = decider_of(contact), uuid.uuid4()
    first = decide(contact, by, "early_help", key=key)
    again = decide(contact, by, "early_help", key=key)
    assert first == again
    assert kept(Decision).count() == 1
    assert kept(Entry, event="decision.stands").count() == 1


def test_whoever_decides_second_is_told_who_decided():
    contact = ready()
    first = decide(contact, decider_of(contact), "early_help")
    with pytest.raises(actions.AlreadyDecided) as told:
        decide(contact, decider_of(contact), "advice")
    assert told.value.decision == first


def test_a_decision_may_follow_one_that_was_seen():
    contact = ready()
    first = decide(contact, decider_of(contact), "strategy_discussion")
    second = decide(contact, decider_of(contact), "section_47_enquiry", follows=first, at=LATER)
    assert second.follows == first
    with pytest.raises(actions.AlreadyDecided):
        decide(contact, decider_of(contact), "section_47_enquiry", follows=first, at=LATER)


def test_of_two_who_decide_at_one_moment_one_wins_and_the_other_is_told():
    contact = ready()
    workers = [decider_of(contact), decider_of(contact)]
    barrier, heard = threading.Barrier(2), []

    def at_once(by):
        try:
            barrier.wait(timeout=10)
            heard.append(decide(contact, by, "early_help"))
        except actions.AlreadyDecided as told:
            heard.append(told)
        finally:
            connections["default"].close()
            connections["builder"].close()

    threads = [threading.Thread(target=at_once, args=[by]) for by in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(type(one).__name__ for one in heard) == ["AlreadyDecided", "Decision"]
    assert kept(Decision).count() == 1


def test_the_database_keeps_two_first_decisions_apart_too():
    contact = ready()
    first = decide(contact, decider_of(contact), "early_help")
    second = kept(Decision, pk=first.pk).get()
    second.pk, second.key = uuid.uuid4(), uuid.uuid4()
    with pytest.raises(IntegrityError, match="decision_one_first"):
        second.save(using="builder", force_insert=True)


# The picture


def test_the_snapshot_holds_what_was_known_and_from_whom():
    contact = ready()
    decision = decide(contact, decider_of(contact), "early_help")
    snapshot = decision.snapshot
    assert snapshot["contacts"][0]["from"] == "Fernbank Primary"
    assert "without a coat" in snapshot["contacts"][0]["concern"]["what_happened"]
    assert [one["name"] for one in snapshot["people"]] == ["OKAFOR, Daniel", "OKAFOR, Grace"]
    assert snapshot["ratings"][0]["colour"] == "Amber"
    assert snapshot["missing"] == []


def test_what_becomes_known_later_does_not_change_the_snapshot():
    contact = ready()
    by = decider_of(contact)
    decision = decide(contact, by, "early_help")
    RatingFactory(contact=contact, colour="red", change="news", at=LATER)
    with signed_in_as(by):
        assert queries.find(by, decision.pk).snapshot == decision.snapshot
        assert queries.draw(queries.Event(contact), LATER) != decision.snapshot


@pytest.mark.parametrize("column", ["snapshot", "reasons", "by_id", "needs_clearance", "colour"])
def test_the_database_lets_nobody_change_what_was_decided(column):
    contact = ready()
    by = decider_of(contact)
    decide(contact, by, "early_help")
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(by):
        connection.cursor().execute(f"UPDATE decision_decision SET {column} = {column}")


def test_nobody_decides_on_a_page_that_has_grown_old():
    contact = ready()
    by = decider_of(contact)
    with signed_in_as(by):
        seen = queries.fingerprint(queries.draw(queries.Event(contact), MONDAY_9AM))
    RatingFactory(contact=contact, colour="green", change="lowered", at=LATER)
    with pytest.raises(actions.PictureChanged):
        decide(contact, by, "early_help", seen=seen)
    with signed_in_as(by):
        seen = queries.fingerprint(queries.draw(queries.Event(contact), LATER))
    assert decide(contact, by, "early_help", seen=seen, at=LATER).made_at


# Who is told


def replies_to(contact):
    return list(kept(Reply, contact=contact).order_by("at"))


def test_the_referrer_is_told_in_words_they_may_have():
    contact = ready(email="dsl@fernbank.example.org")
    decide(contact, decider_of(contact), "early_help")
    (reply,) = replies_to(contact)
    assert reply.kind == ReplyKind.DECIDED
    assert "about your referral for D.O. " in reply.words  # and one full stop ends it
    assert TOLD["decision_plain"] in reply.words
    assert TOLD["worker_phone"] in reply.words
    assert "Okafor" not in reply.words
    assert REASONS not in reply.words
    assert "{" not in reply.words


def test_an_e_mail_carries_the_reference_and_nothing_of_the_case():
    contact = ready(email="dsl@fernbank.example.org")
    decide(contact, decider_of(contact), "early_help")
    email = kept(Email).get()
    assert email.to == "dsl@fernbank.example.org"
    assert contact.reference in email.subject + email.body
    for word in ("Okafor", "Daniel", "D.O.", "help", "decid", "Early"):
        assert word.casefold() not in (email.subject + email.body).casefold()


def test_each_referrer_of_an_event_is_told_once_and_only_of_their_own_referral():
    school = ready(email="dsl@fernbank.example.org")
    police = ContactFactory(
        hub=school.hub, police=True, email="ppn@police.example", people=[{"role": "child", "given": "Zoe"}]
    )
    settle(police)
    one_event(school, police)
    decide(school, decider_of(school), "early_help", together_with=[police])
    assert len(replies_to(school)) == len(replies_to(police)) == 1
    assert "D.O." in replies_to(school)[0].words
    assert "D.O." not in replies_to(police)[0].words
    assert kept(Email).count() == 2


def test_a_member_of_the_public_is_thanked_and_told_nothing():
    contact = ready(from_public=True)
    ReferrerFactory(contact=contact, name="Una Price", email="una@home.example", role="")
    decide(contact, decider_of(contact), "early_help", told={})
    (reply,) = replies_to(contact)
    assert reply.kind == ReplyKind.ACKNOWLEDGED
    assert "Thank you" in reply.words
    for word in ("D.O.", "Okafor", "Help will be offered", "decided"):
        assert word not in reply.words


def test_a_member_of_the_public_is_thanked_once():
    contact = ready(from_public=True)
    ReferrerFactory(contact=contact, name="Una Price", email="una@home.example", role="")
    first = decide(contact, decider_of(contact), "strategy_discussion", told={})
    second = decide(contact, decider_of(contact), "section_47_enquiry", told={}, follows=first, at=LATER)
    assert len(replies_to(contact)) == 1
    assert "thanked already" in kept(Told, decision=second).get().why_not


@pytest.mark.parametrize(
    "referrer",
    [
        {"name": "Grace Okafor", "email": "someone@home.example"},
        {"name": "Una Price", "email": ""},
    ],
)
def test_nothing_is_written_to_whoever_is_of_the_family_or_cannot_be_reached(referrer):
    contact = ready(from_public=True)
    ReferrerFactory(contact=contact, role="", **referrer)
    decision = decide(contact, decider_of(contact), "early_help", told={})
    assert not replies_to(contact)
    assert kept(Told, decision=decision).get().why_not


def test_a_neighbour_who_shares_a_telephone_with_the_family_is_not_written_to():
    contact = ready(from_public=True)
    people_of(contact)[1].__class__.objects.using("builder").filter(contact=contact).update(
        phones=["020 7946 0555"]
    )
    ReferrerFactory(contact=contact, name="Una Price", email="una@home.example", phone="02079460555", role="")
    decide(contact, decider_of(contact), "early_help", told={})
    assert not replies_to(contact)


@pytest.mark.parametrize(
    "words",
    ["She now lives at NF1 2AB.", "Una told us the same night.", "Zoe will be seen too."],
)
def test_words_that_a_referrer_may_not_have_are_refused(words):
    school = ready(email="dsl@fernbank.example.org")
    neighbour = ContactFactory(hub=school.hub, from_public=True, people=[{"role": "sibling", "given": "Zoe"}])
    settle(neighbour)
    ReferrerFactory(contact=neighbour, name="Una Price", email="una@home.example", role="")
    one_event(school, neighbour)
    told = {school.pk: TOLD | {"next_plain": words}}
    with pytest.raises(telling.NotForThisReferrer):
        decide(school, decider_of(school), "early_help", told=told)
    assert decide(school, decider_of(school), "early_help", told=told_to(school)).made_at


def test_no_further_action_is_told_with_its_reason_and_what_would_change_it():
    contact = ready()
    decision = decide(contact, decider_of(contact), "no_further_action")
    cleared = StaffFactory(hub=contact.hub, cleared=True)
    with signed_in_as(cleared):
        actions.clear_closing(decision=decision, by=cleared, at=LATER)
    (reply,) = replies_to(contact)
    assert TOLD["would_change_plain"] in reply.words
    assert TOLD["reason_plain"] in reply.words


def test_every_change_has_its_line_in_the_ledger():
    contact = ready()
    decision = decide(contact, decider_of(contact), "early_help")
    events = set(kept(Entry, about=f"decision.decision:{decision.pk}").values_list("event", flat=True))
    assert events == {"decision.taken", "decision.stands"}
