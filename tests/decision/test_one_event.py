from datetime import timedelta

import pytest

from mash.check.queries.picture import entries
from mash.contact.models import Reply
from mash.decision import actions, queries
from mash.decision.models import Decision, Outcome
from mash.decision.turnaround import Stage
from mash.triage.models import EpisodeContact
from tests.decision.story import at_risk, decide, proposed, told_to
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import (
    AgreementFactory,
    RatingFactory,
    SettledPersonFactory,
    StrategyFactory,
    one_event,
    people_of,
    ready,
    who_is,
)
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(hours=2)


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


@pytest.fixture
def reports():
    """A school tells of Daniel; the police, of the same night, of Daniel and of Zoe."""
    school = ready(email="dsl@fernbank.example.org")
    police = ContactFactory(
        hub=school.hub,
        police=True,
        email="ppn@police.example",
        people=[{"role": "child", "given": "Dan", "family": "Okafor"}, {"role": "child", "given": "Zoe"}],
    )
    daniel, zoe = people_of(police)
    SettlementFactory(contact_person=daniel, person=who_is(at_risk(school)[0]), answer="known")
    SettlementFactory(
        contact_person=zoe, person=SettledPersonFactory(hub=school.hub, given="Zoe"), answer="new"
    )
    one_event(school, police)
    return school, police


def decider(contact):
    return StaffFactory(hub=contact.hub, decider=True)


def test_a_child_that_only_the_other_report_names_is_decided_on_too(reports):
    school, police = reports
    daniel = at_risk(school)[0]
    with pytest.raises(actions.NotWhole, match="one main outcome for Zoe"):
        decide(school, decider(school), proposed(daniel, "early_help"), told=told_to(*reports))
    decision = decide(school, decider(school), "early_help", together_with=[police])
    assert {row.person.given for row in kept(Outcome, decision=decision)} == {"Daniel", "Zoe"}


def test_a_child_that_both_reports_name_is_decided_on_once(reports):
    school, police = reports
    decision = decide(police, decider(school), "early_help", together_with=[school])
    assert kept(Outcome, decision=decision).count() == 2


def test_one_decision_covers_every_report_of_an_event(reports):
    school, police = reports
    first = decide(school, decider(school), "early_help", together_with=[police])
    with pytest.raises(actions.AlreadyDecided) as told:
        decide(police, decider(school), "early_help", together_with=[school])
    assert told.value.decision == first
    assert kept(Decision).count() == 1
    assert kept(Reply, contact=school).count() == kept(Reply, contact=police).count() == 1


def test_the_most_urgent_rating_of_an_event_says_who_decides(reports):
    school, police = reports
    RatingFactory(contact=police, colour="red")
    decision = decide(school, decider(school), "advice", together_with=[police])
    assert decision.colour == "red"
    with signed_in_as(by := StaffFactory(hub=school.hub, cleared=True)):
        assert queries.colour_of(school) == queries.colour_of(police) == "red"
        assert queries.waiting_for(by).exists()


def test_the_newest_rating_of_each_report_counts(reports):
    school, police = reports
    RatingFactory(contact=police, colour="red")
    RatingFactory(contact=police, colour="green", change="lowered", at=LATER)
    with signed_in_as(decider(school)):
        assert queries.colour_of(school) == "amber"


def test_what_a_parent_agreed_to_in_one_report_counts_in_the_other(reports):
    school, police = reports
    for one in people_of(police):
        AgreementFactory(contact=police, about=one)
    decision = decide(
        school, decider(school), "early_help", together_with=[police], overrides_agreement=False
    )
    assert decision.made_at


def test_the_snapshot_holds_every_report_and_everybody_in_it(reports):
    school, police = reports
    decision = decide(school, decider(school), "early_help", together_with=[police])
    assert [one["reference"] for one in decision.snapshot["contacts"]] == [school.reference, police.reference]
    assert "Zoe" in {one["name"] for one in decision.snapshot["people"]}


def test_turnaround_counts_each_report_as_decided(reports):
    school, police = reports
    by = decider(school)
    decide(school, by, "early_help", together_with=[police], at=LATER)
    with signed_in_as(by):
        found = queries.turnaround_of(school.hub, MONDAY_9AM, LATER, LATER + timedelta(hours=1))
    decided = next(one for one in found.stages if one.stage == Stage.DECIDED)
    assert (decided.n, decided.going_on) == (2, 0)


def test_reports_that_were_taken_apart_again_are_decided_apart(reports):
    school, police = reports
    kept(EpisodeContact, contact=police).update(undone_at=LATER)
    assert decide(school, decider(school), "early_help").made_at
    assert decide(police, decider(school), "early_help").made_at


def test_what_was_decided_and_discussed_together_stands_in_the_chronology_once(reports):
    school, police = reports
    worker = decider(school)
    decide(school, worker, "early_help", together_with=[police])
    StrategyFactory(contact=school, hub=school.hub, by=worker)
    for contact in reports:
        with signed_in_as(worker):
            titles = [one.title for one in entries(worker, contact)]
        assert titles.count("Strategy discussion held") == 1
        assert sum(title.startswith("Decided:") for title in titles) == 1
