"""Deciding, in the words of the field: a decider who says whatever an outcome asks for."""

import uuid

from mash.decision import actions, content, queries, telling
from tests.factories.base import signed_in_as
from tests.factories.decision import people_of, who_is
from tests.factories.partnership import MONDAY_9AM

TOLD = {
    "decision_plain": "Help will be offered at home.",
    "reason_plain": "What you saw fits what else is known.",
    "next_plain": "A worker calls the parent this week.",
    "asked_of_you": "Please keep a warm place at breakfast club.",
    "would_change_plain": "If it happens again this term.",
    "worker_phone": "020 7946 0123",
}
REASONS = "The worry is growing and help has been asked for."


def proposed(about, outcome, *, level=2, ends=None, **needs):
    known = content.outcomes()[outcome]
    said = dict.fromkeys(queries.needs_to_say(known), "Said.") | needs
    main = known.kind == "main"
    return actions.Proposed(about, outcome, level if main else None, said, ends)


def at_risk(contact):
    return [one for one in people_of(contact) if one.is_at_risk]


def event_at_risk(contact, *others):
    """Return everybody at risk in the reports of one event, each once."""
    found = {}
    for one in [one for report in (contact, *others) for one in at_risk(report)]:
        person = who_is(one)
        found.setdefault(person.pk if person else one.pk, one)
    return list(found.values())


def told_to(*contacts):
    return {one.pk: TOLD for one in contacts}


def decide(contact, by, *outcomes, at=MONDAY_9AM, together_with=(), **changes):
    """Decide for everybody at risk in a contact: one outcome's name for all, or proposals."""
    named = [
        proposed(about, one) if isinstance(one, str) else one
        for one in outcomes
        for about in (event_at_risk(contact, *together_with) if isinstance(one, str) else [None])
    ]
    options = {
        "key": uuid.uuid4(),
        "follows": None,
        "outcomes": named,
        "reasons": REASONS,
        "what_would_change_it": "A further worry from school.",
        "told": told_to(*(one for one in (contact, *together_with) if not one.is_from_the_public)),
        "history_read": True,
        "overrides_agreement": True,
    } | changes
    with signed_in_as(by):
        made = actions.decide(contact=contact, by=by, at=at, **options)
    made.hub = contact.hub
    return made


__all__ = ["REASONS", "TOLD", "at_risk", "decide", "proposed", "telling", "told_to"]
