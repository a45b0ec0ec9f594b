"""What is read at triage: where a contact stands, its clock, its gate, what it is like and what came before."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from mash.common.clock import LONDON, Clock, Kind, Pause, WorkingWeek
from mash.common.clock import Target as Limit
from mash.common.references import normalise
from mash.contact import queries as contacts
from mash.contact.models import (
    Addition,
    Contact,
    ContactPerson,
    Referrer,
    Reply,
    ReplyKind,
    Settlement,
)
from mash.partnership.models import Hub, Staff
from mash.partnership.queries.rota import working_week
from mash.people.models import Involvement, OpenCasesList, Person, Resident
from mash.triage import content, gate, order, policy, rating_clock, repeats, same_event, told
from mash.triage.models import (
    Agreement,
    Basis,
    Episode,
    EpisodeContact,
    Ground,
    Hold,
    NotOneEvent,
    Owner,
    Paused,
    Rating,
    Returned,
    Route,
    Stage,
    Target,
)

ONE_YEAR = timedelta(days=366)
WRITTEN = "phone_referral_confirmed"
BACK_FOR_AGREEMENT = "back_for_agreement_held"


# Finding


def find(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact this worker may do triage on.  Raises Http404 for any other."""
    return get_object_or_404(Contact.objects.select_related("hub"), policy.seen_by(staff), pk=contact_id)


def find_person(contact: Contact, person_id: uuid.UUID) -> ContactPerson:
    """Return somebody a contact names.  Raises Http404 for anybody else."""
    return get_object_or_404(ContactPerson, contact=contact, pk=person_id)


def find_agreement(staff: Staff, agreement_id: uuid.UUID) -> Agreement:
    """Return an agreement recorded in this worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(Agreement.objects.select_related("contact"), pk=agreement_id, hub=staff.hub_id)


def find_ground(staff: Staff, ground_id: uuid.UUID) -> Ground:
    """Return a ground recorded in this worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(Ground.objects.select_related("contact"), pk=ground_id, hub=staff.hub_id)


# A hub's time


@dataclass(frozen=True, slots=True)
class HubTime:
    """When a hub is staffed and how long things may take there, as they stand on one day."""

    week: WorkingWeek
    targets: Mapping[tuple[str, str], Mapping[str, Limit | None]]

    def limits(self, stage: str, subject: str) -> Sequence[Mapping[str, Limit | None]]:
        """Return the limits by rating of a stage: a child's, an adult's, or both for a contact about both."""
        subjects = ["child", "adult"] if subject == "both" else [subject]
        return [self.targets[stage, one] for one in subjects]


def hub_time(hub: Hub, on: date) -> HubTime:
    """Return a hub's week and targets on a day, read once for each hub object: once a request, that is."""
    kept: dict[date, HubTime] = vars(hub).setdefault("_time", {})
    if on not in kept:
        kept[on] = HubTime(working_week(hub), _targets(hub, on))
    return kept[on]


def target_on(hub: Hub, stage: str, rating: str, subject: str, on: date) -> Limit | None:
    """Return how long a stage may take in a hub on a day; None for no limit."""
    return hub_time(hub, on).targets[stage, subject][rating]


def targets_to_come(hub: Hub, after: date) -> list[Target]:
    """Return the limits of a hub that begin after a day, the soonest first."""
    return list(
        Target.objects.filter(hub=hub, from_on__gt=after).order_by("from_on", "stage", "subject", "pk")
    )


def every_hub() -> QuerySet[Hub]:
    """Return the hubs that whoever acts may see: for a service, all."""
    return Hub.objects.order_by("name")


def forget_time(hub: Hub) -> None:
    """Read the hub's week and targets afresh the next time."""
    vars(hub).pop("_time", None)


def _targets(hub: Hub, on: date) -> dict[tuple[str, str], dict[str, Limit | None]]:
    """Return the newest targets begun by a day; where a hub has set none, what hubs start from."""
    found = _starting_targets()
    own = Target.objects.filter(hub=hub, from_on__lte=on).order_by("from_on")
    for row in own:
        limit = Limit(row.value, _unit(row.unit), Kind(row.kind))
        found[row.stage, row.subject] |= dict.fromkeys(
            [row.rating] if row.rating else content.ratings(), limit
        )
    return found


def _starting_targets() -> dict[tuple[str, str], dict[str, Limit | None]]:
    return {
        (stage, subject): {
            rating: limit_of(limits.limit(rating)) for rating in ("red", "amber", "green", "blue")
        }
        for subject in ("child", "adult")
        for stage, limits in content.stages(subject).items()
    } | {
        (Stage.WRITTEN, subject): dict.fromkeys(content.ratings(), limit_of(content.clocks()[WRITTEN].limit))
        for subject in ("child", "adult")
    }


def limit_of(limit: content.Limit | None) -> Limit | None:
    """Return a limit of content as a clock takes it."""
    return Limit(limit.value, _unit(limit.unit), Kind(limit.clock)) if limit else None


def _unit(unit: str) -> Literal["hours", "working_days"]:
    return "working_days" if unit == "working_days" else "hours"


# Clocks


def clock_for(
    contact: Contact, at: datetime, *, stage: str = "", ended_at: datetime | None = None
) -> rating_clock.RatingHistory:
    """Return a contact's clock, and how it stood under each rating.

    stage: "triage" ends with the first rating; "hub_decision" when the outcome is recorded (`ended_at`, which
        the later stage knows).  Left out: the one that runs now.

    Source: docs/rules.md, "Clocks".
    """
    ratings = list(contact.ratings.all())
    return history_of(contact, ratings, list(contact.pauses.all()), at, stage=stage, ended_at=ended_at)


def history_of(
    contact: Contact,
    ratings: Sequence[Rating],
    pauses: Sequence[Paused],
    at: datetime,
    *,
    stage: str = "",
    ended_at: datetime | None = None,
    subject: str = "",
) -> rating_clock.RatingHistory:
    """Return the clock from rows that are already there: see `clock_for`.

    subject: "child" or "adult", for one of the two clocks of a contact about both; left out, the sooner.
    """
    stage = stage or (Stage.HUB_DECISION if ratings else Stage.TRIAGE)
    if stage == Stage.TRIAGE and ratings:
        ended_at = min(rating.at for rating in ratings)
    time = hub_time(contact.hub, at.astimezone(LONDON).date())
    found = [
        rating_clock.due(
            contact.received_at,
            [(rating.at, rating.colour, rating.change) for rating in ratings],
            limits,
            time.week,
            pauses=[Pause(pause.from_at, pause.until_at, pause.reason) for pause in pauses],
            may_pause=bool(pauses),
            ended_at=ended_at,
        )
        for limits in time.limits(stage, subject or contact.subject)
    ]
    return min(found, key=_sooner)


def _sooner(history: rating_clock.RatingHistory) -> tuple[bool, datetime]:
    return history.due_at is None, history.due_at or datetime.max.replace(tzinfo=LONDON)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock of law that counts from receipt, and how it stands."""

    id: str
    label: str
    clock: Clock


LABELS = {
    "referrer_acknowledged": "Referrer told by a person",
    "adult_concern_acknowledged": "Referrer told by a person",
}


def acknowledgement_clock(contact: Contact, at: datetime) -> FixedClock:
    """Return the clock on a person telling the referrer that it has been read; a machine's receipt ends nothing.

    Source: docs/rules.md, "Statutory clocks".
    """
    name = "adult_concern_acknowledged" if contact.subject == "adult" else "referrer_acknowledged"
    limit = limit_of(content.clocks()[name].limit)
    assert limit  # noqa: S101 - every clock of content has one
    read = contact.replies.filter(kind=ReplyKind.ACKNOWLEDGED).order_by("at").values_list("at", flat=True)
    week = hub_time(contact.hub, at.astimezone(LONDON).date()).week
    clock = Clock.start(contact.received_at, limit, week, ended_at=read.first())
    return FixedClock(name, LABELS[name], clock)


def look_again_by(hub: Hub, at: datetime) -> date:
    """Return the last day to which a contact may be held while its referrer speaks with the family."""
    limit = limit_of(content.clocks()[BACK_FOR_AGREEMENT].limit)
    assert limit  # noqa: S101 - as above
    week = hub_time(hub, at.astimezone(LONDON).date()).week
    return limit.due_at(at, week).astimezone(LONDON).date()


def received_by(time: HubTime, subject: str, due_by: datetime) -> datetime:
    """Return the latest receipt whose red triage limit has run out by a moment: what unrated work is measured by."""
    limits = [limits["red"] for limits in time.limits(Stage.TRIAGE, subject)]
    limit = next(one for one in limits if one)
    early, late = due_by - timedelta(days=30), due_by
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if limit.due_at(middle, time.week) <= due_by:
            early = middle
        else:
            late = middle
    return early


# The line


def waiting(staff: Staff) -> QuerySet[Contact]:
    """Return the contacts that triage has still to send somewhere, in the order of work."""
    contacts = Contact.objects.filter(policy.seen_by(staff))
    contacts = contacts.exclude(Exists(Route.objects.filter(contact=OuterRef("pk"))))
    contacts = contacts.exclude(Exists(Returned.objects.filter(contact=OuterRef("pk"), back_at=None)))
    return order.in_order(order.still_open(contacts))


def free(staff: Staff, at: datetime) -> QuerySet[Contact]:
    """Return what waits and nobody else holds or owns."""
    newest = Owner.objects.filter(contact=OuterRef("pk")).order_by("-at", "-pk")
    held = Hold.objects.filter(contact=OuterRef("pk"), until__gt=at).exclude(staff=staff.pk)
    owned = waiting(staff).annotate(owned_by=Subquery(newest.values("staff")[:1]))
    return owned.filter(Q(owned_by=None) | Q(owned_by=staff.pk)).exclude(Exists(held))


# One contact


def newest_rating(contact: Contact) -> Rating | None:
    """Return the rating that counts now."""
    return contact.ratings.select_related("by__account").order_by("-at", "-pk").first()


def rating_history(contact: Contact) -> list[Rating]:
    """Return every rating, newest first."""
    return list(contact.ratings.select_related("by__account").order_by("-at", "-pk"))


def newest_route(contact: Contact) -> Route | None:
    """Return where triage sends the contact, if it has said so."""
    return contact.routes.select_related("by__account").order_by("-at", "-pk").first()


def owner_of(contact: Contact) -> Owner | None:
    """Return whose the contact is; None while it is the duty desk's."""
    return contact.owners.select_related("staff__account").order_by("-at", "-pk").first()


def hold_of(contact: Contact, at: datetime) -> Hold | None:
    """Return who works on the contact now."""
    return Hold.objects.filter(contact=contact, until__gt=at).select_related("staff__account").first()


def returned(contact: Contact) -> Returned | None:
    """Return why a contact is back with its referrer, while it is."""
    return contact.returns.filter(back_at=None).select_related("by__account").first()


def bases(contact: Contact) -> QuerySet[Basis]:
    """Return the lawful bases relied on."""
    return contact.bases.select_related("by__account").order_by("at", "pk")


def agreements(contact: Contact) -> list[Agreement]:
    """Return what the family said, all of it, oldest first: what only the message says so far as well."""
    rows = contact.agreements.select_related("about", "given_by_person", "by__account")
    unsaved, _ = not_yet_adopted(contact)
    return sorted([*rows, *unsaved], key=lambda one: (one.said_at, one.at, str(one.pk)))


def grounds(contact: Contact) -> list[Ground]:
    """Return the grounds recorded, approved or not, oldest first: what only the message says so far as well."""
    rows = contact.grounds.select_related("about", "by__account", "approved_by__account")
    _, unsaved = not_yet_adopted(contact)
    return sorted([*rows, *unsaved], key=lambda one: (one.at, str(one.pk)))


def not_yet_adopted(contact: Contact) -> tuple[list[Agreement], list[Ground]]:
    """Return, unsaved, what the message says of agreement and ground and nobody has set down yet."""
    said = contact.message.get("agreement") or {}
    saved = Agreement.objects.filter(contact=contact, from_message=True)
    if not said or saved.exists():
        return [], []
    people = {person.ref: person for person in contact.people.order_by("ref")}
    reading = told.Reading(contact, people, list(contact.relationships.all()), said)
    return reading.agreements(), reading.grounds()


def is_acknowledged(contact: Contact) -> bool:
    """Tell whether a person has told the referrer that it has been read."""
    return Reply.objects.filter(contact=contact, kind=ReplyKind.ACKNOWLEDGED).exists()


def gate_of(contact: Contact, at: datetime) -> gate.Gate:
    """Say whether a check may open on this contact, about whom, and who is left out.

    Source: docs/rules.md, "The gate".
    """
    rating = newest_rating(contact)
    facts = gate.Facts(
        contact=contact,
        people=list(contact.people.order_by("ref")),
        relationships=list(contact.relationships.all()),
        agreements=agreements(contact),
        grounds=grounds(contact),
        colour=rating.colour if rating else "",
        route=newest_route(contact),
        open_work=bool(open_work(contact, at)),
        at=at,
    )
    return gate.work_out(facts)


def referrer(staff: Staff, contact: Contact) -> Referrer | None:
    """Return who sent a contact, as far as this worker may know."""
    return contacts.referrer(staff, contact)


def additions(contact: Contact) -> QuerySet[Addition]:
    """Return what was added to a contact, oldest first."""
    return contact.additions.select_related("by__account").order_by("at", "pk")


def agreement_labels() -> dict[str, str]:
    """Return how speakers, scopes and grounds are said, by id."""
    options = (*content.agreement_given_by().values(), *content.agreement_scopes().values())
    said = {one.id: one.label for one in options}
    return said | {one.id: one.label for one in content.override_grounds().values()}


def with_reference(staff: Staff, typed: str) -> Contact | None:
    """Return the contact with the reference typed, in any spelling, if this worker may read it."""
    written = normalise(typed)
    found = Contact.objects.filter(policy.seen_by(staff), reference=written or "")
    return found.first() if written else None


# Known already


def settled(contact: Contact) -> dict[uuid.UUID, Person]:
    """Return who the contact's people are, by contact person, as far as that is settled."""
    said = Settlement.objects.filter(contact_person__contact=contact, undone_at=None, person__isnull=False)
    return {one.contact_person_id: one.person for one in said.select_related("person") if one.person}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a contact names, and who they turned out to be: None while that is not settled.

    answer: known, new or cannot_tell; "" while nobody has looked.
    """

    person: ContactPerson
    answer: str
    known_as: Person | None


def people_with_names(contact: Contact) -> list[Named]:
    """Return everybody a contact names, those at risk first, and whether each is settled."""
    rows = Settlement.objects.filter(contact_person__contact=contact, undone_at=None).select_related("person")
    said = {one.contact_person_id: one for one in rows}
    people = sorted(contact.people.all(), key=lambda one: (not one.is_at_risk, one.ref))
    return [
        Named(
            one,
            said[one.pk].answer if one.pk in said else "",
            said[one.pk].person if one.pk in said else None,
        )
        for one in people
    ]


def open_work(contact: Contact, at: datetime) -> list[Involvement]:
    """Return the work that is open with the children and adults at risk of a contact.

    Source: docs/rules.md, "Known already, open already".
    """
    at_risk = Settlement.objects.filter(
        contact_person__contact=contact,
        contact_person__role__in=["child", "adult_at_risk"],
        undone_at=None,
        person__isnull=False,
    )
    people = as_one(person for person in at_risk.values_list("person", flat=True) if person)
    today = at.astimezone(LONDON).date()
    lasting = Q(until_on=None) | Q(until_on__gte=today)
    rows = Involvement.objects.filter(lasting, person__in=people, from_on__lte=today)
    return list(rows.select_related("person").order_by("-tier", "from_on", "pk"))


def open_cases_list(hub: Hub) -> OpenCasesList | None:
    """Return the council's newest list of open cases: how old is what we think is open."""
    return OpenCasesList.objects.filter(hub=hub).order_by("-as_at").first()


def as_one(people: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return these people with whoever they were merged into, and whoever was merged into those."""
    known = set(people)
    if not known:
        return known
    into = Person.objects.filter(pk__in=known, merged_into__isnull=False).values_list(
        "merged_into", flat=True
    )
    known |= {one for one in into if one}
    return known | set(Person.objects.filter(merged_into__in=known).values_list("pk", flat=True))


def household_of(people: set[uuid.UUID]) -> set[uuid.UUID]:
    """Return everybody who lives with these people."""
    homes = Resident.objects.filter(person__in=people, until_on=None).values("household")
    return set(Resident.objects.filter(household__in=homes, until_on=None).values_list("person", flat=True))


# What came before


def earlier(contact: Contact) -> list[Contact]:
    """Return the other contacts about somebody settled in this one, newest first."""
    rows = _about(as_one(one.pk for one in settled(contact).values())).exclude(pk=contact.pk)
    return list(rows.prefetch_related(_newest_first()).order_by("-received_at", "pk"))


def _about(people: Iterable[uuid.UUID]) -> QuerySet[Contact]:
    told = Settlement.objects.filter(
        contact_person__contact=OuterRef("pk"), undone_at=None, person__in=list(people)
    )
    return Contact.objects.filter(Exists(told))


def _newest_first() -> "Prefetch[str]":
    return Prefetch("ratings", queryset=Rating.objects.order_by("-at", "-pk"))


def repeats_of(contact: Contact) -> tuple[repeats.Fired, ...]:
    """Return the repeat rules that fire on a contact, with the facts they fire on.

    Source: docs/rules.md, "Repeats".
    """
    here = settled(contact)
    people = as_one(one.pk for one in here.values())
    at_risk = as_one(here[one.pk].pk for one in contact.people.all() if one.is_at_risk and one.pk in here)
    around = household_of(people) | people
    others = {one.pk: one for one in _about(around).prefetch_related(_newest_first(), "episodes")}
    others[contact.pk] = contact
    since = min(contact.received_at, contact.event_at or contact.received_at) - ONE_YEAR
    who = _who_is_in(others)
    told = {
        one.pk: _told(one, who.get(one.pk, set()), at_risk or people, around)
        for one in others.values()
        if max(one.received_at, one.event_at or one.received_at) >= since
    }
    return repeats.fired(content.repeat_rules(), told[contact.pk], told.values())


def _who_is_in(contacts: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    said = Settlement.objects.filter(
        contact_person__contact__in=list(contacts), undone_at=None, person__isnull=False
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for contact_id, person_id in said.values_list("contact_person__contact", "person"):
        if person_id:
            found.setdefault(contact_id, set()).add(person_id)
    return found


def _told(
    contact: Contact, people: set[uuid.UUID], at_risk: set[uuid.UUID], around: set[uuid.UUID]
) -> repeats.Told:
    ratings = sorted(contact.ratings.all(), key=lambda one: one.at)
    episode = next((one.episode_id for one in contact.episodes.all() if one.undone_at is None), None)
    return repeats.Told(
        contact_id=contact.pk,
        reference=contact.reference,
        received_at=contact.received_at,
        event_at=contact.event_at,
        event_reference=contact.event_reference,
        place=contact.event_postcode or contact.event_place,
        episode=episode,
        colour=ratings[-1].colour if ratings else contact.suggested_rating,
        rated=bool(ratings),
        categories=tuple(contact.categories),
        same_person=bool(people & at_risk),
        same_household=bool(people & around),
    )


# One event


def episode_of(contact: Contact) -> Episode | None:
    """Return the episode a contact is linked into."""
    return Episode.objects.filter(contacts__contact=contact, contacts__undone_at=None).first()


def linked(contact: Contact) -> list[EpisodeContact]:
    """Return the other contacts of the same event."""
    rows = EpisodeContact.objects.filter(
        episode__contacts__contact=contact, episode__contacts__undone_at=None, undone_at=None
    ).exclude(contact=contact)
    return list(
        rows.select_related("contact", "by__account").order_by("contact__received_at", "pk").distinct()
    )


def same_event_as(contact: Contact) -> tuple[same_event.Suggestion, ...]:
    """Return the contacts that may tell of the same event and are neither linked nor said to be different.

    Source: docs/rules.md, "One event, several reports".
    """
    near = Q(received_at__range=_around(contact.received_at, same_event.DAYS_APART))
    if contact.event_reference:
        near |= Q(event_reference__iexact=contact.event_reference)
    if contact.event_at:
        near |= Q(event_at__range=_around(contact.event_at, same_event.HOURS_APART))
    left_out = {contact.pk} | _said_different(contact) | {one.contact_id for one in linked(contact)}
    rows = Contact.objects.filter(near, hub=contact.hub_id).exclude(pk__in=left_out)
    others = list(rows.prefetch_related("people"))
    who = _who_is_in([contact.pk, *(one.pk for one in others)])
    reports = [_report(one, who.get(one.pk, set())) for one in others]
    return same_event.suggest(_report(contact, who.get(contact.pk, set())), reports)


def _around(moment: datetime, span: timedelta) -> tuple[datetime, datetime]:
    return moment - span, moment + span


def _said_different(contact: Contact) -> set[uuid.UUID]:
    said = NotOneEvent.objects.filter(Q(contact=contact) | Q(other=contact)).values_list("contact", "other")
    return {one for pair in said for one in pair}


def _report(contact: Contact, people: set[uuid.UUID]) -> same_event.Report:
    named = list(contact.people.all())
    at_risk = [one for one in named if one.is_at_risk]
    postcodes = {contact.event_postcode, *(one.postcode for one in named)} - {""}
    return same_event.Report(
        contact_id=contact.pk,
        reference=contact.reference,
        received_at=contact.received_at,
        event_at=contact.event_at,
        event_reference=contact.event_reference,
        postcodes=frozenset(postcodes),
        places=(contact.event_place, *(", ".join(one.lines) for one in named)),
        names=frozenset(one.family.casefold() for one in at_risk if one.family),
        people=frozenset(people),
        categories=frozenset(contact.categories),
    )
