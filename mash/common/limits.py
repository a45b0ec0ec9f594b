"""How often something may be asked for from one place: counted by every process together, under a hash alone."""

import hashlib

from django.core.cache import cache


def is_within(what: str, whence: str, *, most: int, seconds: int) -> bool:
    """Count one more `what` from `whence`, and tell whether there were at most `most` since the first of them.

    seconds: after the first, counting begins anew.  What is answered with 400 or above is not counted: it did nothing.

    Source: docs/rules.md, "Public referrers".
    """
    key = "limit:" + hashlib.sha256(f"{what}|{whence}".encode()).hexdigest()
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ended between the two
        return True
