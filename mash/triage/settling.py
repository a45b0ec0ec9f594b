"""Saying who the people of a contact are while it is screened: whom the page asks about, and what is known of them.

Source: docs/rules.md, "Known already, open already".
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict

from mash.common.templates import day
from mash.contact import actions as contacts
from mash.contact import policy as contact_policy
from mash.contact import queries as contact_queries
from mash.contact.beside import Beside, set_beside
from mash.contact.forms import WhoIs, prefix_of
from mash.contact.models import Answer, Contact, ContactPerson, Settlement
from mash.partnership.models import Staff
from mash.people import queries as people
from mash.people.models import Alert, Involvement, Person
from mash.triage import queries, repeats
from mash.triage.actions import Said

OPEN_AT_ONCE = 6  # the others are folded away until they are opened
MOST_ASKED = 20  # people on one page; when these are settled, the next are asked about
PROFESSIONAL = "professional"


@dataclass(slots=True)
class Brief:
    """What to know of a candidate before choosing: the work that is open, and the contacts there were."""

    work: list[Involvement] = field(default_factory=list)
    contacts: int = 0
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom the page asks about: each beside candidates with their part of the form, and what is known of those.

    first, others, professionals: one after the other; the last two are folded away.
    left: how many more nobody has settled.
    """

    each: list[tuple[Beside, WhoIs]]
    briefs: Mapping[str, Brief]
    left: int

    @property
    def first(self) -> list[tuple[Beside, WhoIs]]:
        return self._of_the_family[:OPEN_AT_ONCE]

    @property
    def others(self) -> list[tuple[Beside, WhoIs]]:
        return self._of_the_family[OPEN_AT_ONCE:]

    @property
    def professionals(self) -> list[tuple[Beside, WhoIs]]:
        return [one for one in self.each if one[0].who.role == PROFESSIONAL]

    @property
    def _of_the_family(self) -> list[tuple[Beside, WhoIs]]:
        return [one for one in self.each if one[0].who.role != PROFESSIONAL]


@dataclass(frozen=True, slots=True)
class Known:
    """What is held on those who were chosen, though nothing is saved yet."""

    people: Mapping[uuid.UUID, Person]
    work: list[Involvement]
    alerts: list[Alert]
    earlier: list[Contact]
    repeats: tuple[repeats.Fired, ...]


def forms_sent(contact: Contact, sent: QueryDict) -> list[WhoIs]:
    """Return the parts of a form that was sent in which somebody of the contact was asked about."""
    people_named = sorted(contact.people.all(), key=_order)
    return [WhoIs(sent, who=one) for one in people_named if f"{prefix_of(one)}-search" in sent]


def asking(contact: Contact, sent: Iterable[WhoIs], *, by: Staff, at: datetime) -> Asking | None:
    """Search for whoever nobody has settled, and return what the page asks; None where this worker settles nobody.

    The searches are recorded, since the page shows what they found.  Professionals need not be settled: they are asked
    about last, and no more once everybody else is.
    sent: the parts of a form that is shown again.
    """
    if not contact_policy.may_settle(by, contact):
        return None
    unsettled = sorted(contact_queries.unsettled(contact), key=_order)
    if all(one.role == PROFESSIONAL for one in unsettled):
        return None
    named = unsettled[:MOST_ASKED]
    looked = contacts.look_for_each(contact=contact, people_named=named, by=by, at=at)
    before = {one.who: one for one in sent}
    each = [(one, before.get(one.who) or WhoIs(who=one.who)) for one in set_beside(contact, looked)]
    shown = {one.person_id for found in looked for one in found.candidates}
    return Asking(each, _briefs(shown, contact, at), len(unsettled) - len(named))


def said(sent: Iterable[WhoIs]) -> list[Said]:
    """Return the words that were said, as the action takes them."""
    return [
        Said(one.who, one.cleaned_data["answer"], one.cleaned_data["person_id"], one.cleaned_data["search"])
        for one in sent
        if one.who and one.cleaned_data["answer"]
    ]


def known_of(contact: Contact, words: Iterable[Said], *, by: Staff, at: datetime) -> Known | None:
    """Return what is held on the people on record who were chosen; None if nobody was.

    Of whom this worker may see; one whom they may not is refused when it is saved.
    """
    keys = {one.contact_person: one.person_id for one in words if one.person_id}
    found = people.several(by, filter(None, keys.values()))
    chosen = {who.pk: found[key] for who, key in keys.items() if key in found}
    if not chosen:
        return None
    at_risk = [chosen[one.pk].pk for one in keys if one.is_at_risk and one.pk in chosen]
    everybody = [one.pk for one in chosen.values()]
    return Known(
        people=chosen,
        work=queries.open_work_with(at_risk, at),
        alerts=queries.alerts_about(by, everybody, at),
        earlier=queries.earlier_about(everybody, contact),
        repeats=queries.repeats_of(contact, chosen),
    )


def in_words(words: Iterable[Said], known: Known | None) -> list[dict[str, str]]:
    """Return question and answer for each of the people of whom something was said."""
    found = known.people if known else {}
    return [
        {"question": f"Who {one.contact_person} is", "answer": _answer(one, found.get(one.contact_person.pk))}
        for one in words
    ]


def _answer(one: Said, person: Person | None) -> str:
    if person is None:
        return str(Answer(one.answer).label)
    born = f", born {day(person.born_on)}" if person.born_on else ""
    return f"Known: {person}{born}"


def _order(one: ContactPerson) -> tuple[bool, bool, int, str]:
    return (one.role == PROFESSIONAL, not one.is_at_risk, len(one.ref), one.ref)


def _briefs(shown: set[uuid.UUID], contact: Contact, at: datetime) -> dict[str, Brief]:
    """Return what is known of each candidate, whoever was merged into them included; the same few questions for all."""
    into = people.merged_into(shown)
    found = {str(key): Brief() for key in shown}
    for work in queries.open_work_with(shown, at):
        found[str(into[work.person_id])].work.append(work)
    told = Settlement.objects.filter(undone_at=None, person__in=into).exclude(contact_person__contact=contact)
    about = {
        (into[person], key): received
        for person, key, received in told.values_list(
            "person", "contact_person__contact", "contact_person__contact__received_at"
        )
        if person
    }
    for (person, _), received in about.items():
        brief = found[str(person)]
        brief.contacts += 1
        brief.newest = max(filter(None, [brief.newest, received]))
    return found
