"""Opening something alongside: what it asks is said, and its clocks begin."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mash.alongside import content, policy, queries, rules
from mash.alongside.actions.refusals import NotWhole, ThereAlready
from mash.alongside.models import Agreed, Alongside
from mash.common.clock import LONDON
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact, ContactPerson
from mash.decision import queries as decisions
from mash.decision.content import Outcome
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage import actions as triage
from mash.triage import fixed

LONGEST_AGO = timedelta(days=366)


@transaction.atomic
def open_alongside(
    *,
    key: uuid.UUID,
    contact: Contact,
    about: ContactPerson,
    outcome: Outcome,
    answers: Mapping[str, Any],
    agreed: str,
    agreed_words: str,
    kept_from: ContactPerson | None = None,
    by: Staff,
    at: datetime,
) -> Alongside:
    """Open what goes alongside for one person of a case, before, with or after its decision.  Twice opens one.

    answers: by id of the question.  kept_from: who causes the harm, where the contact names them.
    Where the decision that stands named it for this person, it is bound to that.

    Raises PermissionDenied, NotWhole, or ThereAlready.

    Source: docs/rules.md, "Alongside a decision".
    """
    require(policy.may_open(by, contact, outcome, queries.colour_of(contact)))
    hold_still(contact)
    made = Alongside.objects.filter(key=key, contact=contact).first()
    if made:
        return made
    wrong = _wrong(
        contact, about, outcome, agreed=agreed, agreed_words=agreed_words, kept_from=kept_from, at=at
    )
    said: list[dict[str, str]] = []
    try:
        said = rules.answered(content.questions_of(outcome), answers, at)
    except rules.Wrong as refused:
        wrong |= refused.places
    if wrong:
        raise NotWhole(wrong)
    there = queries.open_of(by, contact, about, outcome.id)
    if there:
        raise ThereAlready(outcome.label, str(about), there.pk)
    starts_at = _begins(outcome, answers, at)
    receipt_due_at, result_due_at = queries.due(contact, outcome, starts_at, at)
    one = Alongside(
        hub_id=contact.hub_id,
        contact=contact,
        about=about,
        outcome=None if outcome.sealed else queries.named_by_decision(by, contact, about, outcome.id),
        kept_from=kept_from if outcome.never_told else None,
        key=key,
        kind=outcome.id,
        label=outcome.label,
        sealed=outcome.sealed,
        never_told=outcome.never_told or "",
        said=said,
        agreed=agreed,
        agreed_words="" if agreed == Agreed.NOT_NEEDED else agreed_words.strip(),
        starts_at=starts_at,
        receipt_due_at=receipt_due_at,
        result_due_at=result_due_at,
        by=by,
        at=at,
    )
    one.save(force_insert=True)
    _begin_the_clock_of_law(one, starts_at, by, at)
    detail = {"contact": str(contact.pk)} | ({} if one.sealed else {"kind": one.kind, "about": about.ref})
    record("alongside.opened", about=one, at=at, hub_id=contact.hub_id, detail=detail)
    return one


def _wrong(
    contact: Contact,
    about: ContactPerson,
    outcome: Outcome,
    *,
    agreed: str,
    agreed_words: str,
    kept_from: ContactPerson | None,
    at: datetime,
) -> dict[str, str]:
    """Return what does not do of whom it is for, who is kept from it, and what they said of it."""
    wrong: dict[str, str] = {}
    if about.contact_id != contact.pk or about not in queries.may_be_for(contact, outcome):
        wrong["about"] = "Choose whom it is for"
    elif outcome.local_age_limit and rules.is_too_old(
        about.born_on, outcome.local_age_limit.value, at.astimezone(LONDON).date()
    ):
        wrong["about"] = f"{outcome.label} is for people under {outcome.local_age_limit.value} in this hub"
    if kept_from is not None and (kept_from.contact_id != contact.pk or kept_from == about):
        wrong["kept_from"] = "Choose who causes the harm: somebody else than whom it is for"
    asks = queries.agreement_asked(about, outcome)
    if asks == "not_needed" and agreed != Agreed.NOT_NEEDED:
        wrong["agreed"] = "It does not rest on agreement"
    elif asks != "not_needed" and agreed not in {Agreed.GIVEN, Agreed.REFUSED, Agreed.NOT_ASKED}:
        wrong["agreed"] = "Say whether they agree"
    elif asks == "needed" and agreed != Agreed.GIVEN:
        wrong["agreed"] = "It goes only with their agreement"
    elif asks == "needed" and decisions.agreement_gaps([(about, outcome)], at):
        wrong["agreed"] = "No agreement to this is recorded that still counts. Record it at triage first"
    if asks != "not_needed" and not agreed_words.strip():
        wrong["agreed_words"] = "Say who agreed, to what and when; or why it goes on without"
    return wrong


def _begins(outcome: Outcome, answers: Mapping[str, Any], at: datetime) -> datetime:
    """Return when its clocks begin: as was said, or now."""
    starts_with = content.kind_of(outcome).starts_with
    if starts_with is None:
        return at
    begins: datetime = answers[starts_with]
    if begins < at - LONGEST_AGO:
        raise NotWhole({starts_with: "That is more than a year ago: look at the day again"})
    return begins


def _begin_the_clock_of_law(one: Alongside, begins: datetime, by: Staff, at: datetime) -> None:
    """Let triage's clock of a return interview run too, where the contact says that the child was missing."""
    if one.kind == queries.INTERVIEW and one.about in fixed.to_find(one.contact):
        code = fixed.Fact(fixed.INTERVIEW, fixed.STARTED, one.about).code
        triage.record_clock_fact(
            contact=one.contact, code=code, happened_at=begins, words="", by=by, at=at, key=one.pk
        )
