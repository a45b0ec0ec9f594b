"""Who sees what of a decision that is decided again: the rule, its filter and row-level security, each by itself."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from mash.contact.models import Contact
from mash.decision.models import Decision, Outcome, Reopening
from mash.partnership.models import Access, Restriction
from mash.quality.own import policy
from mash.quality.own.models import Again, Copy, Followed, Month, Redecided, Reviewer
from mash.triage.models import Rating
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import LONG_AGO, AccessFactory, HubFactory, StaffFactory
from tests.quality.own_story import AGAIN, NOW, B, a_month, says, word

pytestmark = pytest.mark.usefixtures("transactional_db")

CASES = [  # same hub, duties: sees the month, follows its cases
    (True, ["manage"], True, True),
    (True, ["analyse"], True, False),
    (True, ["review", "clear"], False, False),
    (True, ["decide", "screen", "clear", "assess", "approve"], False, False),
    (True, ["grade"], False, False),
    (True, ["answer"], False, False),
    (True, ["audit"], False, False),
    (True, [], False, False),
    (False, ["manage", "analyse"], False, False),
]


@pytest.mark.parametrize(("here", "duties", "sees", "follows"), CASES)
def test_who_sees_a_month_and_what_was_decided(here, duties, sees, follows):
    case = a_month(no_action=1, other=1)
    reader = StaffFactory(hub=case.hub if here else HubFactory(), duties=duties)
    again = case.rows()[0]
    says(case, again, case.two(again)[0], look=False)
    with signed_in_as(reader):
        assert bool(policy.may_see(reader, case.month)) is sees
        assert Month.objects.filter(policy.visible_to(reader)).exists() is sees
        assert Month.objects.exists() is sees
        assert bool(policy.may_follow(reader, again)) is follows
        for model in (Again, Copy, Reviewer, Redecided):
            assert model.objects.exists() is follows, model
    assert Month.objects.using(B).filter(policy.visible_to(reader)).exists() is sees
    assert Again.objects.using(B).filter(policy.followed_by(reader)).exists() is follows


def test_whoever_decides_again_reads_the_copy_and_neither_the_case_nor_the_other_s_word():
    case = a_month(no_action=2, other=2)
    for again in case.rows():
        first, second = case.two(again)
        says(case, again, first, look=False)
        for post in (first, second):
            everything = Copy.objects.using(B).filter(policy.to_decide_again(post))
            assert everything.filter(pk=again.copy.pk).exists()
            with signed_in_as(post):
                assert policy.may_decide_again(post, again.copy)
                assert Copy.objects.filter(pk=again.copy.pk).exists()
                assert not Contact.objects.filter(pk=again.contact_id).exists()
                assert not Decision.objects.filter(pk=again.decision_id).exists()
                assert not Outcome.objects.filter(decision=again.decision_id).exists()
                assert not Rating.objects.filter(contact=again.contact_id).exists()
                assert not Again.objects.exists()
                assert not Month.objects.exists()
                assert {one.staff_id for one in Reviewer.objects.all()} == {post.pk}
                assert {one.by_id for one in Redecided.objects.all()} <= {post.pk}
        with signed_in_as(second):
            assert not Redecided.objects.exists()
        for one in (first, second):
            Redecided.objects.using(B).filter(by=one.pk).delete()


def test_a_cleared_worker_who_was_not_asked_reads_the_case_and_no_copy():
    case = a_month(no_action=1, other=0)
    again = case.row()
    other = StaffFactory(hub=case.hub, duties=AGAIN)
    with signed_in_as(other):
        assert Contact.objects.filter(pk=again.contact_id).exists()
        assert not Copy.objects.exists()
        assert not policy.may_decide_again(other, again.copy)


def lifted(case, again, post):
    Access.objects.using(B).filter(staff=post.pk, bars=True).update(until_at=LONG_AGO + timedelta(days=1))


def restricted(case, again, post):
    rows = Restriction.objects.using(B)
    rows.create(hub=case.hub, contact_id=again.contact_id, why="Staff", from_at=LONG_AGO, by=case.lead)


def kept_from_the_contact(case, again, post):
    AccessFactory(staff=post, contact_id=again.contact_id, bars=True)


def kept_from_the_person(case, again, post):
    AccessFactory(staff=post, person_id=again.people[0], bars=True)


def without_the_duty(case, again, post):
    post.duties = ["clear"]
    post.save(using=B)


def not_cleared(case, again, post):
    post.duties = ["review", "screen"]
    post.save(using=B)


def at_its_end(case, again, post):
    Reviewer.objects.using(B).filter(staff=post.pk).update(ended_at=NOW, ended="left")


@pytest.mark.parametrize(
    "happens",
    [
        lifted, restricted, kept_from_the_contact, kept_from_the_person, without_the_duty, not_cleared, at_its_end,
    ],
)  # fmt: skip
def test_a_copy_is_gone_at_once(happens):
    case = a_month(no_action=1, other=0)
    again = case.row()
    post = case.two(again)[0]
    with signed_in_as(post):
        assert Copy.objects.exists()
    happens(case, again, post)
    with signed_in_as(post):
        assert not Copy.objects.exists()
        with pytest.raises(DatabaseError):
            Redecided(
                hub_id=case.hub.pk,
                reviewer_id=Reviewer.objects.get().pk,
                copy_id=again.copy.pk,
                by_id=post.pk,
                at=NOW,
                **word(),
            ).save(force_insert=True)


def test_whoever_is_kept_from_a_case_sees_nothing_of_it_though_they_lead():
    case = a_month(no_action=2, other=0)
    again = case.rows()[0]
    AccessFactory(staff=case.lead, contact_id=again.contact_id, bars=True)
    with signed_in_as(case.lead):
        assert Again.objects.count() == Copy.objects.count() == 1
        assert not Reviewer.objects.filter(copy=again.copy.pk).exists()


def test_no_row_is_forged():
    case = a_month(no_action=2, other=0)
    again, another = case.rows()
    first, second = case.two(again)
    seat = {one.staff_id: one for one in case.seats(again)}
    said = {"hub": case.hub, "copy_id": again.copy.pk, "at": NOW} | word()
    stranger = StaffFactory(hub=case.hub, duties=AGAIN)
    forged = [
        (first, Redecided(reviewer_id=seat[second.pk].pk, by=second, **said)),  # in another's name
        (stranger, Redecided(reviewer_id=seat[first.pk].pk, by=stranger, **said)),  # not theirs
        (case.lead, Redecided(reviewer_id=seat[first.pk].pk, by=case.lead, **said)),  # the lead decides nothing
        (first, Followed(hub=case.hub, again_id=again.pk, step="decider_told", by=first, at=NOW)),
        (
            stranger,
            Reviewer(hub=case.hub, copy_id=again.copy.pk, staff=stranger, kept=[], contacts=[], named=[], people=[],
                     from_at=NOW),
        ),
        (
            first,
            Reopening(hub=case.hub, decision_id=again.decision_id, contact_id=again.contact_id, kind="again", why="X",
                      by=first, at=NOW),
        ),
    ]  # fmt: skip
    for by, row in forged:
        with pytest.raises(DatabaseError), signed_in_as(by):
            row.save(force_insert=True)
    for by, model, change in (
        (first, Reviewer, {"ended": "", "ended_at": None, "why": "X"}),
        (first, Reviewer, {"kept": []}),
        (case.lead, Copy, {"sections": []}),
        (case.lead, Again, {"outcome": "advice"}),
        (case.lead, Month, {"drawn": []}),
        (case.lead, Redecided, {"by_id": case.lead.pk}),
    ):
        with pytest.raises(DatabaseError), signed_in_as(by):
            model.objects.update(**change)
    with signed_in_as(first):
        assert not Again.objects.filter(pk=another.pk).update(found="")
    for model in (Month, Again, Copy, Reviewer, Redecided, Followed):
        with pytest.raises(DatabaseError), signed_in_as(case.lead):
            model.objects.all().delete()
    with signed_in_as(first):
        Redecided(reviewer_id=seat[first.pk].pk, by=first, **said).save(force_insert=True)


def test_only_its_own_program_reopens_and_reads_what_both_said():
    case = a_month(no_action=1, other=0)
    again = case.row()
    says(case, again, case.two(again)[0], look=False)
    row = {
        "hub": case.hub,
        "decision_id": again.decision_id,
        "contact_id": again.contact_id,
        "why": "X",
        "at": NOW,
    }
    for service in ("quality", "reminders"):
        with in_service(service):
            assert not Redecided.objects.exists()
            assert not Copy.objects.exists()
            assert Again.objects.exists() is (service == "quality")
        with pytest.raises(DatabaseError), in_service(service):
            Reopening(kind="again", by=case.lead, **row).save(force_insert=True)
    with pytest.raises(DatabaseError), in_service("own_decisions"):
        Reopening(kind="wrong", by=case.lead, **row).save(force_insert=True)
    with in_service("own_decisions"):
        assert Redecided.objects.count() == 1
        Reopening(kind="again", by=case.lead, **row).save(force_insert=True)
