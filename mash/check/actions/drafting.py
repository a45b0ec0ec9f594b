"""What an agency has typed and not sent: kept encrypted, never overwritten in silence."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction

from mash.check.actions.holding import DraftMoved, MayNotBeCopied, hold, make_sure_it_was_asked
from mash.check.given import Given
from mash.check.models import Draft, Enquiry, EnquiryPerson
from mash.check.queries.answering import EMPTY, Drafted, offered_to, opened, place_of
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.sealed.locking import lock


@transaction.atomic
def save_draft(
    *, enquiry: Enquiry, person: EnquiryPerson, given: Sequence[Given], version: int, by: Staff, at: datetime
) -> Drafted:
    """Keep what was typed about one person, encrypted.  Blank pieces are left out.

    version: of that part when the form was opened.  The same again changes nothing.

    Raises PermissionDenied, Withdrawn, DraftMoved, NotAsked.

    Source: docs/rules.md, "Answers".
    """
    held = hold(enquiry, by)
    make_sure_it_was_asked(held, given)
    row, kept = kept_draft(held)
    typed = {one.key: one for one in given if not one.is_blank}
    before = {one.key: one for one in kept.about(person)}
    if typed == before:
        return kept
    if kept.version_of(person) != version:
        raise DraftMoved(kept.by, kept.at)
    others = {key: one for key, one in kept.given.items() if one.person != str(person.pk)}
    versions = {**kept.versions, str(person.pk): version + 1}
    now = Drafted({**others, **typed}, versions, kept.version + 1, by.account.name, at)
    keep_draft(held, row, now, by, at)
    record("enquiry.drafted", about=held, at=at, hub_id=held.hub_id)
    return now


@transaction.atomic
def copy_to_siblings(
    *, enquiry: Enquiry, copies: Iterable[tuple[str, EnquiryPerson]], version: int, by: Staff, at: datetime
) -> Drafted:
    """Copy drafted answers about a home or a parent to brothers and sisters, as ticked one by one.

    copies: key of a drafted piece, and for whom it serves as well.  What stands there already is not overwritten.
    A copy keeps words, source, date, sealing and conditions, and says where it came from.

    Raises PermissionDenied, Withdrawn, DraftMoved, MayNotBeCopied.

    Source: docs/rules.md, "Copying to brothers and sisters".
    """
    held = hold(enquiry, by)
    row, kept = kept_draft(held)
    if kept.version != version:
        raise DraftMoved(kept.by, kept.at)
    made = dict(kept.given)
    versions = dict(kept.versions)
    for key, person in copies:
        source = kept.given.get(key)
        if source is None or person not in offered_to(held, source):
            raise MayNotBeCopied
        taken = {(one.person, one.question) for one in made.values()}
        if (str(person.pk), source.question) in taken:
            continue
        copy = replace(source, key=str(uuid.uuid4()), person=str(person.pk), copied_from=source.key)
        made[copy.key] = copy
        versions[str(person.pk)] = versions.get(str(person.pk), 0) + 1
    now = Drafted(made, versions, kept.version + 1, by.account.name, at)
    keep_draft(held, row, now, by, at)
    record("enquiry.copied", about=held, at=at, hub_id=held.hub_id)
    return now


def kept_draft(enquiry: Enquiry) -> tuple[Draft | None, Drafted]:
    """Return the row of a draft and what it says."""
    row = Draft.objects.filter(enquiry=enquiry).select_related("by__account").first()
    return row, opened(row) if row else EMPTY


def keep_draft(enquiry: Enquiry, row: Draft | None, now: Drafted, by: Staff, at: datetime) -> None:
    """Write a draft over the one that stood there, encrypted."""
    given = [asdict(one) for one in now.given.values()]
    words = json.dumps({"given": given, "versions": dict(now.versions)})
    locked = lock(words, purpose="draft", agency=enquiry.agency_id, bound_to=place_of(enquiry.pk))
    if row is None:
        row = Draft(hub_id=enquiry.hub_id, enquiry=enquiry, agency_id=enquiry.agency_id, version=0)
    row.nonce, row.body, row.by, row.at = bytes(locked.nonce), bytes(locked.body), by, at
    row.version += 1
    row.save()
