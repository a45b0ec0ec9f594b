"""What an action says when what was asked is not whole."""


class NotWhole(Exception):
    """Something is missing or does not fit; place: the field it belongs to, "" for none."""

    def __init__(self, why: str, place: str = "") -> None:
        super().__init__(why)
        self.place = place


class Overtaken(Exception):
    """Somebody saved a newer version meanwhile; `number` is its number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Version {number} was saved while you were writing.")
        self.number = number
