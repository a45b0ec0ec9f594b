"""What counts as unusual: rules in words, with their figures.  None gives a score or says that anything is wrong."""

from dataclasses import dataclass

SEEN_WORDS = ("seen", "listed", "read", "searched", "printed", "room_asked")
SEEN = rf"\.({'|'.join(SEEN_WORDS)})$"
"""Events that end so are of looking at something; every other is of doing something."""

TWICE_LOOKED = 2  # days
LONG_CLOSED = 180  # days in which nobody did anything
MANY_AT_LEAST, MANY_TIMES, DAYS_BEFORE = 20, 3, 5  # records; times their own middle day; days to compare with


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its short name, what it is called, and what it says."""

    name: str
    label: str
    says: str


RULES = {
    one.name: one
    for one in (
        Rule(
            "own_name",
            "Own name",
            "Looked at a case or a record with somebody who has the worker’s own full name.",
        ),
        Rule(
            "family_name",
            "Own family name",
            "Looked at a case or a record with somebody who has the worker’s family name. Common names turn up often.",
        ),
        Rule(
            "nothing_done",
            "Looked, and did nothing",
            f"Looked at a case on {TWICE_LOOKED} days or more, and did nothing on it, then or in the 30 days before.",
        ),
        Rule(
            "out_of_hours",
            "Out of hours",
            "Looked at records while the hub was closed, without the out-of-hours duty.",
        ),
        Rule(
            "volume",
            "Many more than usual",
            f"Looked at {MANY_AT_LEAST} or more different records in a day, and more than {MANY_TIMES} times as many "
            f"as on the middle one of their own days before (at least {DAYS_BEFORE} days, in the last 60).",
        ),
        Rule(
            "long_closed",
            "Long after it was worked on",
            f"Looked at a case on which nobody had done anything for more than {LONG_CLOSED} days.",
        ),
        Rule(
            "too_fast",
            "Faster than the work needs",
            "Searched, opened or printed so much at once that the pages came slowly, or not at all for a while.",
        ),
    )
}
NOT_ASKED = "Same address: no worker’s address is kept, so this is not asked."
