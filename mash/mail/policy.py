"""Who works on what came by e-mail.  To audit access to it, read this file."""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.mail.models import Mail
from mash.partnership.models import Duty, Staff

SETTLED = Verdict("It stands in a contact already.")


def may_see(staff: Staff) -> Verdict:
    """Test whether this worker reads the hub's e-mail: whoever writes contacts down, and whoever manages the hub.

    Source: docs/rules.md, "E-mail".
    """
    if contacts.may_write_down(staff) or staff.has(Duty.MANAGE):
        return ALLOWED
    return Verdict("The hub’s e-mail is read by staff who screen contacts, and by whoever manages the hub.")


def may_work(staff: Staff) -> Verdict:
    """Test whether this worker says what e-mails are: whoever writes contacts down.

    Source: docs/rules.md, "E-mail".
    """
    if contacts.may_write_down(staff):
        return ALLOWED
    return Verdict("What an e-mail is is said by staff who screen contacts.")


def may_read(staff: Staff, mail: Mail) -> Verdict:
    """Test whether an e-mail may be read: in one's own hub, and unless the case it went to is closed to one.

    Source: docs/rules.md, "E-mail", "Access".
    """
    if staff.hub_id != mail.hub_id:
        return Verdict("This e-mail belongs to another hub.")
    may = may_see(staff)
    return contacts.may_read(staff, mail.contact) if may and mail.contact else may


def readable_by(staff: Staff) -> Q:
    """Return the rule of `may_read` as a filter.  A test holds the two together."""
    if not may_see(staff):
        return Q(pk__in=[])
    open_to_them = Contact.objects.filter(contacts.readable_by(staff))
    return Q(hub=staff.hub_id) & (Q(contact=None) | Q(contact__in=open_to_them))


def may_settle(staff: Staff, mail: Mail) -> Verdict:
    """Test whether this worker says what an e-mail is: until it stands in a contact.

    Source: docs/rules.md, "E-mail".
    """
    may = may_work(staff) and may_read(staff, mail)
    return SETTLED if may and mail.contact_id else may


def may_set_up(staff: Staff) -> Verdict:
    """Test whether this worker says if e-mails are acknowledged: who manages the hub.

    Source: docs/rules.md, "E-mail".
    """
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict("Whoever manages the hub says so.")
