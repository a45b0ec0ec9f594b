"""Whom a plan is for are kept together: none of them goes while one is within their class."""

from datetime import date

import pytest

from mash.decision.models import Decision
from mash.plans.models import FamilyMember, Plan
from mash.retention.actions.looking import look_at, look_over
from mash.retention.facts import Whose
from mash.retention.models import Standing
from tests.factories.base import in_service
from tests.factories.decision import OutcomeFactory, people_of
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.people import PersonFactory
from tests.factories.retention import LONG_GONE, a_family

pytestmark = pytest.mark.usefixtures("transactional_db")


def with_a_plan(hub, contact, *people):
    """A plan that began with a case, for people whom that case itself does not name."""
    decision = Decision.objects.using("builder").get(contact=contact)
    decision._state.db = "default"
    outcome = OutcomeFactory(hub=hub, decision=decision, about=people_of(contact)[0], person=people[0])
    by = StaffFactory(hub=hub, decider=True)
    plan = Plan(
        hub=hub, key=people[0].pk, reference="NFP-TEST", contact=contact, outcome=outcome, person=people[0],
        kind="early_help", started_on=LONG_GONE.date(), by=by, at=LONG_GONE,
    )  # fmt: skip
    Plan.objects.using("builder").bulk_create([plan])
    plan._state.db = "default"
    FamilyMember.objects.using("builder").bulk_create(
        FamilyMember(
            hub=hub, plan=plan, person=one, given=f"Child {place}", is_child=True, by=by, at=LONG_GONE
        )
        for place, one in enumerate(people)
    )
    return plan


def test_a_child_of_a_plan_is_kept_as_long_as_their_sibling_and_looked_at_alone_too(hub):
    old = PersonFactory(hub=hub, born_on=date(1985, 5, 4))
    young = PersonFactory(hub=hub, born_on=date(2015, 1, 1))
    stranger = PersonFactory(hub=hub, born_on=date(1985, 5, 4))
    contact = a_family(hub, old)
    for one in (young, stranger):
        a_family(hub, one)
    with in_service("retention"):
        look_over(hub=hub, at=MONDAY_9AM)
    before = {one: days(one) for one in (old, young, stranger)}
    assert before[old][1] < before[young][1]
    with_a_plan(hub, contact, old, young)
    with in_service("retention"):
        look_over(hub=hub, at=MONDAY_9AM)
    after = {one: days(one) for one in (old, young, stranger)}
    assert after[old][1] == after[young][1] >= before[young][1]
    assert after[stranger] == before[stranger]
    with in_service("retention"):
        look_at(hub=hub, whose=Whose("person", old.pk), at=MONDAY_9AM)
    assert days(old) == after[old]


def days(person):
    row = Standing.objects.using("builder").get(person=person)
    return row.period, row.due_on
