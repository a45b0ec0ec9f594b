"""Posts that nobody uses: noting that one was taken, stopping those that are not, and letting one work again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Greatest

from mash.ledger.actions import record
from mash.partnership.models import Account, Dormant, Duty, Hub, PostTaken, Staff, Woken
from mash.partnership.queries import lasting, stopped

IN_THE_HUB, ELSEWHERE = timedelta(days=30), timedelta(days=400)
ANSWERS_ALONE = {Duty.ANSWER}


def note_taken(*, post: Staff, through: str = "", at: datetime) -> None:
    """Note that somebody signed in and took their post.

    through: the provider of the agency they signed in through; "" for a local sign-in.

    Source: docs/rules.md, "Posts that nobody uses".
    """
    PostTaken.objects.bulk_create([PostTaken(staff=post, at=at)])
    record("post.taken", about=post, at=at, detail={"through": through})


def works_elsewhere(post: Staff) -> bool:
    """Tell whether somebody only answers when they are asked, or refers: a school, a practice.

    Source: docs/rules.md, "Posts that nobody uses".
    """
    return set(post.duties) <= ANSWERS_ALONE


@transaction.atomic
def stop_what_nobody_uses(*, hub: Hub, at: datetime) -> list[Dormant]:
    """Stop the posts of a hub that nobody took for so long: 30 days, or 400 of those who only answer or refer.

    The last administrator of a hub is left.  For a listed service; safe to repeat.

    Source: docs/rules.md, "Posts that nobody uses".
    """
    awake = Staff.objects.filter(lasting(at), ~stopped(), hub=hub).annotate(
        used=Max("taken__at"), last=Greatest("from_at", Max("taken__at"), Max("dormant__woken__at"))
    )
    posts = list(awake.order_by("last", "pk"))
    administrators = [one.pk for one in posts if Duty.ADMINISTER in one.duties]
    found = []
    for post in posts:
        if at - post.last <= (ELSEWHERE if works_elsewhere(post) else IN_THE_HUB):
            continue
        if administrators == [post.pk]:
            continue
        administrators = [one for one in administrators if one != post.pk]
        found.append(
            Dormant(hub=hub, staff=post, last_used_at=post.used, owner_ends=works_elsewhere(post), from_at=at)
        )
    Dormant.objects.bulk_create(found)
    for one in found:
        record("post.stopped", about=one.staff, at=at, hub_id=hub.pk, why="nobody used it")
    return found


@transaction.atomic
def wake(*, dormant: Dormant, account: Account, why: str, at: datetime) -> None:
    """Let a post work again: its owner, where they only answer or refer, or whoever sets up the hub, for another.

    Row-level security refuses anybody else.  The same again changes nothing.

    Source: docs/rules.md, "Posts that nobody uses".
    """
    Woken.objects.bulk_create(
        [Woken(hub_id=dormant.hub_id, dormant=dormant, account=account, why=why, at=at)],
        ignore_conflicts=True,
    )
    record("post.woken", about=dormant.staff, at=at, hub_id=dormant.hub_id, why=why)
