"""What the Care Act asks of a decision about an adult at risk.  Pure: the records are passed in."""

from collections.abc import Mapping
from types import MappingProxyType

from mash.decision.content import Outcome
from mash.decision.direction import TO_ANOTHER_AUTHORITY
from mash.decision.needs import TO_ALLOCATED_WORKER
from mash.triage.adults import AdultRecord

SECTION_42, OTHER_ENQUIRY = "adult_section_42", "adult_other_enquiry"
KEEPS_THE_DUTY = frozenset({SECTION_42, TO_ALLOCATED_WORKER, TO_ANOTHER_AUTHORITY})
RECORDED = frozenset({"three_part_test", "wishes", "capacity_view"})  # recorded of the adult, not typed again
ASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {SECTION_42: ("test", "wishes", "capacity"), OTHER_ENQUIRY: ("test", "wishes")}
)
MISSING = {
    "test": "record the three parts of the Care Act test first, each answered yes or no",
    "wishes": "record what the adult wants first, or why they were not asked",
    "capacity": "record what is known of their capacity first",
}


def why_not(outcome: Outcome, record: AdultRecord) -> str:
    """Say why an adult's outcome does not fit what is recorded of them; "" when it does.

    Where all three parts are met the council must make enquiries or have them made, so no other outcome ends it.
    Where they are not, another enquiry or none may be right, and the reasons say why.

    Source: docs/rules.md, "Adults at risk".
    """
    if outcome.kind != "main":
        return ""
    for asked in ASKS.get(outcome.id, ()):
        if not _is_there(asked, record):
            return MISSING[asked]
    met = record.test is not None and record.test.is_met
    if outcome.id == SECTION_42 and not met:
        return (
            "not all three parts of the test are met: choose another adult enquiry, or none with your reasons"
        )
    if met and outcome.id not in KEEPS_THE_DUTY:
        return "all three parts of the test are met, so the council makes enquiries: choose the section 42 enquiry"
    return ""


def recorded_words(outcome: Outcome, record: AdultRecord) -> dict[str, str]:
    """Return what an outcome asks for and is recorded already, as it is frozen with the decision."""
    said = {
        "three_part_test": "\n".join(f"{part} {answer}. {words}" for part, answer, words in record.test.parts)
        if record.test
        else "",
        "wishes": f"{record.wishes.get_asked_display()}. {record.wishes.words}" if record.wishes else "",
        "capacity_view": f"{record.capacity.get_finding_display()}: {record.capacity.decision}. {record.capacity.words}"
        if record.capacity
        else "",
    }
    return {need: said[need] for need in outcome.needs if need in said}


def _is_there(asked: str, record: AdultRecord) -> bool:
    if asked == "test":
        return record.test is not None and record.test.is_answered
    return getattr(record, asked) is not None
