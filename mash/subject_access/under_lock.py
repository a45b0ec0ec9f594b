"""The unit's passes and the finished answers, so that they can be wrapped anew under another key."""

from typing import Any

from mash.common.under_lock import UnderLock, keeps
from mash.subject_access.models import Output, UnitPass
from mash.subject_access.sealed_part import PURPOSE, place_of


def _part(what: str, model: Any, part: str, body: str) -> UnderLock:
    return UnderLock(
        what,
        model,
        PURPOSE,
        agency=lambda row: row.hub_id,
        bound_to=lambda row: place_of(row.pk, row.request_id, part),
        nonce="nonce" if body == "body" else f"{body}_nonce",
        body=body,
    )


def register() -> None:
    """Say what lies under lock here."""
    keeps(
        _part("the unit’s passes of requests", UnitPass, "pass", "body"),
        _part("pages that answer requests", Output, "html", "html"),
        _part("PDFs that answer requests", Output, "pdf", "pdf"),
    )
