"""What pages of releases show: who is meant by the keys, who may receive one, and who is kept from the case."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404
from django.utils.timezone import localdate

from mash.check.queries.room import find_room
from mash.check.terms import release_content
from mash.contact.models import Contact, ContactPerson
from mash.partnership.models import Access, Agency, Staff
from mash.partnership.policy import is_restricted_from
from mash.partnership.queries import working_colleagues
from mash.people.joined import as_one
from mash.sealed import policy
from mash.sealed.course import By, Course, Owner, State
from mash.sealed.policy import CASE_WORK
from mash.sealed.queries import find_release
from mash.sealed.queries.releases import read_again
from mash.sealed.rendition import short
from mash.triage.queries import linked, newest_rating, settled

HUB_ITSELF = "The hub itself"


@dataclass(frozen=True, slots=True)
class Reader:
    """A recipient, and when they read it.  key: of the recipient's row."""

    key: uuid.UUID
    name: str
    organisation: str
    outside: bool
    read: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Who said what of a release, as a page shows it."""

    words: str
    by: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A release as a page shows it.  case: reference of its contact, "" for whoever may not see that."""

    course: Course
    state: State
    reference: str
    case: str
    purpose: str
    protocol: str
    readers: tuple[Reader, ...]
    history: tuple[Line, ...]
    owners: Mapping[uuid.UUID, str]
    proposer: str

    @property
    def digests(self) -> tuple[str, str]:
        """Return the beginnings of both digests, to be compared by eye."""
        said = self.course.said
        return (short(said.words_digest), short(said.people_digest)) if said else ("", "")


def show(staff: Staff, courses: Iterable[Course], at: datetime) -> list[Shown]:
    """Return releases as pages show them, with names for every key, each table asked once."""
    found = list(courses)
    posts = {key for one in found for key in _posts(one)}
    names = {
        one.pk: one.account.name
        for one in Staff.objects.filter(pk__in=posts, hub=staff.hub_id).select_related("account")
    }
    agencies = dict(
        Agency.objects.filter(
            pk__in={owner.agency for one in found if one.said for owner in one.said.owners}
        ).values_list("pk", "name")
    )
    cases = dict(Contact.objects.filter(pk__in={one.case for one in found}).values_list("pk", "reference"))
    return [_shown(one, names, agencies, cases, at) for one in found]


def filtered(found: Iterable[Shown], asked: Mapping[str, Any]) -> list[Shown]:
    """Return the releases of a register that fit what was asked: reference or name, state, begun since."""
    wanted = asked["q"].casefold().strip()
    return [
        one
        for one in found
        if (not asked["state"] or one.state == asked["state"])
        and (not asked["since"] or localdate(one.course.begun.at) >= asked["since"])
        and (not wanted or wanted in _said_of(one))
    ]


def _said_of(one: Shown) -> str:
    names = [one.reference, one.case, one.proposer, *(str(to.name) for to in one.readers)]
    return "\n".join(names).casefold()


def reference_of(release: uuid.UUID) -> str:
    """Return the reference of a release: short enough to be read out, and telling nothing of its case."""
    return f"R-{release.hex[:8].upper()}"


def shown_one(staff: Staff, release: uuid.UUID, at: datetime) -> Shown:
    """Return one release that this worker may know of.  Raises Http404 for any other."""
    return show(staff, [find_release(staff, release, at)], at)[0]


def find_for_unit(staff: Staff, release: uuid.UUID, at: datetime) -> tuple[Shown, Contact]:
    """Return a release with its contact, for cleared staff who may open that case's room.  Raises Http404."""
    course = find_release(staff, release, at)
    contact = find_room(staff, course.case)
    return show(staff, [course], at)[0], contact


def find_to_write(staff: Staff, release: uuid.UUID) -> Course:
    """Return a release that this worker writes, for keeping what they type.  Raises Http404 for any other."""
    course = read_again(staff, release)
    find_room(staff, course.case)
    if not policy.may_write(staff, course):
        raise Http404
    return course


def _posts(course: Course) -> Iterable[uuid.UUID]:
    yield course.begun.post
    if course.recalled:
        yield course.recalled.post
    if course.said is None:
        return
    said = course.said
    yield said.by.post
    yield from (one.post for one in said.read)
    yield from ([said.second.by.post] if said.second else [])
    for owner in said.owners:
        if owner.word:
            yield owner.word.by.post
            yield from ([owner.word.ruled.by.post] if owner.word.ruled else [])


def _shown(
    course: Course,
    names: Mapping[uuid.UUID, str],
    agencies: Mapping[uuid.UUID, str],
    cases: Mapping[uuid.UUID, str],
    at: datetime,
) -> Shown:
    said, terms = course.said, release_content()
    owners = {one.agency: agencies.get(one.agency, HUB_ITSELF) for one in said.owners} if said else {}
    return Shown(
        course=course,
        state=course.state(at),
        reference=reference_of(course.key),
        case=cases.get(course.case, ""),
        purpose=terms.label(said.purpose) if said else "",
        protocol=terms.label(said.protocol) if said else "",
        readers=tuple(_readers(course)),
        history=tuple(sorted(_history(course, names, owners), key=lambda one: one.at)),
        owners=owners,
        proposer=names.get(said.by.post if said else course.begun.post, ""),
    )


def _readers(course: Course) -> Iterable[Reader]:
    if course.said is None:
        return
    for key, to in course.said.to.items():
        read = tuple(one.at for one in course.said.read if one.recipient == key)
        yield Reader(key, to.name, to.organisation, to.staff is None, read)


def _history(
    course: Course, names: Mapping[uuid.UUID, str], owners: Mapping[uuid.UUID, str]
) -> Iterable[Line]:
    def line(words: str, by: By) -> Line:
        return Line(words, names.get(by.post, "Somebody"), by.at, by.why)

    yield line("Begun", course.begun)
    said = course.said
    if said:
        yield line("Proposed" if said.number == 1 else f"Proposed anew, wording {said.number}", said.by)
        for owner in said.owners:
            yield from _of_owner(owner, owners[owner.agency], line)
        if said.second:
            yield line("Approved" if said.second.approved else "Turned down", said.second.by)
    if course.recalled:
        yield line("Recalled", course.recalled)


def _of_owner(owner: Owner, name: str, line: Callable[[str, By], Line]) -> Iterable[Line]:
    if owner.word is None:
        return
    yield line(f"{name}: {'agreed' if owner.word.agreed else 'vetoed'}", owner.word.by)
    ruled = owner.word.ruled
    if ruled:
        ground = release_content().label(ruled.ground)
        yield line(f"Veto overruled: {ground}" if ruled.overruled else "Veto upheld", ruled.by)


# Who may receive one


def may_receive(staff: Staff) -> QuerySet[Staff]:
    """Return the posts of this worker's hub that work with cases, by agency and name."""
    found = working_colleagues(staff).filter(duties__overlap=list(CASE_WORK), account__is_active=True)
    return found.order_by("agency__name", "account__name", "pk")


def may_be_asked(staff: Staff, *duties: str) -> QuerySet[Staff]:
    """Return the posts of this worker's hub that carry any of these duties, or all, of accounts that sign in."""
    return working_colleagues(staff, *duties).filter(account__is_active=True)


def kept_from(contact: Contact, posts: Iterable[Staff]) -> set[uuid.UUID]:
    """Return which of these posts the case of a contact is closed to: by a conflict of interest of that person, on the
    contact, on another report of its event or on somebody it names; or since it is restricted.

    Source: docs/rules.md, "Access", "Restricted cases", "Releases".
    """
    event = [contact, *(one.contact for one in linked(contact))]
    lasting = Q(from_at__lte=Now()) & (Q(until_at=None) | Q(until_at__gt=Now()))
    people = as_one(person.pk for one in event for person in settled(one).values())
    of_case = Q(contact_id__in=[one.pk for one in event]) | Q(person_id__in=people)
    bars = Access.objects.filter(lasting & of_case, hub=contact.hub_id, bars=True, staff__isnull=False)
    persons = set(bars.values_list("staff__account_id", flat=True))
    return {one.pk for one in posts if one.account_id in persons or is_restricted_from(one, contact.pk)}


def names_in(contact: Contact) -> list[str]:
    """Return how everybody in a case is called, in every report of its event."""
    event = [contact.pk, *(one.contact.pk for one in linked(contact))]
    found = ContactPerson.objects.filter(contact__in=event)
    return [f"{one.given} {one.family}".strip() for one in found]


def colour_of(contact: Contact) -> str:
    """Return the rating of a case by now, "" where nobody rated it."""
    rating = newest_rating(contact)
    return rating.colour if rating else ""


def owner_that_speaks(staff: Staff, shown: Shown) -> Owner:
    """Return the owner for which this worker speaks.  Raises Http404 where there is none."""
    for one in shown.course.said.owners if shown.course.said else ():
        if policy.speaks_for(staff, one):
            return one
    raise Http404
