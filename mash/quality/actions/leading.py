"""What the lead of a round does: looks the copies over, opens it, settles grades, and closes it."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality import blinding, content, policy, queries
from mash.quality.actions.grading import hold
from mash.quality.actions.refusals import NotWhole, WrongState
from mash.quality.measures.grades import GRADES
from mash.quality.models import Given, Round, Settled, Sheet, Told

OPEN_ALREADY = "The round is open, and graders have read the copies."
NOT_OPEN = "The round is not open."


def _held(round_: Round) -> Round:
    return Round.objects.select_for_update().get(pk=round_.pk)


@transaction.atomic
def cover_words(*, sheet: Sheet, words: Sequence[str], by: Staff, at: datetime) -> int:
    """Cover more words in a copy before graders read it; returns in how many places.

    Raises PermissionDenied, NotWhole where the words stand nowhere, or WrongState once the round is open.

    Source: docs/rules.md, "Grading referrals".
    """
    require(policy.may_lead(by))
    hold(sheet)
    if sheet.round.opened_at is not None:
        raise WrongState(OPEN_ALREADY)
    sheet = Sheet.objects.select_for_update().get(pk=sheet.pk)
    before = _covered(sheet.sections)
    sheet.sections = blinding.covered(sheet.sections, words)
    places = _covered(sheet.sections) - before
    if not places:
        raise NotWhole({"words": "These words stand nowhere in this copy"})
    sheet.save(update_fields=["sections"])
    record("quality.covered", about=sheet, at=at, hub_id=sheet.hub_id, detail={"places": places})
    return places


def _covered(sections: Sequence[blinding.Section]) -> int:
    return sum(words.count(blinding.HIDDEN) for one in sections for _, words in one["rows"])


@transaction.atomic
def open_round(*, round_: Round, by: Staff, at: datetime) -> None:
    """Let the graders read and grade.  Twice opens once.

    Raises PermissionDenied, or WrongState.

    Source: docs/rules.md, "Grading referrals".
    """
    require(policy.may_lead(by))
    held = _held(round_)
    if held.closed_at is not None:
        raise WrongState("The round is closed.")
    if held.opened_at is None:
        held.opened_at, held.opened_by = at, by
        held.save(update_fields=["opened_at", "opened_by"])
        record("quality.opened", about=held, at=at, hub_id=held.hub_id)


@transaction.atomic
def give_to_another(*, sheet: Sheet, instead_of: uuid.UUID, to: Staff, by: Staff, at: datetime) -> None:
    """Give a referral to another grader, of an agency that does not grade it yet, where one stepped aside or is away.

    Raises PermissionDenied, NotWhole, or WrongState.

    Source: docs/rules.md, "Grading referrals".
    """
    require(policy.may_lead(by))
    hold(sheet)
    if sheet.round.closed_at is not None:
        raise WrongState("The round is closed.")
    sheet = Sheet.objects.select_for_update().get(pk=sheet.pk)
    if instead_of not in sheet.graders or Given.objects.filter(sheet=sheet, by=instead_of).exists():
        raise WrongState("This grader has graded it already, or grades it no more.")
    if to not in queries.others_who_may(by, sheet, instead_of, at):
        raise NotWhole({"to": "Choose somebody of another agency than the other graders, who may grade it"})
    sheet.graders = [to.pk if one == instead_of else one for one in sheet.graders]
    sheet.save(update_fields=["graders"])
    record("quality.given_to_another", about=sheet, at=at, hub_id=sheet.hub_id)


@transaction.atomic
def take_off(*, sheet: Sheet, by: Staff, at: datetime) -> None:
    """Take a referral from its graders at once, as when its case was restricted since.  It has no grade then.

    What they gave already stays with the lead; whoever closes the round says why it is left out.

    Raises PermissionDenied, or WrongState once the round is closed.

    Source: docs/rules.md, "Grading referrals".
    """
    require(policy.may_lead(by))
    hold(sheet)
    if sheet.round.closed_at is not None:
        raise WrongState("The round is closed.")
    sheet = Sheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.graders:
        sheet.graders = []
        sheet.save(update_fields=["graders"])
        record("quality.taken_off", about=sheet, at=at, hub_id=sheet.hub_id)


@transaction.atomic
def settle(*, sheet: Sheet, grade: int, words: str, by: Staff, at: datetime) -> Settled:
    """Keep the panel's one grade where graders gave different ones.  Two steps apart, it says what was talked over.

    Each grader's own word stays as it was, and agreement is worked out of those.

    Raises PermissionDenied, NotWhole, or WrongState where it is settled, all alike, or not all have graded.

    Source: docs/rules.md, "Grading referrals".
    """
    require(policy.may_lead(by))
    hold(sheet)
    if sheet.round.closed_at is not None or sheet.round.opened_at is None:
        raise WrongState(NOT_OPEN)
    grades = [*Given.objects.filter(sheet=sheet).values_list("grade", flat=True)]
    if Settled.objects.filter(sheet=sheet).exists():
        raise WrongState("It is settled already. The first word stands.")
    if not sheet.graders or len(grades) < len(sheet.graders) or len(set(grades)) < 2:
        raise WrongState("Nothing is to be settled: not all have graded it, or all gave the same.")
    apart = max(grades) - min(grades)
    wrong = {}
    if grade not in GRADES or not min(grades) <= grade <= max(grades):
        wrong["grade"] = f"From {min(grades)} to {max(grades)}, as the graders have it"
    if apart >= content.rules()["discuss_from"] and not words.strip():
        wrong["words"] = "Say what was talked over, and what the panel agreed on"
    if wrong:
        raise NotWhole(wrong)
    settled = Settled(hub_id=sheet.hub_id, sheet=sheet, grade=grade, words=words.strip(), by=by, at=at)
    settled.save(force_insert=True)
    record("quality.settled", about=sheet, at=at, hub_id=sheet.hub_id)
    return settled


@transaction.atomic
def close_round(*, round_: Round, left_out: str, by: Staff, at: datetime) -> Round:
    """Close a round: work out what it came to, and tell writers and their agencies.  Twice closes once.

    left_out: why some referrals have no grade, where there are such: they are counted nowhere, and the page says so.

    Raises PermissionDenied, NotWhole, or WrongState.

    Source: docs/rules.md, "Grading referrals", "What the writer hears".
    """
    require(policy.may_lead(by))
    held = _held(round_)
    if held.closed_at is not None:
        return held
    if held.opened_at is None:
        raise WrongState(NOT_OPEN)
    stand = queries.standing(by, held)
    if not any(one.grade for one in stand):
        raise WrongState("No referral of this round has a grade yet.")
    if any(not one.grade for one in stand) and not left_out.strip():
        raise NotWhole({"left_out": "Some referrals have no grade. Say why they are left out"})
    labels = {one.grade: one for one in content.grading_content().scale}
    for one in stand:
        if one.grade and one.sampled.source_kind != "public":
            Told(
                hub_id=held.hub_id,
                contact=one.sampled.contact,
                round=held,
                agency=one.sampled.agency,
                reference=one.sampled.contact.reference,
                organisation=one.sampled.organisation,
                unit=one.sampled.unit,
                grade=one.grade,
                label=labels[one.grade].label,
                means=labels[one.grade].means,
                done_well=[given.done_well for given in one.given],
                to_improve=[given.to_improve for given in one.given],
                at=at,
            ).save(force_insert=True)
    held.closed_at, held.closed_by, held.left_out = at, by, left_out.strip()
    held.results = queries.results_of(stand, [*content.criteria()])
    held.save(update_fields=["closed_at", "closed_by", "left_out", "results"])
    record("quality.closed", about=held, at=at, hub_id=held.hub_id)
    return held
