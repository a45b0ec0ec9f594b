"""Who asks other hubs, who answers them, and who sends and takes on a family.  To audit it, read this file.

Row-level security says the same underneath; whether another hub knows somebody, the database alone can tell.
"""

from django.db.models import Q

from mash.boroughs.models import Asked, Question, Reply, Transfer
from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.partnership.models import Duty, Staff
from mash.people import policy as people

ASKS = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE)
ANSWERS = (Duty.ASSESS, Duty.DECIDE, Duty.MANAGE)
MOVES = (Duty.ASSESS, Duty.DECIDE, Duty.MANAGE)
NOT_HERE = Verdict("This is not one you can work on.")


def may_ask(staff: Staff, contact: Contact) -> Verdict:
    """Test whether a post may ask other hubs about a person of a contact: who screens or decides on it, by day.

    Source: docs/rules.md, "Asking another hub".
    """
    may = contacts.may_read(staff, contact)
    if not may:
        return may
    if not staff.has(*ASKS) or staff.works_nights:
        return Verdict("Other hubs are asked by whoever screens or decides.")
    return ALLOWED


def may_see_asked(staff: Staff) -> Verdict:
    """Test whether a post has the lists of what other hubs ask and send: who decides or manages, and the cleared."""
    return ALLOWED if staff.has(*ANSWERS, Duty.CLEAR) else NOT_HERE


def asked_seen_by(staff: Staff) -> Q:
    """Return which questions of other hubs a post sees: about people open to it; what was not told, if cleared.

    Source: docs/rules.md, "Asking another hub".
    """
    if not may_see_asked(staff):
        return Q(pk__in=[])
    seen = Q(person__isnull=False) & people.seeable_by(staff, "person_id")
    return seen if staff.has(Duty.CLEAR) else seen & Q(told=True)


def may_reply(staff: Staff, asked: Asked) -> Verdict:
    """Test whether a post answers a question of another hub.  What that hub was not told of, nobody answers."""
    if not staff.has(*ANSWERS):
        return Verdict("Other hubs are answered by a social worker, a decision maker or the hub's manager.")
    if not asked.told:
        return Verdict("That hub was told that nobody is known here, so there is nothing to answer.")
    return ALLOWED


def questions_seen_by(staff: Staff) -> Q:
    """Return which questions of its own hub a post sees: those on contacts that it reads."""
    return Q(hub=staff.hub_id, contact__in=Contact.objects.filter(contacts.readable_by(staff)))


def may_read_summary(staff: Staff, question: Question, reply: Reply) -> Verdict:
    """Test whether a post reads a summary: the one it was granted to, by name.  How long, the database says."""
    named = reply.is_grant and reply.to_post == staff.pk and reply.question_id == question.pk
    return ALLOWED if named else Verdict(f"It was granted to {reply.to_name}, and to nobody else.")


def may_choose(staff: Staff) -> Verdict:
    """Test whether a post says whether its hub answers other hubs: who manages it."""
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict("The hub's manager chooses that.")


def may_transfer(staff: Staff) -> Verdict:
    """Test whether a post sends families to another hub, and takes them on.

    Source: docs/rules.md, "Families that move".
    """
    if not staff.has(*MOVES):
        return Verdict("A social worker, a decision maker or the hub's manager sends and takes on families.")
    return ALLOWED


def transfers_seen_by(staff: Staff) -> Q:
    """Return which transfers a post sees: its hub's own on contacts that it reads, and those sent to its hub."""
    own = Q(hub=staff.hub_id, contact__in=Contact.objects.filter(contacts.readable_by(staff)))
    return own | Q(to=staff.hub_id) if may_transfer(staff) else own


def is_sent_here(staff: Staff, transfer: Transfer) -> bool:
    """Tell whether a transfer was sent to a post's own hub."""
    return transfer.to_id == staff.hub_id
