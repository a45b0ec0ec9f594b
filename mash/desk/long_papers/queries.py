"""Which long papers somebody asked for."""

import uuid
from datetime import datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.desk.models import LongPaper, LongPaperFile
from mash.partnership.models import Staff


def papers(staff: Staff) -> QuerySet[LongPaper]:
    """Return the papers that this worker asked for, of cases that they may still read, newest first.

    Source: docs/rules.md, "Long papers".
    """
    readable = Contact.objects.filter(contacts.readable_by(staff)).values("pk")
    found = LongPaper.objects.filter(by=staff.pk, hub=staff.hub_id, printing__contact__in=readable)
    return found.select_related("printing__contact", "printing__by__account", "file").order_by("-at", "pk")


def find(staff: Staff, paper_id: uuid.UUID) -> LongPaper:
    """Return a paper that this worker asked for.  Raises Http404, never 403, for any other."""
    return get_object_or_404(papers(staff), pk=paper_id)


def file_of(paper: LongPaper, since: datetime) -> LongPaperFile | None:
    """Return what lies under lock of a paper, if it was laid there after this moment."""
    return LongPaperFile.objects.filter(paper=paper, at__gt=since).first()


def of_case(staff: Staff, contact: Contact, since: datetime) -> list[LongPaper]:
    """Return the papers of a case that are being made for this worker, or are ready, newest first."""
    return list(papers(staff).filter(printing__contact=contact, file__at__gt=since))
