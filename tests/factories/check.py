"""Checks for tests: a rated contact with agreement, its check, and enquiries about the people it names."""

import datetime
import uuid

import factory

from mash.check.models import Answer, Check, Draft, Enquiry, EnquiryPerson, FullAnswer, Return, Withheld
from mash.contact.models import ContactPerson
from mash.partnership.models import Membership
from mash.triage.models import Basis
from tests.factories.base import Factory, signed_in_as
from tests.factories.contact import ContactFactory, ContactRelationshipFactory
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, HubFactory, MembershipFactory, StaffFactory
from tests.factories.triage import AgreementFactory, ConfirmationFactory, RatingFactory, RouteFactory

MONDAY_10AM = MONDAY_9AM + datetime.timedelta(hours=1)
WORRY = "A coat missing for three days, and no tea last night."
FOCUS = "Was he in school on 28 October, and who brought him?"
NOT_YET_DUE = MONDAY_9AM + datetime.timedelta(days=200)


def people_of(contact):
    """Return everybody a contact names, by ref, whoever acts."""
    found = list(ContactPerson.objects.using("builder").filter(contact_id=contact.pk).order_by("ref"))
    for one in found:
        one._state.db = "default"
        one.hub, one.contact = contact.hub, contact
    return found


def ready(colour="amber", agreed=True, based=True, confirmed=True, **contact):
    """Return a contact that triage sent to a check: rated, the rating confirmed, routed, agreed and with a basis.

    Each of these unless told otherwise.
    """
    made = ContactFactory(**contact)
    ContactRelationshipFactory(contact=made)
    rating = RatingFactory(contact=made, colour=colour)
    if confirmed:
        ConfirmationFactory(rating=rating)
    RouteFactory(contact=made)
    if agreed:
        AgreementFactory(contact=made)
    if based:
        BasisFactory(contact=made)
    return made


class BasisFactory(Factory):
    class Meta:
        model = Basis

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    basis = "ca1989_s17"
    words = "Children Act 1989 s17: the council's duty to children in need"
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..contact.hub"), screener=True)
    at = MONDAY_9AM


class CheckFactory(Factory):
    """A check that opened on agreement."""

    class Meta:
        model = Check

    contact = factory.LazyFunction(ready)
    hub = factory.SelfAttribute("contact.hub")
    gate_agreement = factory.LazyAttribute(lambda made: AgreementFactory(contact=made.contact))
    colour = "amber"
    why = "What do the agencies know?"
    opened_by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"), screener=True)
    opened_at = MONDAY_9AM


class EnquiryFactory(Factory):
    """An enquiry to Education about everybody the contact names."""

    class Meta:
        model = Enquiry

    check_asked = factory.SubFactory(CheckFactory)
    hub = factory.SelfAttribute("check_asked.hub")
    contact_id_opaque = factory.LazyAttribute(lambda made: made.check_asked.contact_id)
    reference = factory.LazyAttribute(lambda made: made.check_asked.contact.reference)
    agency = factory.SubFactory(AgencyFactory, kind="education")
    question_set = factory.LazyAttribute(
        lambda made: f"{made.agency.kind}_v1" if made.agency.kind != "other" else "free_v1"
    )
    set_version = 1
    sending = factory.LazyFunction(uuid.uuid4)
    focus = FOCUS
    stage = "Multi-agency check, rated amber. Nothing has been decided yet."
    worry = WORRY
    basis = "Children Act 1989 s17"
    position = "OKAFOR, Daniel: agreement was given on 2 November 2026."
    sent_by = factory.LazyAttribute(lambda made: made.check_asked.opened_by)
    sent_at = MONDAY_9AM
    due_at = NOT_YET_DUE

    @classmethod
    def _create(cls, model_class, *args, about=None, **kwargs):
        enquiry = super()._create(model_class, *args, **kwargs)
        if not Membership.objects.using("builder").filter(hub=enquiry.hub, agency=enquiry.agency).exists():
            MembershipFactory(hub=enquiry.hub, agency=enquiry.agency)
        for one in people_of(enquiry.check_asked.contact) if about is None else about:
            EnquiryPersonFactory(
                enquiry=enquiry, contact_person_id_opaque=one.pk, role=one.role, name=str(one)
            )
        return enquiry


class EnquiryPersonFactory(Factory):
    class Meta:
        model = EnquiryPerson

    hub = factory.SelfAttribute("enquiry.hub")
    enquiry = factory.SubFactory(EnquiryFactory)
    contact_person_id_opaque = factory.LazyFunction(uuid.uuid4)
    role = "child"
    name = "OKAFOR, Daniel"


class AnswerFactory(Factory):
    class Meta:
        model = Answer

    enquiry = factory.SubFactory(EnquiryFactory)
    hub = factory.SelfAttribute("enquiry.hub")
    check_asked = factory.SelfAttribute("enquiry.check_asked")
    person = factory.LazyAttribute(lambda made: asked_about(made.enquiry)[0])
    question = "effort"
    sharing = "share"
    text = "Tries hard in the mornings."
    by = factory.LazyAttribute(lambda made: answerer_of(made.enquiry))
    at = MONDAY_10AM


class FullAnswerFactory(Factory):
    class Meta:
        model = FullAnswer

    answer = factory.SubFactory(AnswerFactory, sharing="summary")
    hub = factory.SelfAttribute("answer.hub")
    agency = factory.SelfAttribute("answer.enquiry.agency")
    text = "All of what was said."


class DraftFactory(Factory):
    class Meta:
        model = Draft

    enquiry = factory.SubFactory(EnquiryFactory)
    hub = factory.SelfAttribute("enquiry.hub")
    agency = factory.SelfAttribute("enquiry.agency")
    nonce = b"0" * 12
    body = b"encrypted"
    by = factory.LazyAttribute(lambda made: answerer_of(made.enquiry))
    at = MONDAY_10AM


class ReturnFactory(Factory):
    class Meta:
        model = Return

    enquiry = factory.SubFactory(EnquiryFactory)
    hub = factory.SelfAttribute("enquiry.hub")
    by = factory.LazyAttribute(lambda made: answerer_of(made.enquiry))
    at = MONDAY_10AM


class WithheldFactory(Factory):
    class Meta:
        model = Withheld

    enquiry = factory.SubFactory(EnquiryFactory)
    hub = factory.SelfAttribute("enquiry.hub")
    reason = "belongs_to_another"
    by = factory.LazyAttribute(lambda made: answerer_of(made.enquiry))
    at = MONDAY_10AM


def asked_about(enquiry):
    """Return the people an enquiry names, children first, whoever acts."""
    rows = EnquiryPerson.objects.using("builder").filter(enquiry_id=enquiry.pk).order_by("role", "name", "pk")
    found = list(rows)
    for one in found:
        one._state.db = "default"
        one.hub, one.enquiry = enquiry.hub, enquiry
    return found


def answerer_of(enquiry):
    """Return somebody who answers for the agency asked."""
    return StaffFactory(hub=enquiry.hub, agency=enquiry.agency, answerer=True)


def desk_of(thing, **duties):
    """Return somebody at the hub's own desk: a screener unless told otherwise."""
    return StaffFactory(hub=thing.hub, **(duties or {"screener": True}))


def in_hub(hub=None, kind="education", **agency):
    """Return an agency that can be asked in a hub."""
    made = AgencyFactory(kind=kind, **agency)
    MembershipFactory(hub=hub or HubFactory(), agency=made)
    return made


def doing(staff, action, **words):
    """Let a worker do one thing, in a transaction of its own."""
    with signed_in_as(staff):
        return action(by=staff, **words)
