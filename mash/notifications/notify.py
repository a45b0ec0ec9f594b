"""GOV.UK Notify as the way e-mails leave: set MASH_EMAIL_BACKEND to `mash.notifications.notify.EmailBackend`.

One template of the hub's own account there holds nothing but ((subject)) and ((body)).  One request an e-mail, signed
as Notify's API asks; whatever goes wrong is an `OSError`, and the outbox tries again.
"""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import jwt
import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

PATH = "/v2/notifications/email"
CREATED = 201
KEY = 36  # letters of a key in an API key: its name, the key of the service and the secret, parted by hyphens
NO_CALENDAR = "\n\nThis e-mail carries no calendar entry.  Take it from the page after signing in."


class NotSent(OSError):
    """Notify did not take an e-mail.  Says the status and Notify's own word for it; never to whom it was."""


class EmailBackend(BaseEmailBackend):
    """Hands each e-mail to Notify."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.service, self.secret = keys_of(settings.MASH_NOTIFY_KEY)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send e-mails; return how many.  Raises NotSent, or what `requests` raises where nobody answers."""
        sent = 0
        for message in email_messages:
            body = message.body + (NO_CALENDAR if getattr(message, "alternatives", []) else "")
            for address in message.to:
                self._post(address, str(message.subject), str(body))
            sent += 1
        return sent

    def _post(self, to: str, subject: str, body: str) -> None:
        token = jwt.encode({"iss": self.service, "iat": int(time.time())}, self.secret, algorithm="HS256")
        answer = requests.post(
            settings.MASH_NOTIFY_URL.rstrip("/") + PATH,
            json={
                "email_address": to,
                "template_id": settings.MASH_NOTIFY_TEMPLATE,
                "personalisation": {"subject": subject, "body": body},
            },
            headers={"Authorization": f"Bearer {token}"},
            timeout=settings.EMAIL_TIMEOUT,
            allow_redirects=False,
        )
        if answer.status_code != CREATED:
            raise NotSent(f"Notify answered {answer.status_code} {_word(answer)}".rstrip())


def keys_of(key: str) -> tuple[str, str]:
    """Return the key of the service and the secret in an API key.  Raises NotSent where it is none."""
    service, secret = key[-(2 * KEY + 1) : -(KEY + 1)], key[-KEY:]
    try:
        UUID(service), UUID(secret)
    except ValueError as why:
        raise NotSent("MASH_NOTIFY_KEY is no API key of GOV.UK Notify") from why
    return service, secret


def _word(answer: requests.Response) -> str:
    try:
        return str(answer.json()["errors"][0]["error"])
    except (ValueError, KeyError, IndexError, TypeError):
        return ""
