"""A transfer as the referral that it becomes on the other hub's line.  Pure."""

from typing import Any

from mash.boroughs.models import Transfer
from mash.contact.message import Message

CHILD, ADULT = "child", "adult_at_risk"


def message_of(transfer: Transfer) -> Message:
    """Return a transfer as a message of the format that every referral has.

    What was sent is kept under the headings of a referral; nothing is added.
    """
    people = [_person(place, one) for place, one in enumerate(transfer.people, 1)]
    roles = {one["role"] for one in people}
    subject = "both" if {CHILD, ADULT} <= roles else "adult" if ADULT in roles else "child"
    said = {
        "format": "openmash.referral/1",
        "reference": str(transfer.pk),
        "sent_at": transfer.at.isoformat(),
        "source": {
            "kind": "other_authority",
            "organisation": transfer.hub.name,
            "name": transfer.from_name,
            "phone": transfer.reach,
        },
        "subject": subject,
        "type": "safeguarding",
        "people": people,
        "concern": {
            "categories": [],
            "what_happened": transfer.worries,
            "history": f"Transferred by {transfer.hub.name}, their reference {transfer.reference}. "
            f"They live now: {transfer.lives}",
        },
        "actions_taken": transfer.safety,
    }
    return Message.model_validate(said)


def _person(place: int, one: dict[str, str]) -> dict[str, Any]:
    name = {key: one[key] for key in ("given", "family") if one[key]}
    said: dict[str, Any] = {"id": f"p{place}", "role": one["role"]}
    if name:
        said["name"] = name
    if one["born_on"]:
        said["born_on"] = one["born_on"]
    if one["sex"]:
        said["sex"] = one["sex"]
    return said
