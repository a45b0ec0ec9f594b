"""What happens at triage.  Each function is one thing that a worker does; only these write."""

from mash.triage.actions.adults import NotAnAdult, NotSaid, record_capacity, record_test, record_wishes
from mash.triage.actions.agreeing import (
    AnswersForAnother,
    GroundIncomplete,
    NothingSaid,
    adopt_from_message,
    approve_ground,
    record_agreement,
    record_agreements,
    record_ground,
    record_grounds,
    refuse_ground,
    withdraw_agreement,
)
from mash.triage.actions.keeping_time import load_targets, recount, set_target, stand
from mash.triage.actions.linking import AlreadyElsewhere, link_event, not_one_event, unlink_event
from mash.triage.actions.once import ChangedMeanwhile
from mash.triage.actions.rating import (
    DangerNotAnswered,
    NewsIncomplete,
    NotThatWay,
    ReasonMissing,
    rate,
)
from mash.triage.actions.screening import screen
from mash.triage.actions.sending import (
    NotForReturn,
    NotInForce,
    NotRated,
    TooLongAway,
    propose_route,
    record_basis,
    return_for_agreement,
    take_back,
)
from mash.triage.actions.working import (
    HeldByAnother,
    acknowledge,
    hold,
    let_go,
    let_go_of_all,
    own,
    take_next,
)
from mash.triage.actions.writing import chase_writing

__all__ = [
    "AlreadyElsewhere",
    "AnswersForAnother",
    "ChangedMeanwhile",
    "DangerNotAnswered",
    "GroundIncomplete",
    "HeldByAnother",
    "NewsIncomplete",
    "NotAnAdult",
    "NotForReturn",
    "NotInForce",
    "NotRated",
    "NotSaid",
    "NotThatWay",
    "NothingSaid",
    "ReasonMissing",
    "TooLongAway",
    "acknowledge",
    "adopt_from_message",
    "approve_ground",
    "chase_writing",
    "hold",
    "let_go",
    "let_go_of_all",
    "link_event",
    "load_targets",
    "not_one_event",
    "own",
    "propose_route",
    "rate",
    "record_agreement",
    "record_agreements",
    "record_basis",
    "record_capacity",
    "record_ground",
    "record_grounds",
    "record_test",
    "record_wishes",
    "recount",
    "refuse_ground",
    "return_for_agreement",
    "screen",
    "set_target",
    "stand",
    "take_back",
    "take_next",
    "unlink_event",
    "withdraw_agreement",
]
