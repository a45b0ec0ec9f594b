"""Keys by which an agency's system asks in the name of a post: signed, so that none is kept.  No rows."""

import uuid

from django.core import signing
from django.http import HttpRequest

SALT = "partnership.system_key"
BEARER = "Bearer "


def signed_key(*, key: uuid.UUID, post: uuid.UUID) -> str:
    """Return the words that a system shows with each question."""
    return signing.dumps({"key": str(key), "post": str(post)}, salt=SALT)


def shown_key(request: HttpRequest) -> tuple[str, str] | None:
    """Return the key and the post that a request shows; None where it shows none of ours.

    Whether the key still counts is asked of its row, in the name of that post.
    """
    shown = request.headers.get("Authorization", "")
    if not shown.startswith(BEARER):
        return None
    try:
        said = signing.loads(shown.removeprefix(BEARER).strip(), salt=SALT)
    except signing.BadSignature:
        return None
    return said["key"], said["post"]
