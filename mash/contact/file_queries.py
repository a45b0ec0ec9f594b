"""What is read about the files of contacts.  Every function starts from the worker, or from who acts."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, UUIDField
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.common.prepared import prepared
from mash.contact import policy
from mash.contact.looking import scanners
from mash.contact.models import Attachment, Contact, Looked, Outcome
from mash.partnership.models import Staff

AT_ONCE = 200  # files of one round
LONGEST_WAIT = 60  # minutes between two tries of one file
NEVER_OPENED = {Outcome.HARMFUL, Outcome.UNSAFE}


def files_due(scanner: str, at: datetime) -> list[uuid.UUID]:
    """Return the files that this scanner has said nothing of and is to be asked about now.  For a listed service.

    What was tried less often comes first, then what came first.  Each try that failed doubles the wait.
    """
    said = Looked.objects.filter(attachment=OuterRef("pk"), scanner=scanner).exclude(outcome=Outcome.FAILED)
    failed = Q(looks__outcome=Outcome.FAILED, looks__scanner=scanner)
    found = (
        Attachment.objects.filter(~Exists(said))
        .annotate(tries=Count("looks", filter=failed), tried_at=Max("looks__at", filter=failed))
        .order_by("tries", "contact__received_at", "pk")
        .values_list("pk", "tries", "tried_at")
    )
    due = [key for key, tries, tried_at in found if tried_at is None or tried_at + _wait(tries) <= at]
    return due[:AT_ONCE]


def _wait(tries: int) -> timedelta:
    return timedelta(minutes=min(2 ** min(tries - 1, 10), LONGEST_WAIT))


def files_with_looks(contact: Contact) -> list[Attachment]:
    """Return the files of a contact without what is in them, each with how it was looked through."""
    return _files_with_looks.rows(contact=contact.pk)


@prepared(contact=UUIDField())
def _files_with_looks(contact: Any) -> QuerySet[Attachment]:
    looks = Prefetch("looks", Looked.objects.order_by("at", "pk"))
    found = Attachment.objects.filter(contact=contact).defer("body").select_related("contact")
    return found.prefetch_related(looks).order_by("pk")


def looks_by_content(contact: Contact) -> dict[str, list[Looked]]:
    """Return how the files of a contact were looked through, by the SHA-256 of what is in them."""
    found: dict[str, list[Looked]] = {}
    for one in Looked.objects.filter(contact=contact).order_by("at", "pk"):
        found.setdefault(one.sha256, []).append(one)
    return found


def what_counts(looks: Sequence[Looked]) -> Looked | None:
    """Return the word on a file that counts, or None while it waits.

    Harm that anybody found counts for ever.  That a file is clean counts from the scanner that is set up now: without
    one nothing is clean, and the demo's counts in a demo alone.

    Source: docs/rules.md, "Files".
    """
    for one in looks:
        if one.outcome in NEVER_OPENED:
            return one
    now = scanners.name_of_configured()
    clean = [one for one in looks if one.outcome == Outcome.CLEAN and one.scanner == now]
    return clean[-1] if now and clean else None


def find_clean_file(staff: Staff, file_id: uuid.UUID) -> Attachment:
    """Return a file that this worker may open, without what is in it.

    Raises Http404, never 403, for any other: one that waits or is harmful, one of another hub or a closed case, one
    that is put to a draft, one that there is not.
    """
    found: Attachment = get_object_or_404(
        _openable(staff).defer("body").select_related("contact"), pk=file_id
    )
    counts = what_counts(list(found.looks.order_by("at", "pk")))
    if counts is None or counts.outcome != Outcome.CLEAN or counts.sha256 != found.sha256:
        raise Http404
    return found


def body_of(staff: Staff, file: Attachment) -> bytes:
    """Return what is in a file that this worker may open.  Raises Attachment.DoesNotExist for any other."""
    return bytes(_openable(staff).values_list("body", flat=True).get(pk=file.pk))


def _openable(staff: Staff) -> "QuerySet[Attachment, Any]":
    return Attachment.objects.filter(policy.openable_by(staff))


def found_harmful() -> QuerySet[Looked]:
    """Return, of every hub, what a scanner called harmful, the oldest first.  For a listed service."""
    return Looked.objects.filter(outcome=Outcome.HARMFUL).select_related("contact__hub").order_by("at", "pk")
