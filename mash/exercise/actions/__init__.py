"""What is done with exercises.  Every door calls these."""

from mash.exercise.actions.disposing import dispose
from mash.exercise.actions.giving import give, give_due, put_in
from mash.exercise.actions.keeping import save, save_part, take_in
from mash.exercise.actions.observing import mark_seen, note, record_attendance, score
from mash.exercise.actions.refusals import NotWhole, Overtaken
from mash.exercise.actions.running import begin, begin_again, close_places, end, open_places, seat, turn

__all__ = [
    "NotWhole", "Overtaken", "begin", "begin_again", "close_places", "dispose", "end", "give", "give_due", "mark_seen",
    "note", "open_places", "put_in", "record_attendance", "save", "save_part", "score", "seat", "take_in", "turn",
]  # fmt: skip
