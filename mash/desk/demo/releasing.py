"""Lets two things leave the sealed room of the demo: one is out and has been read, one waits for a second person."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from mash.check import actions as check
from mash.check.actions import releasing
from mash.check.queries.releases import find_for_unit
from mash.check.queries.room import in_the_room
from mash.contact.models import Contact
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage
from mash.sealed import actions as sealed
from mash.sealed.queries.releases import read_again
from mash.sealed.rendition import To

UNIT, APPROVER = "intelligence", "release.approver"
BASIS = "ca2004_s11"
LASTS = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Told:
    """What is released from the room of one referral: the words, to whom, and who speaks for the owner."""

    referral: str
    owner: str
    why: str
    words: str
    conditions: str
    to: tuple[str, ...]
    outside: tuple[To, ...] = ()
    purpose: str = "safety_of_workers"


OUT = Told(
    referral="NF26-A11",
    owner="police",
    why="So that visits to the building are safe",
    words="Somebody in the building may threaten visitors over money. Go in twos, in daylight, and tell the police "
    "control room before you go in.",
    conditions="For planning visits alone. Say nothing of it to anybody in the building.",
    to=("social.worker", "housing"),
    outside=(To("Marion Teale", "Lettings team, Northfield Homes"),),
)
WAITS = Told(
    referral="NF26-A01",
    owner="health",
    why="So that the mother is seen safely in early pregnancy",
    words="Please offer the mother an appointment by herself in the next two weeks. Use the number on the contact and "
    "leave no message. Nobody else at home should learn why she comes.",
    conditions="With her agreement, given to her nurse.",
    to=("maternity",),
    purpose="protect_adult",
)


def tell(stage: Stage, found: dict[str, Contact]) -> None:
    """Tell both."""
    propose(stage, found[WAITS.referral], WAITS)
    release = propose(stage, found[OUT.referral], OUT)
    approve(stage, release)
    reader = stage.posts[OUT.to[0]]
    with as_worker(reader):
        sealed.see_release(release=release, by=reader, at=stage.now)


def propose(stage: Stage, contact: Contact, told: Told, *, agreed: bool = True) -> uuid.UUID:
    """Have the unit write a release from a contact's room; its owner agrees, or is still asked.  Return its key."""
    by, at = stage.posts[UNIT], stage.now - timedelta(hours=2)
    with as_worker(by):
        release = check.begin_release(contact=contact, why=told.why, by=by, at=at, key=uuid.uuid4())
        owned = stage.posts[told.owner].agency.name
        items = [one.key for one in in_the_room(by, contact, at).releasable if one.owner == owned and one.key]
        written = releasing.Written(
            words=told.words,
            items=tuple(items),
            recipients=tuple(stage.posts[one] for one in told.to),
            outside=told.outside,
            purpose=told.purpose,
            protocol="hub_agreement",
            basis=BASIS,
            basis_words="Children Act 2004 s11: the duty to safeguard children",
            conditions=told.conditions,
            expires_at=stage.now + LASTS,
            follows=0,
        )
        wording = check.propose_release(contact=contact, release=release, written=written, by=by, at=at)
    if agreed:
        owner = stage.posts[told.owner]
        with as_worker(owner):
            check.answer_release(
                course=read_again(owner, release),
                wording=wording,
                owner=owner.agency_id,
                agreed=True,
                reason="",
                by=owner,
                at=at + timedelta(minutes=30),
            )
    return release


def approve(stage: Stage, release: uuid.UUID) -> None:
    """Have a second person approve it."""
    by, at = stage.posts[APPROVER], stage.now - timedelta(hours=1)
    with as_worker(by):
        shown, contact = find_for_unit(by, release, at)
        said = shown.course.said
        assert said  # noqa: S101 - it was proposed
        check.approve_release(
            contact=contact,
            shown=shown,
            wording=said.key,
            approved=True,
            reason="",
            digests=(said.words_digest, said.people_digest),
            by=by,
            at=at,
        )
