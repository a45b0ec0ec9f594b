"""What takes effect when a decision stands: referrers are told, workers get their notice, the check ends."""

from datetime import datetime

from mash.check.actions import end_gathering
from mash.check.models import Check
from mash.contact.actions import hold_still, reply, tell_allocated
from mash.contact.models import Contact, Reply, ReplyKind
from mash.decision import content, handed, needs, queries, telling
from mash.decision.actions.handing import end_what_ends
from mash.decision.models import Decision, Told
from mash.ledger.actions import record
from mash.partnership.models import Staff

ACT_FIRST = {"immediate_protection", "strategy_discussion"}  # the product follows: agencies still answer


def hold_event(contact: Contact) -> None:
    """Let one transaction at a time decide on a contact or on another report of its event."""
    for one in sorted(
        queries.episode_of(contact), key=lambda one: one.pk
    ):  # one order, so that none wait for ever
        hold_still(one)


def stand(decision: Decision, *, by: Staff, at: datetime, stood_at: datetime | None = None) -> None:
    """Let a decision take effect, once.  The caller holds the contact still and has every approval.

    by: whose word it waited for last; the decider's own where it waited for nobody.  stood_at: when the last word was
        given, where that was on paper and is entered now.
    """
    decision.made_at = stood_at or at
    decision.save(update_fields=["made_at"])
    mains = _mains(decision)
    for contact in queries.episode_of(decision.contact):
        _tell(decision, contact, mains, by=by, at=at)
    end_what_ends(decision, by=by, at=at)
    if decision.follows:
        handed.end(decision.follows, why="A newer decision stands.", by=by, at=at)
    if _passes_on(mains):
        _notify_workers(decision, by, at)
    if not {one.id for one in mains} & ACT_FIRST:
        _close_check(decision, at)
    record(
        "decision.stands",
        about=decision,
        at=at,
        hub_id=decision.hub_id,
        detail={"contact": str(decision.contact_id)},
    )


def _mains(decision: Decision) -> list[content.Outcome]:
    known = content.outcomes()
    return [known[one.outcome] for one in decision.outcomes.filter(alongside=False).order_by("pk")]


def _passes_on(mains: list[content.Outcome]) -> bool:
    return any(one.id == needs.TO_ALLOCATED_WORKER for one in mains)


def _tell(
    decision: Decision, contact: Contact, mains: list[content.Outcome], *, by: Staff, at: datetime
) -> None:
    if contact.is_from_the_public:
        said, why = _thank(contact, by=by, at=at)
    else:
        letter = telling.letter_for(mains)
        gaps = queries.gaps_for(decision, contact)
        only_passed_on = all(one.id == needs.TO_ALLOCATED_WORKER for one in mains)
        kind = ReplyKind.PASSED_ON if only_passed_on else ReplyKind.DECIDED
        words = telling.fill(letter, gaps)
        said, why = reply(contact=contact, kind=kind, words=words, by=by, at=at), ""
    Told.objects.bulk_create(
        [Told(hub_id=decision.hub_id, decision=decision, contact=contact, reply=said, why_not=why)]
    )


def _thank(contact: Contact, *, by: Staff, at: datetime) -> tuple[Reply | None, str]:
    """Thank a member of the public, who is told nothing of the decision; return the reply, or why there is none."""
    why_not = queries.why_not_thanked(contact)
    if why_not:
        return None, why_not
    words = telling.fill(telling.THANKS, queries.hub_gaps(contact))
    return reply(contact=contact, kind=ReplyKind.ACKNOWLEDGED, words=words, by=by, at=at), ""


def _notify_workers(decision: Decision, by: Staff, at: datetime) -> None:
    """Let allocated workers and their managers into the contact, and tell whoever was not told when it was settled."""
    people = decision.outcomes.filter(outcome=needs.TO_ALLOCATED_WORKER, person__isnull=False)
    keys = [key for key in people.values_list("person", flat=True) if key]
    tell_allocated(contact=decision.contact, people=keys, by=by, at=at)


def _close_check(decision: Decision, at: datetime) -> None:
    """End the gathering, whoever's word the decision waited for: it is the decider who ends it."""
    event = queries.keys_of(queries.episode_of(decision.contact))
    running = Check.objects.filter(contact__in=event, closed_at=None)
    for check in running.select_for_update():
        end_gathering(check, by=decision.by, at=at, decision=str(decision.pk))
