"""Who may do what with a request for one's own information.  To audit it, read this file: no rule lives elsewhere.

Row-level security says underneath who sees a request, what was gathered, and what the unit alone has.
A person is an account: two posts of one account are one person, and two accounts of one name are taken for one.
"""

from collections.abc import Iterable

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Duty, Staff
from mash.people import policy as people
from mash.people.models import Person
from mash.subject_access.models import Request

SEES = (Duty.MANAGE, Duty.DECIDE, Duty.CLEAR)
RECORDS = (Duty.MANAGE, Duty.DECIDE)
HANDLES = (Duty.DECIDE,)
"""Who reads the full words behind a summary, and can say as a social work professional what would do serious harm."""
NOT_HERE = Verdict("This is not one you can work on.")


def may_see_requests(staff: Staff) -> Verdict:
    """Test whether a post has the list: who manages the hub, decides for it, or is cleared.

    Source: docs/rules.md, "Subject access".
    """
    return ALLOWED if staff.has(*SEES) else NOT_HERE


def may_see(staff: Staff, request: Request) -> Verdict:
    """Test whether a request may be seen: with the duty, in its hub, and not by who is kept from the person.

    Source: docs/rules.md, "Subject access", "Access".
    """
    may = may_see_requests(staff)
    if not may or staff.hub_id != request.hub_id:
        return NOT_HERE
    return ALLOWED if people.may_see(staff, request.person) else NOT_HERE


def seen_by(staff: Staff) -> Q:
    """Return the rule of `may_see` as a filter on requests.  A test holds the two together."""
    if not staff.has(*SEES):
        return Q(pk__in=[])
    return people.seeable_by(staff, "person_id")


def may_record(staff: Staff, person: Person) -> Verdict:
    """Test whether a post may write a request down: who manages the hub, or decides for it.

    Source: docs/rules.md, "Subject access".
    """
    if not people.may_see(staff, person):
        return NOT_HERE
    return (
        ALLOWED
        if staff.has(*RECORDS)
        else Verdict("Requests are taken by the hub's manager or a decision maker.")
    )


def may_be_handler(staff: Staff, person: Person) -> bool:
    """Tell whether a post may be given a request about a person: it decides, and is not kept from them.

    Source: docs/rules.md, "Subject access".
    """
    return staff.has(*HANDLES) and bool(people.may_see(staff, person))


def may_look_after(staff: Staff, request: Request, handler: Staff) -> Verdict:
    """Test whether a post keeps the course of a request: its handler, and who manages the hub."""
    may = may_see(staff, request)
    if not may or staff.account_id == handler.account_id or staff.has(Duty.MANAGE):
        return may
    return Verdict("This is for whoever handles the request, and for the hub's manager.")


def may_mark(staff: Staff, request: Request, handler: Staff, *, with_the_unit: bool) -> Verdict:
    """Test whether a post gathers and marks: the handler; once it is with the unit, whoever is cleared.

    Source: docs/rules.md, "Subject access".
    """
    may = may_see(staff, request)
    if not may:
        return may
    if with_the_unit:
        return may_pass(staff, request)
    if staff.account_id == handler.account_id and staff.has(*HANDLES):
        return ALLOWED
    return Verdict("It is gathered and marked by whoever handles the request.")


def may_pass(staff: Staff, request: Request) -> Verdict:
    """Test whether a post makes the unit's pass, and the answer: whoever is cleared.  Nobody else knows of it.

    Source: docs/rules.md, "What the unit does with a request".
    """
    may = may_see(staff, request)
    return ALLOWED if may and staff.has(Duty.CLEAR) else NOT_HERE


def may_be_second(staff: Staff, request: Request, before: Iterable[Staff]) -> Verdict:
    """Test whether a post may be the second person: cleared, and somebody else than all who worked on the answer.

    before: who handled, marked, passed and made it.

    Source: docs/rules.md, "What goes out to a requester".
    """
    may = may_pass(staff, request)
    if not may:
        return may
    mine = _plain(staff.account.name)
    if any(staff.account_id == one.account_id or mine == _plain(one.account.name) for one in before):
        return Verdict(
            "You worked on this answer, or carry the name of somebody who did. Another person reads it."
        )
    return ALLOWED


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
