"""The answer to "may they?": yes, or no and why."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be done and, if not, why, in words the worker will read."""

    refusal: str = ""

    def __bool__(self) -> bool:
        return not self.refusal


ALLOWED = Verdict()


def require(verdict: Verdict) -> None:
    """Stop here unless allowed.

    Raises PermissionDenied, carrying the reason to the refusal page and the ledger.
    """
    if not verdict:
        raise PermissionDenied(verdict.refusal)
