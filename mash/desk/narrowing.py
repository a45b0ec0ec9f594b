"""By what the worklist is narrowed, so that it can be kept under a name."""

from mash.common.lists import Choice, Narrowed, choices_of
from mash.desk import policy
from mash.desk.forms import Filters
from mash.desk.models import OF_THE_WORKLIST


def _choices() -> dict[str, Choice]:
    return choices_of(Filters())


WORKLIST = Narrowed(OF_THE_WORKLIST, "My work", "desk:worklist", policy.may_see_the_line, _choices)
