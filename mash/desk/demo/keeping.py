"""Old notices whose time is up: two to review, one on hold, one that waits for a second person, one disposed of.

Of two holds on one record the older is to be looked at again: a year has passed.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from mash.contact.models import Contact
from mash.desk.demo import story
from mash.desk.demo.setting_up import as_program, as_worker
from mash.partnership.models import Staff
from mash.people.models import Person
from mash.retention import queries
from mash.retention.actions.disposing import dispose
from mash.retention.actions.holding import place_hold
from mash.retention.actions.looking import look_over
from mash.retention.actions.reviewing import answer, propose
from mash.retention.models import Kind, Standing, What
from mash.triage import actions as triage

YEARS_AGO = (7, 7, 8, 8, 9)
ABOUT = (
    ("Leonard", "Ashworth-Bell", "1931-02-11"),
    ("Winifred", "Tolliver", "1928-09-30"),
    ("Clement", "Oyelaran", "1940-05-17"),
    ("Dorothea", "Vance", "1935-12-02"),
    ("Ambrose", "Kettleby", "1926-07-08"),
)
HELD, PROPOSED, DISPOSED = 2, 3, 4  # whose record, by place above


@dataclass(frozen=True, slots=True)
class Order:
    """Why nothing of a record may be disposed of, and who said so."""

    ground: str
    why: str
    ordered_by: str
    reference: str


LANDLORD = Order(
    "litigation",
    "The landlord is sued over the alarms that he did not fit, and the notice may be asked for.",
    "Head of legal services",
    "LS-2208",
)
CORONER = Order(
    "inquiry",
    "The coroner looks at fires in homes of that landlord, and asked for every notice about them.",
    "Coroner’s officer",
    "C-0417",
)
WHY = "The notice led to nothing, nobody has asked for it, and its time is up."


def keep(stage: story.Stage) -> None:
    """Put old notices on record, work out when each is due, and let the managers review them."""
    hub, now = stage.hub, stage.now
    people = [_old_notice(stage, place) for place in range(len(ABOUT))]
    with as_program("retention"):
        look_over(hub=hub, at=now - timedelta(days=5))
    manager, second = stage.posts["manager"], stage.posts["second.person"]
    _hold(manager, people[HELD], LANDLORD, now - timedelta(days=4))
    _hold(manager, people[HELD], CORONER, now - timedelta(days=373))
    _propose(manager, people[PROPOSED], now - timedelta(days=1))
    disposed = _propose(manager, people[DISPOSED], now - timedelta(days=4))
    with as_worker(second):
        said = queries.find_proposal(second, disposed)
        answer(
            proposal=said, agreed=True, why="Read with the contact.", by=second, at=now - timedelta(days=3)
        )
    with as_program("disposal"):
        dispose(proposal_id=disposed, at=now - timedelta(days=2))
    with as_program("retention"):
        look_over(hub=hub, at=now - timedelta(hours=6))


def _old_notice(stage: story.Stage, place: int) -> Person:
    given, family, born_on = ABOUT[place]
    at = stage.now - timedelta(days=366 * YEARS_AGO[place])
    said = {
        "format": "openmash.referral/1",
        "reference": f"OLD-{place + 1}",
        "sent_at": at.isoformat(),
        "source": {
            "kind": "housing",
            "organisation": "Northfield Homes",
            "name": "Watch office",
        },
        "subject": "adult",
        "type": "information_only",
        "people": [
            {
                "id": "p1",
                "role": "adult_at_risk",
                "name": {"given": given, "family": family},
                "born_on": born_on,
            }
        ],
        "concern": {
            "categories": ["adult_self_neglect"],
            "what_happened": "A smoke alarm was fitted. The home was tidy and nobody was worried.",
        },
        "agreement": {"sought": "not_sought", "family_aware": True},
    }
    past = story.Stage(stage.hub, stage.posts, at + timedelta(hours=1), timedelta())
    (contact,) = story.receive_all(past, [said]).values()
    story.settle_all(past, contact)
    story.rate(past, contact, "blue")
    return _noted(past, contact)


def _noted(past: story.Stage, contact: Contact) -> Person:
    by = past.posts["social.worker"]
    with as_worker(by):
        triage.record_notice(contact=contact, why="Information only; nothing to do.", by=by, at=past.now)
        return Person.objects.get(pk__in=contact.people.values("settlements__person"))


def _standing(by: Staff, person: Person) -> Standing:
    found = queries.standing_of(Kind.PERSON, person.pk)
    assert found is not None, by  # noqa: S101 (the night before worked it out)
    return found


def _propose(by: Staff, person: Person, at: datetime) -> uuid.UUID:
    with as_worker(by):
        standing = _standing(by, person)
        made = propose(
            key=uuid.uuid4(), standing=standing, what=What.DISPOSE, keep_until=None, why=WHY, by=by, at=at
        )
        return made.pk


def _hold(by: Staff, person: Person, order: Order, at: datetime) -> None:
    with as_worker(by):
        place_hold(
            key=uuid.uuid4(),
            person=person,
            household=None,
            period="",
            ground=order.ground,
            why=order.why,
            ordered_by=order.ordered_by,
            reference=order.reference,
            from_on=localdate(at),
            until_on=None,
            by=by,
            at=at,
        )
