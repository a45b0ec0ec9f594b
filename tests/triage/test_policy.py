"""Who sees what triage made of a contact: the rule, the filter and the database, each asked without the others."""

import pytest
from django.db import DatabaseError

from mash.contact.models import Contact
from mash.partnership.models import Duty
from mash.triage import policy
from mash.triage.models import (
    Agreement,
    Confirmation,
    Ground,
    Hold,
    Owner,
    Paused,
    Rating,
    Returned,
    Route,
    Standing,
)
from tests.contact.test_policy import (
    answers_for_an_agency,
    barred,
    barred_once,
    desk_worker,
    same_agency_in_another_hub,
    stranger,
    two_hubs_in_the_other_one,
    two_hubs_in_this_one,
    without_duties,
)
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory, ContactRelationshipFactory
from tests.factories.partnership import AgencyFactory, StaffFactory
from tests.factories.triage import (
    AgreementFactory,
    ConfirmationFactory,
    GroundFactory,
    HoldFactory,
    OwnerFactory,
    PausedFactory,
    RatingFactory,
    ReturnedFactory,
    RouteFactory,
    StandingFactory,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
ROWS = {
    Agreement: AgreementFactory,
    Confirmation: lambda contact: ConfirmationFactory(
        rating=RatingFactory(contact=contact, change="correction")
    ),
    Ground: GroundFactory,
    Hold: HoldFactory,
    Owner: OwnerFactory,
    Paused: PausedFactory,
    Rating: RatingFactory,
    Returned: ReturnedFactory,
    Route: RouteFactory,
    Standing: StandingFactory,
}
FROZEN = {Confirmation, Owner, Rating, Route}  # the newest counts


def colleague(contact):
    return StaffFactory(hub=contact.hub, decider=True)


def administrator(contact):
    return StaffFactory(hub=contact.hub, administrator=True)


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        (desk_worker, True),
        (colleague, True),
        (two_hubs_in_this_one, True),
        (barred_once, True),
        (answers_for_an_agency, False),
        (same_agency_in_another_hub, False),
        (stranger, False),
        (two_hubs_in_the_other_one, False),
        (without_duties, False),
        (administrator, False),
        (barred, False),
    ],
)
def test_rule_filter_and_database_agree_on_who_sees_it(reader, sees):
    contact = ContactFactory()
    ContactRelationshipFactory(contact=contact)
    for factory in ROWS.values():
        factory(contact=contact)
    worker = reader(contact)
    everything = Contact.objects.using("builder")  # so that the filter is asked without row-level security
    assert everything.filter(policy.seen_by(worker)).exists() is sees
    with signed_in_as(worker):
        assert bool(policy.may_see(worker, contact)) is sees
        seen = {model for model in ROWS if model.objects.filter(contact=contact.pk).exists()}
    assert seen == (set(ROWS) if sees else set())


@pytest.mark.parametrize("reader", [answers_for_an_agency, stranger, two_hubs_in_the_other_one, barred])
@pytest.mark.parametrize("model", sorted(set(ROWS) - FROZEN, key=str), ids=lambda model: model.__name__)
def test_whoever_sees_nothing_changes_nothing(reader, model):
    contact = ContactFactory()
    ContactRelationshipFactory(contact=contact)
    made = ROWS[model](contact=contact)
    worker = reader(contact)
    with signed_in_as(worker):
        assert model.objects.filter(pk=made.pk).update(hub=worker.hub_id) == 0


@pytest.mark.parametrize("model", sorted(FROZEN, key=str), ids=lambda model: model.__name__)
def test_what_was_said_at_triage_is_changed_by_nobody(model):
    contact = ContactFactory()
    made = ROWS[model](contact=contact)
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(desk_worker(contact)):
        model.objects.filter(pk=made.pk).update(hub=contact.hub_id)


WORKS = {"screen", "assess", "decide", "out_of_hours"}
DESK = {*WORKS, "approve", "clear", "manage"}
QUALIFIED = {"assess", "decide"}
MANAGES = {"manage", "approve", "decide"}
BY_DUTY = {  # at the police, on a contact that nobody has rated yet, which the night sees too
    "may_see": DESK,
    "may_work_on": WORKS,
    "may_rate first": {*QUALIFIED, "out_of_hours"},
    "may_rate news": WORKS,
    "may_rate correction": {*QUALIFIED, "out_of_hours"},
    "may_rate lowered": {*QUALIFIED, "out_of_hours", "approve"},
    "may_tell_school": {*QUALIFIED, "screen"},
    "may_pause": MANAGES,
    "may_send_back": WORKS - {"out_of_hours"},
    "may_look_at_repeat": MANAGES,
    "may_end_notice": QUALIFIED,
    "may_take_up_notice": {*WORKS, "clear"},
    "may_pass_notice": {"clear"},
}


@pytest.mark.parametrize("asked", BY_DUTY)
def test_who_may_with_which_duty(asked):
    contact, (name, *change) = ContactFactory(), asked.split()
    police = AgencyFactory(kind="police")
    may = set()
    for duty in Duty.values:
        worker = StaffFactory(hub=contact.hub, agency=police, duties=[duty])
        with signed_in_as(worker):
            may |= {duty} if getattr(policy, name)(worker, contact, *change) else set()
    assert may == BY_DUTY[asked]


@pytest.mark.parametrize(("duty", "may"), [("screen", False), ("assess", True), ("decide", True)])
def test_whoever_screens_tells_a_school_at_the_police_alone(duty, may):
    contact = ContactFactory()
    worker = StaffFactory(hub=contact.hub, agency=AgencyFactory(kind="health"), duties=[duty])
    with signed_in_as(worker):
        assert bool(policy.may_tell_school(worker, contact)) is may


def test_by_night_only_the_manager_on_call_lowers_a_red_contact():
    contact = ContactFactory()
    StandingFactory(contact=contact, colour="red")
    for duties, may in (
        (["out_of_hours"], False),
        (["approve"], True),
        (["out_of_hours", "approve"], True),
        (["assess"], True),
    ):
        worker = StaffFactory(hub=contact.hub, duties=duties)
        with signed_in_as(worker):
            assert bool(policy.may_rate(worker, contact, "lowered")) is may


@pytest.mark.parametrize(
    ("by", "to", "may"),
    [
        ("screen", "screen", True),
        ("manage", "decide", True),
        ("approve", "screen", False),
        ("clear", "screen", False),
        ("audit", "screen", False),
        ("manage", "approve", False),
        ("manage", "answer", False),
    ],
)
def test_work_is_given_by_who_works_or_manages_and_to_who_works(by, to, may):
    contact = ContactFactory()
    giver, taker = (StaffFactory(hub=contact.hub, duties=[duty]) for duty in (by, to))
    with signed_in_as(giver):
        assert bool(policy.may_assign(giver, contact, taker)) is may
