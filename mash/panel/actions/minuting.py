"""Minutes are written from what was recorded, and agencies agree them, with corrections beside them."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.panel import policy
from mash.panel.actions.holding_meeting import hold_meeting
from mash.panel.actions.refusals import NotWhole
from mash.panel.composing import lines_of_head, lines_of_item
from mash.panel.models import Agreed, Correction, Item, Meeting, Minutes, MinutesPart
from mash.panel.queries.meetings import attending, lacking_words, quorum_of
from mash.panel.queries.minutes import entries, head_of, heading_of
from mash.panel.queries.panels import own_seat, seats_of
from mash.partnership.models import Staff


@transaction.atomic
def write_minutes(*, meeting: Meeting, by: Staff, at: datetime) -> Minutes:
    """Write the minutes from what was recorded, and end the meeting: nothing of it is changed any more.

    Raises PermissionDenied; NotWhole before the meeting has begun, or where nobody was recorded as there.

    Source: docs/rules.md, "Minutes of a panel".
    """
    written = Minutes.objects.filter(meeting=meeting).first()
    if written and policy.may_run(by, meeting.panel):
        return written
    now = hold_meeting(meeting, by)
    came = attending(now, seats_of(now.panel))
    if now.starts_at > at:
        raise NotWhole("The meeting has not begun.")
    if not any(one.is_here for one in came):
        raise NotWhole("Record who came first.")
    head = lines_of_head(head_of(came), lacking_words(quorum_of(came)))
    minutes = Minutes(hub_id=now.hub_id, meeting=now, head=head, by=by, at=at)
    Minutes.objects.bulk_create([minutes])
    parts = [
        MinutesPart(
            hub_id=now.hub_id,
            minutes=minutes,
            item=item,
            heading=heading_of(item),
            lines=lines_of_item(entry),
        )
        for item, entry in entries(by, now)
    ]
    MinutesPart.objects.bulk_create(parts)
    Meeting.objects.filter(pk=now.pk).update(ended_at=at)
    record("panel.minutes_written", about=now, at=at, hub_id=now.hub_id, detail={"items": len(parts)})
    return minutes


@transaction.atomic
def correct(*, item: Item, key: uuid.UUID, words: str, by: Staff, at: datetime) -> Correction:
    """Put a correction beside what the minutes say of an item, for one's own agency; until that agrees them.

    Raises PermissionDenied; NotWhole without words, or once the agency has agreed.

    Source: docs/rules.md, "Minutes of a panel".
    """
    require(policy.may_hear(by, item))
    if item.meeting is None:
        raise NotWhole("It was at no meeting.")
    require(policy.may_say_of_minutes(by, item.meeting, own_seat(by, item.panel)))
    made = Correction.objects.filter(key=key).first()
    if made:
        return made
    if not words.strip():
        raise NotWhole("Say what is to be corrected.")
    if Agreed.objects.filter(minutes__meeting=item.meeting_id, agency=by.agency_id).exists():
        raise NotWhole("Your agency has agreed these minutes.")
    correction = Correction(
        hub_id=item.hub_id, item=item, key=key, agency_id=by.agency_id, words=words.strip(), by=by, at=at
    )
    Correction.objects.bulk_create([correction])
    record("panel.corrected", about=item, at=at, hub_id=item.hub_id)
    return correction


@transaction.atomic
def agree(*, meeting: Meeting, by: Staff, at: datetime) -> Agreed:
    """Agree the minutes for one's own agency.  Once.

    Raises PermissionDenied.

    Source: docs/rules.md, "Minutes of a panel".
    """
    require(policy.may_say_of_minutes(by, meeting, own_seat(by, meeting.panel)))
    minutes = Minutes.objects.get(meeting=meeting)
    made, new = Agreed.objects.get_or_create(
        minutes=minutes, agency_id=by.agency_id, defaults={"hub_id": meeting.hub_id, "by": by, "at": at}
    )
    if new:
        record("panel.minutes_agreed", about=meeting, at=at, hub_id=meeting.hub_id)
    return made
