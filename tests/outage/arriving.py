"""A contact that arrives, as a sender writes it: what is protected is taken out of it on the way."""

import json

from mash.contact.actions import receive
from mash.contact.message import parse
from mash.contact.models import Channel
from tests.factories.base import in_service
from tests.factories.contact import a_message
from tests.factories.partnership import MONDAY_9AM


def arrives(hub, person, words, reference="S-ARRIVES"):
    """Return the contact."""
    said = a_message(reference, [person], concern={"categories": ["neglect"], "what_happened": words})
    with in_service("intake"):
        contact, _ = receive(
            parse(json.dumps(said).encode()), hub=hub, channel=Channel.FILE, received_at=MONDAY_9AM
        )
    return contact
