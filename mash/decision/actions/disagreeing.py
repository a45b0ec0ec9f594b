"""Views against a decision, each kept in its own words."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.models import Contact
from mash.decision import policy
from mash.decision.actions.refusals import NotWhole
from mash.decision.models import Decision, Dissent
from mash.decision.queries import standing_for
from mash.ledger.actions import record
from mash.partnership.models import Staff


class NothingDecided(Exception):
    """No decision stands that somebody could disagree with."""


@transaction.atomic
def record_dissent(
    *, key: uuid.UUID, decision: Decision, who: str, words: str, by: Staff, at: datetime
) -> Dissent:
    """Keep that somebody does not agree with a decision, in their words.

    key: of the form; the same form again returns what it made.  who: whose view it is; `by` writes it down.

    Raises PermissionDenied, and NotWhole when it says too little.

    Source: docs/rules.md, "Disagreement".
    """
    require(policy.may_read(by, decision))
    return _keep(key, decision, who, words, by=by, at=at)


@transaction.atomic
def disagree_as_referrer(*, key: uuid.UUID, contact: Contact, who: str, words: str, at: datetime) -> Dissent:
    """Keep that whoever referred does not agree with the decision that stands on what they sent.

    key: of the form; the same form again returns what it made.  who: as the hub's desk knows them.
    Acts as the service `front_door`, which has made sure that it is they.

    Raises NothingDecided, and NotWhole when it says too little.

    Source: docs/rules.md, "Disagreement".
    """
    decision = standing_for(contact)
    if decision is None:
        raise NothingDecided(contact)
    return _keep(key, decision, who, words, by=None, at=at)


def _keep(
    key: uuid.UUID, decision: Decision, who: str, words: str, *, by: Staff | None, at: datetime
) -> Dissent:
    made = Dissent.objects.filter(key=key, decision=decision).first()
    if made:
        return made
    if not (who.strip() and words.strip()):
        raise NotWhole("Say who disagrees, and what they say.")
    dissent = Dissent(
        hub_id=decision.hub_id,
        decision=decision,
        key=key,
        who=who.strip(),
        words=words.strip(),
        by=by,
        at=at,
    )
    dissent.save(force_insert=True)
    record("decision.disagreed_with", about=decision, at=at, hub_id=decision.hub_id)
    return dissent
