"""An accepted case goes into the service's own system once, and that system's case number comes back."""

import json
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from mash.common.verdict import Verdict, require
from mash.contact.actions import hold_key
from mash.handover import policy
from mash.handover.actions.refusals import NotWhole
from mash.handover.composing import digest_of, read_body
from mash.handover.content import number_shape
from mash.handover.models import CaseNumber, Export, Pack, Through, Word, WordKind
from mash.ledger.actions import record
from mash.partnership.models import Staff

FORMAT = "openmash.export/1"
ONE_CASE = "case_number_on_one_case_unless_said"


class ExportedAlready(Exception):
    """It has been exported: `export`, the last of them.  To do it again takes a reason."""

    def __init__(self, export: Export) -> None:
        said = f"{export.by.account.name} exported this on {export.at:%-d %B %Y}, {export.get_through_display()}."
        super().__init__(f"{said} Say why it is needed again.")
        self.export = export


class OnAnotherCase(Exception):
    """The number is on another hand-over of this hub; to use it for both takes a reason."""


@transaction.atomic
def export(*, pack: Pack, through: Through, why: str = "", by: Staff, at: datetime) -> tuple[Export, str]:
    """Take an accepted case out for the service's system; return the export and its JSON.

    why: needed from the second time on; "" for the first, which is the only one without.

    Raises PermissionDenied, NotWhole while nobody has accepted, and ExportedAlready.

    Source: docs/rules.md, "Exported once".
    """
    require(policy.may_read(by, pack))
    hold_key(pack.contact_id)
    word = _accepted(pack)
    last = Export.objects.filter(pack=pack).select_related("by__account").order_by("-number").first()
    if last and not why.strip():
        raise ExportedAlready(last)
    number = last.number + 1 if last else 1
    body = json.dumps(_whole(pack, word, number, at), ensure_ascii=False, indent=2, sort_keys=True)
    made = Export(
        hub_id=pack.hub_id,
        pack=pack,
        number=number,
        through=through,
        why=why.strip() if last else "",
        digest=digest_of(body),
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    detail = {
        "contact": str(pack.contact_id),
        "number": number,
        "through": str(through),
        "digest": made.digest,
    }
    record("hand_over.exported", about=pack, at=at, hub_id=pack.hub_id, why=made.why, detail=detail)
    return made, body


def _accepted(pack: Pack) -> Word:
    word = Word.objects.filter(pack=pack, kind=WordKind.ACCEPTED).select_related("by__account").first()
    if word is None:
        raise NotWhole("Only what the service has accepted goes into its system.")
    return word


def _whole(pack: Pack, word: Word, number: int, at: datetime) -> dict[str, Any]:
    """Return an export as docs/hand-over-export.schema.json describes it."""
    return {
        "format": FORMAT,
        "reference": pack.reference,
        "export": {"number": number, "at": at.isoformat()},
        "accepted": {
            "at": word.at.isoformat(),
            "by": word.by.account.name,
            "worker": word.worker_name,
            "team": word.team,
            "from_on": word.from_on.isoformat() if word.from_on else None,
        },
        "pack": dict(read_body(pack.body)),
        "pack_digest": pack.digest,
    }


@transaction.atomic
def record_number(
    *, pack: Pack, number: str, through: Through, same_case_because: str = "", by: Staff, at: datetime
) -> tuple[CaseNumber, bool]:
    """Keep under which number the service's system holds the case; return it, and whether it is new.

    The same number again changes nothing; another one takes its place, and both stay on record.
    same_case_because: why the number is on another case of this hub too.

    Raises PermissionDenied, NotWhole for a number that does not look like one of theirs, and OnAnotherCase.

    Source: docs/rules.md, "The number that comes back".
    """
    require(_may_number(by, pack))
    hold_key(pack.agency_id)  # of one agency one number at a time, whichever case it is for
    _accepted(pack)
    given, shape = number.strip(), number_shape(pack.agency.kind)
    if not shape.fits(given):
        raise NotWhole(f"This is not how their case numbers look: {shape.says}.")
    newest = CaseNumber.objects.filter(pack=pack).order_by("-at", "-pk").first()
    if newest and newest.number == given:
        return newest, False
    others = CaseNumber.objects.filter(hub=pack.hub_id, agency=pack.agency_id, number=given).exclude(
        pack=pack
    )
    other = others.select_related("pack").order_by("-at").first()
    if other and not same_case_because.strip():
        raise OnAnotherCase(f"{given} is the number of {other.pack.who}, {other.pack.reference}, already.")
    made = CaseNumber(
        hub_id=pack.hub_id,
        pack=pack,
        agency_id=pack.agency_id,
        number=given,
        same_case_because=same_case_because.strip() if other else "",
        through=through,
        by=by,
        at=at,
    )
    _keep(made)
    detail = {"contact": str(pack.contact_id), "through": str(through)}
    record(
        "hand_over.numbered", about=pack, at=at, hub_id=pack.hub_id, why=made.same_case_because, detail=detail
    )
    return made, True


def _may_number(staff: Staff, pack: Pack) -> Verdict:
    """Test whether somebody gives a case number: the service, or a worker of the hub whom it told."""
    theirs = policy.may_read(staff, pack)
    return theirs if theirs or not staff.works_at_the_desk else policy.may_answer_at_hub(staff, pack)


def _keep(made: CaseNumber) -> None:
    """Write a number; where a case that this post may not see has it, say no more than that."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if ONE_CASE not in str(error):
            raise
        raise OnAnotherCase(f"{made.number} is the number of another case of this hub already.") from error
