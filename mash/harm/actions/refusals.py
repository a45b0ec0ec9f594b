"""Why something cannot be done: said by the page in the worker's words."""


class NotWhole(Exception):
    """Something needed has not been said, or does not do: `places` says what, by the field of the form."""

    def __init__(self, places: dict[str, str]) -> None:
        super().__init__(" ".join(places.values()))
        self.places = places


class HasEnded(Exception):
    """It has ended already; nothing more is written down."""


class WatchedAlready(Exception):
    """The same is watched already: `key` says by which watch, which the worker may see."""

    def __init__(self, key: object) -> None:
        super().__init__("It is watched already.")
        self.key = key
