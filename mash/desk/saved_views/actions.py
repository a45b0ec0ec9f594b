"""Keeping a filtered worklist under a name, and letting it go."""

import re
import uuid
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.desk.models import SavedView
from mash.desk.policy import may_see_the_line
from mash.desk.saved_views import queries
from mash.ledger.actions import record
from mash.partnership.models import Staff

MOST = 20  # of one worker
PLAIN_WORDS = re.compile(r"[A-Za-z][A-Za-z ,'’&-]{0,39}")


class NotAName(Exception):
    """The name says something of a person, or is no name; the message says which."""


@transaction.atomic
def keep_view(*, name: str, query: str, shared: bool, by: Staff, at: datetime) -> SavedView:
    """Keep the filters of a worklist under a name.  The same name again keeps the newer filters.

    query: filters in one spelling, checked by the form: choices only.  name: of letters, and of nobody the hub knows.

    Raises PermissionDenied, NotAName.

    Source: docs/rules.md, "Order of work".
    """
    require(may_see_the_line(by))
    called = " ".join(name.split())
    if not PLAIN_WORDS.fullmatch(called):
        raise NotAName("Use up to 40 letters, without numbers: name it after what it shows")
    if queries.names_somebody(by, called):
        raise NotAName("That is also somebody’s name: name it after what it shows, not after a person")
    mine = SavedView.objects.filter(staff=by, withdrawn_at=None)
    there = mine.filter(name__iexact=called).first()
    if there:
        there.query, there.shared = query, shared
        there.save(update_fields=["query", "shared"])
        return there
    if mine.count() >= MOST:
        raise NotAName(f"You keep {MOST} views already: let one go first")
    made = SavedView.objects.create(
        hub_id=by.hub_id, staff=by, name=called, query=query, shared=shared, at=at
    )
    record("view.kept", about=made, at=at, hub_id=by.hub_id, detail={"shared": shared})
    return made


@transaction.atomic
def let_view_go(*, view: uuid.UUID, by: Staff, at: datetime) -> bool:
    """Let one's own view go; return whether it was there."""
    gone = SavedView.objects.filter(pk=view, staff=by, withdrawn_at=None).update(withdrawn_at=at)
    return bool(gone)
