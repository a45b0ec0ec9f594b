"""Saving what was typed: by a button, or by script two seconds after typing stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from mash.ledger.actions import record
from mash.referral import queries
from mash.referral.keeping import sealed_answers
from mash.referral.models import Draft

LONGEST_PAGE = 400_000  # characters
BETWEEN_LINES = timedelta(minutes=5)  # the ledger has one line for what is saved in a stretch of typing


class ChangedElsewhere(Exception):
    """The page was changed on another screen since this one was opened.  at: when."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__("changed on another screen")


class TooLong(Exception):
    """More was typed on one page than any form needs."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page is typed on: which screen it is, and the version of the page that it had opened.

    field: typed in last.  closes: a button was pressed, so whatever this screen sends later comes too late.
    """

    editor: str
    version: int
    field: str = ""
    closes: bool = False


@transaction.atomic
def keep_page(
    *, draft: Draft, page: str, said: Mapping[str, list[str]], screen: Screen, at: datetime
) -> None:
    """Keep what was typed on a page, whether or not it can be sent like that.

    One screen saves as often as it likes; of two, the later one is told.  The same again changes nothing.

    Raises Draft.DoesNotExist once it is sent or not whoever acts', ChangedElsewhere, TooLong.

    Source: docs/rules.md, "Drafts of a referral".
    """
    if sum(len(value) for values in said.values() for value in values) > LONGEST_PAGE:
        raise TooLong
    held = queries.hold(draft.pk)
    kept = held.answers.get(page)
    goes_on = kept is not None and kept["editor"] == screen.editor
    if kept and not goes_on and kept["version"] != screen.version:
        if kept["said"] == said:
            return
        raise ChangedElsewhere(held.saved_at)
    if kept is None or at - held.saved_at > BETWEEN_LINES:
        record("draft.saved", about=held, at=at, hub_id=held.hub_id, detail={"page": page})
    part = {
        "said": dict(said),
        "editor": "" if screen.closes else screen.editor,
        "version": (kept["version"] if kept else 0) + (screen.closes or not goes_on),
        "field": "" if screen.closes else screen.field,
    }
    held.nonce, held.body = sealed_answers({**held.answers, page: part}, held)
    held.saved_at = at
    held.save(update_fields=["nonce", "body", "saved_at"])
