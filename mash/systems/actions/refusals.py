"""Why something about a system is not done."""


class NotWhole(ValueError):
    """Something is missing or cannot be so; the message says what, in the worker's words."""
