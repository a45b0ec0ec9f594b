"""Passwords of local accounts: a code for the first one or a forgotten one, setting it, and changing it.

A session is bound to the password it began with, so every other session of an account ends when it changes.
"""

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import F

from mash.common.clock import LONDON
from mash.common.references import ALPHABET
from mash.ledger.actions import record
from mash.partnership.actions import queue_email
from mash.partnership.models import Account, Hub, SignInCode, Staff

CODE_LASTS = timedelta(days=7)
CODE_LENGTH = 12
CODES_AN_HOUR = 3
WRONG_TRIES = 5
BODY = (
    "You have an account of {hub}.  To set its password open {page} and give your e-mail address, {email}, and this "
    "code: {code}.  It works once, and until {until}.  Nobody will ever ask you for it: do not pass it on."
)
CHANGED = "The password of your account was changed just now.  If it was not you, tell who sets up your hub at once."


class TooManyCodes(Exception):
    """This account was sent as many codes in the last hour as it may be."""


@transaction.atomic
def new_code(*, account: Account, hub: Hub, by: Staff | None, at: datetime) -> str:
    """Return a new code with which an account sets its password once; the hub's earlier ones for it end.

    Raises TooManyCodes.

    Source: docs/rules.md, "Sign-in".
    """
    earlier = SignInCode.objects.filter(account=account, hub=hub)
    if earlier.filter(sent_at__gt=at - timedelta(hours=1)).count() >= CODES_AN_HOUR:
        raise TooManyCodes
    earlier.filter(used_at=None, expires_at__gt=at).update(expires_at=at)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    row = SignInCode(
        hub=hub,
        account=account,
        code_hash=_hash_of(account.pk, code),
        by=by,
        sent_at=at,
        expires_at=at + CODE_LASTS,
    )
    row.save(force_insert=True)
    record("account.code_made", about=account, at=at, hub_id=hub.pk)
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


@transaction.atomic
def send_code(*, account: Account, hub: Hub, page: str, by: Staff, at: datetime) -> None:
    """Send an account, to its own address, a code to set its password with.  Raises TooManyCodes.

    page: the whole address of the page that takes it.

    Source: docs/rules.md, "Sign-in".
    """
    code = new_code(account=account, hub=hub, by=by, at=at)
    until = (at + CODE_LASTS).astimezone(LONDON)
    body = BODY.format(
        hub=hub.name, page=page, email=account.email, code=code, until=f"{until.day} {until:%B %Y, %H:%M}"
    )
    queue_email(hub_id=hub.pk, to=account.email, subject="Set your password", body=body, at=at, private=True)


@transaction.atomic
def set_password(*, email: str, code: str, password: str, at: datetime) -> Account | None:
    """Set the password of the account that an address and a code belong to; None counts as a wrong try.

    Acts as the service `front_door`; nothing may undo a wrong try, so the page that says "wrong" answers 200.

    Raises ValidationError for a password that is too like the account's own particulars: the code still works.

    Source: docs/rules.md, "Sign-in".
    """
    account = Account.objects.filter(email__iexact=email.strip(), is_active=True).first()
    key = account.pk if account else uuid.uuid4()
    live = SignInCode.objects.filter(
        account_id=key, used_at=None, expires_at__gt=at, wrong_tries__lt=WRONG_TRIES
    )
    known = list(live.select_for_update())  # so that tries made at one moment are counted one by one
    said = _hash_of(key, code)
    fitting = [one for one in known if hmac.compare_digest(one.code_hash, said)]
    if account is None or not fitting:
        live.update(wrong_tries=F("wrong_tries") + 1)
        record("account.code_refused", about=f"partnership.account:{key}", at=at)
        return None
    validate_password(password, account)
    SignInCode.objects.filter(account=account, used_at=None).update(used_at=at)
    _keep(account, password)
    record("account.password_set", about=account, at=at, hub_id=fitting[0].hub_id)
    return account


@transaction.atomic
def change_password(*, account: Account, password: str, hub: Hub | None, at: datetime) -> None:
    """Change the password of whoever is signed in, who has just given the old one.

    hub: of the post that is taken, if any: from there they are told by e-mail.

    Source: docs/rules.md, "Sign-in".
    """
    _keep(account, password)
    if hub:
        queue_email(hub_id=hub.pk, to=account.email, subject="Your password was changed", body=CHANGED, at=at)
    record("account.password_changed", about=account, at=at, hub_id=hub.pk if hub else None)


def _keep(account: Account, password: str) -> None:
    account.set_password(password)
    account.save(update_fields=["password"])


def _hash_of(account_id: uuid.UUID, code: str) -> str:
    """Return the SHA-256 under which an account's code is kept; case, spaces and dashes of the code do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(f"sign-in:{account_id}:{plain}".encode()).hexdigest()


def only_session_from_now(*, account: Account, at: datetime) -> None:
    """End every session that an account has; one that begins after this lasts.

    Source: docs/rules.md, "Sign-in".
    """
    account.signed_out_at = at
    Account.objects.filter(pk=account.pk).update(signed_out_at=at)
