"""By what the lists of harm are narrowed, so that it can be kept under a name."""

from mash.common.lists import Choice, Narrowed
from mash.contact.content import categories
from mash.harm import content, policy

COUNTED = {"count": "How many events", "rate": "For every 1,000 children"}


def _patterns() -> dict[str, Choice]:
    known = {one.id: one.label for one in content.patterns().values()}
    return {"pattern": Choice("Pattern", known), "harm": _harm()}


def _week() -> dict[str, Choice]:
    return {"within": _within(), "harm": _harm()}


def _map() -> dict[str, Choice]:
    return {"within": _within(), "by": Choice("Counted as", COUNTED), "harm": _harm()}


def _within() -> Choice:
    windows = content.windows()
    return Choice("Period", {name: windows[name].label for name in ("short", "long")})


def _harm() -> Choice:
    return Choice("Kind of harm", {one.id: one.label for one in categories().values()})


LISTS = (
    Narrowed("harm", "Patterns of harm", "harm:home", policy.may_see, _patterns),
    Narrowed("harm_times", "When harm happens", "harm:times", policy.may_see, _week),
    Narrowed("harm_map", "Where harm happens", "harm:map", policy.may_see, _map),
)
