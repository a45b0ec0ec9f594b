"""Reading what was released: each view, and each sheet printed for somebody outside, leaves a receipt.

Source: docs/rules.md, "Releases".
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.http import Http404

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.sealed import policy
from mash.sealed.actions.holding import seen_as
from mash.sealed.course import Said, State
from mash.sealed.models import ReleaseSeen
from mash.sealed.queries.releases import about, read_again
from mash.sealed.room import hold_release, sealed_room


@transaction.atomic
def see_release(*, release: uuid.UUID, by: Staff, at: datetime) -> Said:
    """Let a recipient read a release, and leave a receipt of this view.

    A recall that comes meanwhile waits, and then shows this view too.

    Raises Http404 unless it is out and for this post, and for what was never there.
    """
    hold_release(release, reading=True)
    course = read_again(by, release)
    said = course.said
    if said is None or said.rendition is None or not policy.may_read(by, course, at):
        raise Http404
    kept = (said.rendition.words_digest, said.rendition.people_digest)
    if not said.rendition.is_for(by.pk) or kept != (said.words_digest, said.people_digest):
        raise Http404
    (row,) = [key for key, to in said.to.items() if to.staff == by.pk]
    _receipt(said, row, by, at)
    record("release.read", about=about(release), at=at, hub_id=by.hub_id, detail={"number": said.number})
    return said


@transaction.atomic
def print_release(*, release: uuid.UUID, recipient: uuid.UUID, by: Staff, at: datetime) -> Said:
    """Put a release on a sheet for somebody outside the hub, who has no account, and leave a receipt of it.

    Raises PermissionDenied unless `by` may release; Http404 unless it is out and names that recipient.
    """
    hold_release(release, reading=True)
    course = read_again(by, release)
    require(policy.may_begin(by))
    said = course.said
    if said is None or course.state(at) != State.OUT or recipient not in said.outside:
        raise Http404
    if seen_as(said) != (said.words_digest, said.people_digest):
        raise Http404
    _receipt(said, recipient, by, at)
    record(
        "release.printed", about=about(release), at=at, hub_id=by.hub_id, detail={"recipient": str(recipient)}
    )
    return said


def _receipt(said: Said, recipient: uuid.UUID, by: Staff, at: datetime) -> None:
    seen = ReleaseSeen(hub_id=by.hub_id, wording_id=said.key, recipient_id=recipient, staff=by.pk, at=at)
    with sealed_room():
        ReleaseSeen.objects.bulk_create([seen])
