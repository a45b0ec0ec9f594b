"""What the database itself holds about contacts, whoever asks and whatever the code says."""

import pytest
from django.db import DatabaseError

from mash.contact.models import Contact, ContactPerson, Settlement
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.mark.parametrize("table", [Contact, ContactPerson])
def test_what_was_received_cannot_be_changed(table):
    contact = ContactFactory()
    worker = StaffFactory(hub=contact.hub, whole_desk=True)
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(worker):
        table.objects.update(hub=worker.hub)


def test_a_settlement_can_be_undone_and_not_rewritten():
    settlement = SettlementFactory()
    worker = StaffFactory(hub=settlement.hub, screener=True)
    with signed_in_as(worker):
        assert Settlement.objects.update(undone_at=settlement.at, undone_by=worker) == 1
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(worker):
        Settlement.objects.update(answer="known")
