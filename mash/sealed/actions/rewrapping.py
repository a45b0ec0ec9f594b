"""Wrapping anew, under the key of today, what lies under one before.  The words and what they are bound to stay."""

import uuid
from datetime import datetime

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from mash.common.locking import Locked, keys_before, lock, unlock
from mash.common.under_lock import UnderLock
from mash.ledger.actions import record
from mash.ledger.actions.vouching import vouch_for_wrapped_anew
from mash.ledger.rows import named
from mash.sealed.room import hold_release, sealed_room


class CannotBeRead(Exception):
    """Words lie under a key that the settings do not name, or were changed.  They stay as they are."""


def left(one: UnderLock) -> int:
    """Return how many rows still hang on a key before the one of today, or do not say on which."""
    with transaction.atomic(), one.reached():
        return one.not_under(settings.MASH_SEAL_KEY).count()


def strange(one: UnderLock) -> int:
    """Return how many rows lie under none of the keys that the settings name, as far as their marks say."""
    with transaction.atomic(), one.reached():
        return one.not_under(settings.MASH_SEAL_KEY, *keys_before()).count()


def next_left(one: UnderLock, after: uuid.UUID | None) -> uuid.UUID | None:
    """Return the key of the next row that hangs on a key before; None when there is none."""
    with transaction.atomic(), one.reached():
        rows = one.not_under(settings.MASH_SEAL_KEY)
        found: uuid.UUID | None = (
            (rows.filter(pk__gt=after) if after else rows).values_list("pk", flat=True).first()
        )
        return found


def rewrap(one: UnderLock, row: uuid.UUID, *, at: datetime) -> bool:
    """Wrap one row anew, or nothing of it; tell whether it still needed that.  For the service "seal_keys".

    Raises CannotBeRead.

    Source: docs/rules.md, "The seal's key".
    """
    with transaction.atomic():
        hold_release(row)  # two columns of one row are wrapped one after the other
        with one.reached():
            rows = one.not_under(settings.MASH_SEAL_KEY).select_related(*one.beside)
            found = rows.filter(pk=row).first()
        if found is None:
            return False
        anew = _anew(one, found)
        if not _write(one, found, anew):
            return False
        if one.reached is sealed_room:
            _vouch(one, found, anew, at)
        record("seal.wrapped_anew", about=f"{one.model._meta.label_lower}:{row}", at=at)
    return True


def _anew(one: UnderLock, row: Model) -> Locked:
    agency, bound_to = one.agency(row), one.bound_to(row)
    locked = Locked(getattr(row, one.nonce), getattr(row, one.body))
    try:
        words = unlock(locked, purpose=one.purpose, agency=agency, bound_to=bound_to)
    except InvalidTag as why:
        raise CannotBeRead(f"{one.what}: {row.pk}") from why
    return lock(words, purpose=one.purpose, agency=agency, bound_to=bound_to)


def _vouch(one: UnderLock, row: Model, anew: Locked, at: datetime) -> None:
    kept = named(one.model)
    was = kept.row_of(row)
    setattr(row, one.nonce, anew.nonce)
    setattr(row, one.body, anew.body)
    vouch_for_wrapped_anew(was, kept.row_of(row), at=at)


def _write(one: UnderLock, row: Model, anew: Locked) -> bool:
    """Put another ciphertext in the place of the one that was read; tell whether that was still there."""
    was = bytes(getattr(row, one.body))
    if one.reached is not sealed_room:
        rows = one.model._default_manager.filter(**{"pk": row.pk, one.body: was})
        return bool(rows.update(**{one.nonce: anew.nonce, one.body: anew.body}))
    said = [one.model._meta.db_table, one.nonce, one.body, row.pk, was, anew.nonce, anew.body]
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity.wrap_anew(%s, %s, %s, %s, %s, %s, %s)", said)
        return bool(cursor.fetchone()[0])
