"""Why something is not done, in the worker's words."""


class NotWhole(Exception):
    """Something is still to be said or done first; the message says what.

    place: the name of the one field that is to be mended; "" where it is more than one.
    """

    def __init__(self, message: str, *, place: str = "") -> None:
        super().__init__(message)
        self.place = place


class ChangedMeanwhile(Exception):
    """Somebody changed something after this page was opened; nothing was overwritten."""

    place = ""
