"""What the desk's own pages read: the worklist and a case."""

from mash.desk.queries.asked import open_line
from mash.desk.queries.case import find, outbox, replies, was_added, with_reference
from mash.desk.queries.filters import MINE, NOBODY, UNBORN, UNRATED, Wanted
from mash.desk.queries.listing import PAGE, Counts, chosen, colleague, page_of, whole_list, workers, worklist
from mash.desk.queries.rows import Row, rows_of

__all__ = [
    "MINE",
    "NOBODY",
    "PAGE",
    "UNBORN",
    "UNRATED",
    "Counts",
    "Row",
    "Wanted",
    "chosen",
    "colleague",
    "find",
    "open_line",
    "outbox",
    "page_of",
    "replies",
    "rows_of",
    "was_added",
    "whole_list",
    "with_reference",
    "workers",
    "worklist",
]
