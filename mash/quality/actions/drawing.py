"""Drawing a round: a sample at random, a copy of each referral without its sender, and who grades it."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality import blinding, content, policy, queries
from mash.quality.actions.refusals import NotWhole
from mash.quality.measures.drawing import EVERYTHING, draw, new_seed, spread
from mash.quality.models import Round, Sampled, Sheet, Spread
from mash.quality.sharing_out import Grader, TooFewGraders, share_out

LARGEST = 60


@transaction.atomic
def draw_round(
    *,
    key: uuid.UUID,
    label: str,
    from_on: date,
    until_on: date,
    size: int,
    spread_over: str,
    graders: Sequence[Staff],
    again: str = "",
    by: Staff,
    at: datetime,
) -> Round:
    """Draw a sample of the referrals of some days, at random, and give each to graders of different agencies.

    The seed is made here, so nobody chooses it; a round is drawn once.  Twice the same form draws one.
    spread_over: the sample is spread over its kinds by how many there are of each.
    again: why some of the days are drawn a second time.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Grading referrals".
    """
    require(policy.may_lead(by))
    made = Round.objects.filter(key=key, hub=by.hub_id).first()
    if made:
        return made
    each = content.rules()["graders_per_referral"]
    wrong = _wrong(
        by,
        label=label,
        from_on=from_on,
        until_on=until_on,
        size=size,
        spread_over=spread_over,
        graders=graders,
        each=each,
        at=at,
    )
    over = [] if wrong else queries.rounds_over(by, from_on, until_on)
    if over and not again.strip():
        wrong["again"] = (
            f"Some of these days are drawn already: {', '.join(one.label for one in over)}. "
            "Choose other days, or say why you draw again"
        )
    if wrong:
        raise NotWhole(wrong)
    frame, excluded = queries.frame_of(by, from_on, until_on, spread_over)
    if not frame:
        raise NotWhole({"from_on": "No referral that may be graded came in these days"})
    strata = Counter(one.stratum for one in frame)
    drawn = draw([(one.key, one.stratum) for one in frame], spread(size, strata), new_seed())
    by_key = {one.key: one.contact_id for one in frame}
    keys = sorted(drawn.all)  # the order of drawing says nothing, and neither shall the place in the round
    contacts = queries.to_copy(by, [by_key[one] for one in keys])
    found = [contacts[by_key[one]] for one in keys]
    given = _shared_out(found, graders, each, drawn.seed)
    round_ = Round(
        hub_id=by.hub_id,
        key=key,
        label=label.strip(),
        from_on=from_on,
        until_on=until_on,
        size=size,
        spread=spread_over,
        each=each,
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
    round_.save(force_insert=True)
    strata_of = {one.key: one.stratum for one in frame}
    for place, (drawn_as, contact) in enumerate(zip(keys, found, strict=True), 1):
        _copy(
            round_,
            place=place,
            drawn_as=drawn_as,
            stratum=strata_of[drawn_as],
            contact=contact,
            graders=given[str(contact.pk)],
            by=by,
        )
    detail = {"seed": drawn.seed, "frame": drawn.frame_hash, "of": drawn.frame_size, "drawn": len(keys)}
    record("quality.drawn", about=round_, at=at, hub_id=by.hub_id, detail=detail)
    return round_


def _wrong(
    by: Staff,
    *,
    label: str,
    from_on: date,
    until_on: date,
    size: int,
    spread_over: str,
    graders: Sequence[Staff],
    each: int,
    at: datetime,
) -> dict[str, str]:
    wrong = {}
    if not label.strip():
        wrong["label"] = "Give the round a name, as “2026, October to December”"
    elif queries.is_label_taken(by, label.strip()):
        wrong["label"] = "There is a round of this name already: a round is drawn once"
    if until_on < from_on:
        wrong["until_on"] = "The last day is before the first"
    elif until_on >= localdate(at):
        wrong["until_on"] = "Draw when the days are over: the last day is before today"
    if not 1 <= size <= LARGEST:
        wrong["size"] = f"From 1 to {LARGEST} referrals"
    if spread_over not in Spread.values:
        wrong["spread_over"] = "Choose what the sample is spread over"
    allowed = {one.pk for one in queries.graders(by, at)}
    if any(one.pk not in allowed for one in graders):
        wrong["graders"] = "Choose people who have the duty to grade"
    elif len({one.agency_id for one in graders}) < each:
        wrong["graders"] = (
            f"Choose graders of at least {each} agencies: each referral has {each}, each from another"
        )
    return wrong


def _shared_out(
    found: Sequence[Contact], graders: Sequence[Staff], each: int, seed: str
) -> dict[str, list[str]]:
    people = {str(one.pk): one for one in graders}
    barred = queries.barred(graders, [one.pk for one in found])
    contacts = {str(one.pk): one for one in found}

    def may(grader: Grader, thing: str) -> bool:
        post, contact = people[grader.key], contacts[thing]
        wrote = post.account.email.casefold() == contact.referrer_email.casefold()
        return not wrote and (post.pk, contact.pk) not in barred and contact.taken_by_id != post.pk

    try:
        return share_out(
            [*contacts],
            [Grader(key, str(one.agency_id)) for key, one in sorted(people.items())],
            each,
            seed,
            may,
        )
    except TooFewGraders:
        words = (
            "These graders are too few: nobody grades what they wrote, and nobody who is kept from a case; "
            f"each referral needs {each} others, each from another agency"
        )
        raise NotWhole({"graders": words}) from None


def _copy(
    round_: Round,
    *,
    place: int,
    drawn_as: str,
    stratum: str,
    contact: Contact,
    graders: Sequence[str],
    by: Staff,
) -> None:
    unit, agency = queries.unit_of(contact), queries.agency_of(by, contact)
    row = Sampled(
        hub_id=round_.hub_id,
        round=round_,
        contact=contact,
        place=place,
        drawn_as=drawn_as,
        stratum=stratum,
        source_kind=contact.source_kind,
        organisation=contact.organisation,
        unit=unit,
        agency=agency,
    )
    row.save(force_insert=True)
    names = [contact.organisation, unit, contact.reference, *([agency.name] if agency else [])]
    Sheet(
        hub_id=round_.hub_id,
        sampled=row,
        round=round_,
        place=place,
        sections=blinding.blinded(contact.message, names),
        urgent=contact.immediate_danger or contact.suggested_rating == "red",
        graders=[uuid.UUID(one) for one in graders],
    ).save(force_insert=True)
