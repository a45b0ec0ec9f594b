"""Whether a session was begun through an agency's own sign-in, and which."""

from dataclasses import asdict, dataclass

from django.http import HttpRequest

from mash.partnership.models import Account

KEPT = "through"


@dataclass(frozen=True, slots=True)
class Through:
    """An agency's word for who somebody is, as their session keeps it: no token, and nothing of what one said.

    second_factor: the provider asked for two factors.
    sign_out: where its own session is ended; "" if it names no place for that.
    """

    account: str
    provider: str
    second_factor: bool
    sign_out: str = ""


def keep(request: HttpRequest, through: Through) -> None:
    """Keep in the session through whom somebody signs in."""
    request.session[KEPT] = asdict(through)


def forget(request: HttpRequest) -> None:
    """Let the session be one of a local sign-in."""
    request.session.pop(KEPT, None)


def of(request: HttpRequest, account: Account) -> Through | None:
    """Return through whom this account signed in; None for a local sign-in."""
    kept = request.session.get(KEPT)
    found = Through(**kept) if kept else None
    return found if found and found.account == str(account.pk) else None
