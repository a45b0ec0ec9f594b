"""A second factor that its owner lost: one person asks that it be taken off, another confirms it."""

from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.actions import factors
from mash.partnership.models import Account, Hub, Staff
from mash.setup import policy
from mash.setup.actions.log import note
from mash.setup.actions.posts import Answered
from mash.setup.models import LostFactor, Part


class NoSecondFactor(Exception):
    """There is none to take off."""


class AlreadyAsked(Exception):
    """Somebody of this hub asked for it already, and nobody has answered."""


@transaction.atomic
def report_lost_factor(*, post: Staff, why: str, by: Staff, at: datetime) -> LostFactor:
    """Ask that the second factor of whoever holds a post be taken off, because they lost it.  Another confirms it.

    Raises PermissionDenied, NoSecondFactor and AlreadyAsked.

    Source: docs/rules.md, "A lost second factor".
    """
    require(policy.may_ask_to_take_off(by, post, at))
    Hub.objects.select_for_update().get(
        pk=post.hub_id
    )  # two who ask at once are told so, one after the other
    refuse_to_ask(post)
    lost = LostFactor(hub=post.hub, account=post.account, why=why, by=by, at=at)
    lost.save(force_insert=True)
    note(Part.POSTS, f"Asked to take off a lost second factor: {post}", hub=post.hub, by=by, at=at, why=why)
    record("account.factor_said_lost", about=post.account, at=at, hub_id=post.hub_id, why=why)
    return lost


def refuse_to_ask(post: Staff) -> None:
    """Refuse what cannot be asked for now.  Raises NoSecondFactor and AlreadyAsked."""
    if not is_mfa_enabled(post.account):
        raise NoSecondFactor
    if LostFactor.objects.filter(hub=post.hub_id, account=post.account_id, answered_at=None).exists():
        raise AlreadyAsked


@transaction.atomic
def answer_lost_factor(*, lost: LostFactor, confirmed: bool, by: Staff, at: datetime) -> None:
    """Take a lost second factor off, or leave it: somebody other than who asked and than whose it is.

    Raises PermissionDenied, and Answered if it is done already.

    Source: docs/rules.md, "A lost second factor".
    """
    require(policy.may_answer_lost_factor(by, lost))
    done = LostFactor.objects.filter(pk=lost.pk, answered_at=None).update(
        answered_by=by, answered_at=at, confirmed=confirmed
    )
    if not done:
        raise Answered
    account = Account.objects.get(pk=lost.account_id)
    if confirmed:
        factors.take_off(account=account, hub=lost.hub, why=lost.why, at=at)
    else:
        record("account.factor_left", about=account, at=at, hub_id=lost.hub_id)
    what = "Lost second factor taken off" if confirmed else "Turned down: to take off a lost second factor"
    note(Part.POSTS, f"{what}: {account.name}", hub=lost.hub, by=by, at=at, why=lost.why)
