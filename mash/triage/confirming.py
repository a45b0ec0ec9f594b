"""The manager's word on a rating: what lets enquiries go, what was said, and what waits.

Source: docs/rules.md, "The rating is confirmed".
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from mash.contact.models import Contact
from mash.triage import queries
from mash.triage.models import Colour, Rating
from mash.triage.reading import Confirmation

FIRST = "A manager confirms the rating before agencies are asked."


def confirmation_of(rating: Rating) -> Confirmation | None:
    """Return the word that confirmed a rating."""
    return rating.confirmations.filter(agreed=True).select_related("by__account").first()


def said_of(rating: Rating) -> QuerySet[Confirmation]:
    """Return what managers said of a rating, oldest first."""
    return rating.confirmations.select_related("by__account").order_by("at", "pk")


def goes_first(contact: Contact, rating: Rating) -> bool:
    """Tell whether enquiries on this rating do not wait for its confirmation: red, or immediate danger is stated."""
    return rating.colour == Colour.RED or contact.immediate_danger


def to_confirm(contact: Contact) -> Rating | None:
    """Return the rating that counts while no manager has confirmed it."""
    newest = queries.newest_rating(contact)
    return newest if newest and confirmation_of(newest) is None else None


def holds_up(contact: Contact) -> bool:
    """Tell whether enquiries on a contact wait for a manager's word on its rating."""
    waits = to_confirm(contact)
    return waits is not None and not goes_first(contact, waits)


def unconfirmed() -> QuerySet[Rating]:
    """Return the ratings that count now and that no manager has confirmed, with their contact."""
    same = Rating.objects.filter(contact=OuterRef("contact"))
    later = same.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
    said = Confirmation.objects.filter(rating=OuterRef("pk"), agreed=True)
    return Rating.objects.filter(~Exists(later), ~Exists(said)).select_related(
        "contact__standing", "by__account"
    )
