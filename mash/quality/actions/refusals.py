"""Why something of quality cannot be done: said by the page in the worker's words."""


class NotWhole(Exception):
    """Something needed has not been said, or does not do: `places` says what, by the field of the form."""

    def __init__(self, places: dict[str, str]) -> None:
        super().__init__(" ".join(places.values()))
        self.places = places


class WrongState(Exception):
    """The round or the referral has gone on since the page was opened; the words say where it stands."""
