"""Saving what was typed: by a button, or by script two seconds after typing stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mash.drafts.merging import Values, digests
from mash.ledger.actions import record
from mash.referral import queries
from mash.referral.keeping import sealed_answers
from mash.referral.merging import WHOLE, Base, merged
from mash.referral.models import Draft

LONGEST_PAGE = 400_000  # characters
BETWEEN_LINES = timedelta(minutes=5)  # the ledger has one line for what is saved in a stretch of typing
SCREENS = 6  # of one page whose last words are known


class ChangedElsewhere(Exception):
    """The page was changed on another screen since this one was opened.

    at: when.  both: what was typed here, with what only the other screen changed.
    """

    def __init__(self, at: datetime, both: Mapping[str, list[str]]) -> None:
        self.at, self.both = at, both
        super().__init__("changed on another screen")


class TooLong(Exception):
    """More was typed on one page than any form needs."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page is typed on: which screen it is, and the version of the page that it had opened.

    shown: the digest of each field as it was opened; None where that is not known.
    field: typed in last.  closes: a button was pressed, so whatever this screen sends later comes too late.
    """

    editor: str
    version: int
    shown: Mapping[str, str] | None = None
    field: str = ""
    closes: bool = False


@transaction.atomic
def keep_page(
    *, draft: Draft, page: str, said: Mapping[str, list[str]], screen: Screen, at: datetime
) -> bool:
    """Keep what was typed on a page, whether or not it can be sent like that; tell whether another screen's is in it.

    One screen saves as often as it likes.  Of two, each keeps what only it changed; where both changed one field the
    later one is told.  The same again changes nothing.

    Raises Draft.DoesNotExist once it is sent or not whoever acts', ChangedElsewhere, TooLong.

    Source: docs/rules.md, "Drafts of a referral".
    """
    if sum(len(value) for values in said.values() for value in values) > LONGEST_PAGE:
        raise TooLong
    held = queries.hold(draft.pk)
    kept = held.answers.get(page)
    goes_on = kept is not None and kept["editor"] == screen.editor
    base = _base(page, kept, screen)
    both, clash = dict(said), bool(kept and not goes_on and kept["version"] != screen.version)
    if kept and base:
        both, clash = merged(base, kept["said"], said)
    if kept and clash:
        if kept["said"] == said:
            return False
        raise ChangedElsewhere(held.saved_at, both)
    if kept is None or at - held.saved_at > BETWEEN_LINES:
        record("draft.saved", about=held, at=at, hub_id=held.hub_id, detail={"page": page})
    part = {
        "said": both,
        "editor": "" if screen.closes else screen.editor,
        "version": (kept["version"] if kept else 0) + (screen.closes or not goes_on),
        "field": "" if screen.closes else screen.field,
        "screens": _screens(kept, screen, said, both),
    }
    held.nonce, held.body = sealed_answers({**held.answers, page: part}, held)
    held.saved_at = at
    held.save(update_fields=["nonce", "body", "saved_at"])
    return digests(both) != digests(said)


def _base(page: str, kept: Mapping[str, Any] | None, screen: Screen) -> Base | None:
    """Return what a screen goes on from: what it saved last, or else what it opened; None once it is closed."""
    known = (kept or {}).get("screens", {})
    if page in WHOLE or screen.shown is None or (screen.editor in known and known[screen.editor] is None):
        return None
    return Base(*known.get(screen.editor, (screen.shown, screen.shown)))


def _screens(kept: Mapping[str, Any] | None, screen: Screen, said: Values, both: Values) -> dict[str, Any]:
    """Return what the newest screens showed last and what was kept then; None of one that is closed."""
    others = {name: one for name, one in (kept or {}).get("screens", {}).items() if name != screen.editor}
    newest = dict(list(others.items())[1 - SCREENS :])
    return newest | {screen.editor: None if screen.closes else [digests(said), digests(both)]}
