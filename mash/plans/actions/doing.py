"""Needs, what is done about each, and the plan's own words.  Every change keeps what stood before."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff
from mash.partnership.queries import agencies_in
from mash.plans import policy
from mash.plans.actions.holding import change, hold, must_be_agreed
from mash.plans.actions.leading import open_seat
from mash.plans.actions.naming import parted
from mash.plans.actions.refusals import NotWhole
from mash.plans.content import vague_words
from mash.plans.models import OPEN, Change, FamilyMember, Need, Plan, PlanAction, Status
from mash.plans.rules import VAGUE, what_is_vague

OWNS = "Owns an action"


@transaction.atomic
def write_plan(
    *, plan: Plan, version: int, assessment: str, family_view: str, backup: str, by: Staff, at: datetime
) -> None:
    """Write what the family says of the plan, what is done if it does not work, and when the family was assessed.

    version: of the plan as the page showed it.  Raises PermissionDenied, or ChangedMeanwhile.

    Source: docs/rules.md, "A plan with a family".
    """
    require(policy.may_keep(by, plan))
    held = hold(plan)
    said = {"assessment": assessment.strip(), "family_view": family_view.strip(), "backup": backup.strip()}
    before, after = change(held, version, said)
    _note(held, "plan.written", before, after, by=by, at=at)


@transaction.atomic
def write_wants(*, member: FamilyMember, version: int, wants: str, by: Staff, at: datetime) -> None:
    """Write what somebody says should be different, in their own words.

    version: of the row as the page showed it.  Raises PermissionDenied, or ChangedMeanwhile.

    Source: docs/rules.md, "A plan with a family".
    """
    require(policy.may_keep(by, member.plan))
    plan = hold(member.plan)
    before, after = change(member, version, {"wants": wants.strip()})
    _note(plan, "member.wants", before, after, by=by, at=at, member=member)


@transaction.atomic
def add_member(*, plan: Plan, name: str, by: Staff, at: datetime) -> FamilyMember:
    """Add an adult who shares in the plan, by name.  The same name again is the same adult.

    Raises PermissionDenied, or NotWhole.
    """
    require(policy.may_keep(by, plan))
    hold(plan)
    if not name.strip():
        raise NotWhole("Say who they are.")
    own = {"plan": plan, "is_child": False} | parted(name)
    same = FamilyMember.objects.filter(**own).first()
    if same:
        return same
    made = FamilyMember.objects.create(hub_id=plan.hub_id, by=by, at=at, **own)
    _note(plan, "member.added", {}, {"name": made.name}, by=by, at=at, member=made)
    return made


@transaction.atomic
def give_copy(*, plan: Plan, to: str, how: str, on: date, by: Staff, at: datetime) -> None:
    """Write down that the family was given the plan in words that they can use: to whom, how, on which day.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "A plan with a family".
    """
    require(policy.may_keep(by, plan))
    hold(plan)
    if not (to.strip() and how.strip()):
        raise NotWhole("Say who has it, and how they were given it.")
    if not plan.started_on <= on <= localdate(at):
        raise NotWhole("The day is between the plan’s first day and today.", place="on")
    after = {"to": to.strip(), "how": how.strip(), "on": str(on)}
    if not Change.objects.filter(plan=plan, what="plan.copy_given", after=after).exists():
        _note(plan, "plan.copy_given", {}, after, by=by, at=at)


@transaction.atomic
def add_need(
    *, plan: Plan, whom: FamilyMember | None, words: str, outcome: str, by: Staff, at: datetime
) -> Need:
    """Add what is needed, for whom, and what will be different.  whom: None for the whole family.

    The same words again for the same person are the same need.

    Raises PermissionDenied; NotWhole where agreement is missing, or something was not said.

    Source: docs/rules.md, "A plan with a family", "Agreement to a plan".
    """
    require(policy.may_keep(by, plan))
    held = hold(plan)
    must_be_agreed(held)
    if not (words.strip() and outcome.strip()):
        raise NotWhole("Say what is needed, and what will be different so that everybody can tell.")
    if whom is not None and whom.plan_id != plan.pk:
        raise NotWhole("Choose somebody whom this plan is for.", place="whom")
    own = {"plan": held, "whom": whom, "words": words.strip(), "outcome": outcome.strip(), "met_on": None}
    same = Need.objects.filter(**own).first()
    if same:
        return same
    need = Need.objects.create(hub_id=plan.hub_id, by=by, at=at, **own)
    _note(held, "need.added", {}, {"words": need.words, "outcome": need.outcome}, by=by, at=at, need=need)
    return need


@transaction.atomic
def change_need(
    *, need: Need, version: int, words: str, outcome: str, met_on: date | None, by: Staff, at: datetime
) -> None:
    """Change what a need says, or that it is met since a day.

    Raises PermissionDenied, NotWhole, or ChangedMeanwhile.
    """
    require(policy.may_keep(by, need.plan))
    plan = hold(need.plan)
    if not (words.strip() and outcome.strip()):
        raise NotWhole("Say what is needed, and what will be different so that everybody can tell.")
    if met_on is not None:
        if met_on > localdate(at):
            raise NotWhole("The day on which it was met is today or earlier.", place="met_on")
        if PlanAction.objects.filter(need=need, status__in=OPEN).exists():
            raise NotWhole(
                "Say of each action of this need where it stands before it counts as met.", place="met_on"
            )
    said = {"words": words.strip(), "outcome": outcome.strip(), "met_on": met_on}
    before, after = change(need, version, said)
    _note(plan, "need.changed", before, after, by=by, at=at, need=need)


@transaction.atomic
def add_action(
    *,
    need: Need,
    words: str,
    agency: Agency,
    person_name: str,
    due_on: date,
    look_again_on: date,
    by: Staff,
    at: datetime,
) -> PlanAction:
    """Add something that will be done: by which agency, by whom, by when.  The agency sees the plan from then on.

    The same words for the same agency and day are the same action.

    Raises PermissionDenied; NotWhole where agreement is missing, or it is no action.

    Source: docs/rules.md, "Actions of a plan", "Agreement to a plan".
    """
    require(policy.may_keep(by, need.plan))
    plan = hold(need.plan)
    must_be_agreed(plan)
    _is_an_action(
        plan, words=words, agency=agency, person_name=person_name, due_on=due_on, look_again_on=look_again_on
    )
    if due_on < localdate(at):
        raise NotWhole("The day by which it is done is today or later.", place="due_on")
    own = {"plan": plan, "need": need, "words": words.strip(), "agency": agency, "due_on": due_on}
    same = PlanAction.objects.filter(**own, status__in=OPEN).first()
    if same:
        return same
    action = PlanAction.objects.create(
        hub_id=plan.hub_id, person_name=person_name.strip(), look_again_on=look_again_on, by=by, at=at, **own
    )
    open_seat(plan, agency=agency, why=OWNS, by=by, at=at)
    after = {
        "words": action.words,
        "agency": str(agency),
        "person_name": action.person_name,
        "due_on": str(due_on),
    }
    _note(plan, "action.added", {}, after, by=by, at=at, action=action)
    return action


@transaction.atomic
def take_in_action(
    *, need: Need, words: str, agency: Agency, person_name: str, due_on: date, by: Staff, at: datetime
) -> PlanAction:
    """Take something into a plan as it was agreed before there was one: with its day, though that may be over by now.

    Raises PermissionDenied; NotWhole where agreement is missing.

    Source: docs/rules.md, "Actions of a plan", "Agreement to a plan".
    """
    require(policy.may_keep(by, need.plan))
    plan = hold(need.plan)
    must_be_agreed(plan)
    action = PlanAction.objects.create(
        hub_id=plan.hub_id, plan=plan, need=need, words=words, agency=agency, person_name=person_name, due_on=due_on,
        look_again_on=max(due_on, localdate(at)), by=by, at=at,
    )  # fmt: skip
    open_seat(plan, agency=agency, why=OWNS, by=by, at=at)
    after = {"words": words, "agency": str(agency), "person_name": person_name, "due_on": str(due_on)}
    _note(plan, "action.added", {}, after, by=by, at=at, action=action)
    return action


@transaction.atomic
def carry_over(*, action: PlanAction, version: int, to_on: date, why: str, by: Staff, at: datetime) -> None:
    """Carry what is not done over to another day, between two looks at the plan, and say why.

    version: of the row as the page showed it.  Raises PermissionDenied, NotWhole, or ChangedMeanwhile.

    Source: docs/rules.md, "Actions of a plan".
    """
    require(policy.may_keep(by, action.plan))
    plan = hold(action.plan)
    if not action.is_open:
        raise NotWhole("Only what is still to be done is carried over.")
    if to_on < localdate(at):
        raise NotWhole("The day to which it is carried over is today or later.", place="due_on")
    if not why.strip():
        raise NotWhole("Say why it was not done.", place="words")
    before, after = change(action, version, {"due_on": to_on, "look_again_on": to_on})
    if after:
        after["why"] = why.strip()
    _note(plan, "action.carried", before, after, by=by, at=at, action=action)


@transaction.atomic
def change_action(
    *,
    action: PlanAction,
    version: int,
    words: str,
    agency: Agency,
    person_name: str,
    due_on: date,
    look_again_on: date,
    by: Staff,
    at: datetime,
) -> None:
    """Change what will be done, by whom or by when.

    Raises PermissionDenied, NotWhole, or ChangedMeanwhile.

    Source: docs/rules.md, "Actions of a plan".
    """
    require(policy.may_keep(by, action.plan))
    plan = hold(action.plan)
    _is_an_action(
        plan, words=words, agency=agency, person_name=person_name, due_on=due_on, look_again_on=look_again_on
    )
    said = {
        "words": words.strip(), "agency": agency, "person_name": person_name.strip(), "due_on": due_on,
        "look_again_on": look_again_on,
    }  # fmt: skip
    before, after = change(action, version, said)
    if "agency" in after:
        open_seat(plan, agency=agency, why=OWNS, by=by, at=at)
    _note(plan, "action.changed", before, after, by=by, at=at, action=action)


@transaction.atomic
def say_progress(
    *,
    action: PlanAction,
    version: int,
    status: str,
    difference: str,
    difference_by: str,
    by: Staff,
    at: datetime,
) -> None:
    """Say where an action stands, what difference it made, and who says so.

    What is done, or did not work, needs a word on the difference; nobody ends an action without one.

    Raises PermissionDenied, NotWhole, or ChangedMeanwhile.

    Source: docs/rules.md, "Actions of a plan".
    """
    require(policy.may_progress(by, action))
    plan = hold(action.plan)
    if status not in Status.values:
        raise NotWhole("Say where it stands.")
    if status not in OPEN and not difference.strip():
        raise NotWhole("Say what difference it made, or why it made none.", place="difference")
    if difference.strip() and not difference_by.strip():
        raise NotWhole("Say who says so: the child, a parent, a worker.", place="difference_by")
    said = {"status": status, "difference": difference.strip(), "difference_by": difference_by.strip()}
    before, after = change(action, version, said)
    _note(plan, "action.progress", before, after, by=by, at=at, action=action)


def _is_an_action(
    plan: Plan, *, words: str, agency: Agency, person_name: str, due_on: date, look_again_on: date
) -> None:
    """Refuse what nobody owns or nobody could do.  Raises NotWhole."""
    if not words.strip() or not person_name.strip():
        raise NotWhole("Say what will be done, and who will do it.")
    for place, said in (("words", words), ("person_name", person_name)):
        vague = what_is_vague(said, vague_words())
        if vague:
            raise NotWhole(VAGUE.format(said=said.strip(), vague=vague), place=place)
    if not agencies_in(plan.hub_id).filter(pk=agency.pk).exists():
        raise NotWhole("Choose an agency of this hub.", place="agency")
    if look_again_on < plan.started_on or due_on < plan.started_on:
        place = "due_on" if due_on < plan.started_on else "look_again_on"
        raise NotWhole("Both days lie after the plan’s first day.", place=place)


def _note(
    plan: Plan,
    what: str,
    before: dict[str, str],
    after: dict[str, str],
    *,
    by: Staff,
    at: datetime,
    **thing: Any,
) -> None:
    """Keep what changed and write a line; where nothing changed there is none."""
    if not after:
        return
    Change.objects.create(
        hub_id=plan.hub_id, plan=plan, what=what, before=before, after=after, by=by, at=at, **thing
    )
    record(f"plan.{what}", about=plan, at=at, hub_id=plan.hub_id, detail={"fields": sorted(after)})
