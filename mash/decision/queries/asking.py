"""What the page of a decision asks: about whom, which outcomes, which answers are missing, whom it tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mash.check.queries.late_comers import Awaited, awaited
from mash.contact.models import Contact, ContactPerson
from mash.decision import content, needs, policy
from mash.decision.models import Decision
from mash.decision.queries.event import Event
from mash.decision.queries.finding import missing_agencies, newest_of, open_checks, unsettled
from mash.decision.queries.kept import Picture
from mash.decision.queries.naming import day_of, subject_of
from mash.decision.queries.picture import draw, fingerprint
from mash.decision.queries.telling import open_work
from mash.partnership.models import Agency, Staff
from mash.people.joined import records_of
from mash.people.models import Involvement, Person
from mash.triage.adults import AdultRecord, record_of


@dataclass(frozen=True, slots=True)
class AboutOne:
    """What is asked about one child or adult at risk.

    mains, alongside: the outcomes this worker may choose.  tier: of the help that is open, None if none is.
    work: the open work at the highest tier.  adult: what is recorded of an adult at risk; None for a child.
    """

    person: ContactPerson
    mains: Sequence[content.Outcome]
    alongside: Sequence[content.Outcome]
    tier: int | None
    work: Involvement | None
    adult: AdultRecord | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the page of a decision needs to know.

    seen: the fingerprint of the picture.  told: the contacts of the event whose referrer gets a letter.
    awaited: whom the check waits for, since when, and who came to it late.
    newest: the decision that stands or waits already.  unsettled: people nobody has said who they are.
    """

    contact: Contact
    picture: Picture
    seen: str
    colour: str
    people: Sequence[AboutOne]
    unsettled: Sequence[ContactPerson]
    missing: Sequence[Agency]
    awaited: Sequence[Awaited]
    told: Sequence[Contact]
    newest: Decision | None


def asked(staff: Staff, contact: Contact, at: datetime) -> Asked:
    """Return what a decision on a contact asks of this worker.  Source: docs/rules.md, "Decision", "Who decides"."""
    event = Event(contact)
    picture, checks = draw(event, at), open_checks(event)
    offered = _offered_to(staff, event)
    return Asked(
        contact=contact,
        picture=picture,
        seen=fingerprint(picture),
        colour=event.colour,
        people=[
            _about(
                one,
                [outcome for outcome in offered if outcome.is_about(subject_of(one))],
                _work(event.settled.get(one.pk), at),
                at,
            )
            for one in event.to_decide
        ],
        unsettled=unsettled(event),
        missing=missing_agencies(checks),
        awaited=[one for check in checks for one in awaited(staff, check)],
        told=[one for one in event.contacts if not one.is_from_the_public],
        newest=newest_of(event),
    )


def _about(
    person: ContactPerson, may: list[content.Outcome], work: Involvement | None, at: datetime
) -> AboutOne:
    mains = [one for one in may if one.kind == "main" and (work or one.id != needs.TO_ALLOCATED_WORKER)]
    return AboutOne(
        person=person,
        mains=mains,
        alongside=[one for one in may if one.kind == "alongside" and not one.sealed],
        tier=work.tier if work else None,
        work=work,
        adult=record_of(person, at) if subject_of(person) == "adult" else None,
    )


def _offered_to(staff: Staff, event: Event) -> list[content.Outcome]:
    """Return the outcomes this worker may choose on an event."""
    if not policy.may_decide(staff, event.contact, [], event.colour):
        return []
    return [
        one
        for one in content.offered_outcomes()
        if _offered(one) and policy.may_choose(staff, one, event.colour)
    ]


def _work(person: Person | None, at: datetime) -> Involvement | None:
    """Return the open work with a person at the highest tier."""
    if person is None:
        return None
    rows = open_work(Involvement.objects.filter(person__in=records_of(person)), day_of(at))
    return rows.order_by("-tier", "-from_on").first()


def _offered(outcome: content.Outcome) -> bool:
    """Tell whether a hub that keeps the words it started with uses an outcome here."""
    words = outcome.vocabulary and content.vocabularies()[outcome.vocabulary]
    return outcome.id != needs.BACK_FOR_AGREEMENT and (not words or words.default)
