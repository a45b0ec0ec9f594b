"""What jobs look up by the key they were ordered with: as a service, which sees every hub."""

import uuid

from django.db.models import Exists, OuterRef

from mash.contact.models import Contact
from mash.handover.models import Step
from mash.panel.models import WentUp


def went_up_of(key: uuid.UUID) -> WentUp:
    """Return what a panel told the hub."""
    return WentUp.objects.get(pk=key)


def went_up_to_take_in() -> list[WentUp]:
    """Return what panels told hubs and is not on the line yet, the first first."""
    step = Step.objects.filter(together=OuterRef("key"))
    contact = Contact.objects.filter(hub=OuterRef("hub"), reference=OuterRef("reference"))
    return list(WentUp.objects.filter(~Exists(step), ~Exists(contact)).order_by("at", "pk"))
