"""Whether a check may open, as far as the message alone can tell.

Pure.  What the hub records itself, and what it holds already, is for triage.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mash.contact.agreeing import givers, parental_responsibility
from mash.contact.message import Message, Person

ACT_FIRST = "act first; protective action does not wait for the check or for agreement"
AT_RISK = {"child": {"child"}, "adult": {"adult_at_risk"}, "both": {"child", "adult_at_risk"}}
ADULT_AT = 18  # years


class Kind(StrEnum):
    """What the gate answers."""

    MAY_OPEN = "may_open"
    MAY_NOT_OPEN_YET = "may_not_open_yet"
    MAY_NOT_OPEN = "may_not_open"
    NO_CHECK_ASKED = "no_check_asked"


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a check may open, about whom, and why, in words that a worker reads.

    covered, uncovered: ids of the message whose agencies may be asked about them, and who is left out.
    missing: what must still be said before it may open: "reason", "manager", "giver", "people covered".
    overridden: it rests on a recorded ground, not on agreement alone.
    immediate_danger: protective action comes first, whatever the gate answers.
    """

    kind: Kind
    words: str
    covered: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    overridden: bool = False
    immediate_danger: bool = False

    def __str__(self) -> str:
        return f"{self.kind}{' ' if self.words.startswith('about ') else ': '}{self.words}"


def may_check(message: Message) -> Gate:
    """Answer whether a check may open on what the message says.

    Agreement must cover a child or adult the message is about, from somebody who can give it for them; or the
    message names a ground, reasons in words, and the manager who approved it.

    Source: docs/rules.md, "Agreement", "The gate".
    """
    agreement = message.agreement
    danger = bool(message.urgency and message.urgency.immediate_danger)
    everyone = tuple(one.id for one in message.people)
    if message.type == "information_only":
        words = "information only; may be matched and logged"
        return Gate(Kind.NO_CHECK_ASKED, words, uncovered=everyone, immediate_danger=danger)
    covered = _covered(message)
    lacking = _lacking_for_ground(message)
    if agreement and agreement.ground and not lacking:
        words = _overridden(covered if _about_a_subject(message, covered) else (), everyone)
        return Gate(Kind.MAY_OPEN, words, covered=everyone, overridden=True, immediate_danger=danger)
    if _about_a_subject(message, covered):
        return _agreed(covered, everyone, lacking, danger)
    kind, words, missing = _why_not(message, covered, lacking)
    return Gate(kind, words, (), everyone, missing, immediate_danger=danger)


def _agreed(
    covered: tuple[str, ...], everyone: tuple[str, ...], missing: tuple[str, ...], danger: bool
) -> Gate:
    left = tuple(one for one in everyone if one not in covered)
    words = f"agreement given, about {', '.join(covered)}"
    if left:
        words += f" only; not about {', '.join(left)} until agreed or a ground is recorded"
    return Gate(Kind.MAY_OPEN, words, covered, left, missing, immediate_danger=danger)


def _overridden(agreed: tuple[str, ...], everyone: tuple[str, ...]) -> str:
    left = [one for one in everyone if one not in agreed]
    if agreed and left:
        return f"agreement given, about {', '.join(agreed)}; about {', '.join(left)} on a recorded ground"
    return "agreement overridden on a recorded ground"


def _why_not(
    message: Message, covered: tuple[str, ...], lacking: tuple[str, ...]
) -> tuple[Kind, str, tuple[str, ...]]:
    """Return why a check may not open, and what is missing for it."""
    agreement = message.agreement
    if lacking:
        what = " and ".join(lacking)
        words = f"ground named but {what} missing; hub manager must record before any check"
        return Kind.MAY_NOT_OPEN_YET, words, lacking
    if agreement is None or agreement.sought != "given":
        return Kind.MAY_NOT_OPEN, "no agreement and no ground", ()
    unsaid = tuple(_unsaid(message))
    if unsaid:
        words = f"agreement given but {' and '.join(unsaid)} missing; ask the sender before any check"
        return Kind.MAY_NOT_OPEN_YET, words, unsaid
    whom = {"child": "the child", "adult": "the adult"}.get(message.subject, "the child or adult")
    if _only_from_others(message):
        only = "the only agreement is from a person without parental responsibility"
        if message.subject == "adult":
            only = "the only agreement is from another person"
        return Kind.MAY_NOT_OPEN, f"about {whom}: {only}", ()
    about = f", about {', '.join(covered)}" if covered else ""
    return Kind.MAY_NOT_OPEN, f"about {whom}: agreement given{about} does not cover them", ()


def _lacking_for_ground(message: Message) -> tuple[str, ...]:
    agreement = message.agreement
    if agreement is None or agreement.ground is None:
        return ()
    said = {"reason": agreement.reason, "manager": agreement.manager}
    return tuple(name for name, text in said.items() if not (text or "").strip())


def _unsaid(message: Message) -> list[str]:
    agreement = message.agreement
    giver = (agreement and agreement.by) or ""
    whom = agreement.covers if agreement else ()
    return ["giver"] * (not giver.strip()) + ["people covered"] * (not whom)


def _subjects(message: Message) -> set[str]:
    """Return the ids of those the message is about; everybody, where it marks nobody as such."""
    roles = AT_RISK[message.subject]
    found = {one.id for one in message.people if one.role in roles}
    return found or {one.id for one in message.people}


def _about_a_subject(message: Message, covered: tuple[str, ...]) -> bool:
    return bool(_subjects(message) & set(covered))


def _covered(message: Message) -> tuple[str, ...]:
    """Return the ids that agreement covers, each given by somebody who can give it for that person."""
    agreement = message.agreement
    if agreement is None or agreement.sought != "given" or not (agreement.by or "").strip():
        return ()
    known = givers(message)
    asked = [one for one in message.people if one.id in agreement.covers]
    if known:
        return tuple(one.id for one in asked if any(_can_give(message, giver, one) for giver in known))
    adults = [
        one.id for one in asked if not _is_child(message, one)
    ]  # one unknown giver answers for one adult
    return tuple(one.id for one in asked if one.id not in adults or len(adults) == 1)


def _can_give(message: Message, giver: Person, person: Person) -> bool:
    """Tell whether one person's agreement can stand for another's, as far as the message says.

    An adult answers for themselves alone.  For a child it takes parental responsibility: as said; where nothing
    is said, a parent or carer is taken to have it, with a warning, and nobody else is.
    """
    if giver.id == person.id:
        return True
    if not _is_child(message, person):
        return False
    held = parental_responsibility(message, giver.id, person.id)
    return giver.role == "parent_or_carer" if held is None else held


def _only_from_others(message: Message) -> bool:
    """Tell whether those who agreed are known, and none could agree for anyone the message is about."""
    subjects = [one for one in message.people if one.id in _subjects(message)]
    known = givers(message)
    return bool(known) and not any(_can_give(message, giver, one) for giver in known for one in subjects)


def _is_child(message: Message, person: Person) -> bool:
    """Tell whether others may have to answer for a person: a child, or a sibling not known to be grown up."""
    return person.role == "child" or (
        person.role == "sibling" and not _grown_up(person.born_on, message.sent_at.date())
    )


def _grown_up(born_on: date | None, today: date) -> bool:
    return born_on is not None and (today.year - ADULT_AT, today.month, today.day) >= (
        born_on.year,
        born_on.month,
        born_on.day,
    )
