"""How what a decision asks for is named, and whom it is about."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from django.db.models import Q
from django.utils.timezone import localdate

from mash.contact.models import ContactPerson, Settlement
from mash.decision.adults import RECORDED
from mash.decision.content import Outcome, levels
from mash.decision.queries.event import episode_of, keys_of
from mash.people.joined import as_one
from mash.triage.gate import cannot_answer_for
from mash.triage.models import Agreement, Sought

SAID_ONCE = {
    "reasons",
    "history_read",
    "agreement_record",
    "receipt",
}  # asked once for the whole decision, or later
LABELS = {
    "accepted_at": "When did they accept, in writing? Leave empty until they have",
    "accepted_by": "Who accepted there? Leave empty until they have",
    "advice_given": "What advice was given?",
    "attenders": "Who is to attend?",
    "capacity_view": "What is known of their capacity to decide?",
    "grounds": "What are the grounds to suspect significant harm?",
    "home_authority": "Which authority do they live in?",
    "interim_safety": "Who keeps them safe until it is accepted?",
    "lead_agency": "Which agency leads?",
    "manager": "Which manager?",
    "primary_need": "What is the primary need?",
    "questions_for_panel": "What is the panel asked?",
    "reason_no_action": "Why is no action asked for?",
    "service": "Which service?",
    "strategy_discussion_record": "Which strategy discussion?",
    "three_part_test": "How are the three parts of the test met?",
    "time_and_place": "When and where?",
    "when": "When?",
    "where_child_is": "Where is the child?",
    "who_decided": "Who decided?",
    "who_is_acting": "Who is acting?",
    "who_will_act": "Who will act?",
    "wishes": "What does the person want?",
    "worker": "Which worker?",
}


DIRECTIONS = {
    "first": "First help",
    "step_up": "Step up",
    "step_down": "Step down",
    "level": "No change of tier",
    "out": "Out: open help ends and nothing follows",
    "moved": "Moved: another authority has accepted",
    "none": "Nothing open, and no help follows",
    "": "",
}


def level_names() -> dict[int, str]:
    """Return the name of each level of need, by its number."""
    return {level.number: level.name for level in levels().values()}


def needs_to_say(outcome: Outcome) -> tuple[str, ...]:
    """Return what must be put into words for one person with this outcome."""
    return tuple(need for need in outcome.needs if need not in SAID_ONCE | RECORDED)


def need_label(need: str) -> str:
    """Return what an outcome asks for, in the worker's words."""
    return LABELS.get(need, need.replace("_", " ").capitalize())


def subject_of(about: ContactPerson) -> Literal["child", "adult"]:
    """Return whether somebody at risk is a child or an adult."""
    return "adult" if about.role == "adult_at_risk" else "child"


def day_of(at: datetime) -> date:
    """Return the day of a moment, on England's calendar."""
    return localdate(at)


def agreement_gaps(
    chosen: Iterable[tuple[ContactPerson, Outcome]], at: datetime
) -> list[tuple[ContactPerson, Outcome]]:
    """Return the people whose outcome needs agreement to just that, and nobody who can answer for them has given it.

    One that was withdrawn, has lapsed, is for something else or is another's to give counts for nothing.

    Source: docs/rules.md, "Agreement".
    """
    return [pair for pair in chosen if _needs_agreement(*pair) and not _agreed(*pair, at)]


def _needs_agreement(about: ContactPerson, outcome: Outcome) -> bool:
    return outcome.agreement_for(subject_of(about)) == "needed"


def _agreed(about: ContactPerson, outcome: Outcome, at: datetime) -> bool:
    lasting = Q(lapses_at=None) | Q(lapses_at__gt=at)
    said = Settlement.objects.filter(contact_person=about, undone_at=None, person__isnull=False)
    settled = as_one(key for key in said.values_list("person", flat=True) if key)
    same = Settlement.objects.filter(
        contact_person__hub=about.hub_id, person__in=settled, undone_at=None
    ).values("contact_person")
    who = Q(about=about) | Q(about__in=same, contact__in=keys_of(episode_of(about.contact)))
    given = Agreement.objects.filter(
        lasting, who, sought=Sought.GIVEN, withdrawn_at=None, scopes__contains=[outcome.agreement_scope]
    ).select_related("about", "given_by_person", "contact")
    return any(
        not cannot_answer_for(one, one.about, one.contact.relationships.all(), day_of(at)) for one in given
    )
