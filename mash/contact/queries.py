"""What is read about contacts.  Every function starts from the worker, or from who acts."""

import uuid

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.common.identity import Kind, presence
from mash.common.references import normalise
from mash.contact import policy
from mash.contact.models import Contact, Disputed, Referrer, Reply
from mash.partnership.models import ReferrerCode, Staff

PUBLIC = "public"


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
