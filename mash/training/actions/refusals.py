"""Why something is not done, in the worker's words."""


class NotWhole(Exception):
    """Something is still to be said or done first; the message says what.  place: the field that is to be mended."""

    def __init__(self, message: str, *, place: str = "") -> None:
        super().__init__(message)
        self.place = place
