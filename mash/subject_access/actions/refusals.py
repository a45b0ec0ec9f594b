"""Why something is not done, in the worker's words."""

from collections.abc import Sequence


class NotWhole(Exception):
    """Something is still to be done or said first."""


class ChangedMeanwhile(Exception):
    """Somebody saved something after this page was opened."""


class AnotherRoute(Exception):
    """The police and courts ask by another way than a person does."""


class Unsound(Exception):
    """The finished answer does not pass its own check; `complaints` say why, without a word of what was left out."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("The answer did not pass its check: " + "; ".join(complaints) + ".")
        self.complaints = list(complaints)
