"""What is read of what harm comes back to.  Every page's function starts from the worker who asks."""

from mash.harm.queries.counted import hubs, newest_counting
from mash.harm.queries.hotspots import CSV_COLUMNS, csv_lines, hotspots, newest_map, newest_postcodes
from mash.harm.queries.patterns import (
    appearing,
    find_member,
    find_pattern,
    groups,
    groups_that_count,
    not_counted,
    people_by_key,
)
from mash.harm.queries.reducing import Stands, agencies, find_reduction, reductions
from mash.harm.queries.things import (
    Thing,
    begins,
    counts_of,
    events_of,
    find,
    named_with,
    open_with,
    taken_up,
    touches_of,
    week_of,
    work_with,
)
from mash.harm.queries.times import week_of_hub
from mash.harm.queries.watched import (
    Seen,
    due_for_lapse,
    find_watch,
    may_be_told,
    newly_touched,
    to_tell,
    watched,
)

__all__ = [
    "CSV_COLUMNS",
    "Seen",
    "Stands",
    "Thing",
    "agencies",
    "appearing",
    "begins",
    "counts_of",
    "csv_lines",
    "due_for_lapse",
    "events_of",
    "find",
    "find_member",
    "find_pattern",
    "find_reduction",
    "find_watch",
    "groups",
    "groups_that_count",
    "hotspots",
    "hubs",
    "may_be_told",
    "named_with",
    "newest_counting",
    "newest_map",
    "newest_postcodes",
    "newly_touched",
    "not_counted",
    "open_with",
    "people_by_key",
    "reductions",
    "taken_up",
    "to_tell",
    "touches_of",
    "watched",
    "week_of",
    "week_of_hub",
    "work_with",
]
