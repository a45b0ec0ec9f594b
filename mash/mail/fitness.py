"""Whether the mailboxes are said as they must be, and answer."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register

from mash.common.fitness import ALIVE, FIT, look_at, unsafe
from mash.mail import boxes


@register(FIT, deploy=True)
def mailboxes(**_: Any) -> Sequence[CheckMessage]:
    """Look at how each mailbox is said: encrypted, and with a password that stands apart."""
    try:
        boxes.read(settings.MASH_MAIL, settings.MASH_MAIL_PASSWORDS)
    except boxes.NotSet as why:
        do = "Set it as docs/operations.md says under “E-mail intake”."
        return [unsafe(f"{why}.", "090", do=do)]
    return []


@register(ALIVE, deploy=True)
def answering(**_: Any) -> Sequence[CheckMessage]:
    """Look at whether each mailbox opens."""
    found: list[CheckMessage] = []
    try:
        known = boxes.read(settings.MASH_MAIL, settings.MASH_MAIL_PASSWORDS)
    except boxes.NotSet:
        return []  # said already
    for box in known:
        try:
            with boxes.opened(box):
                pass
        except boxes.NotRead as why:
            do = "Look at the mail server, the account and its password; until then e-mail stays in the mailbox."
            found.append(look_at(f"A mailbox is not read: {why}.", "091", do=do))
    return found
