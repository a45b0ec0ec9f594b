"""What pages and programs ask of exercises."""

from mash.exercise.queries.keeping import (
    exercises,
    find_to_write,
    find_version,
    latest_of,
    read,
    runs_of,
    versions,
)
from mash.exercise.queries.playing import feed, my_seat, stands
from mash.exercise.queries.running import (
    board,
    doings_of,
    find_group,
    find_run,
    latest_scores,
    moved,
    notes_of,
    past_and_present,
    people,
    post_here,
    seats_of,
    standing,
    to_dispose_of,
    turns_of,
    whose_clock_goes,
)

__all__ = [
    "board", "doings_of", "exercises", "feed", "find_group", "find_run", "find_to_write", "find_version",
    "latest_of", "latest_scores", "moved", "my_seat", "notes_of", "past_and_present", "people", "post_here",
    "read", "runs_of", "seats_of", "standing", "stands", "to_dispose_of", "turns_of", "versions",
    "whose_clock_goes",
]  # fmt: skip
