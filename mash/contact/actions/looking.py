"""Looking through the files that came with contacts, and opening one."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import connection, transaction

from mash.common.verdict import require
from mash.contact import file_queries as queries
from mash.contact import policy
from mash.contact.looking import harm, scanners
from mash.contact.looking.scanners import NoWord, Scanner
from mash.contact.models import Attachment, Looked, Outcome
from mash.ledger.actions import record
from mash.partnership.models import Staff

OTHER_BYTES = "the scanner spoke of other bytes than these"
NOT_AS_IT_CAME = "its bytes are not those that came"
log = structlog.stdlib.get_logger(__name__)


class NotOpened(Exception):
    """A file is not, or no longer, one that may be opened."""


@transaction.atomic
def look_through(*, scanner: Scanner, at: datetime, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Look through what waits, the oldest first; return how many files have an answer now.  Acts as a listed service.

    By the scanner, and then by our own rules.  A file of which it has nothing to say waits longer each time, and
    keeps no other from its turn.  One round at a time: another that begins meanwhile does nothing.
    goes_on: whether there is time for one more.

    Raises Down and NotToBeTrusted, before anything is kept.

    Source: docs/rules.md, "Files".
    """
    if not _alone():
        return 0
    due = queries.files_due(scanner.name, at)
    if not due:
        return 0
    scanners.must_be_trusted(scanner)
    version, done = scanner.version(), 0
    for key in due:
        if not goes_on():
            break
        file = Attachment.objects.get(pk=key)
        try:
            outcome, found = _look(file, scanner)
        except scanners.Down as why:
            log.error("the scanner went away", why=str(why))  # noqa: TRY400 (the rest waits)
            break
        _keep(file, outcome, found, scanner=scanner, version=version, at=at)
        done += outcome != Outcome.FAILED
    return done


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('looking through files', 0))")
        row = cursor.fetchone()
    return bool(row and row[0])


def _look(file: Attachment, scanner: Scanner) -> tuple[Outcome, str]:
    """Return what came of looking through one file, and what was found."""
    body = bytes(file.body)
    if hashlib.sha256(body).hexdigest() != file.sha256:
        return Outcome.FAILED, NOT_AS_IT_CAME
    try:
        word = scanner.look(body)
    except NoWord as why:
        return Outcome.FAILED, str(why)
    if word.sha256 != file.sha256:
        return Outcome.FAILED, OTHER_BYTES
    if word.found:
        return Outcome.HARMFUL, word.found
    against = harm.harm_in(file.media_type, body)
    return (Outcome.UNSAFE, against) if against else (Outcome.CLEAN, "")


def _keep(
    file: Attachment, outcome: Outcome, found: str, *, scanner: Scanner, version: str, at: datetime
) -> None:
    by_us = outcome == Outcome.UNSAFE
    row = Looked(
        hub_id=file.hub_id,
        attachment=file,
        contact_id=file.contact_id,
        outcome=outcome,
        found=found[:300],
        scanner=scanner.name,
        version=f"rules {harm.EDITION}, {version}"[:120] if by_us else version,
        sha256=file.sha256,
        at=at,
    )
    Looked.objects.bulk_create([row], ignore_conflicts=True)
    detail = {"outcome": str(outcome), "scanner": scanner.name, "version": row.version}
    record("file.looked_through", about=file, at=at, hub_id=file.hub_id, detail=detail)


def open_file(*, file: Attachment, by: Staff, at: datetime) -> bytes:
    """Return what is in a file, for whoever may open it; that it was opened is written first.

    Raises PermissionDenied, and NotOpened where its bytes are not those that were found clean, or our rules have
    learnt since then what is against it.

    Source: docs/rules.md, "Files", "Evidence".
    """
    require(policy.may_open_file(by, file))
    record("file.opened", about=file, at=at, hub_id=file.hub_id, detail={"contact": str(file.contact_id)})
    body = queries.body_of(by, file)
    if hashlib.sha256(body).hexdigest() != file.sha256 or harm.harm_in(file.media_type, body):
        raise NotOpened(str(file.pk))
    return body
