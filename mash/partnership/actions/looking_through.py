"""Looking through the posts of an agency: each is still needed, or stops at once; and reminding whoever looks."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership import policy
from mash.partnership.actions import notify
from mash.partnership.models import Dormant, Hub, Staff, StillNeeded
from mash.partnership.queries.looking_through import due_in

SUBJECT = "Posts wait to be looked through"
BODY = "{count} posts wait for your word: are they still needed?  Sign in and choose On duty, Posts to look through."


@transaction.atomic
def say_still_needed(*, post: Staff, by: Staff, at: datetime) -> None:
    """Say that somebody still needs their post, with the duties it has.

    Raises PermissionDenied.

    Source: docs/rules.md, "Posts are looked through".
    """
    require(policy.may_look_through(by, post))
    row = StillNeeded(hub_id=post.hub_id, staff=post, duties=post.duties, by=by, at=at)
    StillNeeded.objects.bulk_create([row])
    record("post.still_needed", about=post, at=at, hub_id=post.hub_id)


@transaction.atomic
def say_not_needed(*, post: Staff, why: str, by: Staff, at: datetime) -> None:
    """Stop a post that nobody needs any more; whoever sets up the hub ends it, or lets it work again.

    Raises PermissionDenied.

    Source: docs/rules.md, "Posts are looked through".
    """
    require(policy.may_look_through(by, post))
    row = Dormant(hub_id=post.hub_id, staff=post, owner_ends=False, why=why, from_at=at)
    Dormant.objects.bulk_create([row])
    record("post.stopped", about=post, at=at, hub_id=post.hub_id, why=why)


@transaction.atomic
def remind_of_posts(*, hub: Hub, at: datetime) -> int:
    """Write to whoever looks through posts of a hub that are due; return how many were written to.  For a service."""
    counts: dict[str, int] = {}
    for due in due_in(hub, at):
        for one in due.looked_by:
            counts[one.account.email] = counts.get(one.account.email, 0) + 1
    for address, count in sorted(counts.items()):
        notify(
            hub_id=hub.pk,
            to=address,
            subject=SUBJECT,
            body=BODY.format(count=count),
            at=at,
            page=reverse("rota:look_through"),
        )
    return len(counts)
