"""Who may do what with work alongside.  To audit access to it, read this file: no rule lives elsewhere."""

from django.db.models import Q

from mash.alongside.models import Alongside
from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision import policy as decisions
from mash.decision.content import Outcome
from mash.partnership.models import Duty, Staff

NOT_HERE = Verdict("This is not one you can work on.")


def may_see_case(staff: Staff, contact: Contact) -> Verdict:
    """Test whether a post sees what goes alongside in a case: whoever reads the whole contact at the desk.

    Source: docs/rules.md, "Access", "Alongside a decision".
    """
    return contacts.may_read(staff, contact)


def may_open(staff: Staff, contact: Contact, outcome: Outcome, colour: str) -> Verdict:
    """Test whether a post may open one: on a case it reads, with the duty that the outcome asks for.

    colour: the rating that counts, "" while unrated.

    Source: docs/rules.md, "Alongside a decision", "Who decides".
    """
    sees = may_see_case(staff, contact)
    return decisions.may_choose(staff, outcome, colour) if sees else sees


def may_read(staff: Staff, one: Alongside) -> Verdict:
    """Test whether one may be read: with its case; a sealed one by whoever opened it and by the cleared alone.

    Source: docs/rules.md, "What is sealed alongside".
    """
    sees = may_see_case(staff, one.contact)
    if not sees or not one.sealed or one.by_id == staff.pk or staff.has(Duty.CLEAR):
        return sees
    return NOT_HERE


def readable_by(staff: Staff) -> Q:
    """Return the rule of `may_read` as a filter.  A test holds the two together."""
    here = decisions.readable_by(staff)
    return here if staff.has(Duty.CLEAR) else here & (Q(sealed=False) | Q(by=staff.pk))


def may_follow(staff: Staff, one: Alongside) -> Verdict:
    """Test whether a post may write down what happened to one: whoever reads it at the desk.

    Source: docs/rules.md, "Alongside a decision".
    """
    return may_read(staff, one)


def may_list(staff: Staff) -> Verdict:
    """Test whether a post sees what goes alongside in all cases of its hub, each by its own rule: the desk.

    Source: docs/rules.md, "Alongside a decision".
    """
    if staff.works_at_the_desk:
        return ALLOWED
    return Verdict("What goes alongside is followed at the hub's own desk.")
