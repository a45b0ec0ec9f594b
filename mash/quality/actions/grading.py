"""What a grader does: grades a referral once, or steps aside."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality import content, policy
from mash.quality.actions.refusals import NotWhole, WrongState
from mash.quality.measures.grades import GRADES
from mash.quality.models import Aside, Given, Round, Sheet


@transaction.atomic
def give_grade(
    *,
    sheet: Sheet,
    key: uuid.UUID,
    grade: int,
    criteria: Mapping[str, int],
    left_out: Mapping[str, str],
    lifted: str,
    done_well: str,
    to_improve: str,
    comment: str = "",
    also_found: Sequence[str] = (),
    by: Staff,
    at: datetime,
) -> Given:
    """Keep a grader's word: a grade of every criterion, one of the whole, and what was done well and to improve.

    The whole is the grader's judgement and no average.  Above what holds it down it needs a reason.  Twice keeps one.

    Raises PermissionDenied, NotWhole, or WrongState where the round was closed meanwhile.

    Source: docs/rules.md, "Grading referrals".
    """
    hold(sheet)
    require(policy.may_grade(by, sheet))
    made = Given.objects.filter(sheet=sheet, by=by).first()
    if made and made.key == key:
        return made
    if made:
        raise WrongState("You have graded this referral already. Your first word stands.")
    wrong = _wrong(criteria, left_out, grade, lifted, urgent=sheet.urgent)
    for place, words in (("done_well", done_well), ("to_improve", to_improve)):
        if not words.strip():
            wrong[place] = "Say one thing"
    unknown = set(also_found) - {one.id for one in content.grading_content().also_found}
    if unknown:
        wrong["also_found"] = "Choose from the list"
    if wrong:
        raise NotWhole(wrong)
    given = Given(
        hub_id=sheet.hub_id,
        sheet=sheet,
        key=key,
        grade=grade,
        criteria=dict(criteria),
        left_out=dict(left_out),
        lifted=lifted.strip(),
        done_well=done_well.strip(),
        to_improve=to_improve.strip(),
        comment=comment.strip(),
        also_found=[*also_found],
        by=by,
        at=at,
    )
    given.save(force_insert=True)
    record("quality.graded", about=sheet, at=at, hub_id=sheet.hub_id, detail={"round": str(sheet.round_id)})
    return given


@transaction.atomic
def step_aside(*, sheet: Sheet, why: str, by: Staff, at: datetime) -> Aside:
    """Step aside from a referral, knowing the family or its sender: the lead gives it to another.  Twice keeps one.

    Raises PermissionDenied, NotWhole, WrongState.

    Source: docs/rules.md, "Grading referrals".
    """
    hold(sheet)
    require(policy.may_grade(by, sheet))
    if Given.objects.filter(sheet=sheet, by=by).exists():
        raise WrongState("You have graded this referral already.")
    if not why.strip():
        raise NotWhole({"why": "Say why, in few words and without a name"})
    made = Aside.objects.filter(sheet=sheet, by=by).first()
    if made:
        return made
    aside = Aside(hub_id=sheet.hub_id, sheet=sheet, why=why.strip(), by=by, at=at)
    aside.save(force_insert=True)
    record("quality.stepped_aside", about=sheet, at=at, hub_id=sheet.hub_id)
    return aside


def hold(sheet: Sheet) -> None:
    """Read afresh how the round stands and who grades this, and let nobody change either meanwhile."""
    sheet.round = Round.objects.select_for_update().get(pk=sheet.round_id)
    sheet.graders = Sheet.objects.filter(pk=sheet.pk).values_list("graders", flat=True).first() or []


def _wrong(
    criteria: Mapping[str, int], left_out: Mapping[str, str], grade: int, lifted: str, *, urgent: bool
) -> dict[str, str]:
    wrong = {}
    for one in content.criteria().values():
        reasons = {reason.id for reason in one.not_applicable}
        if one.id in left_out:
            if left_out[one.id] not in reasons:
                wrong[f"why_{one.id}"] = f"Say why it does not apply: {one.label}"
        elif criteria.get(one.id) not in GRADES:
            wrong[f"c_{one.id}"] = f"Grade: {one.label}"
    if grade not in GRADES:
        wrong["grade"] = "Grade the referral as a whole"
    most, held = content.capped_at(criteria, urgent=urgent)
    if grade in GRADES and grade > most and not lifted.strip():
        named = " and ".join(content.criteria()[one].label for one in dict.fromkeys(held))
        wrong["lifted"] = f"Held at {most} by: {named}. Say why the whole is better than that"
    return wrong
