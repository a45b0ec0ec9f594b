"""What a step up becomes on the hub's line: a message like any other's, with the reason and its product.

Pure: rows in, a message out.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mash.contact.message import FORMAT, Message, parse
from mash.handover.content import StepRoute
from mash.handover.models import Step
from mash.partnership.models import AgencyKind

HEALTH = {
    AgencyKind.COMMUNITY_HEALTH, AgencyKind.GP, AgencyKind.HOSPITAL, AgencyKind.MATERNITY, AgencyKind.CAMHS,
    AgencyKind.ADULT_MENTAL_HEALTH, AgencyKind.SUBSTANCE_MISUSE,
}  # fmt: skip
SENDERS = {
    AgencyKind.POLICE: "police",
    AgencyKind.EDUCATION: "school",
    AgencyKind.HOUSING: "housing",
    AgencyKind.PROBATION: "probation",
    AgencyKind.YOUTH_JUSTICE: "youth_justice",
    AgencyKind.VOLUNTARY_SECTOR: "voluntary",
    AgencyKind.DOMESTIC_ABUSE_SERVICE: "voluntary",
    **dict.fromkeys(HEALTH, "health"),
}
ANY_OTHER = "social_care"


def message_of(steps: Sequence[Step], way: StepRoute) -> Message:
    """Return the message that steps told at once become: one child each, and what was said once for all of them."""
    first = steps[0]
    adult = {"is_child": False, "born_on": None}
    people = [{"given": one.person.given, "family": one.person.family, "born_on": one.person.born_on, "is_child": True}
              for one in steps]  # fmt: skip
    people += [{**one, **adult} for one in first.adults]
    said = {
        "format": FORMAT,
        "reference": f"STEP-{first.together or first.pk}",
        "sent_at": first.at.isoformat(),
        "source": {
            "kind": SENDERS.get(AgencyKind(first.by.agency.kind), ANY_OTHER),
            "organisation": first.by.agency.name,
            "name": first.by.account.name,
            "role": first.by.title,
            "email": first.by.account.email,
        },
        "subject": "child",
        "type": "safeguarding" if way.tier >= 3 else "early_help",
        "people": [_person(place, one) for place, one in enumerate(people, 1)],
        "concern": {
            "what_happened": f"{way.label}. {first.reason}",
            "history": f"{way.product}:\n{first.product}\n\nBefore: {first.reference}.",
        }
        | ({"voice": first.voice} if first.voice else {}),
        "actions_taken": f"What the family know and said: {first.agreement}",
        "urgency": {"immediate_danger": first.danger},
    }
    if first.family_aware is not None:
        said["agreement"] = {"family_aware": first.family_aware}
    return parse(json.dumps(said).encode())


def _person(place: int, one: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": f"p{place}",
        "role": "child" if one["is_child"] else "parent_or_carer",
        "name": {part: one[part] for part in ("given", "family") if one[part]},
    }
    if isinstance(one["born_on"], date):
        said["born_on"] = one["born_on"].isoformat()
    return said
