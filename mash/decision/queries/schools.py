"""What is read about telling a school: whose school is to be told, how far that is, and the notices.

Source: docs/rules.md, "Telling a school of domestic abuse".
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.common.clock import LONDON, Clock, Kind, Target, in_utc
from mash.contact import policy as contacts
from mash.contact.models import Contact, ContactPerson
from mash.decision import letters, policy, schools
from mash.decision.content import letters as templates
from mash.decision.content import placeholders
from mash.decision.content.letters import load_letters
from mash.decision.models import SchoolNotice, SchoolNoticeSeen
from mash.decision.queries.event import Event
from mash.decision.queries.lettering import everybody_in, letter_words
from mash.decision.queries.recorded import section_47_is_recorded
from mash.decision.queries.telling import hub_gaps, public_names
from mash.decision.queries.waiting import working_week
from mash.directory.models import NamedContact
from mash.directory.queries.named import lasting
from mash.partnership.models import Agency, AgencyKind, Staff
from mash.partnership.queries import agencies_in
from mash.triage import content, fixed
from mash.triage.queries import FixedClock
from mash.triage.reading import ClockFact

LISTED_FOR = timedelta(days=28)
LISTED_AT_MOST = 200
CALL_BEFORE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ToTell:
    """One child whose school is to be told, and how far that is.

    clock: None until it is known that the police attended.  not_told: why it is not, where somebody decided that.
    notices: with who opened each, the newest first.
    """

    child: ContactPerson
    clock: Clock | None
    not_told: str
    told_otherwise: bool
    notices: Sequence[SchoolNotice]

    @property
    def told_at(self) -> datetime | None:
        """Return when the school was told, by opening a notice or as somebody recorded it."""
        return self.clock.ended_at if self.clock else None

    def should_be_called(self, at: datetime) -> bool:
        """Tell whether a notice went, nobody opened it, and the school's day starts within the hour or has begun."""
        waits = self.clock is not None and self.told_at is None and bool(self.notices) and not self.not_told
        return waits and in_utc(at) > self.clock.due_at - CALL_BEFORE  # type: ignore[union-attr]


def to_tell(contact: Contact) -> list[ToTell]:
    """Return the children of a contact whose schools are to be told; none where it tells of no domestic abuse."""
    children = fixed.children_at_home(contact)
    if not children:
        return []
    began = fixed.police_attended_at(contact)
    notices = SchoolNotice.objects.filter(contact=contact).select_related("agency", "by__account", "hub")
    sent = list(notices.prefetch_related("seen__staff__account").order_by("-at", "pk"))
    said = fixed.facts_of(contact)
    return [
        _to_tell(contact, child, began, [one for one in sent if one.about_id == child.pk], said)
        for child in children
    ]


def _to_tell(
    contact: Contact,
    child: ContactPerson,
    began: datetime | None,
    notices: list[SchoolNotice],
    said: Sequence[ClockFact],
) -> ToTell:
    of_child = [one for one in said if one.clock == fixed.SCHOOL and one.about_id == child.pk]
    told = [one.happened_at for one in of_child if one.what == fixed.ENDED]
    # A notice that goes afterwards says that the school is told all the same.
    kept = [
        one
        for one in of_child
        if one.what == fixed.NOT_HELD and not any(sent.at > one.at for sent in notices)
    ]
    opened = [one.at for notice in notices for one in notice.seen.all()]
    clock = None
    if began is not None:
        due = notices[0].day_starts_at if notices else schools.next_start(began, day_starts())
        clock = _until(due, began, min([*told, *opened], default=None), contact)
    return ToTell(child, clock, kept[-1].words if kept else "", bool(told), notices)


def _until(due: datetime, began: datetime, ended: datetime | None, contact: Contact) -> Clock:
    """Return a clock that ends when a school's day starts."""
    return Clock(
        started_at=in_utc(began),
        due_at=in_utc(due),
        due_without_pauses=in_utc(due),
        target=Target(1, "hours", Kind.ELAPSED),
        week=working_week(contact.hub, began),
        ended_at=in_utc(ended) if ended else None,
    )


def day_starts() -> time:
    """Return when a school's day starts, as long as nobody says otherwise of one school."""
    return time.fromisoformat(content.clocks()[fixed.SCHOOL].day_starts)


def school_clocks(contact: Contact, at: datetime) -> list[FixedClock]:  # noqa: ARG001
    """Return the clock of each child of a contact whose school is to be told, and has not been ruled out."""
    return [
        FixedClock(fixed.SCHOOL, f"{one.child}: school told", one.clock)
        for one in to_tell(contact)
        if one.clock and (not one.not_told or one.told_at)
    ]


def schools_running(staff: Staff, at: datetime) -> list[fixed.Overdue]:
    """Return the contacts of the last weeks with a child whose school nobody has told, nor decided not to tell."""
    facts = ClockFact.objects.filter(clock=fixed.SCHOOL)
    later = SchoolNotice.objects.filter(about=OuterRef("about"), at__gt=OuterRef("at"))
    settled = Q(what=fixed.ENDED) | Q(what=fixed.NOT_HELD) & ~Exists(later)
    done = facts.filter(settled, about=OuterRef("pk"))
    opened = SchoolNoticeSeen.objects.filter(notice__about=OuterRef("pk"))
    waiting = ContactPerson.objects.filter(
        ~Exists(done), ~Exists(opened), contact=OuterRef("pk"), role__in=fixed.AT_HOME
    )
    attended = Q(source_kind=fixed.POLICE) | Q(
        Exists(facts.filter(contact=OuterRef("pk"), what=fixed.STARTED))
    )
    found = Contact.objects.filter(
        fixed.of_domestic_abuse(),
        attended,
        Exists(waiting),
        contacts.readable_by(staff),
        received_at__gte=at - LISTED_FOR,
    )
    rows = []
    for contact in found.select_related("hub").order_by("-received_at", "pk")[:LISTED_AT_MOST]:
        going = [one for one in school_clocks(contact, at) if one.clock.ended_at is None]
        if going:
            rows.append(fixed.Overdue(contact, going))
    return rows


@dataclass(frozen=True, slots=True)
class ToCall:
    """A child whose school is to be called: nobody there has opened the notice, and its day begins within the hour."""

    contact: Contact
    row: ToTell

    @property
    def notice(self) -> SchoolNotice:
        """Return the newest notice."""
        return self.row.notices[0]


def to_call(staff: Staff, at: datetime) -> list[ToCall]:
    """Return whose schools are to be called now, of the contacts that this worker reads, the earliest day first.

    Source: docs/rules.md, "Telling a school of domestic abuse".
    """
    open_ = SchoolNotice.objects.filter(
        policy.notices_read_by(staff),
        ~Exists(SchoolNoticeSeen.objects.filter(notice__about=OuterRef("about"))),
        day_starts_at__lt=at + CALL_BEFORE,
        at__gt=at - LISTED_FOR,
    )
    contacts_ = Contact.objects.filter(contacts.readable_by(staff), pk__in=open_.values("contact"))
    rows = [
        ToCall(contact, row)
        for contact in contacts_.select_related("hub").order_by("-received_at", "pk")[:LISTED_AT_MOST]
        for row in to_tell(contact)
        if row.should_be_called(at)
    ]
    return sorted(rows, key=lambda one: one.notice.day_starts_at)


def unopened(at: datetime) -> list[SchoolNotice]:
    """Return the notices that nobody opened an hour before the school's day, and whose sender was not called yet."""
    facts = ClockFact.objects.filter(clock=fixed.SCHOOL, about=OuterRef("about"))
    settled = Q(what=fixed.ENDED) | Q(what=fixed.NOT_HELD, at__gt=OuterRef("at"))
    found = SchoolNotice.objects.filter(
        ~Exists(SchoolNoticeSeen.objects.filter(notice__about=OuterRef("about"))),
        ~Exists(facts.filter(settled)),
        called=None,
        day_starts_at__lte=at + CALL_BEFORE,
        day_starts_at__gt=at - LISTED_FOR,
    )
    return list(found.select_related("by__account").order_by("day_starts_at", "pk"))


# The notice


def key_adults(hub_id: uuid.UUID, at: datetime) -> list[NamedContact]:
    """Return the key adults and deputies that schools of a hub have named and that hold today.

    Source: docs/rules.md, "Telling a school of domestic abuse", "Named contacts".
    """
    today = at.astimezone(LONDON).date()
    found = NamedContact.objects.filter(
        lasting(today), hub=hub_id, role__in=[schools.KEY_ADULT, schools.DEPUTY]
    )
    return list(found.select_related("agency").order_by("agency__name", "at_school", "-role", "pk"))


def schools_of(staff: Staff) -> QuerySet[Agency]:
    """Return the schools that can be told in this worker's hub: its agencies of that kind."""
    return agencies_in(staff.hub_id).filter(kind=AgencyKind.EDUCATION)


def find_child(staff: Staff, child_id: uuid.UUID) -> ContactPerson:
    """Return a child at home in a contact about domestic abuse that this worker may read.  Raises Http404."""
    readable = Contact.objects.filter(contacts.readable_by(staff), fixed.of_domestic_abuse()).values("pk")
    found = ContactPerson.objects.filter(contact__in=readable, role__in=fixed.AT_HOME)
    return get_object_or_404(found.select_related("contact__hub"), pk=child_id)


def was_there() -> tuple[str, ...]:
    """Return the words from which whoever tells a school chooses whether the child was there."""
    return placeholders()[schools.WAS_THERE].choices or next(
        one.choices for one in load_letters().placeholders if one.id == schools.WAS_THERE
    )


def gaps_of_notice(child: ContactPerson, began: datetime) -> dict[str, str]:
    """Return what a notice says that nobody types: the hub, the child, the day."""
    born = f"{child.born_on.day} {child.born_on:%B %Y}" if child.born_on else "on a day that is not known"
    day = began.astimezone(LONDON)
    return hub_gaps(child.contact) | {
        "person_name": " ".join(part for part in (child.given, child.family) if part) or "name not known",
        "child_born_on": born,
        "incident_day": f"{day:%A} {day.day} {day:%B}",
    }


def words_of_notice(gaps: dict[str, str], *, order: bool) -> tuple[str, str]:
    """Return the line above a notice, and its words."""
    letter = templates()[schools.NOTICE]
    return letters.subject_of(letter, gaps), schools.write(letter, gaps, order=order)


def around_notice(contact: Contact) -> letters.Around:
    """Return who is in the case when a notice's words are looked at: a school is none of them."""
    event = Event(contact)
    return letters.Around(
        recipient=letters.Somebody("", (), (), (), protected=False),
        others=tuple(one for _, one in everybody_in(event)),
        public=tuple(public_names(event.contacts)),
        section_47=section_47_is_recorded(contact),
        own=tuple(words for words in letter_words(contact.hub).values() if words),
    )


def notices_to(staff: Staff) -> QuerySet[SchoolNotice]:
    """Return the notices to this worker's school, newest first."""
    opened = SchoolNoticeSeen.objects.filter(notice=OuterRef("pk"))
    found = SchoolNotice.objects.filter(policy.notices_to_school_of(staff)).annotate(opened=Exists(opened))
    return found.order_by("-at", "pk")


def find_notice(staff: Staff, notice_id: uuid.UUID) -> SchoolNotice:
    """Return a notice that this worker may read, at the school or at the desk.  Raises Http404 for any other."""
    found = SchoolNotice.objects.filter(policy.notices_read_by(staff)).select_related(
        "agency", "by__account", "hub"
    )
    return get_object_or_404(found, pk=notice_id)
