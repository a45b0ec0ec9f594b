"""A dip sample: drawn at random, shared out, reviewed, and closed; and telling the hub of a risk that it found."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality import policy, queries
from mash.quality.actions.refusals import NotWhole, WrongState
from mash.quality.content.dips import asked, dip_content
from mash.quality.measures.drawing import EVERYTHING, draw, new_seed, spread
from mash.quality.models import Dip, DipCard, Dipped, HubTold, Incident, Review, Strata
from mash.quality.queries import dips
from mash.quality.sharing_out import Grader, share_out

LARGEST_DIP = 200


@transaction.atomic
def draw_dip(
    *,
    key: uuid.UUID,
    label: str,
    from_on: date,
    until_on: date,
    kinds: Sequence[str],
    size: int,
    spread_over: str,
    reviewers: Sequence[Staff],
    again: str = "",
    by: Staff,
    at: datetime,
) -> Dip:
    """Draw a sample of the incidents of some days, at random, and share it out among reviewers, by chance and evenly.

    The seed is made here, so nobody chooses it.  No incident is drawn twice.  Twice the same form draws one.
    kinds: types of incident; none for all.  again: why some of the days are drawn a second time.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Dip samples".
    """
    require(policy.may_lead(by))
    made = Dip.objects.filter(key=key, hub=by.hub_id).first()
    if made:
        return made
    wrong = _wrong(
        by, label=label, from_on=from_on, until_on=until_on, size=size, spread_over=spread_over, at=at
    )
    allowed = {one.pk for one in queries.graders(by, at)}
    if not reviewers or any(one.pk not in allowed for one in reviewers):
        wrong["reviewers"] = "Choose people who have the duty to grade"
    over = [] if wrong else dips.dips_over(by, from_on, until_on)
    if over and not again.strip():
        wrong["again"] = (
            f"Some of these days are drawn already: {', '.join(one.label for one in over)}. "
            "Choose other days, or say why you draw again"
        )
    if wrong:
        raise NotWhole(wrong)
    frame, excluded = dips.dip_frame(by, from_on, until_on, kinds, spread_over)
    if not frame:
        raise NotWhole({"from_on": "No incident of these days and types is here that was not drawn before"})
    if len(frame) > dips.LARGEST_FRAME:
        raise NotWhole(
            {"until_on": f"More than {dips.LARGEST_FRAME:,} incidents: choose fewer days or types"}
        )
    strata = Counter(one.stratum for one in frame)
    drawn = draw([(one.key, one.stratum) for one in frame], spread(size, strata), new_seed())
    keys = sorted(drawn.all)
    dip = Dip(
        hub_id=by.hub_id,
        key=key,
        label=label.strip(),
        from_on=from_on,
        until_on=until_on,
        kinds=sorted(kinds),
        size=size,
        spread=spread_over,
        method=drawn.method,
        seed=drawn.seed,
        frame_hash=drawn.frame_hash,
        frame_size=drawn.frame_size,
        frame=[[one.key, one.stratum] for one in frame],
        asked=dict(drawn.asked),
        drawn=drawn.all,
        shortfall={EVERYTHING: size - len(keys)} if len(keys) < size else {},
        excluded=excluded,
        again=again.strip() if over else "",
        by=by,
        at=at,
    )
    dip.save(force_insert=True)
    by_key = {one.key: one for one in frame}
    found = dips.incidents_to_copy(by, [by_key[one].incident_id for one in keys])
    people = {str(one.pk): one for one in reviewers}
    given = share_out(
        keys, [Grader(one, str(person.agency_id)) for one, person in sorted(people.items())], 1, drawn.seed,
        lambda _, __: True,
    )  # fmt: skip
    for place, one in enumerate(keys, 1):
        incident, stratum = found[by_key[one].incident_id], by_key[one].stratum
        _card(dip, incident, place=place, drawn_as=one, stratum=stratum, reviewer=people[given[one][0]])
    detail = {"seed": drawn.seed, "frame": drawn.frame_hash, "of": drawn.frame_size, "drawn": len(keys)}
    record("quality.dip_drawn", about=dip, at=at, hub_id=by.hub_id, detail=detail)
    return dip


def _wrong(
    by: Staff, *, label: str, from_on: date, until_on: date, size: int, spread_over: str, at: datetime
) -> dict[str, str]:
    wrong = {}
    if not label.strip():
        wrong["label"] = "Give the sample a name, as “2026, September and October”"
    elif dips.is_dip_label_taken(by, label.strip()):
        wrong["label"] = "There is a sample of this name already: a sample is drawn once"
    if until_on < from_on:
        wrong["until_on"] = "The last day is before the first"
    elif until_on >= localdate(at):
        wrong["until_on"] = "Draw when the days are over: the last day is before today"
    if not 1 <= size <= LARGEST_DIP:
        wrong["size"] = f"From 1 to {LARGEST_DIP} incidents"
    if spread_over not in Strata.values:
        wrong["spread_over"] = "Choose what the sample is spread over"
    return wrong


def _card(dip: Dip, incident: Incident, *, place: int, drawn_as: str, stratum: str, reviewer: Staff) -> None:
    row = Dipped(
        hub_id=dip.hub_id, dip=dip, incident=incident, place=place, drawn_as=drawn_as, stratum=stratum
    )
    row.save(force_insert=True)
    DipCard(
        hub_id=dip.hub_id,
        dipped=row,
        dip=dip,
        place=place,
        reference=incident.reference,
        occurred_at=incident.occurred_at,
        kind=incident.kind,
        child_present=incident.child_present,
        form_submitted=incident.form_submitted,
        submitted_at=incident.submitted_at,
        reviewer=reviewer,
    ).save(force_insert=True)


@transaction.atomic
def review_incident(
    *, card: DipCard, key: uuid.UUID, said: Mapping[str, str], words: str, by: Staff, at: datetime
) -> Review:
    """Keep what a reviewer found of an incident, once.  An answer to what is not asked after the others is let go.

    Raises PermissionDenied, NotWhole, or WrongState where it was reviewed before.

    Source: docs/rules.md, "Dip samples".
    """
    card.dip = Dip.objects.select_for_update().get(pk=card.dip_id)
    require(policy.may_review(by, card))
    made = Review.objects.filter(card=card).first()
    if made and made.key == key:
        return made
    if made:
        raise WrongState("You have reviewed this incident already. Your first word stands.")
    questions = asked(said)
    answers = {one.id: said.get(one.id, "") for one in questions}
    wrong = {
        one.id: f"Answer: {one.text}"
        for one in questions
        if answers[one.id] not in {each.id for each in one.choices}
    }
    if answers.get("form_required") == "unclear" and not words.strip():
        wrong["words"] = "Say what the record lacks"
    if wrong:
        raise NotWhole(wrong)
    submitted = answers["form_submitted"] == "yes"
    review = Review(
        hub_id=card.hub_id,
        card=card,
        key=key,
        version=dip_content().version,
        said=answers,
        required={"required": True, "not_required": False}.get(answers["form_required"]),
        submitted=submitted,
        in_time=answers["form_in_time"] == "yes" if submitted else None,
        at_risk=answers["risk_today"] == "yes",
        words=words.strip(),
        by=by,
        at=at,
    )
    review.save(force_insert=True)
    detail = {"dip": str(card.dip_id), "at_risk": review.at_risk}
    record("quality.incident_reviewed", about=card, at=at, hub_id=card.hub_id, detail=detail)
    return review


@transaction.atomic
def say_hub_was_told(*, card: DipCard, how: str, reference: str, by: Staff, at: datetime) -> HubTold:
    """Write down that the hub was told of somebody at risk: how, and under which reference.  Twice keeps one.

    Raises PermissionDenied, NotWhole, or WrongState where no risk was found.

    Source: docs/rules.md, "Dip samples".
    """
    if not policy.may_lead(by):
        require(policy.may_review(by, card))
    Dip.objects.select_for_update().get(pk=card.dip_id, hub=by.hub_id)
    review = Review.objects.filter(card=card, hub=by.hub_id).first()
    if review is None or not review.at_risk:
        raise WrongState("Nobody was found to be at risk here.")
    made = HubTold.objects.filter(review=review).first()
    if made:
        return made
    if not how.strip():
        raise NotWhole({"how": "Say how the hub was told, and whom you spoke with"})
    told = HubTold(
        hub_id=by.hub_id, review=review, how=how.strip(), reference=reference.strip().upper(), by=by, at=at
    )
    told.save(force_insert=True)
    record("quality.hub_told", about=card, at=at, hub_id=by.hub_id)
    return told


@transaction.atomic
def give_card(*, card: DipCard, to: Staff, by: Staff, at: datetime) -> None:
    """Give an incident to another reviewer, where nobody has reviewed it.

    Raises PermissionDenied, NotWhole, WrongState.
    """
    require(policy.may_lead(by))
    dip = Dip.objects.select_for_update().get(pk=card.dip_id, hub=by.hub_id)
    if dip.closed_at or Review.objects.filter(card=card).exists():
        raise WrongState("It is reviewed already, or the sample is closed.")
    if to.pk not in {one.pk for one in queries.graders(by, at)}:
        raise NotWhole({"to": "Choose somebody who has the duty to grade"})
    card.reviewer = to
    card.save(update_fields=["reviewer"])
    record("quality.dip_card_given", about=card, at=at, hub_id=card.hub_id)


@transaction.atomic
def close_dip(*, dip: Dip, left_out: str, by: Staff, at: datetime) -> None:
    """Close a sample: nothing of it is reviewed any more.  What was not reviewed is in no figure, with a reason.

    Raises PermissionDenied, NotWhole also where somebody is at risk and the hub was not told, or WrongState where it
    is closed.
    """
    require(policy.may_lead(by))
    now = Dip.objects.select_for_update().get(pk=dip.pk, hub=by.hub_id)
    if now.closed_at:
        raise WrongState("This sample is closed already.")
    if dips.at_risk_untold(by).filter(dip=now).exists():
        words = "Somebody may be at risk, and nobody has said that the hub was told: say so first"
        raise NotWhole({"untold": words})
    if DipCard.objects.filter(dip=now, review=None).exists() and not left_out.strip():
        raise NotWhole({"left_out": "Say why some are not reviewed"})
    now.closed_at, now.closed_by, now.left_out = at, by, left_out.strip()
    now.save(update_fields=["closed_at", "closed_by", "left_out"])
    record("quality.dip_closed", about=now, at=at, hub_id=now.hub_id)
