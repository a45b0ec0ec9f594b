"""A referral that a health visitor rang in this morning; the written form has not come yet."""

import json
from datetime import datetime
from typing import Any

from mash.contact.actions import receive
from mash.contact.message import parse
from mash.contact.models import Channel, Contact
from mash.desk.demo.setting_up import as_worker
from mash.partnership.models import Hub, Staff

CALL: dict[str, Any] = {
    "format": "openmash.referral/1",
    "reference": "rung-in",
    "source": {
        "kind": "health",
        "organisation": "North Thames Community Health",
        "name": "Mercy Lawal",
        "role": "Health visitor",
        "phone": "020 7946 0155",
        "email": "mercy.lawal@health.example",
    },
    "subject": "child",
    "type": "safeguarding",
    "people": [
        {
            "id": "p1",
            "role": "child",
            "name": {"given": "Hattie", "family": "Blackwood"},
            "born_on": "2025-08-19",
        },
        {
            "id": "p2",
            "role": "parent_or_carer",
            "name": {"given": "Jo", "family": "Blackwood"},
            "born_on": "1999-02-11",
            "phones": ["020 7946 0156"],
        },
    ],
    "relationships": [{"from": "p2", "to": "p1", "kind": "parent", "parental_responsibility": True}],
    "concern": {
        "categories": ["parent_substances", "neglect"],
        "what_happened": "This morning Jo was hard to wake and the flat smelt of drink. Hattie's nappy was soaked.",
        "seen_or_told": "Seen: two empty bottles by the cot. Told by Jo: she had not slept for two nights.",
        "strengths": "Hattie is growing well and Jo's sister came at once when I rang her.",
    },
    "agreement": {"sought": "not_sought", "family_aware": True},
}


def health_visitor_rings(hub: Hub, screener: Staff, at: datetime) -> Contact:
    """Have the screener take the call down."""
    with as_worker(screener):
        message = parse(json.dumps(CALL | {"sent_at": at.isoformat()}).encode())
        contact, _ = receive(message, hub=hub, channel=Channel.TELEPHONE, received_at=at, by=screener)
    return contact
