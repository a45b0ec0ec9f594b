"""What is read about contacts.  Every function starts from the worker, or from who acts."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Upper
from django.db.models.lookups import Exact
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from mash.common.identity import Kind, presence
from mash.common.prepared import Slot, asked_once, prepared
from mash.common.references import normalise
from mash.contact import policy
from mash.contact.advice import SUGGESTED_WITHIN, UNANSWERED
from mash.contact.models import (
    Channel,
    Consultation,
    ConsultationLink,
    Contact,
    ContactPerson,
    Disputed,
    Feedback,
    NotThisPerson,
    Printing,
    Referrer,
    Reply,
    Settlement,
    Warned,
    Written,
)
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import ReferrerCode, Staff
from mash.partnership.queries import colleagues
from mash.people.details import Details, Home, OtherName
from mash.people.identifiers import digits
from mash.people.models import Person

WRITTEN_BEFORE, WRITTEN_AFTER = timedelta(days=1), timedelta(days=14)  # of the call
MOST_DIGITS = 20  # of a telephone number
PRINTS_FOR = timedelta(hours=1)  # after one said why
MOST_SUGGESTED = 10  # contacts
NO_KIN = ("professional", "other")  # the parts in a contact of those who are not named as family or household


def find(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact that this worker may read.

    Raises Http404, never 403, for any other: an id must not reveal that a case exists.
    """
    found: Contact = _readable_one.find(staff, key=contact_id)
    return found


@asked_by_a_worker(key=UUIDField())
def _readable_one(staff: Staff, key: Any) -> QuerySet[Contact]:
    return Contact.objects.filter(policy.readable_by(staff), pk=key).select_related("hub")


def readable(staff: Staff) -> QuerySet[Contact]:
    """Return the contacts that this worker may read, newest first."""
    return Contact.objects.filter(policy.readable_by(staff)).order_by("-received_at", "pk")


def readable_by_reference(staff: Staff, typed: str) -> Contact | None:
    """Return the contact with this reference, in any spelling of it, if this worker may read it."""
    written = normalise(typed)
    return readable(staff).filter(reference=written).first() if written else None


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
    found: Referrer | None = _referrer.first(contact=contact.pk)
    return found


@prepared(contact=UUIDField())
def _referrer(contact: Any) -> QuerySet[Referrer]:
    return Referrer.objects.filter(contact=contact).order_by("pk")[:1]


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


def written_for(contact: Contact) -> Written | None:
    """Return what followed a telephone referral in writing, once a worker has said so."""
    found: Written | None = _written_for.first(contact=contact.pk)
    return found


@prepared(contact=UUIDField())
def _written_for(contact: Any) -> QuerySet[Written]:
    found = Written.objects.filter(contact=contact, undone_at=None)
    return found.select_related("addition", "message", "by__account").order_by("pk")[:1]


def may_be_the_writing(staff: Staff, contact: Contact) -> QuerySet[Contact]:
    """Return the messages that could be the written form of a telephone referral, the first received first.

    Those of the same organisation, from a day before the call to two weeks after it, that are no call themselves and
    are not the writing of another call.

    Source: docs/rules.md, "Contacts".
    """
    if not contact.is_to_be_written:
        return Contact.objects.none()
    near = (contact.received_at - WRITTEN_BEFORE, contact.received_at + WRITTEN_AFTER)
    taken = Written.objects.filter(message__isnull=False, undone_at=None).values("message")
    found = Contact.objects.filter(policy.readable_by(staff), received_at__range=near)
    found = found.filter(organisation_key=contact.organisation_key).exclude(channel=Channel.TELEPHONE)
    return found.exclude(pk__in=taken).order_by("received_at", "pk")


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


def referral_of_code(code: str, at: datetime) -> Contact:
    """Return the contact that a code has opened, for the service that acts for whoever showed it.  Raises Http404."""
    live = ReferrerCode.objects.filter(code_hash=code, expires_at__gt=at, wrong_tries__lt=5)
    opened = get_object_or_404(live.exclude(code_hash=""))
    return get_object_or_404(Contact.objects.select_related("hub"), pk=opened.contact_id)


def replies_to(contact: Contact) -> QuerySet[Reply]:
    """Return what whoever sent a contact was told, newest first, as far as whoever acts may read it."""
    return Reply.objects.filter(contact=contact).select_related("contact").order_by("-at", "pk")


def replies_for_referrer() -> QuerySet[Reply]:
    """Return what the referrer who acts was told about their own contact, newest first.

    Raises Http404 unless a referrer acts.
    """
    return replies_to(referral())


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
    words = {word.contact_person_id: word for word in _words_on.rows(contact=contact.pk)}
    people = sorted(everybody_in(contact), key=lambda one: (len(one.ref), one.ref))
    return [Named(one, words.get(one.pk)) for one in people]


def everybody_in(contact: Contact) -> list[ContactPerson]:
    """Return the people of a contact, in no order of their own."""
    if "people" in getattr(contact, "_prefetched_objects_cache", {}):
        return list(contact.people.all())
    return _people_in.rows(contact=contact.pk)


@asked_once(contact=UUIDField())
def _people_in(contact: Any) -> QuerySet[ContactPerson]:
    return ContactPerson.objects.filter(contact=contact)


@prepared(contact=UUIDField())
def _words_on(contact: Any) -> QuerySet[Settlement]:
    said = Settlement.objects.filter(undone_at=None, contact_person__contact=contact)
    return said.select_related("person", "by__account")


def unsettled(contact: Contact) -> QuerySet[ContactPerson]:
    """Return the people of a contact of whom nobody has said yet who they are; "cannot tell yet" has been said.

    Source: docs/rules.md, "Known already, open already".
    """
    said = Settlement.objects.filter(undone_at=None, contact_person=OuterRef("pk"))
    return contact.people.filter(~Exists(said)).order_by("ref")


def settlement_of(contact_person: ContactPerson) -> Settlement | None:
    """Return the word that stands on who somebody in a contact is."""
    return contact_person.settlements.filter(undone_at=None).select_related("person", "by__account").first()


def not_same_in(contact: Contact) -> QuerySet[NotThisPerson]:
    """Return who on record the people of a contact were said not to be, oldest first."""
    found = NotThisPerson.objects.filter(contact_person__contact=contact, undone_at=None)
    return found.select_related("contact_person", "person", "by__account").order_by("at", "pk")


def not_same_as(contact_person: ContactPerson) -> QuerySet[NotThisPerson]:
    """Return who on record somebody in a contact was said not to be, oldest first."""
    found = NotThisPerson.objects.filter(contact_person=contact_person, undone_at=None)
    return found.select_related("person", "by__account").order_by("at", "pk")


def said_apart(people: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, Person]]:
    """Return which of these people on record were said, of an earlier contact, not to be another of them.

    Each pair is a person on record and the other whom they were said not to be.
    """
    wanted = list(people)
    known = Settlement.objects.filter(
        undone_at=None, person__in=wanted, contact_person=OuterRef("contact_person")
    )
    said = NotThisPerson.objects.filter(Exists(known), undone_at=None, person__in=wanted)
    rows = said.annotate(other=Subquery(known.values("person")[:1])).values_list("person", "other")
    others = Person.objects.in_bulk([other for _, other in rows])
    return [(person, others[other]) for person, other in rows if other in others and other != person]


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


def described(contact: Contact, people: Iterable[ContactPerson]) -> list[Details]:
    """Return what a contact says of several of its people, and of each who else is named as family or household.

    Source: docs/rules.md, "Matching people".
    """
    kin = list(contact.people.exclude(role__in=NO_KIN).order_by("ref"))
    return [
        details_of(one, tuple(OtherName(other.given, other.family) for other in kin if other != one))
        for one in people
    ]


def details_of(contact_person: ContactPerson, kin: tuple[OtherName, ...] = ()) -> Details:
    """Return what a contact says of somebody, for the search; a protected address is not in it."""
    one, said_on = contact_person, localdate(contact_person.contact.sent_at)
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
        kin=kin,
        school=one.school,
        gp=one.gp,
        source="contact",
        source_key=str(one.pk),
    )


def feedback_on(staff: Staff, contact: Contact) -> list[Feedback]:
    """Return how it went in the words of referrer and family, oldest first, as far as this worker may read it.

    Source: docs/rules.md, "Feedback on how it went".
    """
    return _feedback_on.rows(staff, contact=contact.pk)


@asked_by_a_worker(contact=UUIDField())
def _feedback_on(staff: Staff, contact: Any) -> QuerySet[Feedback]:
    found = Feedback.objects.filter(contact=contact, contact__in=readable(staff).order_by().values("pk"))
    return found.select_related("about", "by__account").order_by("at", "pk")


def printing(staff: Staff, contact: Contact, key: uuid.UUID, *, page: str, at: datetime) -> Printing | None:
    """Return why this worker prints this page of a contact, if they said so within the hour.

    Source: docs/rules.md, "Printing".
    """
    said = Printing.objects.filter(pk=key, contact=contact, page=page, by=staff.pk)
    said = said.select_related("by__account")
    return said.filter(at__gt=at - PRINTS_FOR, at__lte=at).first()


# Consultations


def consultations(staff: Staff) -> QuerySet[Consultation]:
    """Return the consultations that this worker may read, newest first.

    Source: docs/rules.md, "Consultations".
    """
    found = Consultation.objects.filter(policy.consultations_readable_by(staff))
    return found.select_related("by__account").order_by("-held_at", "pk")


def find_consultation(staff: Staff, consultation_id: uuid.UUID) -> Consultation:
    """Return a consultation that this worker may read.  Raises Http404, never 403, for any other."""
    return get_object_or_404(consultations(staff), pk=consultation_id)


def find_link(staff: Staff, link_id: uuid.UUID) -> ConsultationLink:
    """Return a link whose consultation and contact this worker may both read.  Raises Http404 for any other."""
    found = ConsultationLink.objects.filter(
        consultation__in=consultations(staff).order_by().values("pk"),
        contact__in=readable(staff).order_by().values("pk"),
    )
    return get_object_or_404(found.select_related("consultation", "contact"), pk=link_id)


def narrowed(found: QuerySet[Consultation], wanted: Mapping[str, str], on: date) -> QuerySet[Consultation]:
    """Return the consultations that pass the filters.  wanted: values of `consulting.Filters`.  on: today."""
    conditions = {
        "category": lambda value: Q(categories__contains=[value]),
        "level": lambda value: Q(levels__contains=[int(value)]),
        "kind": lambda value: Q(source_kind=value),
        "referral": lambda value: _BY_REFERRAL[value],
        "guide": lambda value: Q(guide=UNANSWERED) if value == "lacks" else ~Q(guide__in=["", UNANSWERED]),
        "due": lambda value: Q(follow_up_on__lte=on) if value == "now" else Q(follow_up_on__gt=on),
    }
    for name, value in wanted.items():
        found = found.filter(conditions[name](value))
    return found


_BY_REFERRAL = {
    "advised": Q(referral_advised=True),
    "not_advised": Q(referral_advised=False),
    "linked": ~Q(contacts=[]),
    "awaited": Q(referral_advised=True, contacts=[]),
}


def with_words(found: QuerySet[Consultation], typed: str) -> QuerySet[Consultation]:
    """Return the consultations with a reference, however it was typed, or with these words in them."""
    written = normalise(typed)
    if written and found.filter(reference=written).exists():
        return found.filter(reference=written)
    texts = ("organisation", "asked_by", "question", "advice", "next_steps", "named")
    either = Q()
    for name in texts:
        either |= Q(**{f"{name}__icontains": typed.strip()})
    return found.filter(either)


def asked_most(found: QuerySet[Consultation]) -> list[tuple[str, int]]:
    """Return how many consultations were about each category, the most first; one may be about several.

    Source: docs/rules.md, "Consultations".
    """
    each = found.order_by().annotate(category=Func(F("categories"), function="unnest"))
    counted = each.values_list("category").annotate(asked=Count("pk"))
    return sorted(counted, key=lambda one: (-one[1], one[0]))


def asked_of_the_guide(found: QuerySet[Consultation]) -> list[tuple[str, int]]:
    """Return how many consultations asked each question of the guide, the most first; under UNANSWERED those it lacks.

    Source: docs/rules.md, "Consultations".
    """
    counted = found.order_by().exclude(guide="").values_list("guide").annotate(asked=Count("pk"))
    return sorted(counted, key=lambda one: (-one[1], one[0]))


def without_an_answer(staff: Staff, *, since: datetime, most: int = 25) -> QuerySet[Consultation]:
    """Return what was asked since then that the hub's guide has no answer to, newest first.

    Only what is held without names: an answer is read by everybody.  For who may read advice at the desk.

    Source: docs/rules.md, "Consultations".
    """
    if not staff.works_at_the_desk:
        return Consultation.objects.none()
    return consultations(staff).filter(guide=UNANSWERED, why_named="", held_at__gte=since)[:most]


def links_of(staff: Staff, consultation: Consultation) -> QuerySet[ConsultationLink]:
    """Return the contacts a consultation is or was linked to, as far as this worker may read them, oldest first."""
    return (
        ConsultationLink.objects.filter(
            consultation=consultation, contact__in=readable(staff).order_by().values("pk")
        )
        .select_related("contact", "by__account", "undone_by__account")
        .order_by("at", "pk")
    )


def consultations_of(staff: Staff, contact: Contact) -> list[ConsultationLink]:
    """Return the links that stand between a contact and the advice it came of, oldest first."""
    return _consultations_of.rows(staff, contact=contact.pk)


@asked_by_a_worker(contact=UUIDField())
def _consultations_of(staff: Staff, contact: Any) -> QuerySet[ConsultationLink]:
    return (
        ConsultationLink.objects.filter(
            contact=contact,
            undone_at=None,
            consultation__in=consultations(staff).order_by().values("pk"),
        )
        .select_related("consultation", "by__account")
        .order_by("at", "pk")
    )


def advice_named_by(contact: Contact) -> Consultation | None:
    """Return the advice whose reference a contact gives, held; None unless it was to the same organisation before.

    For whoever takes the contact in.

    Source: docs/rules.md, "Consultations".
    """
    given = normalise(str(contact.message.get("consultation") or ""))
    if not (given and contact.organisation):
        return None
    latest = contact.received_at + timedelta(
        days=1
    )  # advice and referral of one morning are written down in any order
    return (
        Consultation.objects.select_for_update(of=("self",))
        .filter(
            hub=contact.hub_id, reference=given, organisation__iexact=contact.organisation, held_at__lt=latest
        )
        .first()
    )


def suggested_consultations(staff: Staff, contact: Contact) -> list[Consultation]:
    """Return the advice that a contact may have come of: by the reference it gives, or by the same organisation.

    By organisation only within 90 days before the contact came, and not what was linked or unlinked already: a
    worker has said something of that.

    Source: docs/rules.md, "Consultations".
    """
    given = normalise(str(contact.message.get("consultation") or ""))
    found = _suggested_consultations.rows(
        staff,
        contact=contact.pk,
        organisation=contact.organisation,
        since=contact.received_at - SUGGESTED_WITHIN,
        until=contact.received_at + timedelta(days=1),
        given=given or "-",
    )
    return sorted(found, key=lambda one: one.reference != given)


@asked_by_a_worker(
    contact=UUIDField(),
    organisation=TextField(),
    since=DateTimeField(),
    until=DateTimeField(),
    given=TextField(),
)
def _suggested_consultations(
    staff: Staff, *, contact: Any, organisation: Any, since: Any, until: Any, given: Any
) -> QuerySet[Consultation]:
    spoken = organisation if isinstance(organisation, Slot) else Value(organisation)
    same = Q(Exact(Upper("organisation"), Upper(spoken))) & ~Q(organisation="")
    alike = same & Q(held_at__gte=since, held_at__lte=until)
    said = ConsultationLink.objects.filter(contact=contact).values("consultation")
    return consultations(staff).filter(alike | Q(reference=given)).exclude(pk__in=said)


def suggested_contacts(staff: Staff, consultation: Consultation) -> list[Contact]:
    """Return the contacts that may have come of a consultation, by the same signs as `suggested_consultations`."""
    until = (consultation.held_at - timedelta(days=1), consultation.held_at + SUGGESTED_WITHIN)
    alike = Q(organisation__iexact=consultation.organisation, received_at__range=until)
    said = ConsultationLink.objects.filter(consultation=consultation).values("contact")
    named = Q(message__consultation__iexact=consultation.reference)
    found = readable(staff).filter(alike | named).exclude(pk__in=said)
    return list(found[:MOST_SUGGESTED])


def post_with_email(staff: Staff, email: str) -> Staff | None:
    """Return the post in this worker's hub whose account signs in with an address; None if there is none."""
    if not email:
        return None
    return colleagues(staff).filter(account__email__iexact=email.strip()).first()
