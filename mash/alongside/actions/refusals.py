"""Why something cannot be done alongside: said by the page in the worker's words."""


class NotWhole(Exception):
    """Something needed has not been said, or does not do: `places` says what, by the field of the form."""

    def __init__(self, places: dict[str, str]) -> None:
        super().__init__(" ".join(places.values()))
        self.places = places


class HasEnded(Exception):
    """Somebody has written down before what ended it; the message says who, what and when."""


class ThereAlready(Exception):
    """The same is open for the same person already: `key` says which, and the worker may see it."""

    def __init__(self, label: str, who: str, key: object) -> None:
        super().__init__(f"{label} is open already for {who}.")
        self.key = key
