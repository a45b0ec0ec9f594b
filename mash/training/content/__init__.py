"""What people learn: roles and their paths, modules and versions, programmes, the hub's numbers: `training.yaml`.

Source: docs/rules.md, "Training programmes".
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.partnership.models import AgencyKind, Duty

TRAINING = Path(__file__).parent / "training.yaml"
EVERYONE = "everyone"
NUMBERS = (
    "day_two_earliest", "day_two_usual", "day_two_latest", "day_two_reminder", "session_reminder", "follow_up",
    "refresher_warning", "yearly_hours", "capacity", "one_agency_percent", "smallest_shown",
)  # fmt: skip
Way = Literal["face_to_face", "online", "elearning", "mentoring", "video"]
Positive = Annotated[int, Field(gt=0)]
Length = Annotated[int, Field(ge=5, le=600)]
AgencyName = Literal["hub", "mental_health"] | AgencyKind
WAYS: Mapping[str, str] = {
    "face_to_face": "Face to face",
    "online": "Online, together",
    "elearning": "E-learning",
    "mentoring": "Mentoring",
    "video": "Recorded session watched",
}


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Named:
    """Something with a name."""

    id: str
    label: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Number:
    """One number by which training works; its label says of what."""

    id: str
    label: str
    value: Positive
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Module:
    """One piece of a path.

    version: raised when law or guidance changes it.  because: what changed.  again: an earlier one is taken anew.
    renew_months: 0 for never.  link: where e-learning lies, "" for none.  able_to: what one can do afterwards.
    """

    id: str
    label: str
    version: Positive
    because: str
    again: bool
    minutes: Length
    ways: tuple[Way, ...]
    renew_months: Annotated[int, Field(ge=0, le=120)]
    link: str
    covers: tuple[str, ...]
    able_to: tuple[str, ...]
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RolePath:
    """What a role takes before working alone.  id: of a role, or `everyone`.  by_days: working days from the first."""

    id: str
    label: str
    required: tuple[str, ...]
    by_days: Positive
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class DutyNeeds:
    """A duty that is given only to whoever is signed off for a path, where the hub says so."""

    id: Duty
    label: str
    path: str
    needed: bool
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Words:
    """A sentence that a page shows."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Topic:
    """What continuing development is about, and who offers it."""

    id: str
    label: str
    from_: Annotated[AgencyName, Field(alias="from")]
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Part:
    """One part of a day."""

    day: Annotated[int, Field(ge=1, le=2)]
    minutes: Length
    label: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Programme:
    """A course.  mixed: it is for several agencies together.  counts_as: modules that it counts as.

    outcomes: what people say of themselves before, after and half a year later.  between: what is done between days.
    """

    id: str
    label: str
    days: Annotated[int, Field(ge=1, le=2)]
    minutes: Length
    audience: tuple[str, ...]
    also_for: tuple[str, ...]
    taught_by: str
    mixed: bool
    counts_as: tuple[str, ...]
    outcomes: tuple[Named, ...]
    plan: tuple[Part, ...]
    between: tuple[str, ...]
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class TrainingContent:
    """The whole of `training.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    rules: tuple[Number, ...]
    roles: tuple[Named, ...]
    modules: tuple[Module, ...]
    paths: tuple[RolePath, ...]
    duties: tuple[DutyNeeds, ...]
    sign_off: tuple[Words, ...]
    topics: tuple[Topic, ...]
    programmes: tuple[Programme, ...]


def load_training(file: Source = TRAINING) -> TrainingContent:
    """Read and check what a hub says of training.  Raises ContentError naming the place."""
    content = read(file, TrainingContent)
    name = file.name
    numbers = by_id(content.rules, f"{name}: rules")
    refuse(set(numbers) != set(NUMBERS), f"{name}: rules", f"each of {', '.join(NUMBERS)}, once")
    refuse(
        not numbers["day_two_earliest"].value
        <= numbers["day_two_usual"].value
        <= numbers["day_two_latest"].value,
        f"{name}: rules.day_two_latest",
        "day two is at the earliest, as a rule and at the latest in that order",
    )
    refuse(numbers["one_agency_percent"].value > 100, f"{name}: rules.one_agency_percent", "at most 100")
    known = by_id(content.modules, f"{name}: modules")
    roles = by_id(content.roles, f"{name}: roles")
    paths_ = by_id(content.paths, f"{name}: paths")
    require_known(paths_, {*roles, EVERYONE}, f"{name}: paths")
    refuse(EVERYONE not in paths_, f"{name}: paths", f"a path for {EVERYONE}")
    for path in paths_.values():
        require_known(path.required, known, f"{name}: paths.{path.id}.required")
    for module in known.values():
        changed = module.version > 1 and not module.because.strip()
        refuse(changed, f"{name}: modules.{module.id}.because", "say what changed with this version")
        bad = module.link and not module.link.startswith("https://")
        refuse(bad, f"{name}: modules.{module.id}.link", "an address begins with https://")
        refuse(not module.ways, f"{name}: modules.{module.id}.ways", "at least one way")
    for duty in by_id(content.duties, f"{name}: duties").values():
        require_known([duty.path], paths_, f"{name}: duties.{duty.id}.path")
    courses = by_id(content.programmes, f"{name}: programmes")
    refuse(set(courses) & set(known), f"{name}: programmes", "an id is of a module or of a programme")
    for course in courses.values():
        require_known(course.counts_as, known, f"{name}: programmes.{course.id}.counts_as")
        by_id(course.outcomes, f"{name}: programmes.{course.id}.outcomes")
        refuse(
            {part.day for part in course.plan} - set(range(1, course.days + 1)),
            f"{name}: programmes.{course.id}.plan",
            "no part on a day that there is not",
        )
    by_id(content.topics, f"{name}: topics")
    by_id(content.sign_off, f"{name}: sign_off")
    return content


training = Content(TRAINING, "Training", load_training)
"""Return what the hub that acts says of training."""


@training.derived
def numbers(content: TrainingContent) -> Mapping[str, int]:
    """Return the hub's numbers by id."""
    return {one.id: one.value for one in content.rules}


@training.derived
def roles(content: TrainingContent) -> Mapping[str, Named]:
    """Return the roles by id."""
    return by_id(content.roles, "roles")


@training.derived
def modules(content: TrainingContent) -> Mapping[str, Module]:
    """Return the modules by id."""
    return by_id(content.modules, "modules")


@training.derived
def paths(content: TrainingContent) -> Mapping[str, RolePath]:
    """Return the paths by id of their role."""
    return by_id(content.paths, "paths")


@training.derived
def topics(content: TrainingContent) -> Mapping[str, Topic]:
    """Return the topics by id."""
    return by_id(content.topics, "topics")


@training.derived
def programmes(content: TrainingContent) -> Mapping[str, Programme]:
    """Return the programmes by id."""
    return by_id(content.programmes, "programmes")


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Offer:
    """What a session is held for: a programme, or one module of a path, alike in what a session asks of it."""

    id: str
    label: str
    minutes: int
    days: int
    version: int
    mixed: bool
    counts_as: tuple[str, ...]
    outcomes: tuple[Named, ...]
    plan: tuple[Part, ...] = ()
    retired: bool = False


@training.derived
def offers(content: TrainingContent) -> Mapping[str, Offer]:
    """Return everything for which sessions can be held, by id: programmes first."""
    made = [
        Offer(
            id=one.id, label=one.label, minutes=one.minutes, days=one.days, version=content.version, mixed=one.mixed,
            counts_as=one.counts_as, outcomes=one.outcomes, plan=one.plan, retired=one.retired,
        )
        for one in content.programmes
    ]  # fmt: skip
    made += [
        Offer(
            id=one.id, label=one.label, minutes=one.minutes, days=1, version=one.version, mixed=False,
            counts_as=(one.id,), retired=one.retired,
            outcomes=tuple(
                Named(id=f"able_{place}", label=words[:1].upper() + words[1:])
                for place, words in enumerate(one.able_to, start=1)
            ),
        )
        for one in content.modules
    ]  # fmt: skip
    return by_id(made, "offers")


def required_of(role_ids: tuple[str, ...] | list[str]) -> list[str]:
    """Return the modules that some roles take before working alone, each once: everybody's first."""
    known = paths()
    found = [module for role in (EVERYONE, *role_ids) if role in known for module in known[role].required]
    return list(dict.fromkeys(found))
