"""Contacts for tests: one child and a parent, unless the test says who it is about."""

import hashlib
import json
import uuid

import factory

from mash.contact.models import (
    Addition,
    Consultation,
    ConsultationLink,
    Contact,
    ContactPerson,
    ContactRelationship,
    Disputed,
    Referrer,
    Reply,
    SetBeside,
    Settlement,
    Warned,
)
from tests.factories.base import Factory
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory

A_CHILD = {"role": "child", "given": "Daniel", "family": "Okafor", "born_on": "2016-03-04"}
A_PARENT = {"role": "parent_or_carer", "given": "Grace", "family": "Okafor", "born_on": "1988-07-11"}
WORDS = "Came to school without a coat for the third day and said there was no tea last night."


def a_message(reference, people=(A_CHILD, A_PARENT), **changes):
    """Return a referral as a sender writes it; `changes` replace whole top-level keys (None takes one out).

    people: dictionaries of the message's own keys, or of `role`, `given`, `family` and others for short.
    """
    said = {
        "format": "openmash.referral/1",
        "reference": reference,
        "sent_at": "2026-11-02T08:50:00+00:00",
        "source": {"kind": "school", "organisation": "Fernbank Primary", "name": "Ines Duarte"},
        "subject": "child",
        "type": "safeguarding",
        "people": [_as_sent(f"p{place}", one) for place, one in enumerate(people, 1)],
        "concern": {"categories": ["neglect"], "what_happened": WORDS},
        "agreement": {"sought": "not_sought", "family_aware": False},
    } | changes
    return {key: value for key, value in said.items() if value is not None}


def _as_sent(ref, one):
    name = {key: one[key] for key in ("given", "family", "known_as") if key in one}
    rest = {key: value for key, value in one.items() if key not in name}
    return {"id": ref} | ({"name": name} if name else {}) | rest


class ContactPersonFactory(Factory):
    class Meta:
        model = ContactPerson

    class Params:
        adult = factory.Trait(role="adult_at_risk", born_on="1941-05-06")
        parent = factory.Trait(role="parent_or_carer", born_on="1988-07-11")

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory("tests.factories.contact.ContactFactory", people=[])
    ref = factory.Sequence("q{}".format)
    role = "child"
    given = "Daniel"
    family = "Okafor"
    born_on = "2016-03-04"


class ContactFactory(Factory):
    """A school's contact about one child and their mother.

    `people=[{"role": "child", "given": "Ama"}, ...]` says who it names instead (`[]`: nobody); they are p1, p2 ...
    `email="..."` is the referrer's.
    """

    class Meta:
        model = Contact

    class Params:
        email = ""
        from_public = factory.Trait(source_kind="public", organisation="")
        police = factory.Trait(source_kind="police", organisation="North Thames Constabulary")

    hub = factory.SubFactory(HubFactory)
    reference = factory.Sequence(lambda n: f"NF-TEST-{n:06}")
    received_at = MONDAY_9AM
    sent_at = MONDAY_9AM
    channel = "file"
    source_kind = "school"
    organisation = "Fernbank Primary"
    organisation_key = factory.LazyAttribute(lambda made: made.organisation.casefold() or "public")
    sender_reference = factory.Sequence("S-{}".format)
    referrer_email = factory.LazyAttribute(lambda made: "" if made.source_kind == "public" else made.email)
    subject = "child"
    type = "safeguarding"
    categories = ["neglect"]

    @classmethod
    def _create(cls, model_class, *args, people=(A_CHILD, A_PARENT), **kwargs):
        said = a_message(kwargs["sender_reference"], people)
        kwargs.setdefault("message", said)
        kwargs.setdefault("digest", hashlib.sha256(json.dumps(said).encode()).hexdigest())
        contact = super()._create(model_class, *args, **kwargs)
        for place, one in enumerate(people, 1):
            blank = {"given": "", "family": "", "born_on": None}
            ContactPersonFactory(contact=contact, ref=f"p{place}", **(blank | one))
        return contact


class ReferrerFactory(Factory):
    class Meta:
        model = Referrer

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    name = "Ines Duarte"
    role = "Designated safeguarding lead"
    email = "ines.duarte@fernbank.example.org"


class ContactRelationshipFactory(Factory):
    class Meta:
        model = ContactRelationship

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    from_ref = "p2"
    to_ref = "p1"
    kind = "parent"
    parental_responsibility = True


class WarnedFactory(Factory):
    class Meta:
        model = Warned

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    path = "people[0].born_on"
    words = "is in the future"


class DisputedFactory(Factory):
    class Meta:
        model = Disputed

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    message = factory.LazyAttribute(lambda made: a_message(made.contact.sender_reference))
    digest = factory.Sequence("{:064}".format)
    channel = "file"
    at = MONDAY_9AM


class SettlementFactory(Factory):
    """A word that nobody can tell yet; `person=` and `answer="known"` say more."""

    class Meta:
        model = Settlement

    hub = factory.SelfAttribute("contact_person.hub")
    contact_person = factory.SubFactory(ContactPersonFactory)
    answer = "cannot_tell"
    search = factory.LazyFunction(uuid.uuid4)
    candidates_shown = 0
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM


class SetBesideFactory(Factory):
    """How somebody on record compared when a worker said their word: a name and a birth date the same."""

    class Meta:
        model = SetBeside

    hub = factory.SelfAttribute("contact_person.hub")
    contact_person = factory.SubFactory(ContactPersonFactory)
    search = factory.LazyFunction(uuid.uuid4)
    place = 1
    levels = factory.LazyFunction(lambda: ["given.same", "family.same", "born.same", "sex.same"])
    claimed = False
    edition = "3"
    at = MONDAY_9AM


class AdditionFactory(Factory):
    class Meta:
        model = Addition

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    words = "The coat was found in lost property."
    said_by = "Ines Duarte"
    at = MONDAY_9AM


class ReplyFactory(Factory):
    class Meta:
        model = Reply

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    kind = "received"
    words = "We have it.  Nobody has read it yet."
    at = MONDAY_9AM


class ConsultationFactory(Factory):
    """Advice to a school, held without names."""

    class Meta:
        model = Consultation

    hub = factory.SubFactory(HubFactory)
    key = factory.LazyFunction(uuid.uuid4)
    reference = factory.Sequence(lambda n: f"NFC-TEST-{n:06}")
    held_at = MONDAY_9AM
    how = "telephone"
    source_kind = "school"
    organisation = "Fernbank Primary"
    asked_by = "Ines Duarte"
    question = "A child comes to school hungry. Is that for you?"
    categories = ["neglect"]
    levels = [2]
    advice = "Speak with the parent first, and offer early help."
    next_steps = "The school speaks with the parent this week."
    referral_advised = False
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"), screener=True)
    at = MONDAY_9AM


class ConsultationLinkFactory(Factory):
    """A link that stands, repeated on the consultation as the action does."""

    class Meta:
        model = ConsultationLink

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    consultation = factory.LazyAttribute(
        lambda made: ConsultationFactory(hub=made.contact.hub, contacts=[made.contact.pk])
    )
    why = "The school gave the reference."
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"), screener=True)
    at = MONDAY_9AM
