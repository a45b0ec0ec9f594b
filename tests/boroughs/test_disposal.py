"""What hubs said to each other of a person goes with that person's record, in each hub with its own."""

import pytest
from django.utils import timezone

from mash.boroughs import actions
from mash.boroughs.models import (
    Asked,
    Ended,
    Known,
    Marks,
    Question,
    Reply,
    Summary,
    SummarySeen,
    Transfer,
    TransferWord,
)
from mash.contact.models import Contact
from mash.decision.models import Decision
from mash.people.models import Person
from mash.retention.actions.disposing import Came, dispose
from tests.boroughs.story import CHILD, MONDAY_9AM, Side, a_moved_family, ask, asked_of, grant, send
from tests.factories.base import in_service
from tests.factories.check import doing
from tests.factories.decision import DecisionFactory
from tests.factories.retention import LONG_GONE, WordFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LONG_AGO = CHILD | {"born_on": LONG_GONE.date()}


def left(hub, *models):
    return {model.__name__ for model in models if model.objects.using("builder").filter(hub=hub).exists()}


def dispose_of(side):
    """Let two people agree that a hub disposes of its record of the child, and the program do it."""
    contacts = Contact.objects.using("builder").filter(hub=side.hub)
    contacts.update(received_at=LONG_GONE, sent_at=LONG_GONE)
    Decision.objects.using("builder").filter(hub=side.hub).update(at=LONG_GONE, made_at=LONG_GONE)
    agreed = WordFactory(proposal__person=side.person, proposal__hub=side.hub).proposal
    with in_service("disposal"):
        return dispose(proposal_id=agreed.pk, at=MONDAY_9AM).came


def test_each_hub_disposes_of_its_own_part_and_leaves_the_others():
    here, there = Side(details=LONG_AGO), Side(details=LONG_AGO)
    DecisionFactory(contact=there.contact, by=there.decider)
    question = ask(here)
    (asked,) = asked_of(there)
    now = timezone.now()
    given = grant(there, asked, at=now)
    doing(here.screener, actions.read_summary, question=question, reply=given, at=now)
    given.asked = asked
    doing(there.decider, actions.end_grant, reply=given, why="They moved on.", at=now)
    sent = send(here, there, a_moved_family(here))
    sent.hub, sent.to = here.hub, there.hub
    doing(there.decider, actions.decline, transfer=sent, words="They never came.", at=MONDAY_9AM)

    ours, theirs = (Question, Known, Transfer, Marks, Person), (Asked, Reply, Summary, SummarySeen, Ended)
    assert left(here.hub, *ours) == {model.__name__ for model in ours}
    assert left(there.hub, *theirs, TransferWord) == {model.__name__ for model in (*theirs, TransferWord)}

    assert dispose_of(here) == Came.DISPOSED
    assert left(here.hub, *ours) == set()
    assert not TransferWord.objects.using("builder").exists()  # the word on a pack goes with the pack
    assert left(there.hub, *theirs, Person) == {model.__name__ for model in (*theirs, Person)}

    assert dispose_of(there) == Came.DISPOSED
    assert left(there.hub, *theirs, Marks, Person) == set()
