"""Long papers: asked for by who said why they print, made by a job, handed over once more looked at, and removed."""

import base64
import hashlib
import json
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from mash.common.jobs import order
from mash.common.pdf import document_to_pdf
from mash.common.verdict import require
from mash.contact.models import Printing
from mash.desk import policy
from mash.desk.long_papers import queries
from mash.desk.long_papers.still_there import lines_of
from mash.desk.long_papers.under_lock import lock_up, open_up
from mash.desk.models import LongPaper, LongPaperFile
from mash.desk.packs import Pack
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Staff

JOB = "mash.desk.jobs.make_long_paper"
KEPT = timedelta(hours=24)
SUBJECT = "Papers of a case are ready"
BODY = "The papers that you asked for are ready.  Sign in to take them: they are kept for a day."


class CannotHandOver(Exception):
    """The file cannot be handed over; the message says why, in the worker's words."""


class NoPaper(Exception):
    """This machine makes no PDF."""


@transaction.atomic
def ask_for(*, said: Printing, address: str, pack: Pack, by: Staff, at: datetime) -> LongPaper:
    """Have papers made, of pages as their asker sees them now.  The same reason for printing asks once.

    address: of the one page that is printed, with its filters; "" for the whole case.
    pack: the pages, drawn in the name of who asks.

    Raises PermissionDenied.

    Source: docs/rules.md, "Long papers".
    """
    require(policy.may_have_made(by, said))
    paper = LongPaper(hub_id=said.hub_id, printing=said, address=address, by=by, at=at)
    LongPaper.objects.bulk_create([paper], ignore_conflicts=True)
    kept = LongPaper.objects.get(printing=said)
    if kept.pk != paper.pk:
        return kept
    _lay_down(paper, {"html": pack.html, "lines": sorted(lines_of(pack.parts))}, sha256="", at=at)
    order(JOB, paper_id=str(paper.pk))
    asked = {"parts": len(pack.parts), "whole": pack.whole}
    record("paper.asked_for", about=said.contact, at=at, hub_id=paper.hub_id, detail=asked)
    return paper


@transaction.atomic
def make(*, paper: LongPaper, by: Staff, at: datetime) -> None:
    """Make the file of papers that were asked for, lay it under lock and tell who asked.  Again changes nothing.

    Raises PermissionDenied, and NoPaper where no PDF can be made.

    Source: docs/rules.md, "Long papers".
    """
    require(policy.may_have_made(by, paper.printing))
    drawn = LongPaperFile.objects.filter(paper=paper, sha256="").first()
    if drawn is None:
        return
    held = json.loads(open_up(drawn))
    body = document_to_pdf(held["html"])
    if not body:
        raise NoPaper
    sha256 = hashlib.sha256(body).hexdigest()
    drawn.delete()
    _lay_down(paper, {"pdf": base64.b64encode(body).decode(), "lines": held["lines"]}, sha256=sha256, at=at)
    case = paper.printing.contact
    record("paper.made", about=case, at=at, hub_id=paper.hub_id, detail={"sha256": sha256})
    notify(
        hub_id=paper.hub_id, to=by.account.email, subject=SUBJECT, body=BODY, at=at,
        page=reverse("desk:long_paper", args=[paper.pk]), contact=case.pk,
    )  # fmt: skip


@transaction.atomic
def fetch(*, paper: LongPaper, now_drawn: Pack | None, by: Staff, at: datetime) -> bytes | None:
    """Hand papers to who asked for them, if every line on them still stands on the pages as that worker sees them.

    now_drawn: the same pages, drawn in their name once more; None where none is open to them.
    None where a line stands there no more, or reads otherwise: the file is removed then.

    Raises PermissionDenied, and CannotHandOver where there is no file, or it is a day old.

    Source: docs/rules.md, "Long papers".
    """
    require(policy.may_have_made(by, paper.printing))
    file, case = queries.file_of(paper, at - KEPT), paper.printing.contact
    if file is None:
        raise CannotHandOver("There is no file any more: it is kept for a day. Print it again.")
    if not file.sha256:
        raise CannotHandOver("It is still being made.")
    held = json.loads(open_up(file))
    if now_drawn is None or not set(held["lines"]) <= lines_of(now_drawn.parts):
        file.delete()
        why = "Not everything on it stands on the pages as its asker sees them now"
        record("paper.closed", about=case, at=at, hub_id=paper.hub_id, why=why)
        return None
    body = base64.b64decode(held["pdf"])
    if hashlib.sha256(body).hexdigest() != file.sha256:
        raise CannotHandOver(
            "The file is not the one that was made, so it is not handed over. Print it again."
        )
    record("paper.fetched", about=case, at=at, hub_id=paper.hub_id, detail={"sha256": file.sha256})
    return body


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Remove what lies under lock of papers a day after it was laid there; return how many.  Acts as a listed service.

    Source: docs/rules.md, "Long papers".
    """
    old = LongPaperFile.objects.filter(at__lte=at - KEPT).select_related("paper").order_by("at", "pk")
    gone = 0
    for file in old:
        record("paper.file_removed", about=file.paper, at=at, hub_id=file.hub_id)
        file.delete()
        gone += 1
    return gone


def _lay_down(paper: LongPaper, held: dict[str, object], *, sha256: str, at: datetime) -> None:
    locked = lock_up(json.dumps(held), paper)
    file = LongPaperFile(
        hub_id=paper.hub_id, paper=paper, sha256=sha256, nonce=bytes(locked.nonce), body=bytes(locked.body), at=at
    )  # fmt: skip
    LongPaperFile.objects.bulk_create([file])
