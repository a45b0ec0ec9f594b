"""Returns in the words of the field: contacts come about children by number, are decided, and a return is made."""

import uuid
from datetime import UTC, date, datetime

from mash.contact.models import ContactPerson
from mash.returns import actions, queries
from mash.returns.models import File, Kind, Made, Problem
from mash.returns.years import year
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import DecisionFactory, OutcomeFactory
from tests.factories.partnership import HubFactory, StaffFactory
from tests.factories.people import IdentifierFactory, PersonFactory

FROM, UNTIL = date(2025, 10, 1), date(2026, 3, 31)
CENSUS_FROM, CENSUS_UNTIL = date(2025, 4, 1), date(2026, 3, 31)
MARCH = date(2026, 3, 2)
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
B = "builder"
RULES = year()
A_UPN = "J301234567895"


def at(day, hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def a_hub():
    return HubFactory()


def a_child(hub, number="CH0001", *, upn="", **said):
    """A child on record, by the authority's number ("": none)."""
    facts = {"born_on": "2016-03-04", "sex": "M", "ethnicity": "WBRI", **said}
    child = PersonFactory(hub=hub, **facts)
    if number:
        IdentifierFactory(person=child, scheme="la_child_id", value=number)
    if upn:
        IdentifierFactory(person=child, scheme="upn", value=upn)
    return child


def a_contact(child, on, *, code="6", kind="police", settled=True, role="child", **said):
    """A contact about a child, from a source by its code ("": the sender gave none)."""
    message = {"source": {"kind": kind, **({"dfe_code": code} if code else {})}}
    people = [
        {
            "role": role,
            "given": "Daniel",
            "born_on": child.born_on and str(child.born_on),
            "expected_on": child.expected_on and str(child.expected_on),
            "sex": child.sex,
            "ethnicity": child.ethnicity,
        }
    ]
    contact = ContactFactory(
        hub=child.hub, received_at=at(on), sent_at=at(on), source_kind=kind, message=message, people=people,
        **said,
    )  # fmt: skip
    if settled:
        SettlementFactory(contact_person=about(contact), answer="known", person=child)
    return contact


def about(contact):
    """The one person in a contact, as factories take them."""
    one = ContactPerson.objects.using(B).get(contact=contact.pk)
    one._state.db = "default"
    one.hub, one.contact = contact.hub, contact
    return one


def decided(contact, child, outcome="child_and_family_assessment", on=None, **said):
    """What was decided on a contact, standing."""
    moment = at(on) if on else contact.received_at
    decision = DecisionFactory(contact=contact, at=moment, made_at=moment)
    return OutcomeFactory(
        decision=decision, about=about(contact), person=child, outcome=outcome, level=3, **said
    )


def asked(hub, kind=Kind.ANNEX_A, *, from_on=FROM, until_on=UNTIL, by=None, moment=NOW, **said):
    """Ask for a return as a worker who manages, or as one who is given."""
    by = by or StaffFactory(hub=hub, manager=True)
    if kind == Kind.CIN:
        said = {"authority": "999", "every_episode": False, **said}
    with signed_in_as(by):
        return actions.ask_for(
            key=said.pop("key", None) or uuid.uuid4(), kind=kind, from_on=from_on, until_on=until_on,
            why=said.pop("why", "Asked for by inspectors"), hub=hub, by=by, at=moment, **said,
        )  # fmt: skip


def made(hub, kind=Kind.ANNEX_A, **said):
    """Ask for a return, and let the program make it."""
    run = asked(hub, kind, **said)
    with in_service("returns"):
        return actions.make(run_id=run.pk, at=NOW)


def body_of(made_one):
    return bytes(File.objects.using(B).get(run=made_one.run_id).body)


def problems_of(made_one):
    """The problems that are named, as (rule, child, place)."""
    rows = Problem.objects.using(B).filter(run=made_one.run_id).order_by("number")
    return [(one.rule, one.child, one.place) for one in rows]


def rules_found(made_one):
    return dict(Made.objects.using(B).get(pk=made_one.pk).problems)


def gathered(hub, from_on=FROM, until_on=UNTIL):
    from mash.common.editions import content_of

    with in_service("returns"), content_of(hub.pk):
        return queries.gather(hub.pk, queries.Period(from_on, until_on), RULES)
