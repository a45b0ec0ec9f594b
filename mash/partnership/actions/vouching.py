"""Opening an account on its agency's word: whose it is is settled once, and another person never opens it."""

import uuid
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from mash.ledger.actions import record
from mash.partnership.actions import queue_email
from mash.partnership.models import Account, Hub
from mash.partnership.providers import Provider
from mash.partnership.queries import signing_in

NO_ACCOUNT = "no_account_for_this_agency"
OTHER_ADDRESS = "another_address_than_the_account"
OTHER_PERSON = "another_person_than_before"
OUTSIDE = "address_outside_the_agency"
INVITATION = (
    "You have an account of {hub}.  Open {page} and choose {agency}: you sign in there as you do every day, and have "
    "no password here.  Your agency must know you by this address, {email}."
)


class NotTheirs(Exception):
    """No account is opened for whom the provider vouches.

    why: the ledger's word.  account: the one that was nearly opened.
    """

    def __init__(self, why: str, account: Account | None = None) -> None:
        super().__init__(why)
        self.why, self.account = why, account


@transaction.atomic
def recognise(*, provider: Provider, key: str, email: str, at: datetime) -> Account:
    """Return the account of whom a provider vouches for; the first time it is settled that it is theirs.

    key: stands for issuer and subject.  email: verified there.  Acts as the service `front_door`.

    Raises NotTheirs: a hub made no such account for this agency, or it is another's.

    Source: docs/rules.md, "Sign-in".
    """
    if not provider.may_vouch_for(email):
        raise NotTheirs(OUTSIDE)
    named = Account.objects.filter(email__iexact=email).first()
    found = signing_in.vouched_before(provider, key) or named
    if found is None:
        raise NotTheirs(NO_ACCOUNT)
    # Lock, so that two people who come at once for the first time are not both the one it belongs to.
    account = Account.objects.select_for_update().get(pk=found.pk)
    if not signing_in.posts_at(provider, account, at):
        raise NotTheirs(NO_ACCOUNT, account)
    if account.email.lower() != email.lower():
        raise NotTheirs(OTHER_ADDRESS, account)
    if signing_in.vouched_before(provider, key) is None:
        if signing_in.has_somebody(provider, account):
            raise NotTheirs(OTHER_PERSON, account)
        SocialAccount(provider=provider.id, uid=key, user=account).save(force_insert=True)
        note("account.agency_settled", provider, account, at=at)
    return account


def note(
    event: str,
    provider: Provider,
    account: Account | None,
    *,
    at: datetime,
    why: str = "",
    because: str = "",
) -> None:
    """Write about signing in through an agency into the record: of each hub where the account works for it.

    because: what in particular was wrong with an answer.
    """
    posts = signing_in.posts_at(provider, account, at) if account else []
    hubs: list[uuid.UUID | None] = [*sorted({post.hub_id for post in posts})]
    about = account or f"partnership.provider:{provider.id}"
    for hub in hubs or [None]:
        detail = {"provider": provider.id} | ({"because": because} if because else {})
        record(event, about=about, at=at, hub_id=hub, why=why, detail=detail)


@transaction.atomic
def settle_anew(*, provider: Provider, account: Account, hub: Hub, why: str, at: datetime) -> bool:
    """Forget which person of a provider an account belongs to, and end its sessions; tell whether one was known.

    The next of them with its address opens it, for good.  Acts as the service `setup`.

    Source: docs/rules.md, "Sign-in".
    """
    # Deleting as Django does would look for its tokens first, in a table that nobody may read.
    gone = SocialAccount.objects.filter(provider=provider.id, user=account)._raw_delete("default")
    if gone:
        Account.objects.filter(pk=account.pk).update(signed_out_at=at)
        detail = {"provider": provider.id}
        record("account.agency_forgotten", about=account, at=at, hub_id=hub.pk, why=why, detail=detail)
    return bool(gone)


def invite(*, account: Account, hub: Hub, provider: Provider, page: str, at: datetime) -> None:
    """Tell somebody who has a post that they sign in through their agency.  page: the whole address of signing in."""
    body = INVITATION.format(hub=hub.name, page=page, agency=provider.agency, email=account.email)
    queue_email(hub_id=hub.pk, to=account.email, subject="Your account", body=body, at=at)
    record("account.invited", about=account, at=at, hub_id=hub.pk, detail={"provider": provider.id})
