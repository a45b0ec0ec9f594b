"""What happens in the sealed room.  Nothing in it is ever changed: what is new stands beside what was there."""

from mash.sealed.actions.agreeing import answer_release, give_second_word, rule_on_veto
from mash.sealed.actions.holding import Barred, Changed, NotReady, WrongState
from mash.sealed.actions.receiving import print_release, see_release
from mash.sealed.actions.releasing import Proposed, begin_release, propose, recall
from mash.sealed.actions.rewrapping import CannotBeRead, left, next_left, rewrap, strange
from mash.sealed.actions.sealing import (
    NotEnough,
    NotForThisSystem,
    NotYours,
    Resealed,
    WrongGrading,
    end_subject,
    renew_marks,
    reseal,
    seal,
    seal_address,
    seal_subject,
)

__all__ = [
    "Barred",
    "CannotBeRead",
    "Changed",
    "NotEnough",
    "NotForThisSystem",
    "NotReady",
    "NotYours",
    "Proposed",
    "Resealed",
    "WrongGrading",
    "WrongState",
    "answer_release",
    "begin_release",
    "end_subject",
    "give_second_word",
    "left",
    "next_left",
    "print_release",
    "propose",
    "recall",
    "renew_marks",
    "reseal",
    "rewrap",
    "rule_on_veto",
    "seal",
    "seal_address",
    "seal_subject",
    "see_release",
    "strange",
]
