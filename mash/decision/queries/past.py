"""What the picture says of the time before: work with a person, what came back, earlier contacts and decisions."""

from datetime import datetime
from typing import Any

from mash.contact.models import Contact, ContactPerson
from mash.decision.content import back_reasons, outcomes
from mash.decision.models import Outcome, PassedBack
from mash.decision.queries.kept import PUBLIC, Picture, day_said, moment_said
from mash.people.joined import records_of
from mash.people.models import Involvement, Person


def history_drawn(about: ContactPerson, person: Person, episode: list[Contact], at: datetime) -> Picture:
    work = Involvement.objects.filter(person__in=records_of(person)).order_by("-from_on", "pk")
    earlier = (
        Contact.objects.filter(
            people__settlements__person__in=records_of(person),
            people__settlements__undone_at=None,
            received_at__lte=at,
        )
        .exclude(pk__in=[one.pk for one in episode])
        .distinct()
        .order_by("-received_at", "pk")
    )
    decided = Outcome.objects.filter(
        person__in=records_of(person), decision__made_at__isnull=False, alongside=False
    )
    newest = decided.exclude(decision__contact__in=earlier).order_by("-decision__made_at")
    passed = PassedBack.objects.filter(
        outcome__person__in=records_of(person), contact__in=episode, undone_at=None
    )
    came_back = [_passed_back(one) for one in passed.order_by("-told_on", "pk")]
    by_contact: dict[Any, list[Outcome]] = {}
    for one in decided.select_related("decision").order_by("decision__made_at"):
        by_contact.setdefault(one.decision.contact_id, []).append(one)
    return {
        "key": str(about.pk),
        "name": str(about),
        "work": [_work(one) for one in work],
        "earlier": [_earlier(one, by_contact.get(one.pk, [])) for one in earlier],
        "decided_here": [outcomes()[one.outcome].label for one in newest],
    } | ({"passed_back": came_back} if came_back else {})  # as it was drawn before, where there is nothing


def _work(one: Involvement) -> Picture:
    return {
        "tier": one.tier,
        "plan": one.plan,
        "agency": one.agency,
        "team": one.team,
        "worker": one.worker_name,
        "manager": one.manager_name,
        "from_on": day_said(one.from_on),
        "until_on": day_said(one.until_on),
        "as_at": moment_said(one.as_at),
    }


def _passed_back(one: PassedBack) -> Picture:
    return {
        "service": one.service,
        "told_on": day_said(one.told_on),
        "reason": back_reasons()[one.reason].label,
        "words": one.words,
    }


def _earlier(contact: Contact, decided: list[Outcome]) -> Picture:
    return {
        "key": str(contact.pk),
        "reference": contact.reference,
        "received_at": moment_said(contact.received_at),
        "from": PUBLIC if contact.is_from_the_public else contact.organisation,
        "categories": contact.categories,
        "outcome": outcomes()[decided[-1].outcome].label if decided else "",
    }
