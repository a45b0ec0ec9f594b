"""Hand-overs, views and moved work, for tests."""

import uuid

import factory

from mash.contact.models import Printing
from mash.desk.models import Export, HandedOver, HandOver, HandOverWord, LongPaper, Moved, Moving, SavedView
from mash.desk.paper import WHOLE
from tests.factories.base import Factory
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory


class HandOverFactory(Factory):
    """The day team hands over to the night, and it is offered."""

    class Meta:
        model = HandOver

    by = factory.SubFactory(StaffFactory, decider=True)
    hub = factory.SelfAttribute("by.hub")
    which = "to_emergency_duty"
    key = factory.LazyFunction(uuid.uuid4)
    at = MONDAY_9AM
    offered_at = MONDAY_9AM


class HandedOverFactory(Factory):
    class Meta:
        model = HandedOver

    hand_over = factory.SubFactory(HandOverFactory)
    hub = factory.SelfAttribute("hand_over.hub")
    place = 1
    listed = ["every_red"]


class HandOverWordFactory(Factory):
    class Meta:
        model = HandOverWord

    line = factory.SubFactory(HandedOverFactory)
    hub = factory.SelfAttribute("line.hub")
    by = factory.SelfAttribute("line.hand_over.by")
    state = "questioned"
    words = "Who has the key?"
    at = MONDAY_9AM


class SavedViewFactory(Factory):
    class Meta:
        model = SavedView

    staff = factory.SubFactory(StaffFactory, screener=True)
    hub = factory.SelfAttribute("staff.hub")
    name = "My reds"
    query = "rating=red"
    at = MONDAY_9AM


class TakenListFactory(Factory):
    class Meta:
        model = Export

    by = factory.SubFactory(StaffFactory, decider=True)
    hub = factory.SelfAttribute("by.hub")
    key = factory.LazyFunction(uuid.uuid4)
    columns = ("reference", "rating")
    purpose = "review"
    ground = "gdpr_6_1_e"
    rows = 300
    waits = True
    at = MONDAY_9AM


class PrintingFactory(Factory):
    """Somebody said why they print the whole of a case."""

    class Meta:
        model = Printing

    by = factory.SubFactory(StaffFactory, whole_desk=True)
    contact = factory.SubFactory(ContactFactory, hub=factory.SelfAttribute("..by.hub"))
    hub = factory.SelfAttribute("contact.hub")
    page = WHOLE
    purpose = "court"
    at = MONDAY_9AM


class LongPaperFactory(Factory):
    """Somebody asked for papers of a whole case, and nothing lies under lock yet."""

    class Meta:
        model = LongPaper

    printing = factory.SubFactory(PrintingFactory)
    hub = factory.SelfAttribute("printing.hub")
    by = factory.SelfAttribute("printing.by")
    at = factory.SelfAttribute("printing.at")


class MovingFactory(Factory):
    class Meta:
        model = Moving

    frm = factory.SubFactory(StaffFactory, screener=True)
    hub = factory.SelfAttribute("frm.hub")
    agency = factory.SelfAttribute("frm.agency")
    by = factory.SelfAttribute("frm")
    why = "On leave"
    key = factory.LazyFunction(uuid.uuid4)
    at = MONDAY_9AM


class MovedFactory(Factory):
    class Meta:
        model = Moved

    moving = factory.SubFactory(MovingFactory)
    hub = factory.SelfAttribute("moving.hub")
    agency = factory.SelfAttribute("moving.agency")
    kind = "contact"
    thing = factory.LazyFunction(uuid.uuid4)
    case = factory.SelfAttribute("thing")
    reference = "NF-7K3M-2P"
    urgent = False
    at = MONDAY_9AM
