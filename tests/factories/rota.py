"""The duty rota, for tests."""

from datetime import timedelta

import factory

from mash.partnership.rota import Absence, Turn
from tests.factories.base import Factory
from tests.factories.partnership import MONDAY_9AM, StaffFactory


class TurnFactory(Factory):
    """A Monday on the post of whoever answers for Education."""

    class Meta:
        model = Turn

    staff = factory.SubFactory(StaffFactory, answerer=True)
    hub = factory.SelfAttribute("staff.hub")
    agency = factory.SelfAttribute("staff.agency")
    post = "answers_education"
    from_at = MONDAY_9AM
    until_at = MONDAY_9AM + timedelta(hours=8)
    deputies = []
    at = MONDAY_9AM


class AbsenceFactory(Factory):
    """Away from Monday morning on, nobody knows how long."""

    class Meta:
        model = Absence

    staff = factory.SubFactory(StaffFactory)
    hub = factory.SelfAttribute("staff.hub")
    agency = factory.SelfAttribute("staff.agency")
    planned = False
    from_at = MONDAY_9AM
    by = factory.SelfAttribute("staff")
    at = MONDAY_9AM
