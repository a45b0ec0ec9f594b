"""Drafting a content, trying it in the practice hub, publishing it, and publishing an earlier version again."""

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from mash.common.editions import Content, forget
from mash.common.verdict import require
from mash.partnership.models import Hub, Staff
from mash.setup import newer, policy
from mash.setup.actions.clocks import order_a_recount
from mash.setup.actions.log import note
from mash.setup.differences import digest
from mash.setup.keeping import refuse_what_is_lost
from mash.setup.models import Compared, Draft, Edition, Part
from mash.setup.queries import contents as queries

Raw = Any


class ChangedMeanwhile(Exception):
    """Somebody saved this draft, or published another, since it was opened."""


class NothingDrafted(Exception):
    """There is no draft, or nothing in it differs from what counts."""


class DraftBegun(Exception):
    """A draft is begun, and an earlier version would take its place: nobody's work is thrown away unasked."""


class NoPracticeHub(Exception):
    """No hub practises for this one."""


@transaction.atomic
def draft(
    *,
    hub: Hub,
    content: Content[Any],
    change: Callable[[Raw], Raw],
    saved: int | None = None,
    by: Staff,
    at: datetime,
) -> Draft:
    """Change the draft of a content, begun from what counts if there is none.  Nobody works by it yet.

    change: makes the new content of the old.  saved: how often the draft had been saved when it was opened.

    Raises ContentError, naming file and place, for a content that could not be published, and ChangedMeanwhile.

    Source: docs/rules.md, "Setting up a hub".
    """
    require(policy.may_set_up_hub(by, hub))
    Hub.objects.select_for_update().get(pk=hub.pk)
    version, in_force = queries.words_in_force(hub, content)
    row = Draft.objects.filter(hub=hub, content=content.name).first()
    if saved is not None and saved != (row.saved if row else 0):
        raise ChangedMeanwhile
    words = change(copy.deepcopy(row.words if row else in_force))
    check(content, in_force, words)
    row = row or Draft(hub=hub, content=content.name, based_on=version)
    row.words, row.saved, row.by, row.at = words, row.saved + 1, by, at
    row.asked_by, row.note = None, ""  # a second look was asked for what it said before
    row.save()
    return row


def check(content: Content[Any], in_force: Raw, words: Raw) -> None:
    """Refuse a content that its own app could not read, or that loses what must stay.  Raises ContentError."""
    content.check(words)
    refuse_what_is_lost(content.name, queries.plain(content.carried()), in_force, words)


@transaction.atomic
def discard(*, hub: Hub, content: Content[Any], saved: int, by: Staff) -> None:
    """Throw a draft away.  Safe to repeat.

    saved: how often it had been saved when it was read.

    Raises ChangedMeanwhile: what somebody has written since is not thrown away unread.
    """
    require(policy.may_set_up_hub(by, hub))
    Hub.objects.select_for_update().get(pk=hub.pk)
    row = Draft.objects.filter(hub=hub, content=content.name).first()
    if row is None:
        return
    if row.saved != saved:
        raise ChangedMeanwhile
    row.delete()


@transaction.atomic
def try_out(*, hub: Hub, content: Content[Any], why: str, by: Staff, at: datetime) -> Edition:
    """Put a draft in force in the hub that practises for this one; here nothing changes.

    Raises NoPracticeHub and NothingDrafted.
    """
    practice = Hub.objects.filter(practises_for=hub).first()
    if practice is None:
        raise NoPracticeHub
    row = Draft.objects.filter(hub=hub, content=content.name).first()
    if row is None:
        raise NothingDrafted
    return _publish(practice, content, row.words, why=why, by=by, at=at)


@transaction.atomic
def publish(
    *, hub: Hub, content: Content[Any], why: str, saved: int, by: Staff, at: datetime
) -> Edition | None:
    """Publish a draft, or ask somebody else to look first if it loosens a rule; None while that waits.

    saved: how often the draft had been saved when its differences were read.

    Raises NothingDrafted, ChangedMeanwhile, and ContentError if it no longer fits what counts.

    Source: docs/rules.md, "Setting up a hub".
    """
    require(policy.may_set_up_hub(by, hub))
    row = _opened(hub, content, saved)
    if queries.loosens(row, content):
        row.asked_by, row.note = by, why
        row.save(update_fields=["asked_by", "note"])
        what = f"{content.title}: a second look is asked for"
        note(Part.CONTENT, what, hub=hub, by=by, at=at, why=why)
        return None
    return _from_draft(row, content, why=why, by=by, second=None, at=at)


@transaction.atomic
def second_look(
    *, hub: Hub, content: Content[Any], agreed: bool, saved: int, by: Staff, at: datetime
) -> Edition | None:
    """Agree that a draft that loosens a rule is published, or send it back to be changed.

    Raises PermissionDenied for whoever asked, NothingDrafted, ChangedMeanwhile and ContentError.

    Source: docs/rules.md, "Setting up a hub".
    """
    row = _opened(hub, content, saved)
    require(policy.may_take_second_look(by, row))
    if row.asked_by is None:
        raise NothingDrafted
    if agreed:
        return _from_draft(row, content, why=row.note, by=row.asked_by, second=by, at=at)
    why = row.note
    row.asked_by, row.note = None, ""
    row.save(update_fields=["asked_by", "note"])
    note(Part.CONTENT, f"{content.title}: sent back after a second look", hub=hub, by=by, at=at, why=why)
    return None


@transaction.atomic
def take_in(*, hub: Hub, content: Content[Any], piece: str, by: Staff, at: datetime) -> Draft:
    """Put one piece of what the product carries into the draft, in the place of the hub's own.

    Raises KeyError for a piece that there is not, and ContentError if the whole does not fit then.

    Source: docs/rules.md, "Setting up a hub".
    """
    in_force, theirs = queries.words_in_force(hub, content)[1], queries.carried(content)
    return draft(
        hub=hub, content=content, change=lambda raw: newer.taken(raw, in_force, theirs, piece), by=by, at=at
    )


@transaction.atomic
def leave_ours(*, hub: Hub, content: Content[Any], by: Staff, at: datetime) -> None:
    """Keep what the hub has, now that it was compared with what the product carries.  Safe to repeat."""
    require(policy.may_set_up_hub(by, hub))
    row = Compared(hub=hub, content=content.name, digest=digest(queries.carried(content)), by=by, at=at)
    if not queries.is_compared(hub, content):
        row.save(force_insert=True)
        what = f"{content.title}: compared with the product, the rest is left as it is here"
        note(Part.CONTENT, what, hub=hub, by=by, at=at)


@transaction.atomic
def bring_back(*, hub: Hub, content: Content[Any], version: int, by: Staff, at: datetime) -> Draft:
    """Draft an earlier version again.  What was added since stays known and is retired; publishing it is a new version.

    Raises Http404 for a version that there is not, and DraftBegun.
    """
    require(policy.may_set_up_hub(by, hub))
    Hub.objects.select_for_update().get(pk=hub.pk)
    if Draft.objects.filter(hub=hub, content=content.name).exists():
        raise DraftBegun
    earlier = queries.words_of_version(hub, content, version)
    _, now = queries.words_in_force(hub, content)
    words = with_what_was_added(earlier, now)
    row = draft(hub=hub, content=content, change=lambda _: words, by=by, at=at)
    row.back_to = version
    row.save(update_fields=["back_to"])
    return row


def with_what_was_added(earlier: Raw, now: Raw) -> Raw:
    """Return an earlier content with every id that was added since: known, and retired where it can be."""
    words = copy.deepcopy(earlier)
    for name, things in now.items():
        if isinstance(things, dict) and isinstance(words.get(name), dict):
            words[name] = with_what_was_added(words[name], things)
        if not isinstance(things, list) or not all(isinstance(one, dict) and "id" in one for one in things):
            continue
        known = {one["id"] for one in words[name]}
        retires = name in {
            "categories",
            "outcomes",
            "sets",
            "templates",
            "contacts",
            "periods",
            "pauses",
            "reasons",
        }
        words[name] += [
            one | ({"retired": True} if retires else {}) for one in things if one["id"] not in known
        ]
    return words


def _opened(hub: Hub, content: Content[Any], saved: int) -> Draft:
    Hub.objects.select_for_update().get(pk=hub.pk)
    row = Draft.objects.filter(hub=hub, content=content.name).select_related("asked_by", "hub").first()
    if row is None:
        raise NothingDrafted
    if row.saved != saved:
        raise ChangedMeanwhile
    return row


def _from_draft(
    row: Draft, content: Content[Any], *, why: str, by: Staff, second: Staff | None, at: datetime
) -> Edition:
    made = _publish(row.hub, content, row.words, why=why, by=by, second=second, back_to=row.back_to, at=at)
    row.delete()
    return made


def _publish(
    hub: Hub,
    content: Content[Any],
    words: Raw,
    *,
    why: str,
    by: Staff,
    second: Staff | None = None,
    back_to: int | None = None,
    at: datetime,
) -> Edition:
    require(policy.may_set_up_hub(by, hub))
    Hub.objects.select_for_update().get(pk=hub.pk)
    before, in_force = queries.words_in_force(hub, content)
    found = queries.differences(in_force, words)
    if not found:
        raise NothingDrafted
    check(content, in_force, words)
    known, theirs = queries.carried_when_compared(hub, content), queries.carried(content)
    left = bool(newer.pieces(content.name, known, words, theirs)) and not queries.is_compared(hub, content)
    made = Edition(
        hub=hub,
        content=content.name,
        version=before + 1,
        words=words | {"version": before + 1},
        carried=known if left else theirs,
        note=why,
        by=by,
        second=second,
        back_to=back_to,
        at=at,
    )
    Edition.objects.bulk_create([made])
    forget()
    again = f" (version {back_to} again)" if back_to else ""
    looked = f"; second look: {second.account.name}" if second else ""
    what = f"{content.title}: version {made.version} published{again}{looked}"
    note(Part.CONTENT, what, hub=hub, by=by, at=at, why=why, differences=found)
    if content.name == "ratings" and hub.pk == by.hub_id:
        order_a_recount(hub)
    return made
