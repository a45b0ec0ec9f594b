"""What earlier stages ask of decisions: whether section 47 may be named, and what the chronology shows."""

from datetime import datetime

from django.db.models import Min

from mash.check.chronology import Entry
from mash.contact.models import Contact
from mash.decision import content
from mash.decision.models import Decision, Outcome, PassedBack, Strategy
from mash.decision.queries.event import episode_of, keys_of
from mash.decision.queries.handing import passed_back_on
from mash.decision.queries.naming import day_of
from mash.triage.fixed import start
from mash.triage.queries import FixedClock

SECTION_47 = "section_47_enquiry"
STRATEGY, STRATEGY_HELD = "strategy_discussion", "strategy_discussion_held"


def section_47_is_recorded(contact: Contact) -> bool:
    """Tell whether a section 47 enquiry was decided on this contact's event: in a discussion, or as an outcome.

    Source: docs/rules.md, "Truthful enquiries".
    """
    event = keys_of(episode_of(contact))
    decided = Outcome.objects.filter(
        decision__contact__in=event, decision__made_at__isnull=False, outcome=SECTION_47
    )
    return decided.exists() or Strategy.objects.filter(contact__in=event, section_47=True).exists()


def first_decided_at(contact: Contact) -> datetime | None:
    """Return when the first decision on a contact or its event stood."""
    event = keys_of(episode_of(contact))
    made = Decision.objects.filter(contact__in=event, made_at__isnull=False, turned_down_at=None)
    first: datetime | None = made.aggregate(first=Min("made_at"))["first"]
    return first


def strategy_clock(contact: Contact, at: datetime) -> list[FixedClock]:
    """Return the clock from the decision to hold a strategy discussion to when one was held; none where none was.

    Source: docs/rules.md, "Statutory clocks".
    """
    event = keys_of(episode_of(contact))
    asked = Outcome.objects.filter(
        decision__contact__in=event,
        decision__made_at__isnull=False,
        decision__turned_down_at=None,
        outcome=STRATEGY,
    )
    begins = asked.aggregate(first=Min("decision__made_at"))["first"]
    if begins is None:
        return []
    held = Strategy.objects.filter(contact__in=event).aggregate(first=Min("held_at"))["first"]
    return [
        FixedClock(STRATEGY_HELD, "Strategy discussion held", start(STRATEGY_HELD, contact, begins, held, at))
    ]


def facts_of(contact: Contact) -> list[Entry]:
    """Return the decisions that stand on a contact, what services passed back and the strategy discussions held."""
    event = keys_of(episode_of(contact))
    decided = Decision.objects.filter(contact__in=event, made_at__isnull=False)
    held = Strategy.objects.filter(contact__in=event)
    return [
        *(_decision(one) for one in decided.prefetch_related("outcomes__about")),
        *(_passed_back(one) for one in passed_back_on(contact)),
        *(_discussion(one) for one in held),
    ]


def _decision(one: Decision) -> Entry:
    mains = [outcome for outcome in one.outcomes.all() if not outcome.alongside]
    labels = dict.fromkeys(content.outcomes()[outcome.outcome].label for outcome in mains)
    return Entry(
        title=f"Decided: {', '.join(labels)}",
        on=day_of(one.made_at or one.at),
        at=one.made_at,
        precision="moment",
        words=one.reasons,
        agency="The hub",
        kind="decision",
        people=tuple(str(outcome.about) for outcome in mains),
    )


def _passed_back(one: PassedBack) -> Entry:
    return Entry(
        title=f"Passed back by {one.service}",
        on=one.told_on,
        words=f"{content.back_reasons()[one.reason].label}. {one.words}",
        agency=one.service,
        source=one.said_by,
        kind="decision",
        people=(str(one.outcome.about),),
    )


def _discussion(one: Strategy) -> Entry:
    return Entry(
        title="Strategy discussion held",
        on=day_of(one.held_at),
        at=one.held_at,
        precision="moment",
        words=one.decisions,
        agency="The hub",
        kind="decision",
    )
