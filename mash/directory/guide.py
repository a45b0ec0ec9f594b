"""The guide as it is read: its gaps filled by the hub's own words and its named contacts.  Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mash.directory.content import GAP, Answer, GuideContent, Sign, filled
from mash.directory.models import NamedContact
from mash.partnership.models import Hub

URGENCIES = {"now": "Now: within minutes", "today": "Today", "this_week": "This week"}
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Step:
    """A sign with its gaps filled."""

    sign: Sign
    today: tuple[str, ...]
    contact: tuple[str, ...]
    route: str
    agreement: str

    @property
    def urgency(self) -> str:
        return URGENCIES[self.sign.urgency]


@dataclass(frozen=True, slots=True)
class Said:
    """A question with its answer, gaps filled."""

    answer: Answer
    words: str


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide of one hub.  lacking: labels of gaps that nobody has filled yet."""

    emergency: str
    principles: tuple[str, ...]
    steps: tuple[Step, ...]
    afterwards: tuple[str, ...]
    answers: tuple[Said, ...]
    lacking: tuple[str, ...]


def written(content: GuideContent, gaps: Mapping[str, str]) -> Guide:
    """Return the guide with its gaps filled.

    A sentence whose gap is empty is left out; of a contact then only who it is stays, so that nobody is lost.

    Source: docs/rules.md, "The referral guide".
    """
    steps = [_step(one, gaps) for one in content.pathways if not one.retired]
    said = [Said(one, filled(one.answer, gaps)) for one in content.answers if not one.retired]
    return Guide(
        emergency=filled(content.emergency, gaps),
        principles=tuple(filled(one.text, gaps) for one in content.principles if not one.retired),
        steps=tuple(steps),
        afterwards=tuple(filled(one.text, gaps) for one in content.afterwards if not one.retired),
        answers=tuple(one for one in said if one.words),
        lacking=tuple(one.label for one in content.placeholders if not gaps.get(one.id)),
    )


def gaps_of(
    content: GuideContent, hub: Hub, named: Iterable[NamedContact], addresses: Mapping[str, str]
) -> dict[str, str]:
    """Return what fills each gap.

    named: the contacts that the hub publishes.  addresses: of the form, the directory and the questions.
    """
    first: dict[str, NamedContact] = {}
    for one in named:
        first.setdefault(one.role, one)
    found = {one.id: one.value.strip() or _of_role(first.get(one.role)) for one in content.placeholders}
    found |= {
        **addresses,
        "hub_name": hub.name,
        "hub_phone": hub.telephone,
        "out_of_hours_phone": hub.out_of_hours_telephone,
        "hub_hours": hours_in_words(hub.hours),
    }
    return found


def hours_in_words(hours: Mapping[str, list[str]]) -> str:
    """Say a week: "Monday to Friday, 09:00 to 17:00"; days with other hours follow.  "" where nothing is open."""
    runs: list[tuple[int, int, tuple[str, str]]] = []
    for day in range(7):
        if str(day) not in hours:
            continue
        opens, closes = hours[str(day)]
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == (opens, closes):
            runs[-1] = (runs[-1][0], day, (opens, closes))
        else:
            runs.append((day, day, (opens, closes)))
    return "; ".join(
        f"{DAY_NAMES[first]}{f' to {DAY_NAMES[last]}' if last > first else ''}, {opens} to {closes}"
        for first, last, (opens, closes) in runs
    )


def _of_role(named: NamedContact | None) -> str:
    if named is None:
        return ""
    who = [named.name] if named.with_name and named.name else []
    return ", ".join([*who, named.of, *filter(None, (named.telephone, named.email))])


def _step(sign: Sign, gaps: Mapping[str, str]) -> Step:
    return Step(
        sign=sign,
        today=tuple(filter(None, (filled(one, gaps) for one in sign.today))),
        contact=tuple(filter(None, (_contact(one, gaps) for one in sign.contact))),
        route=filled(sign.route, gaps),
        agreement=filled(sign.agreement, gaps),
    )


def _contact(text: str, gaps: Mapping[str, str]) -> str:
    if all(gaps.get(gap) for gap in GAP.findall(text)):
        return filled(text, gaps)
    return filled(text.partition(":")[0], gaps)
