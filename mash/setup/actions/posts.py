"""Who works in a hub, with which duties, from when until when.  Guarded duties need a second person."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.actions import dormancy, make_account, passwords, vouching
from mash.partnership.models import Account, Agency, Dormant, Duty, Hub, Staff, in_words
from mash.partnership.queries import signing_in
from mash.setup import policy
from mash.setup.actions.log import note
from mash.setup.differences import Difference
from mash.setup.models import Grant, Part
from mash.training.queries import records


class LastAdministrator(Exception):
    """Nobody would be left who sets up the hub."""


class NotSignedOff(Exception):
    """A duty needs a path of training first; the message says which."""


class Answered(Exception):
    """Somebody has answered this already."""


class Given(NamedTuple):
    """A new post.

    code_sent: whether a code to set a password with went to the account, which has none yet.
    invited: whether it was told to sign in through its agency.
    """

    post: Staff
    code_sent: bool
    invited: bool = False


def split(duties: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return duties that one person gives, and those that wait for another."""
    chosen = list(duties)
    free = [duty for duty in chosen if duty not in policy.GUARDED]
    return free, [duty for duty in chosen if duty in policy.GUARDED]


@transaction.atomic
def give(
    *,
    hub: Hub,
    email: str,
    name: str,
    agency: Agency,
    title: str,
    duties: Iterable[str],
    from_at: datetime,
    until_at: datetime | None,
    why: str,
    page: str,
    sign_in_page: str,
    by: Staff,
    at: datetime,
) -> Given:
    """Give somebody a post, with an account if they have none; guarded duties wait for a second person.

    The same post again is the one that is there: safe to repeat.
    page, sign_in_page: the whole addresses where a password is set, and of signing in.

    Raises PermissionDenied for a post of one's own, and NotSignedOff.

    Source: docs/rules.md, "Setting up a hub".
    """
    require(policy.may_set_up_hub(by, hub))
    chosen = list(duties)
    free, guarded = split(chosen)
    _refuse_untrained(hub, email, chosen, by)
    account = make_account(email=email, name=name)
    wanted = Staff(
        account=account, hub=hub, agency=agency, title=title, duties=free, from_at=from_at, until_at=until_at
    )
    require(policy.may_change_post(by, wanted))
    known = (
        Staff.objects.filter(account=account, hub=hub, agency=agency, title=title)
        .exclude(until_at__lte=at)
        .first()
    )
    if known:
        return Given(known, code_sent=False)
    wanted.save(force_insert=True)
    differences = [(str(wanted), "no post", f"{agency.name}: {in_words(free)}")]
    note(Part.POSTS, f"Post given: {wanted}", hub=hub, by=by, at=at, why=why, differences=differences)
    record("post.given", about=wanted, at=at, hub_id=hub.pk, why=why, detail={"duties": free})
    _ask_for(wanted, guarded, why=why, by=by, at=at)
    provider = signing_in.provider_of(wanted)
    if provider and signing_in.is_opened_by_its_agency_alone(wanted):
        vouching.invite(account=account, hub=hub, provider=provider, page=sign_in_page, at=at)
        return Given(wanted, code_sent=False, invited=True)
    if account.has_usable_password():
        return Given(wanted, code_sent=False)
    try:
        send_code(post=wanted, page=page, by=by, at=at)
    except passwords.TooManyCodes:  # with another post of the last hour; the newest of them works
        return Given(wanted, code_sent=False)
    return Given(wanted, code_sent=True)


@transaction.atomic
def send_code(*, post: Staff, page: str, by: Staff, at: datetime) -> None:
    """Send whoever holds a post, to their own address, a code to set a password with: their first, or a new one.

    Nobody but them learns it.  Raises PermissionDenied, and TooManyCodes.

    Source: docs/rules.md, "Sign-in", "Setting up a hub".
    """
    require(policy.may_send_code(by, post, at))
    passwords.send_code(account=post.account, hub=post.hub, page=page, by=by, at=at)
    note(Part.POSTS, f"A code to set a password was sent to {post}", hub=post.hub, by=by, at=at)


@transaction.atomic
def change(
    *,
    post: Staff,
    title: str,
    duties: Iterable[str],
    until_at: datetime | None,
    why: str,
    by: Staff,
    at: datetime,
) -> None:
    """Change a post's title, duties and end: what is taken away goes at once, what is guarded waits for another.

    Raises PermissionDenied for one's own post, LastAdministrator and NotSignedOff.

    Source: docs/rules.md, "Setting up a hub".
    """
    require(policy.may_change_post(by, post))
    Hub.objects.select_for_update().get(pk=post.hub_id)
    post = (
        Staff.objects.select_for_update(of=("self",))
        .select_related("account", "hub", "agency")
        .get(pk=post.pk)
    )
    wanted = list(duties)
    new = [duty for duty in wanted if duty not in post.duties]
    _refuse_untrained(post.hub, post.account.email, new, by)
    now = [duty for duty in wanted if duty not in set(split(new)[1])]
    found = what_changes(post, title=title, duties=now, until_at=until_at)
    if Duty.ADMINISTER in post.duties and (Duty.ADMINISTER not in now or until_at):
        _refuse_if_last(post, at)
    if found:
        post.title, post.duties, post.until_at = title, now, until_at
        post.save(update_fields=["title", "duties", "until_at"])
        note(Part.POSTS, f"Post changed: {post}", hub=post.hub, by=by, at=at, why=why, differences=found)
        record("post.changed", about=post, at=at, hub_id=post.hub_id, why=why, detail={"duties": now})
    _ask_for(post, split(new)[1], why=why, by=by, at=at)


@transaction.atomic
def end(*, post: Staff, why: str, by: Staff, at: datetime) -> None:
    """End a post now: its next request is refused.  Safe to repeat."""
    if post.until_at is None or post.until_at > at:
        change(post=post, title=post.title, duties=post.duties, until_at=at, why=why, by=by, at=at)


@transaction.atomic
def answer(*, grant: Grant, confirmed: bool, by: Staff, at: datetime) -> None:
    """Confirm guarded duties, or turn them down: somebody other than who asked and than who gets them.

    Raises Answered if it is done already, and NotSignedOff.

    Source: docs/rules.md, "Setting up a hub".
    """
    require(policy.may_answer_grant(by, grant))
    post = (
        Staff.objects.select_for_update(of=("self",)).select_related("account", "hub").get(pk=grant.post_id)
    )
    if confirmed:
        _refuse_untrained(post.hub, post.account.email, grant.duties, by)
    done = Grant.objects.filter(pk=grant.pk, answered_at=None).update(
        answered_by=by, answered_at=at, confirmed=confirmed
    )
    if not done:
        raise Answered
    before, asked = in_words(post.duties), in_words(grant.duties)
    if confirmed:
        post.duties = [*post.duties, *(duty for duty in grant.duties if duty not in post.duties)]
        post.save(update_fields=["duties"])
    what = f"{'Confirmed' if confirmed else 'Turned down'} for {post}: {asked}"
    found = [("Duties", before, in_words(post.duties))] if confirmed else []
    note(Part.POSTS, what, hub=post.hub, by=by, at=at, why=grant.why, differences=found)
    record("post.duties_answered", about=post, at=at, hub_id=post.hub_id, detail={"confirmed": confirmed})


def what_changes(
    post: Staff, *, title: str, duties: Iterable[str], until_at: datetime | None
) -> list[Difference]:
    """Return what would be different about a post."""
    before = (post.title, in_words(post.duties), _end(post.until_at))
    after = (title, in_words(duties), _end(until_at))
    found = zip(("Title", "Duties", "Until"), before, after, strict=True)
    return [(name, was, is_) for name, was, is_ in found if was != is_]


def _refuse_untrained(hub: Hub, email: str, duties: Iterable[str], by: Staff) -> None:
    """Refuse duties that need a path of training for which somebody is not signed off, where the hub says so.

    Nobody learns in a hub that practises for another.

    Raises NotSignedOff.

    Source: docs/rules.md, "Duties that need a path".
    """
    if hub.pk != by.hub_id:
        return
    account = Account.objects.filter(email__iexact=email.strip()).first()
    lacking = records.lacking(hub, account.pk if account else None, duties)
    if lacking:
        raise NotSignedOff(". ".join(lacking))


def _ask_for(post: Staff, guarded: list[str], *, why: str, by: Staff, at: datetime) -> None:
    if not guarded or Grant.objects.filter(post=post, answered_at=None).exists():
        return
    Grant.objects.bulk_create([Grant(hub_id=post.hub_id, post=post, duties=guarded, why=why, by=by, at=at)])
    what = f"Asked for {post}: {in_words(guarded)}"
    note(Part.POSTS, what, hub=post.hub, by=by, at=at, why=why)


@transaction.atomic
def wake_post(*, dormant: Dormant, why: str, by: Staff, at: datetime) -> None:
    """Let a post work again that stopped because nobody used it.

    Raises PermissionDenied for one's own post.

    Source: docs/rules.md, "Posts that nobody uses".
    """
    require(policy.may_change_post(by, dormant.staff))
    dormancy.wake(dormant=dormant, account=by.account, why=why, at=at)
    note(Part.POSTS, f"Post works again: {dormant.staff}", hub=by.hub, by=by, at=at, why=why)


@transaction.atomic
def end_sessions(*, post: Staff, why: str, by: Staff, at: datetime) -> None:
    """Sign whoever holds a post out everywhere, in other hubs too.  What they typed is kept; they may sign in again.

    Raises PermissionDenied for one's own post.

    Source: docs/rules.md, "Sign-in".
    """
    require(policy.may_change_post(by, post))
    passwords.only_session_from_now(account=post.account, at=at)
    record("account.sessions_ended", about=post.account, at=at, hub_id=post.hub_id, why=why)
    note(Part.POSTS, f"Signed out everywhere: {post}", hub=by.hub, by=by, at=at, why=why)


def _refuse_if_last(post: Staff, at: datetime) -> None:
    """Refuse to take the last administrator of a hub away.  Raises LastAdministrator."""
    others = Staff.objects.filter(
        hub=post.hub_id, duties__contains=[Duty.ADMINISTER], until_at=None, from_at__lte=at
    )
    if not others.exclude(account=post.account_id).filter(account__is_active=True).exists():
        raise LastAdministrator


def _end(until_at: datetime | None) -> str:
    return f"{until_at:%d %B %Y, %H:%M} UTC" if until_at else "no end"
