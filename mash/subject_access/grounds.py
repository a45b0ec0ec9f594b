"""Why a passage may be withheld from somebody who asks for what is held on them: a fixed list, each with its law.

Source: docs/rules.md, "What may be withheld".
"""

from dataclasses import dataclass

GIVE, WITHHOLD, REPLACE = "give", "withhold", "replace"


@dataclass(frozen=True, slots=True)
class Ground:
    """One legal ground.

    law: where it stands.  said: how the answer names it, "" where to name it would itself do the harm.
    """

    id: str
    label: str
    law: str
    said: str = ""


GROUNDS = (
    Ground(
        "third_party",
        "Somebody else’s information",
        "Data Protection Act 2018, Schedule 2, paragraph 16",
        "information about other people, which they have not agreed to your having",
    ),
    Ground(
        "serious_harm",
        "Serious harm to somebody’s health",
        "Data Protection Act 2018, Schedule 3, Parts 2 to 4 (health, social work and education data)",
    ),
    Ground(
        "child_abuse",
        "Child abuse data, asked for by somebody else on the child’s behalf",
        "Data Protection Act 2018, Schedule 3, paragraph 21",
    ),
    Ground(
        "wishes",
        "Given in the expectation that whoever asks would not have it, or against the person’s wish",
        "Data Protection Act 2018, Schedule 3, Parts 2 and 3 (expectations and wishes)",
    ),
    Ground(
        "crime_and_tax",
        "Crime and taxation",
        "Data Protection Act 2018, Schedule 2, paragraph 2",
    ),
    Ground(
        "privilege",
        "Legal professional privilege",
        "Data Protection Act 2018, Schedule 2, paragraph 19",
        "advice from lawyers, and what was written for it",
    ),
    Ground(
        "court_report",
        "Report to a court, or processed by one",
        "Data Protection Act 2018, Schedule 3, Parts 2 to 4 (data processed by a court)",
        "reports made for a court, which the court gives out",
    ),
    Ground(
        "adoption",
        "Adoption record, or report on an adoption or a parental order",
        "Data Protection Act 2018, Schedule 4, paragraphs 3 to 5",
    ),
    Ground(
        "not_theirs",
        "Not about this person",
        "UK GDPR Article 15: the right is to one’s own personal data",
        "what is not about you",
    ),
)
BY_ID = {one.id: one for one in GROUNDS}


def label_of(ground: str) -> str:
    """Return a ground in words; "" for none."""
    return BY_ID[ground].label if ground else ""
