"""What stands in a directory, for tests."""

from datetime import date

import factory

from mash.directory.models import NamedContact, Organisation
from tests.factories.base import Factory
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, HubFactory


class NamedContactFactory(Factory):
    """Somebody who holds a role, and whom only workers see."""

    class Meta:
        model = NamedContact

    hub = factory.SubFactory(HubFactory)
    role = "safeguarding_lead"
    agency = factory.SubFactory(AgencyFactory)
    name = "Ines Duarte"
    telephone = "020 7946 0611"
    from_on = date(2026, 1, 5)
    at = MONDAY_9AM


def linked(organisation, agency):
    """Let an agency's posts keep an organisation's entries."""
    Organisation.objects.using("builder").filter(pk=organisation.pk).update(agency=agency)
