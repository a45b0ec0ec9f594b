"""The clocks of law that are run for a child beyond the acknowledgement, from the facts that begin and end them.

Source: docs/rules.md, "Statutory clocks".
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from mash.common.clock import LONDON, Clock
from mash.common.clock import Target as Limit
from mash.contact.models import Contact, ContactPerson, Type
from mash.partnership.models import Staff
from mash.triage import about, content, policy
from mash.triage.models import Route
from mash.triage.queries.clocks import FixedClock
from mash.triage.queries.targets import hub_time, limit_of
from mash.triage.reading import ClockFact

RESPONSE = "referral_decision"
OFFICER = "allegation_to_designated_officer"
INTERVIEW = "missing_return_interview"
SCHOOL = "school_told_of_domestic_abuse"
IN_TRUST, MISSING, DOMESTIC_ABUSE = "adult_in_trusted_role", "missing", "domestic_abuse_in_home"
POLICE = "police"  # a kind of sender
AT_HOME = ("child", "sibling")  # the parts in a contact of children who live with what happened
STARTED, ENDED, NOT_HELD = "started", "ended", "not_held_and_why"
RUN = {
    RESPONSE,
    "referrer_acknowledged",
    OFFICER,
    INTERVIEW,
    SCHOOL,
    "strategy_discussion_held",
    "strategy_record_sent",
}
"""Ids of the children's clocks that are run; the others of `fixed_clocks` are carried and not run yet."""
LOOKED_BACK = timedelta(days=120)
LISTED_AT_MOST = 200
SAID = {
    (OFFICER, ENDED): "The designated officer was told",
    (INTERVIEW, STARTED): "{name} was found or came back",
    (INTERVIEW, ENDED): "A return interview with {name} was held",
    (INTERVIEW, "offered_at"): "A return interview was offered to {name}",
    (INTERVIEW, "declined_by_child"): "{name} said no to a return interview",
    (INTERVIEW, NOT_HELD): "No return interview with {name} will be held, and why",
    (SCHOOL, STARTED): "The police attended the domestic abuse incident",
    (SCHOOL, ENDED): "{name}: the school was told, by the police or by telephone",
    (SCHOOL, NOT_HELD): "{name}: no school is told, and why",
}
Decided = Callable[[Contact], datetime | None]
Clocks = Callable[[Contact, datetime], Iterable[FixedClock]]
Listed = Callable[[Staff, datetime], "Iterable[Overdue]"]
_DECIDED: list[Decided] = []
_LATER: list[Clocks] = []
_LISTED: list[Listed] = []


def decided_by(when: Decided) -> None:
    """Let a later stage say when a contact was first decided; called from an app's `ready()`."""
    _DECIDED.append(when)


def also_run(clocks: Clocks) -> None:
    """Let a later stage add the clocks whose facts it holds; called from an app's `ready()`."""
    _LATER.append(clocks)


def also_listed(listed: Listed) -> None:
    """Let a later stage add contacts whose clocks it knows to the list; called from an app's `ready()`."""
    _LISTED.append(listed)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be recorded for a clock: its code in a form, and what it says."""

    clock: str
    what: str
    about: ContactPerson | None

    @property
    def code(self) -> str:
        """Its value in a form."""
        return "|".join([self.clock, self.what, str(self.about.pk) if self.about else ""])

    @property
    def label(self) -> str:
        """What it says, of whom."""
        return SAID[self.clock, self.what].format(name=self.about)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A contact with its clocks of law that have not ended."""

    contact: Contact
    clocks: list[FixedClock]


def start(name: str, contact: Contact, begins: datetime, ended_at: datetime | None, at: datetime) -> Clock:
    """Return a clock of content from the moment it begins; never paused."""
    limit = limit_of(content.clocks()[name].limit)
    assert isinstance(limit, Limit)  # noqa: S101 - every clock of content that is run has one
    week = hub_time(contact.hub, at.astimezone(LONDON).date()).week
    return Clock.start(begins, limit, week, ended_at=ended_at)


def clocks_of(contact: Contact, at: datetime) -> list[FixedClock]:
    """Return the clocks of law that run on a contact, or ran: only those whose facts are there."""
    found = [*_response(contact, at), *_officer(contact, at), *_interviews(contact, at)]
    return [*found, *(one for later in _LATER for one in later(contact, at))]


def to_find(contact: Contact) -> list[ContactPerson]:
    """Return the missing children of whom nobody has said that they are found: their clock has not begun."""
    begun = {one.about_id for one in facts_of(contact) if (one.clock, one.what) == (INTERVIEW, STARTED)}
    return [one for one in _missing(contact) if one.pk not in begun]


def facts_of(contact: Contact) -> list[ClockFact]:
    """Return every fact recorded for the clocks of a contact, oldest first."""
    return list(contact.clock_facts.select_related("about", "by__account").order_by("at", "pk"))


def label_of(fact: ClockFact) -> str:
    """Say what a recorded fact says."""
    return Fact(fact.clock, fact.what, fact.about).label


def can_be_said(contact: Contact) -> list[Fact]:
    """Return what can be recorded for the clocks that concern a contact."""
    of_the_whole = [Fact(OFFICER, ENDED, None)] if _is_about(contact, IN_TRUST) else []
    of_each = [
        Fact(clock, what, child) for child in _missing(contact) for clock, what in SAID if clock == INTERVIEW
    ]
    return of_the_whole + of_each + _of_schools(contact)


def _of_schools(contact: Contact) -> list[Fact]:
    children = children_at_home(contact)
    each = [Fact(SCHOOL, what, child) for child in children for what in (ENDED, NOT_HELD)]
    return [Fact(SCHOOL, STARTED, None), *each] if children else []


def of_domestic_abuse() -> Q:
    """Return "it is about domestic abuse in a child's home", as a filter on contacts."""
    return about.has(DOMESTIC_ABUSE)


def children_at_home(contact: Contact) -> list[ContactPerson]:
    """Return the children of a contact about domestic abuse in their home, whose schools may have to be told.

    Source: docs/rules.md, "Telling a school of domestic abuse".
    """
    if not _is_about(contact, DOMESTIC_ABUSE):
        return []
    return list(contact.people.filter(role__in=AT_HOME).order_by("ref"))


def police_attended_at(contact: Contact) -> datetime | None:
    """Return when the police attended: as recorded, or what a notice of theirs says; None where nobody said.

    Source: docs/rules.md, "Telling a school of domestic abuse".
    """
    said = _newest(contact, SCHOOL, STARTED, None)
    if said:
        return said.happened_at
    return (contact.event_at or contact.received_at) if contact.source_kind == POLICE else None


def responded_at(contact: Contact) -> datetime | None:
    """Return when a social worker first said what kind of response is needed; back for agreement is no answer."""
    routes = Route.objects.filter(contact=contact).select_related("by").order_by("at", "pk")
    said = [one.at for one in routes if one.by.has(*policy.QUALIFIED)]
    said += [when for decided in _DECIDED if (when := decided(contact))]
    said += [one.at for one in contact.noted.filter(undone_at=None)]
    return min(said, default=None)


def running(staff: Staff, at: datetime) -> list[Overdue]:
    """Return the contacts of the last months with a clock of law that has not ended, the first due first.

    An interview that will not be held, with the reason, leaves this list; its clock is never met by that.

    The clock on a social worker's answer is left out: it stands in the order of work.
    """
    of_law = about.has(IN_TRUST) | about.has(MISSING)
    found: QuerySet[Contact] = Contact.objects.filter(
        policy.seen_by(staff), of_law, received_at__gte=at - LOOKED_BACK
    )
    rows = []
    for contact in found.select_related("hub").order_by("-received_at", "pk")[:LISTED_AT_MOST]:
        clocks = [*_officer(contact, at), *_interviews(contact, at, not_given_up=True)]
        going = [one for one in clocks if one.clock.ended_at is None]
        if going:
            rows.append(Overdue(contact, going))
    for row in (one for listed in _LISTED for one in listed(staff, at)):
        known = next((one for one in rows if one.contact == row.contact), None)
        if known:
            known.clocks.extend(row.clocks)
        else:
            rows.append(row)
    return sorted(rows, key=lambda one: min(each.clock.due_at for each in one.clocks))


def response_clock(contact: Contact, ended_at: datetime | None, at: datetime) -> Clock | None:
    """Return the clock on a social worker's word on the kind of response; None for adults, and for notices alone."""
    if contact.subject == "adult" or contact.type == Type.INFORMATION_ONLY:
        return None
    return start(RESPONSE, contact, contact.received_at, ended_at, at)


def _response(contact: Contact, at: datetime) -> Iterator[FixedClock]:
    clock = response_clock(contact, responded_at(contact), at)
    if clock:
        yield FixedClock(RESPONSE, "A social worker says what response is needed", clock)


def _officer(contact: Contact, at: datetime) -> Iterator[FixedClock]:
    told = _newest(contact, OFFICER, ENDED, None)
    if told or _is_about(contact, IN_TRUST):
        clock = start(OFFICER, contact, contact.received_at, told.happened_at if told else None, at)
        yield FixedClock(OFFICER, "Designated officer told of the allegation", clock)


def _interviews(contact: Contact, at: datetime, *, not_given_up: bool = False) -> Iterator[FixedClock]:
    for child in _missing(contact):
        found = _newest(contact, INTERVIEW, STARTED, child)
        if found is None:
            continue
        held = _newest(contact, INTERVIEW, ENDED, child)
        if not_given_up and held is None and _newest(contact, INTERVIEW, NOT_HELD, child):
            continue
        clock = start(INTERVIEW, contact, found.happened_at, held.happened_at if held else None, at)
        yield FixedClock(INTERVIEW, f"Return interview with {child}", clock)


def _newest(contact: Contact, clock: str, what: str, child: ContactPerson | None) -> ClockFact | None:
    key = child.pk if child else None
    rows = (one for one in facts_of(contact) if (one.clock, one.what, one.about_id) == (clock, what, key))
    return max(rows, key=lambda one: (one.at, str(one.pk)), default=None)


def _is_about(contact: Contact, category: str) -> bool:
    return category in about.counted(contact)


def _missing(contact: Contact) -> list[ContactPerson]:
    if not _is_about(contact, MISSING):
        return []
    return list(contact.people.filter(role="child").order_by("ref"))
