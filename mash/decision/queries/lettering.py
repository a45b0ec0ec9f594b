"""What is read about letters to a family: what waits, what fills their gaps, and who is in the case."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from mash.check.models import Enquiry
from mash.common.clock import Clock, Kind, Target
from mash.contact.models import Contact, ContactPerson
from mash.decision import letters, policy
from mash.decision.content import letter_content
from mash.decision.models import (
    Clearing,
    Decision,
    Given,
    Letter,
    LetterPassed,
    LetterState,
    LetterVersion,
    LetterWords,
)
from mash.decision.queries.event import Event, episode_of, keys_of
from mash.decision.queries.finding import NOT_MATCHED, at_risk
from mash.decision.queries.recorded import section_47_is_recorded
from mash.decision.queries.telling import hub_gaps, public_names
from mash.decision.queries.waiting import working_week
from mash.partnership.models import Hub, Staff
from mash.people.models import Person

WAITING = (LetterState.DRAFT, LetterState.NO_SAFE_WAY, LetterState.CLEARED)


def find_letter(staff: Staff, letter_id: uuid.UUID) -> Letter:
    """Return a letter that this worker may read.  Raises Http404, never 403, for any other."""
    found = Letter.objects.filter(policy.readable_by(staff)).select_related(
        "contact__hub", "decision", "recipient", "by__account", "taken_back_by__account"
    )
    return get_object_or_404(found, pk=letter_id)


def letters_on(staff: Staff, decision: Decision) -> QuerySet[Letter]:
    """Return the letters to a family about a decision, oldest first."""
    found = Letter.objects.filter(policy.readable_by(staff), decision=decision)
    return found.select_related("recipient", "by__account").order_by("at", "pk")


def letters_waiting(staff: Staff) -> QuerySet[Any]:
    """Return the letters that wait for somebody, oldest first: drafts, those to be read again, those with no safe way.

    Each carries `holder`, the key of the post it waits for, and `holder_name`.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    newest = Clearing.objects.select_related("by__account").order_by("-at", "pk")
    waiting = Letter.objects.filter(policy.readable_by(staff), state__in=[*WAITING, LetterState.READY])
    return (
        _with_holder(waiting)
        .select_related("contact__hub", "recipient", "by__account")
        .prefetch_related(Prefetch("clearings", newest))
        .order_by("at", "pk")
    )


def letters_of(staff: Staff, who: Staff) -> QuerySet[Letter]:
    """Return the letters that wait for one worker, as far as somebody may read them, oldest first.

    Source: docs/rules.md, "Moving work".
    """
    return letters_waiting(staff).filter(holder=who.pk)


def _with_holder(found: QuerySet[Letter]) -> QuerySet[Any]:
    """Mark each letter with whom it waits for: whoever it was passed to last, or whoever began it."""
    newest = LetterPassed.objects.filter(letter=OuterRef("pk")).order_by("-at", "-pk")
    return found.annotate(
        holder=Coalesce(Subquery(newest.values("to")[:1]), F("by"), output_field=UUIDField()),
        holder_name=Coalesce(Subquery(newest.values("to__account__name")[:1]), F("by__account__name")),
    )


def holder_of(letter: Letter) -> Staff:
    """Return whom a letter waits for now."""
    newest = letter.passed.select_related("to__account").order_by("-at", "-pk").first()
    return newest.to if newest else letter.by


def letters_given_by_method(staff: Staff) -> list[tuple[str, int]]:
    """Return how many letters reached their person, by how they were given."""
    readable = Letter.objects.filter(policy.readable_by(staff)).values("pk")
    counted = Given.objects.filter(letter__in=readable).values_list("how").annotate(count=Count("pk"))
    return sorted(counted, key=lambda one: (-one[1], one[0]))


def clock_of_letter(letter: Letter, at: datetime) -> Clock:
    """Return the clock on a draft that nobody has cleared: it is chased when it runs out, and never sent.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    limit = letter_content().clearing.unclear_after.limit
    target = Target(limit.value, "working_days", Kind.WORKING)
    return Clock.start(letter.at, target, working_week(letter.contact.hub, at))


def newest_version(letter: Letter) -> LetterVersion:
    """Return the words of a letter as they stand."""
    return letter.versions.select_related("by__account").order_by("-number")[0]


def versions_of(letter: Letter) -> QuerySet[LetterVersion]:
    """Return every version of a letter's words, newest first."""
    return letter.versions.select_related("by__account").order_by("-number")


def clearings_of(letter: Letter) -> QuerySet[Clearing]:
    """Return what was recorded each time a letter was cleared, newest first."""
    found = letter.clearings.select_related("by__account", "second_by__account", "version")
    return found.order_by("-at", "pk")


def standing_clearing(letter: Letter) -> Clearing | None:
    """Return the clearing a letter stands on: the newest, if it is of the words as they are and was not sent back."""
    newest = clearings_of(letter).first()
    if newest is None or newest.second_agreed is False or letter.state == LetterState.DRAFT:
        return None
    return newest if newest.version_id == newest_version(letter).pk else None


def given_of(letter: Letter) -> Given | None:
    """Return that a letter reached its person, if it did."""
    return Given.objects.filter(letter=letter).select_related("by__account").first()


# What fills the gaps


def letter_words(hub: Hub) -> dict[str, str]:
    """Return what a hub's letters say of the hub, by name: the letterhead, and gaps of every letter."""
    newest = LetterWords.objects.filter(hub=hub).order_by("name", "-at", "pk").distinct("name")
    return {one.name: one.words for one in newest}


def gaps_known(letter: Letter) -> dict[str, str]:
    """Return the gaps that the hub itself fills."""
    known = hub_gaps(letter.contact)
    said = letter_words(letter.contact.hub)
    return known | {name: words for name, words in said.items() if name != letters.LETTERHEAD}


def first_gaps(decision: Decision, recipient: ContactPerson, by: Staff) -> dict[str, str]:
    """Return what a new draft starts from: names, the worker, and what was decided in words that left the hub before.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    told: dict[str, str] = decision.told.get(str(decision.contact_id)) or next(
        iter(decision.told.values()), {}
    )
    about = [one.given for one in at_risk(decision.contact) if one.given]
    names = {
        "recipient_name": " ".join(part for part in (recipient.given, recipient.family) if part),
        "person_name": " and ".join(about),
        "worker_name": f"{by.account.name}, {by.title}",
        "worker_phone": decision.contact.hub.telephone,
    }
    said = {gap: told.get(gap, "") for gap in ("decision_plain", "reason_plain", "next_plain")}
    return {gap: words for gap, words in (names | said).items() if words}


def agencies_asked(contact: Contact) -> list[str]:
    """Return the agencies that were asked in the check, for the worker: not each may be named to each reader."""
    event = keys_of(episode_of(contact))
    asked = Enquiry.objects.filter(check_asked__contact__in=event, withdrawn_at=None)
    return sorted(set(asked.values_list("agency__name", flat=True)))


# Who is in the case


def recipients(contact: Contact) -> list[ContactPerson]:
    """Return whom a letter may be for: the people of a contact, without those who are there by their job."""
    people = ContactPerson.objects.filter(contact=contact).exclude(role__in=NOT_MATCHED)
    return sorted(people, key=lambda one: (not one.is_at_risk, len(one.ref), one.ref))


def around(letter: Letter) -> letters.Around:
    """Return who is in a letter's case and how each is reached, in every report of its event and on record."""
    contact = letter.contact
    event = Event(contact)
    found = everybody_in(event)
    recipient = next(one for keys, one in found if letter.recipient_id in keys)
    return letters.Around(
        recipient=recipient,
        others=tuple(one for _, one in found if one is not recipient),
        public=tuple(public_names(event.contacts)),
        section_47=section_47_is_recorded(contact),
        own=tuple(words for words in letter_words(contact.hub).values() if words),
    )


def everybody_in(event: Event) -> list[tuple[set[uuid.UUID], letters.Somebody]]:
    """Return everybody the reports of an event name, each once, with the keys under which the reports name them."""
    people = [one for one in event.named if one.role not in NOT_MATCHED]
    on_record = event.settled
    grouped: dict[str, list[ContactPerson]] = {}
    for one in people:
        known = on_record.get(one.pk)
        grouped.setdefault(str(known.pk if known else one.pk), []).append(one)
    known_people = {str(person.pk): person for person in on_record.values()}
    return [
        ({one.pk for one in same}, _somebody(same, known_people.get(key))) for key, same in grouped.items()
    ]


def _somebody(same: Iterable[ContactPerson], known: Person | None) -> letters.Somebody:
    """Join what the reports of an event say of one person, and what the hub's own record does."""
    said = list(same)
    protected = any(one.protected for one in said)
    places = {one.lines[0] for one in said if one.lines}
    places |= {one.postcode for one in said if one.postcode}
    numbers = {way for one in said for way in (*one.phones, one.email) if way}
    if known:
        homes = list(known.addresses.filter(until_on=None))
        places |= {home.lines[0] for home in homes if home.lines}
        places |= {home.postcode for home in homes if home.postcode}
        numbers |= set(known.phones.filter(until_on=None).values_list("number", flat=True))
    names = dict.fromkeys(name for one in said for name in (one.given, one.family, *one.known_as) if name)
    return letters.Somebody(
        key=str(said[0].pk),
        names=tuple(names),
        places=() if protected else tuple(sorted(places)),
        numbers=tuple(sorted(numbers)),
        protected=protected,
        at_risk=any(one.is_at_risk for one in said),
    )
