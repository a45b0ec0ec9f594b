"""Asking whoever keeps entries to confirm those that nobody looked through for too long."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from mash.directory.content import REMIND, days
from mash.directory.models import Chase, Organisation
from mash.directory.queries.keeping import keeper_addresses, stale
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Hub

SUBJECT = "Please confirm your entries in the directory"
BODY = "Sign in to see what needs to be confirmed: {page}"


@transaction.atomic
def chase(*, hub: Hub, at: datetime) -> int:
    """Write to whoever keeps stale entries of a hub, each address once; return how many were written to.

    The e-mail says to sign in, and nothing else.  Nobody is asked again within the hub's number of days.
    Acts as the service `directory_keeper`, which says whose content counts.

    Source: docs/rules.md, "The directory".
    """
    counts = Counter(stale(hub.pk, localdate(at)).values_list("organisation_id", flat=True))
    asked_lately = Chase.objects.filter(hub=hub, at__gt=at - timedelta(days=days()[REMIND]))
    due = Organisation.objects.filter(pk__in=counts).exclude(pk__in=asked_lately.values("organisation"))
    addresses = keeper_addresses(list(due), localdate(at))
    rows = [
        Chase(hub=hub, organisation_id=key, to=to, services=counts[key], at=at)
        for key, to in addresses.items()
    ]
    Chase.objects.bulk_create(rows)
    written_to = sorted({one.to for one in rows})
    body = BODY.format(page=reverse("directory:keeping"))
    for to in written_to:
        notify(hub_id=hub.pk, to=to, subject=SUBJECT, body=body, at=at, page=reverse("directory:keeping"))
    if written_to:
        record("entries.chased", about=hub, at=at, hub_id=hub.pk, detail={"organisations": len(rows)})
    return len(written_to)
