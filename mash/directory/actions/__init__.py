"""What can happen in the directory.  Each function is one thing a worker or a program does; only these write."""

from mash.directory.actions.chasing import chase
from mash.directory.actions.editing import (
    AlreadyWaiting,
    Answered,
    Changed,
    approve,
    confirm,
    link,
    propose,
    turn_down,
)
from mash.directory.actions.importing import Intake, Outcome, take_in
from mash.directory.actions.indexing import index_afresh
from mash.directory.actions.naming import end_named, name_somebody

__all__ = [
    "AlreadyWaiting",
    "Answered",
    "Changed",
    "Intake",
    "Outcome",
    "approve",
    "chase",
    "confirm",
    "end_named",
    "index_afresh",
    "link",
    "name_somebody",
    "propose",
    "take_in",
    "turn_down",
]
