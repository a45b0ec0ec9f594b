"""What every action on a release begins with: the release held still, and what can be wrong with it."""

import uuid
from collections.abc import Collection

from django.http import Http404

from mash.partnership.models import Staff
from mash.sealed.course import Course, Said
from mash.sealed.queries.releases import read_again
from mash.sealed.room import hold_release


class Changed(Exception):
    """It was written anew, or moved on, since the page was opened.  Nothing was done."""


class WrongState(Exception):
    """What was asked for does not follow from where the release stands; the message says so."""


class NotReady(WrongState):
    """A release is approved only when every owner agreed, or was overruled, and its time has not run out."""


class Barred(Exception):
    """Recipients whom the case is closed to: `staff` are their posts."""

    def __init__(self, staff: Collection[uuid.UUID]) -> None:
        self.staff = set(staff)
        super().__init__(f"{len(self.staff)} barred")


def held(by: Staff, release: uuid.UUID) -> Course:
    """Let one transaction at a time work on a release; return how it stands then.  Raises Http404."""
    hold_release(release)
    return read_again(by, release)


def newest(course: Course, wording: uuid.UUID) -> Said:
    """Return the newest wording.  Raises Changed if it is not the one that the page showed."""
    if course.said is None or course.said.key != wording:
        raise Changed
    return course.said


def seen_as(said: Said) -> tuple[str, str]:
    """Return the digests of what is kept under lock; the second is "" where the recipients' rows say otherwise."""
    if said.rendition is None:
        raise Http404
    kept = sorted(one.said() for one in said.rendition.to)
    if sorted(one.said() for one in said.to.values()) != kept:
        return said.rendition.words_digest, ""
    return said.rendition.words_digest, said.rendition.people_digest
