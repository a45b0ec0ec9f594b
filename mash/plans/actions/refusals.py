"""Why something about a plan cannot be done: said by the page in the worker's words."""


class NotWhole(Exception):
    """What is needed has not all been said, or does not hold; the message says what is missing.

    place: the name of the one field that is to be mended; "" where it is more than one.
    """

    def __init__(self, message: str, *, place: str = "") -> None:
        super().__init__(message)
        self.place = place


class ChangedMeanwhile(Exception):
    """Somebody else changed the same words after the page was opened; the message says to look again."""

    place = ""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this after you opened it. What you typed is still here: "
            "open the page again beside it, and send what still holds."
        )
