"""What is read about contacts.  Every function starts from the worker, or from who acts."""

import uuid
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.common.identity import Kind, presence
from mash.common.references import normalise
from mash.contact import policy
from mash.contact.models import Contact, ContactPerson, Disputed, Referrer, Reply, Settlement, Warned
from mash.partnership.models import ReferrerCode, Staff
from mash.people.details import Details, Home
from mash.people.identifiers import digits
from mash.people.models import Person

MOST_DIGITS = 20  # of a telephone number


def find(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact that this worker may read.

    Raises Http404, never 403, for any other: an id must not reveal that a case exists.
    """
    return get_object_or_404(Contact.objects.filter(policy.readable_by(staff)), pk=contact_id)


def readable(staff: Staff) -> QuerySet[Contact]:
    """Return the contacts that this worker may read, newest first."""
    return Contact.objects.filter(policy.readable_by(staff)).order_by("-received_at", "pk")


def disputed(staff: Staff) -> QuerySet[Disputed]:
    """Return what came under a reference we hold with other content, on contacts this worker may read, newest first."""
    return (
        Disputed.objects.filter(contact__in=readable(staff).order_by().values("pk"))
        .select_related("contact")
        .order_by("-at", "pk")
    )


def referrer(staff: Staff, contact: Contact) -> Referrer | None:
    """Return who sent a contact, for the hub's own desk; None where they did not say, or this worker may not know.

    Source: docs/rules.md, "Public referrers".
    """
    if not policy.may_read(staff, contact):
        return None
    return Referrer.objects.filter(contact=contact).first()


def source_for_agencies(contact: Contact) -> str:
    """Return how a contact's sender is named to agencies that are asked: a member of the public never by name.

    An organisation whose own name could give away a protected address is named by its kind alone.

    Source: docs/rules.md, "Public referrers", "Protected addresses".
    """
    if contact.is_from_the_public:
        return "A member of the public"
    if contact.people.filter(protected=True).exists():
        return f"An organisation ({contact.source_kind.replace('_', ' ')})"
    return contact.organisation


def count_warnings(contacts: list[Contact]) -> int:
    """Return how many warnings these contacts have between them."""
    return Warned.objects.filter(contact__in=contacts).count() if contacts else 0


def by_reference(reference: str) -> Contact | None:
    """Return the contact with this reference, however it was typed, for a service that looks across hubs."""
    written = normalise(reference)
    return Contact.objects.select_related("hub").filter(reference=written or "").first()


def email_of_referrer(contact: Contact) -> str:
    """Return the e-mail address that the referrer gave, or ""."""
    known = Referrer.objects.filter(contact=contact).first()
    return known.email if known else contact.referrer_email


def referral() -> Contact:
    """Return the contact whose referrer acts.  Raises Http404 for anybody else."""
    identity = presence().identity
    if identity is None or identity.kind != Kind.REFERRER:
        raise Http404
    code = get_object_or_404(ReferrerCode, code_hash=identity.key)
    return get_object_or_404(Contact.objects.select_related("hub"), pk=code.contact_id)


def replies_for_referrer() -> QuerySet[Reply]:
    """Return what the referrer who acts was told about their own contact, newest first.

    Raises Http404 unless a referrer acts.
    """
    return Reply.objects.filter(contact=referral()).select_related("contact").order_by("-at", "pk")


def find_person(staff: Staff, contact_person_id: uuid.UUID) -> ContactPerson:
    """Return somebody in a contact that this worker may read, with the contact.  Raises Http404 for anybody else."""
    within = ContactPerson.objects.filter(contact__in=readable(staff).order_by().values("pk"))
    return get_object_or_404(within.select_related("contact", "contact__hub", "hub"), pk=contact_person_id)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a contact names, and the word that stands on who that is (None: nobody has said)."""

    who: ContactPerson
    word: Settlement | None


def people_of(contact: Contact) -> list[Named]:
    """Return the people of a contact in its own order, each with the word that stands on who they are."""
    said = Settlement.objects.filter(undone_at=None, contact_person__contact=contact)
    words = {word.contact_person_id: word for word in said.select_related("person", "by__account")}
    people = sorted(contact.people.all(), key=lambda one: (len(one.ref), one.ref))
    return [Named(one, words.get(one.pk)) for one in people]


def unsettled(contact: Contact) -> QuerySet[ContactPerson]:
    """Return the people of a contact of whom nobody has said yet who they are; "cannot tell yet" has been said.

    Source: docs/rules.md, "Known already, open already".
    """
    said = Settlement.objects.filter(undone_at=None, contact_person=OuterRef("pk"))
    return contact.people.filter(~Exists(said)).order_by("ref")


def settlement_of(contact_person: ContactPerson) -> Settlement | None:
    """Return the word that stands on who somebody in a contact is."""
    return contact_person.settlements.filter(undone_at=None).select_related("person", "by__account").first()


def past_settlements(contact_person: ContactPerson) -> QuerySet[Settlement]:
    """Return the words that were taken back, newest first."""
    undone = contact_person.settlements.filter(undone_at__isnull=False)
    return undone.select_related("person", "by__account", "undone_by__account").order_by("-at", "pk")


def person_of(contact_person: ContactPerson) -> Person | None:
    """Return the person on record that somebody in a contact was settled to be, after any merging; None while open."""
    word = settlement_of(contact_person)
    person = word.person if word else None
    while person and person.merged_into_id:
        person = person.merged_into
    return person


def details_of(contact_person: ContactPerson) -> Details:
    """Return what a contact says of somebody, for the search; a protected address is not in it."""
    one, said_on = contact_person, contact_person.contact.sent_at.date()
    home = Home(tuple(one.lines), one.postcode) if one.lines or one.postcode else None
    return Details(
        given=one.given,
        family=one.family,
        known_as=tuple(one.known_as),
        born_on=one.born_on,
        expected_on=one.expected_on,
        age_words=one.age,
        age_as_of=said_on if one.age else None,
        sex=one.sex or "U",
        ethnicity=one.ethnicity,
        language=one.language,
        interpreter=one.interpreter,
        disabilities=tuple(one.disabilities),
        addresses=(home,) if home else (),
        phones=tuple(phone for phone in one.phones if len(digits(phone)) <= MOST_DIGITS),
        nhs_number=one.nhs_number,
        upn=one.upn,
        la_child_id=one.la_child_id,
        school=one.school,
        gp=one.gp,
        source="contact",
        source_key=str(one.pk),
    )
