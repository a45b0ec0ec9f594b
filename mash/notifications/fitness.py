"""Whether e-mails leave safely, and lead somewhere."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, register

from mash.common.fitness import FIT, NOWHERE, THIS_MACHINE, look_at, unsafe
from mash.notifications.notify import NotSent, keys_of

SMTP = "django.core.mail.backends.smtp.EmailBackend"
NOTIFY = "mash.notifications.notify.EmailBackend"


@register(FIT, deploy=True)
def sending(**_: Any) -> Sequence[CheckMessage]:
    """Look at the way e-mails leave: encrypted, with keys that fit, and with an address that they lead to."""
    found: list[CheckMessage] = []
    if settings.EMAIL_BACKEND == NOTIFY:
        found += _notify()
    if (
        settings.EMAIL_BACKEND == SMTP
        and not settings.EMAIL_USE_TLS
        and settings.EMAIL_HOST not in THIS_MACHINE
    ):
        words = "E-mails go to their server without encryption"
        words += ", with its password in the open." if settings.EMAIL_HOST_PASSWORD else "."
        found.append(unsafe(words, "080", do="Set MASH_EMAIL_TLS=1."))
    if settings.EMAIL_BACKEND not in NOWHERE and not _is_whole(settings.MASH_ADDRESS):
        do = "Set MASH_ADDRESS to the whole address of this installation, beginning with https://."
        found.append(look_at("E-mails do not say where to sign in.", "081", do=do))
    return found


def _notify() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    try:
        keys_of(settings.MASH_NOTIFY_KEY)
    except NotSent as why:
        found.append(
            unsafe(f"{why}.", "082", do="Make a key at Notify, and set MASH_NOTIFY_KEY to the whole of it.")
        )
    if not settings.MASH_NOTIFY_TEMPLATE:
        do = "Set MASH_NOTIFY_TEMPLATE to the key of a template of ((subject)) and ((body))."
        found.append(unsafe("GOV.UK Notify has no template to send by.", "083", do=do))
    if urlsplit(settings.MASH_NOTIFY_URL).scheme != "https":
        do = "Take MASH_NOTIFY_URL out of the environment, or begin it with https://."
        found.append(unsafe("GOV.UK Notify would be reached without encryption.", "084", do=do))
    return found


def _is_whole(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.netloc)
