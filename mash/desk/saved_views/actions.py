"""Keeping a narrowed list under a name, and letting it go."""

import re
import uuid
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.common.editions import content_of
from mash.common.lists import Narrowed
from mash.common.verdict import require
from mash.desk.models import SavedView, Watching
from mash.desk.policy import may_change_view, may_keep_a_view, may_watch
from mash.desk.saved_views import queries, watching
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Staff

MOST = 20  # of one worker
MOST_WATCHED = 5
SUBJECT = "New on a view that you watch"
BODY = "Sign in to see what is new under Saved views."
PLAIN_WORDS = re.compile(r"[A-Za-z][A-Za-z ,'’&-]{0,39}")


class NotAName(Exception):
    """The name says something of a person, or is no name; the message says which."""


@transaction.atomic
def keep_view(
    *, of: Narrowed, name: str, query: str, shared: bool, duty: str = "", by: Staff, at: datetime
) -> SavedView:
    """Keep the filters of a list under a name.  The same name again keeps the newer filters.

    query: as it stands in an address; only what is a choice of the list is kept.  name: of letters, and of nobody the
    hub knows.  duty: whom a shared one is for; "" for the whole desk.

    Raises PermissionDenied, NotAName.

    Source: docs/rules.md, "Order of work".
    """
    require(may_keep_a_view(by, of))
    called, query = _a_name(by, name), of.in_one_spelling(query)
    mine = SavedView.objects.filter(staff=by, withdrawn_at=None)
    there = mine.filter(name__iexact=called).first()
    if there and there.of != of.code:
        raise NotAName("A view of another list has this name: choose another")
    if there:
        there.query, there.shared, there.duty = query, shared, duty if shared else ""
        there.save(update_fields=["query", "shared", "duty"])
        return there
    if mine.count() >= MOST:
        raise NotAName(f"You keep {MOST} views already: let one go first")
    made = SavedView.objects.create(
        hub_id=by.hub_id,
        staff=by,
        name=called,
        of=of.code,
        query=query,
        shared=shared,
        duty=duty if shared else "",
        at=at,
    )
    told = {"list": of.code, "shared": shared, "duty": made.duty}
    record("view.kept", about=made, at=at, hub_id=by.hub_id, detail=told)
    return made


@transaction.atomic
def change_view(*, view: SavedView, name: str, shared: bool, duty: str, by: Staff, at: datetime) -> None:
    """Give one's own view another name, or share it with others: the hub's desk, or who has one duty of it.

    Raises PermissionDenied, NotAName.

    Source: docs/rules.md, "Order of work", "Saved views".
    """
    require(may_change_view(by, view))
    called = _a_name(by, name)
    others = SavedView.objects.filter(staff=by, withdrawn_at=None, name__iexact=called).exclude(pk=view.pk)
    if others.exists():
        raise NotAName("Another view of yours has this name")
    view.name, view.shared, view.duty = called, shared, duty if shared else ""
    view.save(update_fields=["name", "shared", "duty"])
    record("view.changed", about=view, at=at, hub_id=by.hub_id, detail={"shared": shared, "duty": view.duty})


def _a_name(by: Staff, name: str) -> str:
    called = " ".join(name.split())
    if not PLAIN_WORDS.fullmatch(called):
        raise NotAName("Use up to 40 letters, without numbers: name it after what it shows")
    if queries.names_somebody(by, called):
        raise NotAName("That is also somebody’s name: name it after what it shows, not after a person")
    return called


class TooMany(Exception):
    """A worker watches as many views as one may; the message says how many."""


@transaction.atomic
def watch(*, view: SavedView, by: Staff, at: datetime) -> None:
    """Be told from now on what comes in that a view of the worklist takes.  The same again changes nothing.

    Raises PermissionDenied, TooMany.

    Source: docs/rules.md, "Saved views".
    """
    require(may_watch(view))
    now = Watching.objects.filter(staff=by, view__withdrawn_at=None)
    if now.filter(view=view).exists():
        return
    if now.count() >= MOST_WATCHED:
        raise TooMany(f"You watch {MOST_WATCHED} views already: stop one first")
    Watching.objects.update_or_create(
        view=view, staff=by, defaults={"hub_id": by.hub_id, "looked_at": at, "told_at": None}
    )
    record("view.watched", about=view, at=at, hub_id=by.hub_id)


@transaction.atomic
def stop_watching(*, view: SavedView, by: Staff, at: datetime) -> None:
    """Be told no more.  Safe to repeat."""
    gone, _ = Watching.objects.filter(view=view, staff=by).delete()
    if gone:
        record("view.not_watched", about=view, at=at, hub_id=by.hub_id)


@transaction.atomic
def look(*, view: SavedView, by: Staff, at: datetime) -> None:
    """Say that a worker looks at a view now: what is received later is new to them."""
    Watching.objects.filter(view=view, staff=by).update(looked_at=at, told_at=None)


@transaction.atomic
def tell_of_new(*, at: datetime) -> int:
    """Tell who watches a view, once until they look, that something new came in that it takes; return how many e-mails.

    The e-mail says nothing but that, and is told of no name, number or filter.  Acts as a listed service.

    Source: docs/rules.md, "Saved views".
    """
    told = 0
    for one in watching.watched_by_all(at):
        with content_of(one.hub_id):
            if not watching.count_new(one, at):
                continue
            notify(
                hub_id=one.hub_id,
                to=one.staff.account.email,
                subject=SUBJECT,
                body=BODY,
                at=at,
                page=reverse("desk:views"),
            )
            Watching.objects.filter(pk=one.pk).update(told_at=at)
            told += 1
    return told


@transaction.atomic
def let_view_go(*, view: uuid.UUID, by: Staff, at: datetime) -> bool:
    """Let one's own view go; return whether it was there."""
    gone = SavedView.objects.filter(pk=view, staff=by, withdrawn_at=None).update(withdrawn_at=at)
    return bool(gone)
