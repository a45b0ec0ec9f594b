"""Two made-up boroughs: their hubs, the agencies in them, and one made-up worker for each duty and agency."""

from dataclasses import dataclass
from datetime import date

from mash.partnership.models import AgencyKind, Duty

PASSWORD = "made-up-borough"  # noqa: S105 (of every account of the demo)
OPENS_PACKS = "kettle-sand-mirror-77-plum"  # every outage pack of the demo


@dataclass(frozen=True, slots=True)
class Worker:
    """A made-up worker: sign-in name before the @, name, title, agency by its kind, duties, and whether they lead."""

    mail: str
    name: str
    title: str
    agency: str
    duties: tuple[str, ...]
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Borough:
    """A made-up borough: its hub, the names of its agencies by kind, its closures and its workers."""

    name: str
    prefix: str
    agencies: dict[str, str]
    closures: dict[date, str]
    workers: tuple[Worker, ...]

    @property
    def hub(self) -> str:
        """The name of its hub."""
        return f"{self.name} MASH"

    @property
    def domain(self) -> str:
        """Where its made-up e-mail addresses lie."""
        return f"{self.name.lower()}.example"


def _agencies(borough: str) -> dict[str, str]:
    kind = AgencyKind
    return {
        kind.CHILDRENS_SOCIAL_CARE: f"{borough} Children's Services",
        kind.ADULT_SOCIAL_CARE: f"{borough} Adult Social Care",
        kind.POLICE: "North Thames Constabulary",
        kind.EDUCATION: f"{borough} Schools",
        kind.COMMUNITY_HEALTH: "North Thames Community Health",
        kind.GP: f"{borough} GP Alliance",
        kind.HOSPITAL: "North Thames Acute Trust",
        kind.MATERNITY: "North Thames Maternity",
        kind.CAMHS: f"{borough} CAMHS",
        kind.ADULT_MENTAL_HEALTH: "North Thames Adult Mental Health",
        kind.SUBSTANCE_MISUSE: f"{borough} Drug and Alcohol Service",
        kind.DOMESTIC_ABUSE_SERVICE: "Lighthouse Domestic Abuse Service",
        kind.HOUSING: f"{borough} Homes",
        kind.PROBATION: "North Thames Probation",
        kind.YOUTH_JUSTICE: f"{borough} Youth Justice Service",
        kind.FIRE_SERVICE: "North Thames Fire and Rescue",
        kind.EARLY_HELP: f"{borough} Early Help",
    }


def _answerer(kind: str, mail: str, name: str, title: str) -> Worker:
    return Worker(mail, name, title, kind, (Duty.ANSWER,), leads=True)


CARE = AgencyKind.CHILDRENS_SOCIAL_CARE
DESK = (
    Worker("screener", "Sam Ortega", "Screening officer", CARE, (Duty.SCREEN,)),
    Worker("social.worker", "Nadia Rahimi", "Social worker", CARE, (Duty.SCREEN, Duty.ASSESS)),
    Worker("decision.maker", "Ruth Adler", "Team manager", CARE, (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE)),
    Worker("second.person", "Colin Mbeki", "Deputy team manager", CARE, (Duty.APPROVE, Duty.DECIDE)),
    Worker("manager", "Frances Boateng", "Hub manager", CARE, (Duty.MANAGE, Duty.APPROVE)),
    Worker("analyst", "Ewa Lindt", "Analyst", AgencyKind.POLICE, (Duty.ANALYSE, Duty.SCREEN)),
    Worker("night", "Iwan Prosser", "Emergency duty social worker", CARE, (Duty.OUT_OF_HOURS,)),
    Worker(
        "intelligence",
        "DS Moira Quinn",
        "Intelligence unit",
        AgencyKind.POLICE,
        (Duty.CLEAR, Duty.RELEASE, Duty.ANSWER),
    ),
    Worker(
        "release.approver",
        "DI Alan Whitby",
        "Approves releases",
        AgencyKind.POLICE,
        (Duty.CLEAR, Duty.RELEASE),
    ),
    Worker("cleared", "Judith Lang", "Head of service", CARE, (Duty.CLEAR, Duty.APPROVE)),
    Worker("auditor", "Peter Nowicki", "Auditor", CARE, (Duty.AUDIT,)),
    Worker("administrator", "Asha Verma", "Systems officer", CARE, (Duty.ADMINISTER,)),
)
ANSWERERS = (
    _answerer(AgencyKind.POLICE, "police", "PC Dele Bankole", "Police researcher"),
    _answerer(AgencyKind.EDUCATION, "education", "Hannah Price", "Education officer"),
    _answerer(AgencyKind.COMMUNITY_HEALTH, "health", "Lindiwe Dube", "Specialist safeguarding nurse"),
    _answerer(AgencyKind.HOSPITAL, "hospital", "Marek Zielinski", "Hospital safeguarding lead"),
    _answerer(AgencyKind.MATERNITY, "maternity", "Bronwen Ellis", "Safeguarding midwife"),
    _answerer(AgencyKind.GP, "gp", "Dr Farah Siddiqui", "Named GP"),
    _answerer(AgencyKind.CAMHS, "camhs", "Tobias Lund", "CAMHS duty worker"),
    _answerer(
        AgencyKind.ADULT_MENTAL_HEALTH, "mental.health", "Orla Keegan", "Adult mental health practitioner"
    ),
    _answerer(AgencyKind.SUBSTANCE_MISUSE, "drug.alcohol", "Vince Carter-Hill", "Drug and alcohol worker"),
    _answerer(AgencyKind.DOMESTIC_ABUSE_SERVICE, "domestic.abuse", "Yasmin Toure", "Domestic abuse adviser"),
    _answerer(AgencyKind.HOUSING, "housing", "Dennis Achterberg", "Housing officer"),
    _answerer(AgencyKind.PROBATION, "probation", "Gillian Frost", "Probation officer"),
    _answerer(AgencyKind.YOUTH_JUSTICE, "youth.justice", "Kwame Asante", "Youth justice officer"),
    _answerer(AgencyKind.FIRE_SERVICE, "fire", "Paul Denning", "Fire safety adviser"),
    _answerer(AgencyKind.EARLY_HELP, "early.help", "Sunita Rao", "Early help coordinator"),
    _answerer(AgencyKind.ADULT_SOCIAL_CARE, "adult.care", "Beatrice Owusu", "Adult safeguarding officer"),
    Worker("social.care", "Tom Bailey", "Social care researcher", CARE, (Duty.ANSWER,)),
)
DEPUTIES = (
    Worker("screener.two", "Elena Marsh", "Screening officer", CARE, (Duty.SCREEN,)),
    Worker("police.two", "PC Anna Whitlock", "Police researcher", AgencyKind.POLICE, (Duty.ANSWER,)),
    Worker("education.two", "Rob Tanner", "Attendance officer", AgencyKind.EDUCATION, (Duty.ANSWER,)),
    Worker("grace.mensah", "Grace Mensah", "Social worker of open cases", CARE, ()),
    Worker("sunita.rao", "Sunita Rao", "Early help worker of open cases", AgencyKind.EARLY_HELP, ()),
    Worker("panel.chair", "Marcia Delaney", "Early help manager", AgencyKind.EARLY_HELP, (Duty.CHAIR,)),
    Worker("trainer", "Miles Osei", "Training officer", CARE, (Duty.TRAIN,)),
    Worker("health.two", "Ngozi Obi", "Safeguarding nurse", AgencyKind.COMMUNITY_HEALTH, (Duty.ANSWER,)),
)
GRADERS = (
    Worker("grader.police", "Supt Noor Hadley", "Superintendent", AgencyKind.POLICE, (Duty.GRADE,)),
    Worker("grader.school", "Celia Brandt", "Head teacher", AgencyKind.EDUCATION, (Duty.GRADE,)),
    Worker(
        "grader.health", "Dr Ifan Morris", "Designated doctor", AgencyKind.COMMUNITY_HEALTH, (Duty.GRADE,)
    ),
)
REVIEWERS = (
    Worker(
        "reviewer.police",
        "DI Karen Osgood",
        "Detective inspector",
        AgencyKind.POLICE,
        (Duty.REVIEW, Duty.CLEAR),
    ),
    Worker(
        "reviewer.health",
        "Selma Aziz",
        "Named nurse for safeguarding",
        AgencyKind.COMMUNITY_HEALTH,
        (Duty.REVIEW, Duty.CLEAR),
    ),
    Worker(
        "reviewer.school",
        "Martin Vale",
        "Head of education safeguarding",
        AgencyKind.EDUCATION,
        (Duty.REVIEW, Duty.CLEAR),
    ),
    Worker(
        "decision.maker.two", "Gwen Harper", "Team manager", CARE, (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE)
    ),
)
STAFF_DAY = {date(2026, 12, 11): "staff training"}
NORTHFIELD = Borough(
    "Northfield",
    "NF",
    _agencies("Northfield"),
    STAFF_DAY,
    (*DESK, *ANSWERERS, *DEPUTIES, *GRADERS, *REVIEWERS),
)
EASTMERE = Borough(
    "Eastmere",
    "EM",
    _agencies("Eastmere"),
    {},
    (*DESK[:5], DESK[-1], *(one for one in ANSWERERS if one.mail in {"police", "education", "health"})),
)
BOROUGHS = (NORTHFIELD, EASTMERE)
