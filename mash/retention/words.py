"""Saying in words why a record is in its class, from when its time is counted, and what kinds of row went."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from mash.retention.facts import periods_by_id
from mash.retention.models import Standing
from mash.retention.rules import Waits
from mash.setup.retention import COUNTED_FROM

YES = {
    "looked_after": "The authority looks or looked after them",
    "protected": "A strategy discussion, a section 47 enquiry, protection or work at tier 4",
    "helped": "An outcome or work at level 2 or above",
    "adult": "Named as an adult at risk",
    "asked_for_something": "A contact about them asked for help or safeguarding",
    "open_work": "Somebody works with them",
    "open_contact": "A contact about them is not finished",
    "advice": "Advice without a contact",
}
DAYS = {
    "born_on": "Born on",
    "expected_on": "Expected on",
    "first_on": "First known on",
    "last_on": "Last contact, decision or work on",
    "ended_on": "The last agency’s work ended on",
    "keep_until": "Kept longer, by two people, until",
}
WAITING = {
    Waits.WORK: "not due: somebody works with the person, or with somebody whom their contacts name",
    Waits.CONTACT: "not due: a contact is not finished",
    Waits.PERIOD: "not due: this hub has no such class of record. Whoever sets the hub up can add it",
}
KINDS = {
    "people": "the person: names, homes, numbers, search keys, relations, work",
    "contact": "contacts: what came in, files, who is who",
    "referral": "referral forms",
    "triage": "ratings, agreement, clocks, notes",
    "check": "checks: enquiries, answers, picture",
    "decision": "decisions, letters, notices",
    "sealed": "what was sealed, and releases",
    "desk": "hand-overs, alerts",
    "drafts": "drafts",
    "partnership": "who had access, e-mails",
    "retention": "reviews and ended holds",
}


class Fact(NamedTuple):
    """One fact by which a record is in its class: a day, or that it holds."""

    label: str
    on: date | None = None
    words: str = ""


def label_of(period: str) -> str:
    """Return the name of a class as the hub has it; "" is of whoever is only named beside others."""
    known = periods_by_id().get(period)
    return (
        known.label if known else (period.replace("_", " ").capitalize() or "Named in contacts about others")
    )


def counted(standing: Standing) -> str:
    """Say from when a record's time is counted and how long it is; or why it is not due."""
    if standing.waits:
        return WAITING[Waits(standing.waits)]
    known = periods_by_id().get(standing.period)
    if known is None:
        return "due with the last contact that names them"
    start = dict(COUNTED_FROM)[known.counted_from]
    return f"{known.years} years from: {start[0].lower()}{start[1:]}"


def facts_of(standing: Standing) -> list[Fact]:
    """Return the facts that a record's class and day were worked out from."""
    said = standing.facts
    facts = [Fact(label, date.fromisoformat(said[name])) for name, label in DAYS.items() if name in said]
    if "born_on" not in said and "expected_on" not in said and standing.person_id:
        age = said.get("age_words")
        words = (
            f"not known; age given: {age}" if age else "not known: counted as the latest day it can have been"
        )
        facts.insert(0, Fact("Born on", words=words))
    if not said.get("identified", False):
        facts.append(Fact("Nobody could say who it is, or no contact is left"))
    return facts + [Fact(label) for name, label in YES.items() if said.get(name)]


def kinds_of_row(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return how many rows of each kind went, in words, the most first."""
    found: Counter[str] = Counter()
    for table, number in counts.items():
        found[KINDS.get(table.partition("_")[0], table)] += number
    return found.most_common()
