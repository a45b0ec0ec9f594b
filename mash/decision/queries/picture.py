"""What is known about a contact, from whom, and what is missing: shown to the decider, and frozen as the snapshot.

Built from shared rows alone.  What is sealed lies where these queries do not reach, so the picture is the same
with it and without it.
"""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from mash.check.models import Check, Happened, Risk, View
from mash.contact.models import Contact, ContactPerson
from mash.decision.models import Strategy
from mash.decision.queries.answers import agencies_drawn, check_drawn
from mash.decision.queries.event import Event
from mash.decision.queries.kept import PUBLIC, Picture, day_said, moment_said, said_by
from mash.decision.queries.past import history_drawn
from mash.people.models import Person
from mash.triage import queries as triage
from mash.triage.adults import AdultRecord, record_of
from mash.triage.content import agreement_scopes, override_grounds
from mash.triage.models import Agreement, Basis, Ground, Rating


def draw(event: Event, at: datetime) -> Picture:
    """Return all that is known of an event at a moment, as plain JSON.

    Source: docs/rules.md, "Decision".
    """
    people, contacts, keys = event.settled, event.contacts, event.keys
    check = Check.objects.filter(contact__in=keys).order_by("-opened_at").first()
    agencies = agencies_drawn(check) if check else []
    return {
        "contacts": [_received(one) for one in contacts],
        "people": [_person(one, people.get(one.pk)) for one in event.named],
        "ratings": [_rating(one) for one in Rating.objects.filter(contact__in=keys).order_by("-at", "pk")],
        "agreements": [
            _agreement(one) for one in Agreement.objects.filter(contact__in=keys).order_by("at", "pk")
        ],
        "grounds": [_ground(one) for one in Ground.objects.filter(contact__in=keys).order_by("at", "pk")],
        "bases": [one.words for one in Basis.objects.filter(contact__in=keys).order_by("at", "pk")],
        "check": check_drawn(check),
        "agencies": agencies,
        "missing": sorted({one["agency"] for one in agencies if one["missing"]}),
        "history": [
            history_drawn(one, people[one.pk], contacts, at) for one in event.to_decide if one.pk in people
        ],
        "adults": [_adult(record_of(one, at)) for one in event.to_decide if one.role == "adult_at_risk"],
        "repeats": [_repeat(one) for one in triage.repeats_of(event.contact)],
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


def _received(contact: Contact) -> Picture:
    return {
        "key": str(contact.pk),
        "reference": contact.reference,
        "received_at": moment_said(contact.received_at),
        "from": PUBLIC if contact.is_from_the_public else contact.organisation,
        "type": contact.get_type_display(),
        "categories": contact.categories,
        "concern": contact.message.get("concern", {}),
        "added": [
            {"by": one.said_by, "words": one.words, "at": moment_said(one.at)}
            for one in contact.additions.order_by("at", "pk")
        ],
    }


def _person(one: ContactPerson, person: Person | None) -> Picture:
    return {
        "key": str(one.pk),
        "person": str(person.pk) if person else None,
        "name": str(one),
        "role": one.role,
        "born_on": day_said(one.born_on),
        "at_risk": one.is_at_risk,
    }


def _rating(one: Rating) -> Picture:
    return {
        "colour": one.get_colour_display(),
        "change": one.get_change_display(),
        "why": one.why,
        "at": moment_said(one.at),
        "by": said_by(one.by),
    }


def _agreement(one: Any) -> Picture:
    scopes = agreement_scopes()
    return {
        "about": str(one.about),
        "sought": one.get_sought_display(),
        "scopes": [scopes[scope].label if scope in scopes else scope for scope in one.scopes],
        "words": one.words,
        "at": moment_said(one.said_at),
        "withdrawn_at": moment_said(one.withdrawn_at),
        "lapses_at": moment_said(one.lapses_at),
        "from_message": one.from_message,
    }


def _ground(one: Any) -> Picture:
    known = override_grounds().get(one.ground)
    return {
        "about": str(one.about),
        "ground": known.label if known else one.ground,
        "reason": one.reason,
        "approved_by": said_by(one.approved_by),
        "refused": one.refused_at is not None,
    }


def _adult(record: AdultRecord) -> Picture:
    test, wishes, capacity = record.test, record.wishes, record.capacity
    return {
        "name": str(record.person),
        "test": [list(part) for part in test.parts] if test else [],
        "wishes": f"{wishes.get_asked_display()}. {wishes.words}" if wishes else "",
        "spoken_for_by": wishes.spoken_for_by if wishes else "",
        "capacity": f"{capacity.get_finding_display()}: {capacity.decision}. {capacity.words}"
        if capacity
        else "",
        "decides_for_them": capacity.decides_for_them if capacity else "",
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
        "at": moment_said(one.at),
        "by": said_by(one.by),
    }


def _view(one: View) -> Picture:
    return {
        "agency": one.agency.name,
        "colour": one.colour,
        "disagrees": one.disagrees,
        "words": one.words,
        "at": moment_said(one.at),
    }


def _event(one: Happened) -> Picture:
    return {
        "on": day_said(one.on),
        "precision": one.precision,
        "title": one.title,
        "agency": one.agency,
        "significant": one.significant,
    }


def _strategy(one: Strategy) -> Picture:
    return {
        "key": str(one.pk),
        "held_at": moment_said(one.held_at),
        "chair": one.chair,
        "decisions": one.decisions,
        "section_47": one.section_47,
    }
