"""People for tests: a row with the tokens of what it says.  Whatever else is known of them goes through actions."""

from dataclasses import replace

import factory

from mash.people import identifiers, tokens
from mash.people.actions import record_person
from mash.people.details import Details
from mash.people.matching.weights import plain, shipped
from mash.people.models import (
    Address,
    Alert,
    CourtOrder,
    Household,
    Identifier,
    Involvement,
    LearnedWeights,
    Name,
    OpenCasesList,
    Person,
    Relationship,
    Resident,
    Token,
    WeightsChoice,
)
from tests.factories.base import Factory, in_service
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory


def a_known_person(hub, **details):
    """Return a person on record in a hub, with names, addresses, numbers and tokens, as an import leaves them."""
    with in_service("imports"):
        person = record_person(details=Details(**details), by=None, hub_id=hub.pk, at=MONDAY_9AM)
    person.hub = hub
    return person


class PersonFactory(Factory):
    class Meta:
        model = Person

    hub = factory.SubFactory(HubFactory)
    given = "Daniel"
    family = "Okafor"
    born_on = "2016-03-04"
    sex = "M"
    recorded_at = MONDAY_9AM

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        person = super()._create(model_class, *args, **kwargs)
        person.refresh_from_db(using="builder", fields=["born_on"])
        person._state.db = "default"
        said = Details(given=person.given, family=person.family, born_on=person.born_on, school=person.school)
        Token.objects.using("builder").bulk_create(
            Token(hub_id=person.hub_id, person_id=person.pk, kind=kind, token=token)
            for kind, token in tokens.of(person.hub_id, tokens.findable(said))
        )
        return person


class OfAPerson(Factory):
    class Meta:
        abstract = True

    hub = factory.SelfAttribute("person.hub")
    person = factory.SubFactory(PersonFactory)


class NameFactory(OfAPerson):
    class Meta:
        model = Name

    given = "Danny"


class AddressFactory(OfAPerson):
    class Meta:
        model = Address

    lines = ["12 Cobbold Street", "Northfield"]
    postcode = "NF2 3AB"


class IdentifierFactory(OfAPerson):
    class Meta:
        model = Identifier

    scheme = "nhs"
    value = "9993831220"
    valid = factory.LazyAttribute(lambda made: identifiers.is_valid(made.scheme, made.value))


class AlertFactory(OfAPerson):
    class Meta:
        model = Alert

    words = "Two workers at every visit"
    from_on = "2026-01-01"
    expires_on = "2027-01-01"


class CourtOrderFactory(OfAPerson):
    class Meta:
        model = CourtOrder

    kind = "Non-molestation order"
    made_on = "2026-06-01"


class InvolvementFactory(OfAPerson):
    class Meta:
        model = Involvement

    source = "open_cases"
    source_key = factory.Sequence("case {}".format)
    agency = "Northfield Children's Services"
    plan = "Child in need plan"
    tier = 3
    team = "Safeguarding and support"
    worker_name = "Ada Mensah"
    worker_email = "ada.mensah@northfield.example"
    manager_name = "Tom Reilly"
    manager_email = "tom.reilly@northfield.example"
    from_on = "2026-05-01"
    as_at = MONDAY_9AM


class OpenCasesListFactory(Factory):
    class Meta:
        model = OpenCasesList

    hub = factory.SubFactory(HubFactory)
    as_at = MONDAY_9AM
    taken_at = MONDAY_9AM
    rows = 0


class RelationshipFactory(Factory):
    """The mother of a child: `from_person` is the `kind` of `to_person`."""

    class Meta:
        model = Relationship

    hub = factory.SelfAttribute("to_person.hub")
    to_person = factory.SubFactory(PersonFactory)
    from_person = factory.SubFactory(
        PersonFactory,
        hub=factory.SelfAttribute("..to_person.hub"),
        given="Grace",
        born_on="1988-07-11",
        sex="F",
    )
    kind = "parent"
    parental_responsibility = True
    said_at = MONDAY_9AM


class HouseholdFactory(Factory):
    """People who live together."""

    class Meta:
        model = Household

    hub = factory.SubFactory(HubFactory)


class ResidentFactory(OfAPerson):
    """Somebody's time in a household, with no end known."""

    class Meta:
        model = Resident

    household = factory.SubFactory(HouseholdFactory)


def a_share(share, n):
    return {"share": share, "low": share - 0.02, "high": min(1.0, share + 0.01), "n": n}


def a_report(**changes):
    """Return figures as they are kept with what was learned."""
    before = {"found": 0.914, "right": 0.991, "likely": 0.831, "likely_right": 0.981}
    after = {"found": 0.952, "right": 0.989, "likely": 0.844, "likely_right": 0.98}
    return {
        "beside": shipped().edition,
        "pairs": 7213,
        "decisions": 2050,
        "held_back": 412,
        "enough": 100,
        "needed": None,
        "before": {name: a_share(value, 301) for name, value in before.items()},
        "after": {name: a_share(value, 301) for name, value in after.items()},
        "gained": {"new": 14, "old": 2, "told_apart": True},
        "wrong": {"new": 1, "old": 0, "told_apart": False},
        "counts": {"known": 1400, "new": 600, "joined": 30, "apart": 20, "same": 1430, "not_same": 5783},
    } | changes


class LearnedWeightsFactory(Factory):
    """What was learned in a hub: the product's own weights, a little more sure of a birth date."""

    class Meta:
        model = LearnedWeights

    hub = factory.SubFactory(HubFactory)
    number = 1
    based_on = factory.LazyFunction(lambda: shipped().edition)
    weights = factory.LazyAttribute(
        lambda made: (
            plain(replace(shipped(), lines=()))
            | {
                "edition": f"{made.based_on}/{made.number}",
                "levels": dict(shipped().levels) | {"born.same": shipped().levels["born.same"] + made.surer},
            }
        )
    )
    report = factory.LazyFunction(a_report)
    at = MONDAY_9AM

    class Params:
        surer = 0.25


class WeightsChoiceFactory(Factory):
    """A manager's word that learned weights count in a hub."""

    class Meta:
        model = WeightsChoice

    hub = factory.SubFactory(HubFactory)
    number = 1
    what = WeightsChoice.What.ADOPTED
    learned = factory.SubFactory(LearnedWeightsFactory, hub=factory.SelfAttribute("..hub"))
    why = "Read with the team"
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM
