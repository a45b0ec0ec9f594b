"""The referral that an inject brings, as the message that every other referral comes in.  Pure."""

import json
from datetime import datetime
from typing import Any

from mash.contact.message import FORMAT, Message, parse
from mash.exercise.format import Exercise, Inject, Person, Referral


def message_of(exercise: Exercise, inject: Inject, at: datetime) -> Message:
    """Return the message of a referral inject.  Its reference is the exercise's and the inject's: twice is once.

    at: the real moment at which it is sent.

    Source: docs/rules.md, "Exercises".
    """
    said = inject.referral
    if said is None:
        raise ValueError(f"inject {inject.n} brings no referral")
    family = {one.id: one for one in exercise.file.family}
    whole: dict[str, Any] = {
        "format": FORMAT,
        "reference": f"{exercise.file.exercise}-{inject.n}",
        "sent_at": at.isoformat(),
        "source": said.source.model_dump(exclude_none=True),
        "subject": said.subject,
        "type": said.type,
        "people": [_person(family[one]) for one in said.people],
        "relationships": [_related(one) for one in said.model_dump(by_alias=True)["relationships"]],
        "concern": _concern(said),
    }
    if said.agreement:
        whole["agreement"] = said.agreement.model_dump(exclude_none=True)
    if said.immediate_danger is not None:
        whole["urgency"] = {"immediate_danger": said.immediate_danger}
    if said.actions_taken:
        whole["actions_taken"] = said.actions_taken
    return parse(json.dumps(whole, ensure_ascii=False).encode())


def _person(one: Person) -> dict[str, Any]:
    given, _, family = one.name.rpartition(" ")
    said: dict[str, Any] = {
        "id": one.id,
        "role": one.referral_role,
        "name": {"given": given, "family": family} if given else {"given": family},
        "born_on": one.born_on.isoformat() if one.born_on else None,
        "age": one.age,
        "sex": one.sex,
        "school": one.school,
    }
    if one.address or one.postcode:
        said["address"] = {"lines": [one.address] if one.address else [], "postcode": one.postcode}
    return {name: value for name, value in said.items() if value is not None}


def _related(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _concern(said: Referral) -> dict[str, Any]:
    names = ("what_happened", "seen_or_told", "impact", "history", "strengths", "voice")
    found = {name: getattr(said, name) for name in names if getattr(said, name)}
    return found | ({"categories": list(said.categories)} if said.categories else {})
