"""Seats that need their name alone, and what each is unless a file says otherwise.  Pure."""

from dataclasses import dataclass

from mash.partnership.models import AgencyKind, Duty


@dataclass(frozen=True, slots=True)
class Usual:
    """What a seat is unless the file says otherwise: how it is called, of which kind of agency, with which duties."""

    label: str
    agency: AgencyKind
    duties: tuple[Duty, ...]


ANSWERS = (Duty.ANSWER,)
SEATS = {
    "hub_manager": Usual(
        "Hub manager",
        AgencyKind.CHILDRENS_SOCIAL_CARE,
        (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.APPROVE, Duty.MANAGE, Duty.CLEAR),
    ),
    "social_care": Usual(
        "Children’s social care",
        AgencyKind.CHILDRENS_SOCIAL_CARE,
        (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.ANSWER),
    ),
    "adult_social_care": Usual(
        "Adult social care", AgencyKind.ADULT_SOCIAL_CARE, (Duty.SCREEN, Duty.ASSESS, Duty.ANSWER)
    ),
    "police": Usual("Police", AgencyKind.POLICE, (Duty.ANSWER, Duty.CLEAR, Duty.RELEASE)),
    "health": Usual("Health", AgencyKind.COMMUNITY_HEALTH, ANSWERS),
    "hospital": Usual("Hospital", AgencyKind.HOSPITAL, ANSWERS),
    "gp": Usual("GP practice", AgencyKind.GP, ANSWERS),
    "camhs": Usual("Child and adolescent mental health", AgencyKind.CAMHS, ANSWERS),
    "mental_health": Usual("Adult mental health", AgencyKind.ADULT_MENTAL_HEALTH, ANSWERS),
    "substance_misuse": Usual("Drug and alcohol service", AgencyKind.SUBSTANCE_MISUSE, ANSWERS),
    "education": Usual("Education", AgencyKind.EDUCATION, ANSWERS),
    "housing": Usual("Housing", AgencyKind.HOUSING, ANSWERS),
    "probation": Usual("Probation", AgencyKind.PROBATION, ANSWERS),
    "youth_justice": Usual("Youth justice", AgencyKind.YOUTH_JUSTICE, ANSWERS),
    "domestic_abuse": Usual("Domestic abuse service", AgencyKind.DOMESTIC_ABUSE_SERVICE, ANSWERS),
    "early_help": Usual("Early help", AgencyKind.EARLY_HELP, ANSWERS),
    "voluntary": Usual("Voluntary sector", AgencyKind.VOLUNTARY_SECTOR, ANSWERS),
}
NEVER_IN_A_SEAT = {Duty.ADMINISTER, Duty.AUDIT, Duty.TRAIN}
