"""By what the list of advice is narrowed, so that it can be kept under a name."""

from mash.common.lists import Choice, Narrowed, choices_of
from mash.contact import policy
from mash.contact.consulting import Filters


def _choices() -> dict[str, Choice]:
    return choices_of(Filters(None))


ADVICE = Narrowed(
    "advice", "Advice to professionals", "contact:consultations", policy.may_look_through_advice, _choices
)
