"""Who sees what triage made of a contact: the rule, the filter and the database, each asked without the others."""

import pytest
from django.db import DatabaseError

from mash.contact.models import Contact
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
from tests.factories.partnership import StaffFactory
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
