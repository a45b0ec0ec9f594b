"""What is read for returns: what goes into one, and what a worker sees of them."""

from mash.returns.queries.gathering import Period, gather
from mash.returns.queries.pages import (
    file_of,
    find,
    hub_of,
    last_authority,
    may_open,
    on_a_record,
    page_of,
    problems_of,
    taken_in,
    taken_of,
)

__all__ = [
    "Period",
    "file_of",
    "find",
    "gather",
    "hub_of",
    "last_authority",
    "may_open",
    "on_a_record",
    "page_of",
    "problems_of",
    "taken_in",
    "taken_of",
]
