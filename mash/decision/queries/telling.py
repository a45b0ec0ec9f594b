"""What a referrer's letter is filled with, and who is told nothing."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from mash.contact.models import Contact, ContactPerson, Referrer, Reply, ReplyKind
from mash.decision import telling
from mash.decision.models import Decision
from mash.decision.queries.finding import at_risk
from mash.partnership.models import Hub
from mash.people.models import Involvement
from mash.people.queries import open_on

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CALL_999, USUAL_NUMBER = "999", "our usual number"


def gaps_for(decision: Decision, contact: Contact) -> dict[str, str]:
    """Return what fills the letter to one referrer: the decider's words for them, and the hub's own."""
    worker = f"{decision.by.account.name}, {decision.by.title}"
    about = list(at_risk(contact))
    names = {
        "initials": _initials(about),
        "worker_name": worker,
        "worker_phone": contact.hub.telephone or USUAL_NUMBER,
    }
    said: dict[str, str] = decision.told.get(str(contact.pk), {})
    return hub_gaps(contact) | names | {gap: words for gap, words in said.items() if words.strip()}


def hub_gaps(contact: Contact) -> dict[str, str]:
    """Return what every letter says of the hub and of the reference."""
    hub = contact.hub
    return {
        "reference": contact.reference,
        "hub_name": hub.name,
        "hub_phone": hub.telephone or USUAL_NUMBER,
        "hub_hours": _hours(hub),
        "out_of_hours_phone": hub.out_of_hours_telephone or CALL_999,
        "escalation_link": telling.HOW_TO_DISAGREE,
    }


def names_in(people: Iterable[ContactPerson]) -> list[str]:
    """Return every name by which these people are written."""
    return [name for one in people for name in (one.given, one.family, *one.known_as) if name]


def public_names(contacts: Iterable[Contact]) -> list[str]:
    """Return the names of the members of the public who sent any of these contacts."""
    sent = Referrer.objects.filter(contact__in=[one.pk for one in contacts if one.is_from_the_public])
    return [one.name for one in sent if one.name]


def why_not_thanked(contact: Contact) -> str:
    """Return why a member of the public is not written to, or "" if they may be.

    Source: docs/rules.md, "Public referrers".
    """
    if contact.anonymous:
        return "They gave no name."
    referrer = Referrer.objects.filter(contact=contact).first()
    if referrer is None or not referrer.email:
        return "They gave no e-mail address."
    if _is_of_the_family(referrer, contact):
        return "They are of the family, or share a way to be reached with it: a named worker writes to them."
    if Reply.objects.filter(contact=contact, kind=ReplyKind.ACKNOWLEDGED).exists():
        return "They have been thanked already."
    return ""


def open_work(rows: QuerySet[Involvement], on: date) -> QuerySet[Involvement]:
    """Return the involvements that are open on a day."""
    return rows.filter(open_on(on))


def _is_of_the_family(referrer: Referrer, contact: Contact) -> bool:
    people = list(ContactPerson.objects.filter(contact=contact).exclude(role="professional"))
    reached = {_plain(way) for one in people for way in (one.email, *one.phones) if way}
    named = {_plain(f"{one.given}{one.family}") for one in people}
    return bool({_plain(referrer.email), _plain(referrer.phone)} & reached) or _plain(referrer.name) in named


def _plain(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum()) or "-"


def _initials(people: list[ContactPerson]) -> str:
    return " and ".join(telling.initials(one.given, one.family) for one in people) or "the person"


def _hours(hub: Hub) -> str:
    return "; ".join(
        f"{DAYS[int(day)]} {opens} to {closes}" for day, (opens, closes) in sorted(hub.hours.items())
    )
