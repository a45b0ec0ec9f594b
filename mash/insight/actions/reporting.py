"""A report of one quarter is made for a partnership, and what was made, by whom and why is kept.

Source: docs/rules.md, "Report to the partnership".
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.document import Cover, Part, document, printed_by
from mash.common.pdf import document_to_pdf
from mash.common.verdict import require
from mash.insight import policy, reporting
from mash.insight.content import sources
from mash.insight.days import Period
from mash.insight.measures import MEASURES
from mash.insight.models import Report, Span
from mash.insight.queries import figures, leaving
from mash.ledger.actions import record
from mash.partnership.models import Staff


class NotWhole(Exception):
    """Something that was said does not do.  places: field to why."""

    def __init__(self, places: dict[str, str]) -> None:
        super().__init__("; ".join(places.values()))
        self.places = places


def written(period: Period, *, why: str, by: Staff, at: datetime) -> tuple[Cover, list[Part]]:
    """Return the report of a quarter, with small numbers left out.

    Raises PermissionDenied, and NotWhole naming fields.

    Source: docs/rules.md, "Report to the partnership", "Small numbers".
    """
    require(policy.may_share(by))
    today, as_of = localdate(at), _as_of(by)
    if period.span != Span.QUARTER or period.ends >= today:
        raise NotWhole({"quarter": "Choose a quarter that is over"})
    if not why.strip():
        raise NotWhole({"why": "Say whom it is for, and why"})
    found = leaving.leaving(by, MEASURES, period, today)
    return reporting.report(
        hub=by.hub.name,
        period=period,
        as_of=as_of,
        why=why.strip(),
        printed=printed_by(str(by.account.name), at),
        sections=[
            reporting.Section(
                meaning=one.meaning,
                source=sources()[one.meaning.source],
                by=one.measure.by,
                quarters=one.quarters,
                places=one.places,
                wards=one.wards,
                took=_took(by, one, period),
            )
            for one in found
        ],
    )


def _took(by: Staff, one: leaving.Leaving, period: Period) -> reporting.Took | None:
    if not one.measure.lengths:
        return None
    length = figures.lengths(by, one.measure, [period]).get((period.begins, ""))
    return reporting.Took(length.n, length.median_working, length.ninetieth_working) if length else None


def _as_of(by: Staff) -> datetime:
    found = figures.as_of(by)
    if found is None:
        raise NotWhole({"quarter": "Nothing has been counted yet: try again in five minutes"})
    return found


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was made.  pdf: empty where this machine makes none, and its parts are printed from a page."""

    report: Report
    cover: Cover
    parts: list[Part]
    pdf: bytes


@transaction.atomic
def make_report(*, key: uuid.UUID, period: Period, why: str, by: Staff, at: datetime) -> Made:
    """Make the report of a quarter, and keep which bytes went out, for whom and why.

    The hash is of the PDF or, on a machine that makes none, of the page that is printed.  The same key again makes it
    once more and keeps the first.

    Raises PermissionDenied, and NotWhole naming fields.

    Source: docs/rules.md, "Report to the partnership".
    """
    cover, parts = written(period, why=why, by=by, at=at)
    html = document(cover, parts, contents=True)
    pdf = document_to_pdf(html)
    body = pdf or html.encode()
    digest = hashlib.sha256(body).hexdigest()
    made, is_new = Report.objects.get_or_create(
        key=key,
        defaults={
            "hub": by.hub,
            "begins": period.begins,
            "as_of": _as_of(by),
            "why": why.strip(),
            "sha256": digest,
            "size": len(body),
            "by": by,
            "at": at,
        },
    )
    said = {"quarter": period.code, "sha256": digest, "again": not is_new, "form": "pdf" if pdf else "page"}
    record("insight.report_made", about=made, at=at, hub_id=by.hub_id, why=made.why, detail=said)
    return Made(made, cover, parts, pdf)
