"""Keeping what is typed, throwing it away, and doing once what is sent twice."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import connection, transaction

from mash.common.locking import lock
from mash.common.turns import take_turn
from mash.drafts.models import Draft, Sent, Writing
from mash.drafts.owners import Owner
from mash.drafts.pages import Page
from mash.drafts.queries import Opened, Words, bound_to, opened, was_sent
from mash.drafts.tokens import Place
from mash.ledger.actions import record
from mash.partnership.models import Staff

KEPT_FOR = timedelta(days=28)
SENT_KEPT_FOR = timedelta(days=1)
LARGEST = 200_000  # characters of one form
MOST_FIELDS = 2_000
LONGEST_NAME = 120
LONGEST_LOCATION = 500
BOXES = ("-day", "-month", "-year")
NEVER = frozenset(
    {
        "csrfmiddlewaretoken", "kept_for", "opened", "merging", "step", "key", "after", "version", "seen",
        "follows", "password", "code", "next", "autosave_changed", "autosave_field", "autosave_whole",
        "leave",
    }
)  # fmt: skip


class TooMuch(Exception):
    """More was typed than a draft can hold."""


class SentAlready(Exception):
    """The form that this came from has been sent: there is nothing to keep any more."""


@transaction.atomic
def keep_words(
    *,
    place: Place,
    typed: Mapping[str, list[str]],
    changed: Iterable[str] | None = None,
    field: str = "",
    drawing: str = "",
    by: Owner,
    at: datetime,
) -> Opened:
    """Keep what was typed into a form, encrypted; nobody but its owner reads it.

    changed: the inputs that were changed in this window; the others stay as the draft has them.  None: the form whole.
    drawing: names the form as it was drawn.  One that was sent is not kept again.

    Raises TooMuch, SentAlready, Http404.

    Source: docs/rules.md, "Nobody loses work".
    """
    by.may_write_in(place.page, place.about)
    stand_in_line(by, place.page.name, place.about)
    if was_sent(drawing):
        raise SentAlready
    row = by.rows.filter(page=place.page.name, about=place.about).first()
    new = row is None
    if row is None:
        row = Draft(
            hub_id=by.hub_id,
            page=place.page.name,
            about=place.about,
            version=0,
            begun_at=at,
            **by.named,
        )
    before = {} if new or changed is None else opened(row, by).fields
    names = set(typed) if changed is None else _whole_dates(changed) | (place.page.always & set(typed))
    words = {
        name: Words(list(typed.get(name, [])), place.window, row.version + 1)
        for name in names
        if name not in NEVER and len(name) <= LONGEST_NAME
    }
    _write(row, {**before, **words}, by)
    row.field, row.saved_at, row.version = field[:LONGEST_NAME], at, row.version + 1
    row.save()
    if new:
        record("draft.begun", about=row, at=at, hub_id=by.hub_id, detail={"page": place.page.name})
    if place.page.shared and by.staff:
        _note(place, by.staff, at)
    return opened(row, by)


def _whole_dates(changed: Iterable[str]) -> set[str]:
    """Return the inputs, and for one box of a date all three."""
    found = set(changed)
    for name in list(found):
        for box in BOXES:
            if name.endswith(box):
                found |= {name.removesuffix(box) + other for other in BOXES}
    return found


def _write(row: Draft, fields: Mapping[str, Words], by: Owner) -> None:
    said = json.dumps({name: list(asdict(one).values()) for name, one in fields.items()})
    if len(said) > LARGEST or len(fields) > MOST_FIELDS:
        raise TooMuch
    locked = lock(said, purpose="typed", agency=by.locked_for, bound_to=bound_to(row))
    row.nonce, row.body = bytes(locked.nonce), bytes(locked.body)


def _note(place: Place, by: Staff, at: datetime) -> None:
    Writing.objects.update_or_create(
        staff=by,
        page=place.page.name,
        about=place.about,
        defaults={"seen_at": at},
        create_defaults={
            "hub_id": by.hub_id,
            "agency_id_opaque": by.agency_id if place.page.of_agency else None,
            "since": at,
            "seen_at": at,
        },
    )


@transaction.atomic
def start_again(*, place: Place, by: Owner, at: datetime) -> None:
    """Throw away what was typed into a form.  Safe to repeat."""
    by.may_write_in(place.page, place.about)
    stand_in_line(by, place.page.name, place.about)
    if _forget(by, place.page, place.about):
        about = by.staff or f"referral:{by.key}"
        record("draft.dropped", about=about, at=at, hub_id=by.hub_id, detail={"page": place.page.name})


def forget_sent(*, by: Owner, page: Page, about: uuid.UUID) -> None:
    """Remove the draft of a form that was sent, in the transaction of the sending."""
    stand_in_line(by, page.name, about)
    _forget(by, page, about)


def _forget(by: Owner, page: Page, about: uuid.UUID) -> int:
    gone, _ = by.rows.filter(page=page.name, about=about).delete()
    if by.staff:
        Writing.objects.filter(staff=by.staff, page=page.name, about=about).delete()
    return gone


def begin_sending(*, key: uuid.UUID, actor: str, drawing: str, at: datetime) -> bool:
    """Note that a form is being sent; waits for the same one sent at the same time.  Tell whether it is the first.

    Source: docs/rules.md, "Nobody loses work".
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO drafts_sent (id, actor, drawing, location, at) VALUES (%s, %s, %s, '', %s)"
            " ON CONFLICT DO NOTHING",
            [key, actor, drawing, at],
        )
        return bool(cursor.rowcount == 1)


def end_sending(*, key: uuid.UUID, location: str) -> None:
    """Keep where the sending led; without a place nothing was done, and the form may be sent again."""
    if location and len(location) <= LONGEST_LOCATION:
        Sent.objects.filter(pk=key).update(location=location)
    else:
        Sent.objects.filter(pk=key).delete()


def stand_in_line(by: Owner | None, page: str, about: uuid.UUID) -> None:
    """Wait until nobody else works on the same form about the same thing; holds until the transaction ends.

    by: None waits for everybody's, an owner for their own.
    """
    take_turn(f"{by.key if by else 'all'}:{page}:{about}")


def forget_old(*, at: datetime) -> int:
    """Remove drafts that nobody touched for `KEPT_FOR`, and what else has had its time; return how many drafts went.

    Source: docs/rules.md, "Nobody loses work".
    """
    gone, _ = Draft.objects.filter(saved_at__lt=at - KEPT_FOR).delete()
    Writing.objects.filter(seen_at__lt=at - SENT_KEPT_FOR).delete()
    Sent.objects.filter(at__lt=at - SENT_KEPT_FOR).delete()
    return gone
