"""The notice to a school after a domestic abuse incident: when its next day starts, and what the notice says.  Pure.

Source: docs/rules.md, "Telling a school of domestic abuse".
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from mash.common.clock import LONDON, BankHolidays
from mash.decision import letters
from mash.decision.content import PLACEHOLDER, Letter
from mash.decision.telling import POSTCODE, stopped_once

NOTICE = "school_encompass_notice"
ORDER = "collection_order_in_force"
WAS_THERE = "was_child_there"
SATURDAY = 5
KEY_ADULT, DEPUTY = "key_adult", "deputy_key_adult"
NAMED_AS = {KEY_ADULT: "key adult", DEPUTY: "deputy of the key adult", "head": "head teacher"}
NOT_SENT = {
    "works_there": "Somebody involved works at the school: the police and the hub agree first who may know",
    "raises_risk": "Sending it would raise the risk",
    "head_called": "The key adult or their family is involved, and no deputy is named: the head was called",
}


def next_start(after: datetime, starts: time) -> datetime:
    """Return when the next school day starts by the calendar of England: no weekend, no bank holiday.

    after: aware moment.  starts: on the wall clock of England.  A school's own holidays are not known here.
    """
    day = after.astimezone(LONDON).date()
    while True:
        begins = datetime.combine(day, starts, LONDON)
        if begins > after and day.weekday() < SATURDAY and day not in BankHolidays():
            return begins
        day += timedelta(days=1)


def write(letter: Letter, gaps: Mapping[str, str], *, order: bool) -> str:
    """Return a notice's whole words.  order: whether an order says who may not collect the child.

    Raises KeyError for a gap that nothing fills.
    """
    said = (part.text for part in letter.body if part.only_if is None or (order and part.only_if == ORDER))
    return "\n\n".join(stopped_once(PLACEHOLDER.sub(lambda gap: gaps[gap.group(1)], text)) for text in said)


def refusals(typed: Iterable[str], around: letters.Around) -> list[str]:
    """Return what stops a notice in the words that somebody typed for it; none of it can be waved through.

    No address goes to a school in any notice, protected or not, since one that is protected is known to nobody here.

    Source: docs/rules.md, "Telling a school of domestic abuse", "Protected addresses".
    """
    said = "\n".join(typed)
    found = letters.blocks(said, around)
    if POSTCODE.search(said) or letters.STREET.search(said):
        rest = [one for one in found if not one.startswith("Take out the address")]
        return ["Take out the address: none goes to a school in this notice.", *rest]
    return found
