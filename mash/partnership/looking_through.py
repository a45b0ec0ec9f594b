"""When the posts of an agency are looked through, and by whom.  Pure.

Source: docs/rules.md, "Posts are looked through".
"""

from datetime import datetime, timedelta

from mash.partnership.models import Staff

EVERY = timedelta(days=92)
AT_ONCE = timedelta(days=14)  # how long before its day a post is shown


def next_look(post: Staff, last: datetime | None) -> datetime:
    """Return by when a post is looked at again.  last: when it was said last that it is needed."""
    return max(post.from_at, last or post.from_at) + EVERY
