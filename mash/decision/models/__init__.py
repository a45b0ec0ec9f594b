"""What is decided on a contact, who agreed and who was told; strategy discussions; letters to a family."""

from mash.decision.models.decisions import (
    Approval,
    ApprovalKind,
    Decision,
    Dissent,
    Outcome,
    Reopening,
    Strategy,
    Told,
    WhyReopened,
    Without,
)
from mash.decision.models.disagreeing import DissentEnd, DissentStage, DissentWord, Ending, WordKind
from mash.decision.models.handing import Accepted, PassedBack
from mash.decision.models.letters import (
    Clearing,
    Given,
    GivenHow,
    Letter,
    LetterPassed,
    LetterState,
    LetterVersion,
    LetterWords,
    SafeMethod,
)
from mash.decision.models.schools import SchoolNotice, SchoolNoticeCalled, SchoolNoticeSeen
from mash.decision.models.signposts import Signpost

__all__ = [
    "Accepted",
    "Approval",
    "ApprovalKind",
    "Clearing",
    "Decision",
    "Dissent",
    "DissentEnd",
    "DissentStage",
    "DissentWord",
    "Ending",
    "Given",
    "GivenHow",
    "Letter",
    "LetterPassed",
    "LetterState",
    "LetterVersion",
    "LetterWords",
    "Outcome",
    "PassedBack",
    "Reopening",
    "SafeMethod",
    "SchoolNotice",
    "SchoolNoticeCalled",
    "SchoolNoticeSeen",
    "Signpost",
    "Strategy",
    "Told",
    "WhyReopened",
    "Without",
    "WordKind",
]
