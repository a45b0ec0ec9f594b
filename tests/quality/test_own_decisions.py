"""The hub's own decisions, decided again: from the draw to what was reopened, through the real actions."""

import pytest

from mash.decision.models import Reopening
from mash.quality.own.models import Again, Copy, Found
from mash.triage.models import Owner
from tests.factories.base import signed_in_as
from tests.quality.own_story import B, a_month, both_say, says

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_a_month_is_drawn_in_two_halves_and_each_goes_to_two_people_of_two_agencies():
    case = a_month()
    assert case.month.frame_size == 6
    assert case.month.sizes == {"no_further_action": 3, "all_other_outcomes": 3}
    assert case.month.shortfall == {"no_further_action": 7, "all_other_outcomes": 7}
    for again in case.rows():
        assert {one.pk for one in case.two(again)} == {one.pk for one in case.reviewers}


def test_what_one_believes_left_somebody_at_risk_is_reopened_at_once():
    case = a_month()
    again = case.row(outcome="no_further_action")
    first, second = case.two(again)
    says(case, again, first, at_risk=True, at_risk_words="Ama, of hunger.")
    assert again.found == Found.RISK
    assert again.reopened_at
    assert not again.not_reopened
    assert again.given_to_id == case.anew.pk
    assert Reopening.objects.using(B).get(decision=again.decision_id).kind == "again"
    assert Owner.objects.using(B).get(contact=again.contact_id).staff_id == case.anew.pk
    with signed_in_as(second):
        assert Copy.objects.filter(pk=again.copy.pk).exists()
    with signed_in_as(first):
        assert not Copy.objects.filter(pk=again.copy.pk).exists()
    both = [one.staff_id for one in case.seats(again)]
    assert sorted(both) == sorted([first.pk, second.pk])


def test_two_who_agree_leave_it_as_it_was():
    case = a_month()
    again = case.row(outcome="no_further_action")
    both_say(case, again, {}, {})
    assert again.found == ""
    assert not Reopening.objects.using(B).exists()
    assert not case.two(again)
    assert Again.objects.using(B).filter(found="").count() == 6
