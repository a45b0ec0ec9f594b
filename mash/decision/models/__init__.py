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
from mash.decision.models.schools import SchoolNotice, SchoolNoticeSeen

__all__ = [
    "Accepted",
    "Approval",
    "ApprovalKind",
    "Clearing",
    "Decision",
    "Dissent",
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
    "SchoolNoticeSeen",
    "Strategy",
    "Told",
    "WhyReopened",
    "Without",
]
