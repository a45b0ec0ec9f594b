"""What is known about a contact, from whom, and what is missing: shown to the decider, and frozen as the snapshot.

Built from shared rows alone.  What is sealed lies where these queries do not reach, so the picture is the same
with it and without it.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from mash.check.content import set_sent
from mash.check.given import question_of, said
from mash.check.models import Check, Enquiry, Happened, Risk, View
from mash.contact.models import Contact, ContactPerson, Settlement
from mash.decision.content import outcomes
from mash.decision.direction import Spell
from mash.decision.models import Outcome, Strategy
from mash.partnership.models import Staff
from mash.people.models import Involvement, Person
from mash.triage import queries as triage
from mash.triage.content import agreement_scopes, override_grounds, refusal_reasons
from mash.triage.models import Agreement, Basis, EpisodeContact, Ground, Rating
from mash.triage.rating_clock import URGENCY

Picture = dict[str, Any]
PUBLIC = "A member of the public"


def episode_of(contact: Contact) -> list[Contact]:
    """Return every contact that tells of the same event, this one first, then in the order they came."""
    own = EpisodeContact.objects.filter(contact=contact, undone_at=None).values("episode")
    others = Contact.objects.filter(
        episodes__episode__in=own, episodes__undone_at=None, hub=contact.hub_id
    ).exclude(pk=contact.pk)
    return [contact, *others.order_by("received_at", "pk")]


def colour_of(contact: Contact) -> str:
    """Return the rating that counts: of several reports of one event the most urgent; "" while nobody has rated any."""
    ratings = Rating.objects.filter(contact__in=keys_of(episode_of(contact)))
    newest = ratings.order_by("contact", "-at", "-pk").distinct("contact")
    return max((one.colour for one in newest), key=lambda colour: URGENCY[colour], default="")


def keys_of(contacts: Iterable[Contact]) -> list[Any]:
    """Return the keys of contacts."""
    return [one.pk for one in contacts]


def settled_people(contact: Contact) -> dict[Any, Person]:
    """Return who each person named in a contact or in another report of its event turned out to be.

    By key of the contact's person; merged rows followed.
    """
    words = Settlement.objects.filter(
        contact_person__contact__in=keys_of(episode_of(contact)), undone_at=None, person__isnull=False
    )
    return {
        one.contact_person_id: _merged(one.person)
        for one in words.select_related("person__merged_into")
        if one.person
    }


def people_of(contacts: Sequence[Contact]) -> list[ContactPerson]:
    """Return everybody these contacts name, contact by contact in the order given."""
    place = {one.pk: number for number, one in enumerate(contacts)}
    found = ContactPerson.objects.filter(contact__in=place).order_by("ref")
    return sorted(found, key=lambda one: place[one.contact_id])


def to_decide(contact: Contact) -> list[ContactPerson]:
    """Return the children and adults at risk of an event, each once however many of its reports name them.

    Where no report names any, whoever they name.

    Source: docs/rules.md, "One event, several reports".
    """
    people = settled_people(contact)
    named = [one for one in people_of(episode_of(contact)) if one.role != "professional"]
    found: dict[Any, ContactPerson] = {}
    for one in [one for one in named if one.is_at_risk] or named:
        person = people.get(one.pk)
        found.setdefault(person.pk if person else one.pk, one)
    return list(found.values())


def spells_of(person: Person) -> list[Spell]:
    """Return all help that was ever open with a person, as their record says."""
    rows = Involvement.objects.filter(person=person, hub=person.hub_id)
    return [Spell(row.tier, row.from_on, row.until_on) for row in rows]


def draw(contact: Contact, at: datetime) -> Picture:
    """Return all that is known of a contact and its event at a moment, as plain JSON.

    Source: docs/rules.md, "Decision".
    """
    people = settled_people(contact)
    contacts = episode_of(contact)
    keys = keys_of(contacts)
    check = Check.objects.filter(contact__in=keys).order_by("-opened_at").first()
    agencies = _agencies(check) if check else []
    return {
        "contacts": [_received(one) for one in contacts],
        "people": [_person(one, people.get(one.pk)) for one in people_of(contacts)],
        "ratings": [_rating(one) for one in Rating.objects.filter(contact__in=keys).order_by("-at", "pk")],
        "agreements": [
            _agreement(one) for one in Agreement.objects.filter(contact__in=keys).order_by("at", "pk")
        ],
        "grounds": [_ground(one) for one in Ground.objects.filter(contact__in=keys).order_by("at", "pk")],
        "bases": [one.words for one in Basis.objects.filter(contact__in=keys).order_by("at", "pk")],
        "check": _check(check),
        "agencies": agencies,
        "missing": sorted({one["agency"] for one in agencies if one["missing"]}),
        "history": [
            _history(one, people[one.pk], contacts, at) for one in to_decide(contact) if one.pk in people
        ],
        "repeats": [_repeat(one) for one in triage.repeats_of(contact)],
        "risk": _risk(Risk.objects.filter(contact__in=keys).order_by("-at").first()),
        "views": [_view(one) for one in View.objects.filter(contact__in=keys).order_by("at", "pk")],
        "events": [_event(one) for one in Happened.objects.filter(contact__in=keys).order_by("on", "pk")],
        "strategies": [
            _strategy(one) for one in Strategy.objects.filter(contact__in=keys).order_by("held_at")
        ],
    }


def fingerprint(picture: Picture) -> str:
    """Return what tells one picture from another, so that nobody decides on a page that has grown old."""
    words = json.dumps(picture, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def spoken(picture: Any) -> Any:
    """Return a picture with its days and moments as such again, for pages to say."""
    if isinstance(picture, list):
        return [spoken(one) for one in picture]
    if not isinstance(picture, dict):
        return picture
    return {name: _spoken(name, said) for name, said in picture.items()}


def _spoken(name: str, said: Any) -> Any:
    if isinstance(said, str) and (name == "at" or name.endswith("_at")):
        return datetime.fromisoformat(said)
    if isinstance(said, str) and (name == "on" or name.endswith("_on")):
        return date.fromisoformat(said)
    return spoken(said)


def _merged(person: Person) -> Person:
    return person.merged_into or person


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _said_by(staff: Staff | None) -> str:
    return str(staff) if staff else ""


def _received(contact: Contact) -> Picture:
    return {
        "key": str(contact.pk),
        "reference": contact.reference,
        "received_at": _moment(contact.received_at),
        "from": PUBLIC if contact.is_from_the_public else contact.organisation,
        "type": contact.get_type_display(),
        "categories": contact.categories,
        "concern": contact.message.get("concern", {}),
        "added": [
            {"by": one.said_by, "words": one.words, "at": _moment(one.at)}
            for one in contact.additions.order_by("at", "pk")
        ],
    }


def _person(one: ContactPerson, person: Person | None) -> Picture:
    return {
        "key": str(one.pk),
        "person": str(person.pk) if person else None,
        "name": str(one),
        "role": one.role,
        "born_on": _day(one.born_on),
        "at_risk": one.is_at_risk,
    }


def _rating(one: Rating) -> Picture:
    return {
        "colour": one.get_colour_display(),
        "change": one.get_change_display(),
        "why": one.why,
        "at": _moment(one.at),
        "by": _said_by(one.by),
    }


def _agreement(one: Any) -> Picture:
    scopes = agreement_scopes()
    return {
        "about": str(one.about),
        "sought": one.get_sought_display(),
        "scopes": [scopes[scope].label if scope in scopes else scope for scope in one.scopes],
        "words": one.words,
        "at": _moment(one.said_at),
        "withdrawn_at": _moment(one.withdrawn_at),
        "lapses_at": _moment(one.lapses_at),
        "from_message": one.from_message,
    }


def _ground(one: Any) -> Picture:
    known = override_grounds().get(one.ground)
    return {
        "about": str(one.about),
        "ground": known.label if known else one.ground,
        "reason": one.reason,
        "approved_by": _said_by(one.approved_by),
        "refused": one.refused_at is not None,
    }


def _check(check: Check | None) -> Picture | None:
    if check is None:
        return None
    return {"key": str(check.pk), "opened_at": _moment(check.opened_at), "on_a_ground": bool(check.ground)}


def _agencies(check: Check) -> list[Picture]:
    asked = (
        Enquiry.objects.filter(check_asked=check, withdrawn_at=None)
        .select_related("agency")
        .prefetch_related("returns", "withheld", "answers__person")
    )
    return [_agency(one) for one in asked.order_by("agency__name", "sent_at", "pk")]


def _agency(enquiry: Enquiry) -> Picture:
    returns = sorted(enquiry.returns.all(), key=lambda one: one.at)
    whole = any(not one.part for one in returns)
    withheld = list(enquiry.withheld.all())
    answers = sorted(enquiry.answers.all(), key=lambda one: (one.question, one.at, str(one.pk)))
    return {
        "key": str(enquiry.agency_id),
        "agency": enquiry.agency.name,
        "sent_at": _moment(enquiry.sent_at),
        "due_at": _moment(enquiry.due_at),
        "returned_at": _moment(returns[-1].at) if returns else None,
        "nil": any(one.nil for one in returns),
        "part": bool(returns) and not whole,
        "missing": not whole,
        "withheld": [[_reason(one.reason), one.explanation] for one in withheld],
        "answers": [_answer(enquiry, one) for one in answers],
    }


def _reason(reason: str) -> str:
    known = refusal_reasons().get(reason)
    return known.label if known else reason


def _answer(enquiry: Enquiry, one: Any) -> Picture:
    question = question_of(set_sent(enquiry.question_set), one.question)
    return {
        "question": question.text,
        "about": one.person.name if one.person else "The household",
        "value": said(question, one.value),
        "text": one.text,
        "summary": one.sharing == "summary",
        "source": one.source,
        "on": _day(one.on),
        "precision": one.on_precision,
        "at": _moment(one.at),
    }


def _history(about: ContactPerson, person: Person, episode: list[Contact], at: datetime) -> Picture:
    work = Involvement.objects.filter(person=person).order_by("-from_on", "pk")
    earlier = (
        Contact.objects.filter(
            people__settlements__person__in=[person.pk, *person.merged.values_list("pk", flat=True)],
            people__settlements__undone_at=None,
            received_at__lte=at,
        )
        .exclude(pk__in=[one.pk for one in episode])
        .distinct()
        .order_by("-received_at", "pk")
    )
    decided = Outcome.objects.filter(person=person, decision__made_at__isnull=False, alongside=False)
    newest = decided.exclude(decision__contact__in=earlier).order_by("-decision__made_at")
    by_contact: dict[Any, list[Outcome]] = {}
    for one in decided.select_related("decision").order_by("decision__made_at"):
        by_contact.setdefault(one.decision.contact_id, []).append(one)
    return {
        "key": str(about.pk),
        "name": str(about),
        "work": [_work(one) for one in work],
        "earlier": [_earlier(one, by_contact.get(one.pk, [])) for one in earlier],
        "decided_here": [outcomes()[one.outcome].label for one in newest],
    }


def _work(one: Involvement) -> Picture:
    return {
        "tier": one.tier,
        "plan": one.plan,
        "agency": one.agency,
        "team": one.team,
        "worker": one.worker_name,
        "manager": one.manager_name,
        "from_on": _day(one.from_on),
        "until_on": _day(one.until_on),
        "as_at": _moment(one.as_at),
    }


def _earlier(contact: Contact, decided: list[Outcome]) -> Picture:
    return {
        "key": str(contact.pk),
        "reference": contact.reference,
        "received_at": _moment(contact.received_at),
        "from": PUBLIC if contact.is_from_the_public else contact.organisation,
        "categories": contact.categories,
        "outcome": outcomes()[decided[-1].outcome].label if decided else "",
    }


def _repeat(one: Any) -> Picture:
    told = [other.reference for other in one.told]
    return {"id": one.rule.id, "label": one.rule.label, "prompt": one.rule.prompt, "contacts": told}


def _risk(one: Risk | None) -> Picture | None:
    if one is None:
        return None
    words = ["worries", "strengths", "needs_to_happen", "childs_voice", "missing"]
    return {word: getattr(one, word) for word in words} | {
        "picked": one.picked,
        "at": _moment(one.at),
        "by": _said_by(one.by),
    }


def _view(one: View) -> Picture:
    return {
        "agency": one.agency.name,
        "colour": one.colour,
        "disagrees": one.disagrees,
        "words": one.words,
        "at": _moment(one.at),
    }


def _event(one: Happened) -> Picture:
    return {
        "on": _day(one.on),
        "precision": one.precision,
        "title": one.title,
        "agency": one.agency,
        "significant": one.significant,
    }


def _strategy(one: Strategy) -> Picture:
    return {
        "key": str(one.pk),
        "held_at": _moment(one.held_at),
        "chair": one.chair,
        "decisions": one.decisions,
        "section_47": one.section_47,
    }
