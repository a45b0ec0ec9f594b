"""Hand-overs to services for tests: packs as they went, words on them, and steps between tiers."""

import json
import uuid

import factory

from mash.handover.composing import IN_CONFIDENCE, digest_of
from mash.handover.models import CaseNumber, Export, Pack, Remark, Step, StepWent, SystemKey, Word
from tests.factories.base import Factory
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, StaffFactory


def body(**changes):
    """Return a pack's bytes."""
    said = {
        "format": "openmash.handover/1",
        "hub": "Northfield MASH",
        "reference": "NF-7K3M-2Q9",
        "edition": 1,
        "to": "Family Help",
        "sent_at": MONDAY_9AM.isoformat(),
        "person": {"name": "Daniel Okafor", "born_on": "2016-03-04"},
        "plan": "Early help",
        "tier": 2,
        "passages": [{"heading": "Why", "words": "Help is needed at home, and the family want it."}],
        "in_confidence": IN_CONFIDENCE,
    }
    return json.dumps(said | changes, sort_keys=True)


class PackFactory(Factory):
    """A hand-over of the person in an outcome, that nobody has answered."""

    class Meta:
        model = Pack

    hub = factory.SelfAttribute("outcome.hub")
    outcome = factory.SubFactory("tests.factories.decision.OutcomeFactory")
    contact = factory.SelfAttribute("outcome.decision.contact")
    about = factory.SelfAttribute("outcome.about")
    person = factory.SelfAttribute("outcome.person")
    agency = factory.SubFactory(AgencyFactory, kind="early_help")
    key = factory.LazyFunction(uuid.uuid4)
    reference = factory.SelfAttribute("contact.reference")
    who = "Daniel Okafor"
    born_on = "2016-03-04"
    plan = "Early help"
    tier = 2
    decided_on = MONDAY_9AM.date()
    body = factory.LazyFunction(body)
    digest = factory.LazyAttribute(lambda made: digest_of(made.body))
    due_at = MONDAY_9AM
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"), decider=True)
    at = MONDAY_9AM


class OfPackFactory(Factory):
    """Something that the service of a pack says or does."""

    class Meta:
        abstract = True

    hub = factory.SelfAttribute("pack.hub")
    pack = factory.SubFactory(PackFactory)
    by = factory.SubFactory(
        StaffFactory,
        hub=factory.SelfAttribute("..hub"),
        agency=factory.SelfAttribute("..pack.agency"),
        answerer=True,
    )
    at = MONDAY_9AM


class WordFactory(OfPackFactory):
    """That the service accepted."""

    class Meta:
        model = Word

    kind = "accepted"
    by_hub = False
    worker_name = "Bea Lund"
    from_on = MONDAY_9AM.date()
    until_on = "2027-01-25"


class RemarkFactory(OfPackFactory):
    """A question of the service."""

    class Meta:
        model = Remark

    key = factory.LazyFunction(uuid.uuid4)
    from_hub = False
    words = "Which days is his mother at work?"


class ExportFactory(OfPackFactory):
    class Meta:
        model = Export

    number = 1
    through = "page"
    digest = "0" * 64


class CaseNumberFactory(OfPackFactory):
    class Meta:
        model = CaseNumber

    agency = factory.SelfAttribute("pack.agency")
    number = "CSC-204417"
    through = "page"


class StepFactory(Factory):
    """A step down from the service of a pack, which no cleared person has passed."""

    class Meta:
        model = Step

    hub = factory.SelfAttribute("origin.hub")
    origin = factory.SubFactory(PackFactory)
    contact = factory.SelfAttribute("origin.contact")
    person = factory.SelfAttribute("origin.person")
    from_agency = factory.SelfAttribute("origin.agency")
    to = factory.SubFactory(AgencyFactory, kind="early_help")
    key = factory.LazyFunction(uuid.uuid4)
    reference = factory.SelfAttribute("origin.reference")
    who = "Daniel Okafor"
    route = "down_to_family_help"
    direction = "down"
    reason = "The home is safe, and they want help with the mornings."
    product = (
        "He is at school each day. What works: his grandmother. Still to do: a routine for the evenings."
    )
    agreement = "His mother asked for it."
    by = factory.SubFactory(
        StaffFactory,
        hub=factory.SelfAttribute("..hub"),
        agency=factory.SelfAttribute("..from_agency"),
        answerer=True,
    )
    at = MONDAY_9AM


class StepWentFactory(Factory):
    class Meta:
        model = StepWent

    hub = factory.SelfAttribute("step.hub")
    step = factory.SubFactory(StepFactory)
    at = MONDAY_9AM


class SystemKeyFactory(Factory):
    class Meta:
        model = SystemKey

    hub = factory.SelfAttribute("post.hub")
    agency = factory.SelfAttribute("post.agency")
    post = factory.SubFactory(StaffFactory, answerer=True)
    label = "Our case system"
    by = factory.SelfAttribute("post")
    at = MONDAY_9AM
