"""A release for tests, made by the actions of the sealed room: who owns, proposes, agrees, approves and receives."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from mash.partnership.models import Duty
from mash.sealed.actions import (
    Proposed,
    answer_release,
    begin_release,
    give_second_word,
    propose,
    recall,
    seal,
)
from mash.sealed.grading import Grading
from mash.sealed.queries.releases import read_again
from mash.sealed.rendition import Rendition, To
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import AgencyFactory, HubFactory, StaffFactory

RENDITION = "Somebody outside the home may come near the children. Do not visit alone."
WORDS = "Seen twice with a man who carries a knife"
UNIT = [Duty.CLEAR, Duty.RELEASE]


def for_room(words):
    """Return words as an answer lies in the room."""
    return json.dumps({"question": "What is known?", "words": words, "on": "", "precision": "day"})


def now():
    """Return this moment: the database asks its own clock whether a release has expired."""
    return timezone.now()


@dataclass
class Cast:
    """A case with one sealed item of the police, and everybody whom a release of it concerns."""

    hub: object = field(default_factory=HubFactory)
    contact: object = None
    case: object = None

    def __post_init__(self):
        if self.contact is None and self.case is None:
            self.contact = ContactFactory(hub=self.hub)
        self.case = self.case or self.contact.pk
        self.police = AgencyFactory(kind="police")
        self.author = StaffFactory(hub=self.hub, agency=self.police, duties=[Duty.ANSWER])
        self.owner = StaffFactory(hub=self.hub, agency=self.police, duties=[Duty.ANSWER])
        self.proposer = StaffFactory(hub=self.hub, agency=self.police, duties=UNIT)
        self.approver = StaffFactory(hub=self.hub, duties=UNIT)
        self.recipient = StaffFactory(hub=self.hub, duties=[Duty.SCREEN, Duty.ASSESS])
        self.senior = StaffFactory(hub=self.hub, duties=[Duty.APPROVE])
        self.item = self.seals()

    def seals(self, words=WORDS, **more):
        """Seal something of the police in the case."""
        with signed_in_as(self.author):
            return seal(
                **{
                    "hub_id": self.hub.pk,
                    "case": self.case,
                    "agency": self.police.pk,
                    "author": self.author.pk,
                    "about": "enquiry:1/item",
                    "grading": Grading("1", "A", "P"),
                }
                | more,
                words=for_room(words),
                at=now(),
            )

    def begins(self, by=None, barred=()):
        """Begin to write a release."""
        by = by or self.proposer
        with signed_in_as(by):
            return begin_release(
                case=self.case, why="To keep the visit safe", barred=barred, by=by, at=now(), key=uuid.uuid4()
            )

    def wording(self, *, words=RENDITION, to=None, items=None, follows=0, lasts=timedelta(days=7)):
        """Return a wording, as it would be proposed."""
        recipients = to if to is not None else [self.to(self.recipient)]
        rendition = Rendition(
            words=words,
            purpose="Safety of a visit",
            protocol="Information sharing agreement of the hub",
            basis="Children Act 2004 s11",
            conditions="For the visit of this week alone",
            expires_at=now() + lasts,
            to=tuple(recipients),
        )
        return Proposed(
            rendition=rendition,
            items=items or [self.item],
            purpose="safety_of_staff",
            protocol="hub_agreement",
            basis="ca1989_s47",
            colour="amber",
            follows=follows,
        )

    def to(self, staff):
        """Return a post as a recipient."""
        return To(str(staff), staff.agency.name, staff.pk)

    def proposes(self, release, by=None, barred=(), **more):
        """Propose a wording."""
        by = by or self.proposer
        with signed_in_as(by):
            return propose(release=release, proposed=self.wording(**more), barred=barred, by=by, at=now())

    def answers(self, release, wording, by=None, agreed=True, reason="", owner=None):
        """Answer for the owner."""
        by = by or self.owner
        due = None if agreed else now() + timedelta(hours=1)
        with signed_in_as(by):
            answer_release(
                release=release,
                wording=wording,
                owner=owner or self.police.pk,
                agreed=agreed,
                reason=reason,
                due_at=due,
                by=by,
                at=now(),
            )

    def approves(self, release, wording, by=None, digests=None, approved=True, reason=""):
        """Give the second person's word on what that person sees."""
        by = by or self.approver
        with signed_in_as(by):
            said = read_again(by, release).said
            give_second_word(
                release=release,
                wording=wording,
                approved=approved,
                reason=reason,
                digests=digests or (said.words_digest, said.people_digest),
                proposer=self.proposer.account.name,
                by=by,
                at=now(),
            )

    def recalls(self, release, by=None, reason="It is no longer so"):
        """Take it back."""
        by = by or self.proposer
        with signed_in_as(by):
            recall(release=release, reason=reason, by=by, at=now())

    def goes_out(self, **more):
        """Take a release all the way; return its key and the wording's."""
        release = self.begins()
        wording = self.proposes(release, **more)
        self.answers(release, wording)
        self.approves(release, wording)
        return release, wording

    def course(self, staff, release):
        """Return the release as this worker may know it."""
        with signed_in_as(staff):
            return self.course_in(staff, release)

    @staticmethod
    def course_in(staff, release):
        """Return it within a transaction that is open."""
        return read_again(staff, release)
