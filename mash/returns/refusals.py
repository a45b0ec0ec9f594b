"""Why a return or a file of a hub's past is refused."""


class Differs(Exception):
    """A file that was opened again is not what was written, or holds something that may not leave."""


class Refused(Exception):
    """A file of a hub's past cannot be taken at all; the words say why, in the words of whoever brings it."""
