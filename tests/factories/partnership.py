"""Hubs, agencies and posts for tests.  A post may do nothing yet: the test names the duty."""

import uuid
from datetime import UTC, datetime, timedelta
from string import ascii_uppercase

import factory

from mash.partnership.models import DESK, Access, Account, Agency, Duty, Hub, Membership, Opening, Staff
from tests.factories.base import Factory

MONDAY_9AM = datetime(2026, 11, 2, 9, tzinfo=UTC)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def in_three_letters(number):
    """Return one of 17,576 prefixes: never that of a hub with a name, of the demo or of a test, which have two."""
    return "".join(ascii_uppercase[number // 26**place % 26] for place in (2, 1, 0))


class HubFactory(Factory):
    class Meta:
        model = Hub

    name = factory.Sequence("Borough {:05}".format)
    prefix = factory.Sequence(in_three_letters)


class AgencyFactory(Factory):
    class Meta:
        model = Agency

    name = factory.Sequence("Agency {:05}".format)
    kind = "education"


class MembershipFactory(Factory):
    class Meta:
        model = Membership

    hub = factory.SubFactory(HubFactory)
    agency = factory.SubFactory(AgencyFactory)
    email = factory.Sequence("agency{}@agency.example".format)


class AccountFactory(Factory):
    class Meta:
        model = Account

    email = factory.Sequence("worker{}@hub.example".format)
    name = factory.Sequence("Worker {:05}".format)
    password = "!"


class StaffFactory(Factory):
    """A post that may do nothing yet."""

    class Meta:
        model = Staff

    class Params:
        screener = factory.Trait(duties=[Duty.SCREEN])
        social_worker = factory.Trait(duties=[Duty.SCREEN, Duty.ASSESS])
        decider = factory.Trait(duties=[Duty.SCREEN, Duty.ASSESS, Duty.DECIDE])
        second_person = factory.Trait(duties=[Duty.APPROVE])
        manager = factory.Trait(duties=[Duty.MANAGE, Duty.APPROVE])
        answerer = factory.Trait(duties=[Duty.ANSWER])
        cleared = factory.Trait(duties=[Duty.CLEAR])
        auditor = factory.Trait(duties=[Duty.AUDIT])
        administrator = factory.Trait(duties=[Duty.ADMINISTER])
        whole_desk = factory.Trait(duties=list(DESK))

    account = factory.SubFactory(AccountFactory)
    hub = factory.SubFactory(HubFactory)
    agency = factory.SubFactory(AgencyFactory)
    title = "Worker"
    duties = []
    from_at = LONG_AGO


class OpeningFactory(Factory):
    """What the database's own function writes when a restricted case is opened."""

    class Meta:
        model = Opening

    id = factory.LazyFunction(uuid.uuid4)
    hub = factory.SelfAttribute("staff.hub")
    staff = factory.SubFactory(StaffFactory)
    reference = "NF-7K3M-2Q9"
    why = "The child is at the school gate with him now"
    from_at = LONG_AGO
    until_at = factory.LazyAttribute(lambda made: made.from_at + timedelta(hours=1))
    review_due_at = factory.LazyAttribute(lambda made: made.from_at + timedelta(days=1))


class AccessFactory(Factory):
    class Meta:
        model = Access

    hub = factory.SelfAttribute("staff.hub")
    staff = factory.SubFactory(StaffFactory)
    why = "asked by the hub"
    from_at = LONG_AGO
