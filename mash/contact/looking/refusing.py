"""Why a file is not taken, or not opened."""

MOST_UNPACKED = 100 * 1024 * 1024  # bytes that the parts of one file may come to
TOO_LARGE_INSIDE = "It would fill the memory of whoever opens it. Send a smaller or simpler copy."
NOT_WHOLE = "It is damaged or not whole. Open it to check it, save it again and send the new copy."


class Harm(Exception):
    """Something in a file could do harm; the message says what, and what to do."""


class NotWhole(Harm):
    """A file ends too early, or cannot be read to its end."""

    def __init__(self) -> None:
        super().__init__(NOT_WHOLE)


class Bomb(Harm):
    """A small file would come to very much when it is opened."""

    def __init__(self) -> None:
        super().__init__(TOO_LARGE_INSIDE)
