"""What is read about e-mail."""

import re
import uuid
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.common.references import normalise
from mash.contact.models import Contact
from mash.contact.policy import readable_by
from mash.mail import policy
from mash.mail.models import PUT_ASIDE, Acknowledging, Enclosed, Mail
from mash.partnership.models import Duty, Hub, Staff
from mash.partnership.queries import lasting

PAGE = 25
MOST_MENTIONED = 50  # of what looks like a reference
LOOKS_LIKE_ONE = re.compile(r"\b[A-Za-z]{1,4}[ -]?[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{3}\b")
LISTS = {
    "waiting": Q(outcome="") & ~Q(kind__in=PUT_ASIDE),
    "put-aside": Q(outcome="", kind__in=PUT_ASIDE),
    "settled": ~Q(outcome=""),
}


def listed(staff: Staff, which: str) -> QuerySet[Mail]:
    """Return the e-mails of one list: what waits the oldest first, the others the newest first."""
    found = Mail.objects.filter(policy.readable_by(staff), LISTS[which]).defer("words")
    found = found.annotate(
        enclosed=Count("files"), not_taken=Count("files", filter=~Q(files__refused=""))
    ).select_related("contact", "by__account")
    return found.order_by("received_at", "pk") if which == "waiting" else found.order_by("-received_at", "pk")


def counts(staff: Staff) -> dict[str, int]:
    """Return how many e-mails stand on each list."""
    named = {name.replace("-", "_"): Count("pk", filter=rule) for name, rule in LISTS.items()}
    found = Mail.objects.filter(policy.readable_by(staff)).aggregate(**named)
    return {name: found[name.replace("-", "_")] for name in LISTS}


def find(staff: Staff, mail_id: uuid.UUID) -> Mail:
    """Return an e-mail.  Raises Http404 unless this worker reads it."""
    shown = Mail.objects.select_related("contact", "by__account")
    return get_object_or_404(shown, policy.readable_by(staff), pk=mail_id)


def find_to_settle(staff: Staff, mail_id: uuid.UUID) -> Mail:
    """Return an e-mail that stands in no contact yet.  Raises Http404 for any other."""
    return get_object_or_404(Mail, policy.readable_by(staff), pk=mail_id, contact=None)


def files_of(mail: Mail) -> QuerySet[Enclosed]:
    """Return the files of an e-mail, without what is in them."""
    return mail.files.defer("body").order_by("place")


def mentioned(staff: Staff, mail: Mail) -> list[Contact]:
    """Return the contacts whose references stand in an e-mail, as far as this worker may read them."""
    found = [normalise(one) for one in LOOKS_LIKE_ONE.findall(f"{mail.subject}\n{mail.words}")]
    named = list(dict.fromkeys(one for one in found if one))[:MOST_MENTIONED]
    return (
        list(Contact.objects.filter(readable_by(staff), reference__in=named).order_by("reference"))
        if named
        else []
    )


def find_contact(staff: Staff, reference: str) -> Contact | None:
    """Return the contact that this worker may read under a reference; None where there is none."""
    return Contact.objects.filter(readable_by(staff), reference=normalise(reference) or "").first()


def acknowledges(hub_id: uuid.UUID) -> bool:
    """Tell whether a hub answers an e-mail with its reference."""
    said = (
        Acknowledging.objects.filter(hub=hub_id).order_by("-at", "-pk").values_list("on", flat=True).first()
    )
    return bool(said)


def acknowledged_lately(hub_id: uuid.UUID, sender: str, at: datetime) -> int:
    """Return how many e-mails of a sender were acknowledged within the last day."""
    day = Mail.objects.filter(
        hub=hub_id, sender=sender, read_at__gt=at - timedelta(days=1), acknowledged=True
    )
    return day.count()


def hub_of(letters: str) -> Hub | None:
    """Return the hub that has these letters."""
    return Hub.objects.filter(prefix=letters, exercise_for=None).first()


def managers(hub_id: uuid.UUID, at: datetime) -> list[str]:
    """Return the addresses of those who manage a hub."""
    posts = Staff.objects.filter(lasting(at), hub=hub_id, duties__contains=[Duty.MANAGE])
    return sorted(set(posts.values_list("account__email", flat=True)))
