"""Why something about a decision cannot be done: said by the page in the worker's words."""

from mash.decision.models import Decision
from mash.partnership.models import Staff


class NotSettled(Exception):
    """Who somebody in the contact is has not been settled; the message names them."""


class AnswersMissing(Exception):
    """Agencies have not answered and the decision does not say it is made without them; the message names them."""


class AlreadyDecided(Exception):
    """Somebody else decided meanwhile: `decision`."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"{decision.by} has decided on this contact.")
        self.decision = decision


class PictureChanged(Exception):
    """Something became known after the page was opened; it must be read before deciding."""


class NotWhole(Exception):
    """What is needed has not all been said; the message says what is missing."""


class NotAgreed(Exception):
    """An outcome needs an agreement that nobody gave, and its override was not said; the message names the people."""


class RatedRedSince(Exception):
    """The contact was rated red after this was decided: it does not stand, and goes back to the decider."""

    def __init__(self) -> None:
        super().__init__("This contact was rated red after it was decided. Send the decision back.")


class AlreadySaid(Exception):
    """Somebody else has given this word on the decision: `by`; or it waits no more."""

    def __init__(self, by: Staff | None) -> None:
        super().__init__(f"{by} has answered for this." if by else "This decision no longer waits.")
        self.by = by
