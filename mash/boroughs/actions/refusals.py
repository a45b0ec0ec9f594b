"""Why something is not done, in the worker's words."""


class NotWhole(Exception):
    """Something is still to be said or done first, or somebody else has done it."""


class SwitchedOff(Exception):
    """This installation has no key for asking other hubs."""


class AskedTooOften(Exception):
    """A worker asked other hubs more often than this work needs."""
