"""A hand-over is done when the service accepts: then a case is open, and ends by rule and never without a trace."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import Settlement
from mash.decision import actions, policy, queries
from mash.decision.models import Accepted, Outcome
from mash.ledger.models import Entry
from mash.people import queries as people
from mash.people.models import Involvement
from mash.triage.queries import open_work
from tests.decision.story import decide
from tests.factories.base import browser, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import agreed, people_of, ready
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
TODAY = date(2026, 11, 2)  # MONDAY_9AM
HOUR = timedelta(hours=1)
SERVICE = {
    "service": "Northfield Family Help",
    "said_by": "Ines Duarte, duty manager, by telephone",
    "worker_name": "Bea Lund",
    "worker_email": "bea.lund@council.example",
}


def decided(outcome="early_help", **options):
    """Return a decision that stands on a contact of one child, by a decision maker."""
    contact = ready(**options)
    agreed(contact)
    by = StaffFactory(hub=contact.hub, whole_desk=True)
    return decide(contact, by, outcome)


def outcome_of(decision):
    found = Outcome.objects.using("builder").select_related("decision__contact__hub", "about", "person")
    one = found.filter(decision_id=decision.pk, alongside=False).order_by("about__ref").first()
    for row in (one, one.decision, one.decision.contact, one.decision.contact.hub, one.about, one.person):
        row._state.db = "default"
    return one


def worker_of(decision, **duties):
    return StaffFactory(hub=decision.hub, **(duties or {"decider": True}))


def accept(decision, by=None, *, at=MONDAY_9AM + HOUR, **changes):
    said = {"from_on": TODAY, "until_on": TODAY + timedelta(days=84)} | SERVICE | changes
    return doing(
        by or worker_of(decision), actions.accept_hand_over, outcome=outcome_of(decision), at=at, **said
    )


def rows():
    return list(Involvement.objects.using("builder").order_by("from_on", "pk"))


def is_open(decision, on=TODAY):
    person = outcome_of(decision).person_id
    return Involvement.objects.using("builder").filter(people.open_on(on), person=person).exists()


def test_a_decision_alone_opens_no_case_because_nobody_has_accepted():
    decision = decided()
    assert rows() == []
    with signed_in_as(worker_of(decision)):
        (one,) = queries.handed_over(decision, TODAY)
        assert one.accepted is None


def test_accepted_it_is_an_open_case_with_service_worker_tier_and_source():
    decision = decided()
    accept(decision)
    (work,) = rows()
    assert (work.agency, work.worker_name, work.tier) == ("Northfield Family Help", "Bea Lund", 2)
    assert (work.source, work.source_key) == ("decision", str(outcome_of(decision).pk))
    assert (work.as_at, work.from_on, work.until_on) == (MONDAY_9AM + HOUR, TODAY, TODAY + timedelta(days=84))
    assert is_open(decision, TODAY + timedelta(days=83))
    assert not is_open(decision, TODAY + timedelta(days=84))  # ends by itself


def test_accepting_twice_opens_one_case():
    decision = decided()
    assert accept(decision).pk == accept(decision, service="Another").pk
    assert len(rows()) == 1


def test_a_new_contact_about_the_child_then_says_with_whom_a_case_is_open():
    decision = decided()
    accept(decision)
    again = ContactFactory(hub=decision.hub)
    (child, *_) = people_of(again)
    SettlementFactory(contact_person=child, person=outcome_of(decision).person, answer="known")
    with signed_in_as(worker_of(decision)):
        assert [one.agency for one in open_work(again, MONDAY_9AM + HOUR)] == ["Northfield Family Help"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"service": " "}, "which service"),
        ({"said_by": ""}, "who there"),
        ({"from_on": TODAY - timedelta(days=1)}, "between the decision and today"),
        ({"from_on": TODAY + timedelta(days=1)}, "between the decision and today"),
        ({"until_on": TODAY}, "later than the first"),
        ({"until_on": TODAY + timedelta(days=400)}, "at most a year"),
    ],
)
def test_what_is_not_whole_is_refused(changes, says):
    decision = decided()
    with pytest.raises(actions.NotWhole, match=says):
        accept(decision, **changes)
    assert rows() == []


def test_nobody_is_handed_over_by_information_alone():
    decision = decided()
    Outcome.objects.using("builder").filter(decision_id=decision.pk).update(outcome="information_only")
    with pytest.raises(actions.NotWhole, match="Nobody is handed over"):
        accept(decision)


def test_reopened_the_case_is_open_no_more_and_stays_on_record():
    decision = decided()
    accept(decision)
    doing(
        worker_of(decision),
        actions.reopen,
        decision=decision,
        kind="wrong",
        why="Overlooked.",
        at=MONDAY_9AM + 2 * HOUR,
    )
    (work,) = rows()
    assert work.until_on == TODAY
    assert not is_open(decision)
    assert Accepted.objects.using("builder").get().involvement_id == work.pk
    with pytest.raises(PermissionDenied, match="does not stand"):
        accept(decision, at=MONDAY_9AM + 3 * HOUR)


def test_the_work_is_ended_with_its_reason_and_stays_on_record():
    decision = decided()
    made = accept(decision)
    found = (
        Accepted.objects.using("builder")
        .select_related("outcome__decision__contact", "involvement__person")
        .get(pk=made.pk)
    )
    for row in (
        found,
        found.outcome,
        found.outcome.decision,
        found.outcome.decision.contact,
        found.involvement,
    ):
        row._state.db = "default"
    by = worker_of(decision)
    with pytest.raises(actions.NotWhole, match="why"):
        doing(
            by,
            actions.end_work,
            accepted=found,
            until_on=TODAY + timedelta(days=1),
            why=" ",
            at=MONDAY_9AM + 2 * HOUR,
        )
    doing(
        by,
        actions.end_work,
        accepted=found,
        until_on=TODAY + timedelta(days=1),
        why="They moved.",
        at=MONDAY_9AM + 2 * HOUR,
    )
    assert rows()[0].until_on == TODAY + timedelta(days=1)
    assert Entry.objects.using("builder").filter(event="involvement.ended", why="They moved.").count() == 1


def test_a_later_service_takes_over_from_the_earlier():
    decision = decided()
    accept(decision)
    child = outcome_of(decision).person
    again = ready(hub=decision.hub)
    Settlement.objects.using("builder").filter(contact_person=people_of(again)[0].pk).update(person=child.pk)
    agreed(again)
    later = decide(
        again,
        StaffFactory(hub=again.hub, whole_desk=True),
        "child_and_family_assessment",
        at=MONDAY_9AM + 3 * HOUR,
    )
    accept(later, service="Assessment team", at=MONDAY_9AM + 4 * HOUR)
    found = sorted(rows(), key=lambda one: one.as_at)
    assert [(one.agency, one.until_on > TODAY) for one in found] == [
        ("Northfield Family Help", False),
        ("Assessment team", True),
    ]


# Who may

WHO = {
    "decider": (True, ["decide"], True),
    "social worker": (True, ["assess"], True),
    "screener": (True, ["screen"], True),
    "hub manager": (True, ["manage"], True),
    "night": (True, ["out_of_hours"], False),
    "cleared": (True, ["clear"], False),
    "agency": (True, ["answer"], False),
    "auditor": (True, ["audit"], False),
    "decider of another hub": (False, ["decide"], False),
    "barred decider": (True, ["decide"], False),
}


@pytest.mark.parametrize("who", WHO)
def test_rule_list_and_database_agree_on_who_records_it(who):
    here, duties, may = WHO[who]
    decision = decided()
    outcome = outcome_of(decision)
    staff = StaffFactory(duties=duties, **({"hub": decision.hub} if here else {}))
    if who.startswith("barred"):
        AccessFactory(staff=staff, bars=True, contact_id=decision.contact_id)
    with signed_in_as(staff):
        rule = bool(policy.may_hand_over(staff, decision))
        listed = queries.not_accepted(staff, MONDAY_9AM + HOUR).filter(pk=outcome.pk).exists()
    work = Involvement.objects.using("builder").create(
        hub=decision.hub,
        person=outcome.person,
        source="decision",
        agency="x",
        plan="y",
        tier=2,
        from_on=TODAY,
        as_at=MONDAY_9AM,
    )
    try:
        with signed_in_as(staff):
            Accepted.objects.create(
                hub_id=decision.hub_id, outcome_id=outcome.pk, contact_id=decision.contact_id,
                involvement_id=work.pk, said_by="Somebody", by=staff, at=MONDAY_9AM,
            )  # fmt: skip
        written = True
    except DatabaseError:
        written = False
    assert (rule, listed, written) == (may, may, may)


# The pages


def test_the_page_records_it_and_the_record_and_the_decision_say_so():
    decision = decided()
    outcome = outcome_of(decision)
    page = browser(worker_of(decision))
    address = reverse("decision:accepted", args=[outcome.pk])
    before = page.get(reverse("decision:page", args=[decision.pk])).text
    assert "Not accepted yet" in before
    assert "it counts once the receiving service has accepted" in before
    empty = page.post(address, {"service": "", "team": "Team 4"})
    assert "There is a problem" in empty.text
    assert "Team 4" in empty.text
    today = timezone.localdate()
    last = today + timedelta(days=300)
    sent = SERVICE | {
        "from_on-day": today.day, "from_on-month": today.month, "from_on-year": today.year,
        "until_on-day": last.day, "until_on-month": last.month, "until_on-year": last.year,
    }  # fmt: skip
    assert page.post(address, sent).status_code == 302
    shown = page.get(reverse("decision:page", args=[decision.pk])).text
    assert "Northfield Family Help" in shown
    assert "It counts since the service accepted" in shown
    record = page.get(reverse("people:page", args=[outcome.person_id])).text
    assert "Northfield Family Help" in record
    assert "after a decision here" in record


def test_what_no_service_has_accepted_stands_on_the_list_until_one_has():
    decision = decided()
    page = browser(worker_of(decision))
    listed = "Handed over and not accepted yet: 1"
    decision.__class__.objects.using("builder").filter(pk=decision.pk).update(made_at=timezone.now())
    assert listed in page.get(reverse("decision:waiting")).text
    accept(
        decision,
        at=timezone.now(),
        from_on=timezone.localdate(),
        until_on=timezone.localdate() + timedelta(days=9),
    )
    assert listed not in page.get(reverse("decision:waiting")).text
