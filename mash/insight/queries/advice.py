"""What came of consultations, read from what is recorded of them.  Whoever acts must see every case of the hub.

Source: docs/rules.md, "Performance figures", "Consultations".
"""

import uuid
from collections.abc import Collection

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from mash.contact.models import Consultation, ConsultationLink
from mash.insight.models import Advised
from mash.partnership.models import Hub


def advised(hub: Hub, keys: Collection[uuid.UUID]) -> list[Advised]:
    """Return what came of these consultations, not yet saved; nothing for one that is gone."""
    linked = ConsultationLink.objects.filter(consultation=OuterRef("pk"), undone_at=None)
    found = Consultation.objects.filter(hub=hub.pk, pk__in=list(keys)).annotate(came=Exists(linked))
    columns = ("pk", "held_at", "source_kind", "referral_advised", "came")
    return [
        Advised(
            hub_id=hub.pk,
            consultation_id=key,
            held_on=localdate(held_at),
            source=source,
            advised=told_to,
            came=came,
        )
        for key, held_at, source, told_to, came in found.order_by("pk").values_list(*columns)
    ]
