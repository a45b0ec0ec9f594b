"""How contacts and enquiries went, read from what is recorded of them.  Whoever acts must see every case of the hub.

Source: docs/rules.md, "Performance figures".
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from mash.check.models import Check, Enquiry
from mash.common.clock import LONDON, WorkingWeek
from mash.contact.models import AT_RISK, Contact, ContactPerson, Settlement, Type
from mash.contact.wards import ward_of, wards
from mash.decision import bouncing
from mash.decision.content import levels, outcomes
from mash.decision.models import Decision, Outcome, Reopening, Strategy, Told
from mash.decision.needs import NO_FURTHER_ACTION
from mash.decision.queries.bouncing import History, histories
from mash.decision.queries.turnaround import TOLD_OF_A_DECISION, kept
from mash.insight.days import a_year_before
from mash.insight.models import Course, Enquired
from mash.partnership.models import Hub
from mash.people.joined import as_one, counts
from mash.triage.content import ratings as rating_meanings
from mash.triage.models import EpisodeContact, Paused, Rating, Route, Stage
from mash.triage.queries import history_of, hub_time, keep_time

SECTION_47 = "section_47_enquiry"
ADULT = "adult_at_risk"
LONG_AGO = datetime(2000, 1, 3, tzinfo=LONDON)


def courses(hub: Hub, keys: Collection[uuid.UUID]) -> list[Course]:
    """Return how these contacts went, not yet saved; nothing for one that is gone."""
    found = list(_contacts(hub, keys))
    if not found:
        return []
    about = _people(found)
    placed = _wards(hub, [one.pk for one in found])
    held = _held(found)
    _decide(found, held)
    for history in histories([key for key, some in held.items() if some.decisions]):
        if history.is_at_risk:
            about[history.contact_id].histories.append(history)
    moments = [one.received_at for one in found]
    moments += [one.made_at for some in held.values() for one in some.decisions if one.made_at]
    keep_time(hub, {localdate(one) for one in moments})
    week = hub_time(hub, localdate(max(one.received_at for one in found))).week
    made = [_course(hub, one, held[one.pk], week, about[one.pk]) for one in found]
    for one in made:
        one.ward = placed.get(one.contact_id, "")
    return made


def enquired(hub: Hub, keys: Collection[uuid.UUID]) -> list[Enquired]:
    """Return how the enquiries about these contacts went, not yet saved."""
    asked = (
        Enquiry.objects.filter(hub=hub.pk, check_asked__contact__in=list(keys))
        .select_related("check_asked__contact")
        .defer("check_asked__contact__message")
        .prefetch_related("returns")
        .order_by("pk")
    )
    week = hub_time(hub, localdate(max((one.sent_at for one in asked), default=LONG_AGO))).week
    placed = _wards(hub, keys)
    made = [_enquired(hub, one, week) for one in asked]
    for one in made:
        one.ward = placed.get(one.contact_id, "")
    return made


def _wards(hub: Hub, keys: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """Return in which ward each contact lies: that of the first home known of somebody at risk, else of the event."""
    if not wards():
        return {}
    homes: dict[uuid.UUID, list[str]] = defaultdict(list)
    people = ContactPerson.objects.filter(hub=hub.pk, contact__in=list(keys), role__in=AT_RISK)
    for contact, postcode in people.order_by("ref", "pk").values_list("contact", "postcode"):
        homes[contact].append(postcode)
    here = Contact.objects.filter(hub=hub.pk, pk__in=list(keys)).order_by("pk")
    return {key: ward_of([*homes[key], event]) for key, event in here.values_list("pk", "event_postcode")}


@dataclass(slots=True)
class _Held:
    """What is recorded of one contact, each in order.

    decisions: those that stood on it or, of its event, on another that answered it too.
    """

    ratings: list[Rating] = field(default_factory=list)
    pauses: list[Paused] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    reopenings: list[Reopening] = field(default_factory=list)
    strategies: list[Strategy] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


def _contacts(hub: Hub, keys: Collection[uuid.UUID]) -> Iterator[Contact]:
    found = Contact.objects.filter(hub=hub.pk, pk__in=list(keys)).defer("message")
    for contact in found.order_by("received_at", "pk"):
        contact.hub = hub  # its week and targets are read once
        yield contact


def _held(contacts: Collection[Contact]) -> Mapping[uuid.UUID, _Held]:
    """Return what is recorded of each: read kind by kind, and not by a manager of each contact."""
    found: dict[uuid.UUID, _Held] = defaultdict(_Held)
    told = Told.objects.select_related("reply").prefetch_related("reply__seen")
    kinds: dict[str, QuerySet[Any]] = {
        "ratings": Rating.objects.order_by("at", "pk"),
        "pauses": Paused.objects.order_by("from_at", "pk"),
        "checks": Check.objects.order_by("opened_at", "pk"),
        "told": told.order_by("pk"),
        "routes": Route.objects.order_by("at", "pk"),
        "reopenings": Reopening.objects.order_by("pk"),
        "strategies": Strategy.objects.order_by("pk"),
    }
    keys = [one.pk for one in contacts]
    for name, rows in kinds.items():
        for row in rows.filter(contact__in=keys):
            getattr(found[row.contact_id], name).append(row)
    return found


def _decide(contacts: Collection[Contact], held: Mapping[uuid.UUID, _Held]) -> None:
    """Give each contact its decisions."""
    keys = [one.pk for one in contacts]
    told = {(row.contact_id, row.decision_id) for one in contacts for row in held[one.pk].told}
    rows = (
        Decision.objects.filter(Q(contact__in=keys) | Q(pk__in=[decision for _, decision in told]))
        .filter(made_at__isnull=False, turned_down_at=None)
        .defer("snapshot", "told", "reasons")
        .prefetch_related(
            Prefetch(
                "outcomes",
                queryset=Outcome.objects.filter(alongside=False).select_related("about").order_by("pk"),
            )
        )
        .order_by("made_at", "pk")
    )
    here = set(keys)
    for decision in rows:
        on = {contact for contact, made in told if made == decision.pk} | ({decision.contact_id} & here)
        for key in on:
            held[key].decisions.append(decision)


@dataclass(slots=True)
class _About:
    """What is known of those at risk in one contact.

    settled: somebody is.  repeat: another contact about one of them came within the twelve months before.
    referred: for each child, by their record, the days on which another contact made them a referral.
    of: the record of each person named.  histories: what was ever open with each of them.
    """

    settled: bool = False
    repeat: bool = False
    referred: dict[uuid.UUID, set[date]] = field(default_factory=dict)
    of: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    histories: list[History] = field(default_factory=list)


def _people(contacts: Collection[Contact]) -> Mapping[uuid.UUID, _About]:
    keys = [one.pk for one in contacts]
    found: dict[uuid.UUID, _About] = defaultdict(_About)
    here = list(_settled(Q(contact_person__contact__in=keys)))
    for person, about, contact, _ in here:
        found[contact].settled = True
        found[contact].of[about] = person
    people = as_one({person for person, *_ in here})
    came: dict[uuid.UUID, set[tuple[datetime, uuid.UUID]]] = defaultdict(set)
    for person, _, contact, at in _settled(Q(person__in=people)):
        came[person].add((at, contact))
    others = {contact for some in came.values() for _, contact in some}
    episodes = dict(
        EpisodeContact.objects.filter(contact__in=[*others, *keys], undone_at=None).values_list(
            "contact", "episode"
        )
    )
    referred = _referred(people)
    for one in contacts:
        known, mine = found[one.pk], episodes.get(one.pk)
        since = a_year_before(localdate(one.received_at))
        for person in {*known.of.values()}:
            known.repeat |= any(
                at < one.received_at
                and localdate(at) >= since
                and contact != one.pk
                and (mine is None or episodes.get(contact) != mine)
                for at, contact in came[person]
            )
            known.referred[person] = {on for contact, on in referred[person] if contact != one.pk}
    return found


def _settled(which: Q) -> Iterable[tuple[uuid.UUID, uuid.UUID, uuid.UUID, datetime]]:
    rows = Settlement.objects.filter(
        which, undone_at=None, person__isnull=False, contact_person__role__in=AT_RISK
    )
    found: Iterable[tuple[uuid.UUID, uuid.UUID, uuid.UUID, datetime]] = rows.order_by("pk").values_list(
        counts(), "contact_person", "contact_person__contact", "contact_person__contact__received_at"
    )
    return found


def _referred(people: Collection[uuid.UUID]) -> Mapping[uuid.UUID, set[tuple[uuid.UUID, date]]]:
    """Return, for each record, on which contact and day a decision that stood made them a referral; reopened or not."""
    new = _new_referrals()
    rows = Outcome.objects.filter(
        decision__made_at__isnull=False,
        decision__turned_down_at=None,
        alongside=False,
        outcome__in=new,
        about__settlements__undone_at=None,
        about__settlements__person__in=people,
    )
    found: dict[uuid.UUID, set[tuple[uuid.UUID, date]]] = defaultdict(set)
    columns = (counts("about__settlements__person"), "decision__contact", "decision__made_at")
    for person, contact, at in rows.order_by("pk").values_list(*columns):
        found[person].add((contact, localdate(at)))
    return found


def _new_referrals() -> set[str]:
    return {name for name, one in outcomes().items() if one.referral == "new"}


def _assessed() -> set[str]:
    """Return the outcomes that make a new referral which does not end there: an assessment, or a step above one."""
    return {name for name, one in outcomes().items() if one.referral == "new" and one.referral_nfa is False}


def _course(hub: Hub, contact: Contact, held: _Held, week: WorkingWeek, about: _About) -> Course:
    ratings = held.ratings
    made = Course(
        hub_id=hub.pk,
        contact_id=contact.pk,
        came_on=localdate(contact.received_at),
        came_hour=contact.received_at.astimezone(LONDON).hour,
        source=contact.source_kind,
        notice=contact.type == Type.INFORMATION_ONLY,
        colour=ratings[-1].colour if ratings else "",
        repeat=about.repeat if about.settled else None,
    )
    if ratings:
        _rated(made, contact, ratings, week)
    opened = next(iter(held.checks), None)
    if opened:
        made.checked_on, made.checked_colour = localdate(opened.opened_at), opened.colour
        made.overridden = opened.gate_ground_id is not None
    counted = [one for one in held.decisions if _counts(one)]
    if counted:
        _decided(made, contact, held, counted[0], week)
        made.to_check = opened is not None
        _stands(made, held, counted, about)
        _told(made, contact, held.told, counted[0])
        _turned(made, about.histories)
        _overridden(made, contact, held.routes, counted[0])
    return made


def _counts(decision: Decision) -> bool:
    known = outcomes()
    return all(
        known[one.outcome].counts_as_decided for one in decision.outcomes.all() if one.outcome in known
    )


def _rated(made: Course, contact: Contact, ratings: list[Rating], week: WorkingWeek) -> None:
    at = ratings[0].at
    history = history_of(contact, ratings, [], contact.received_at, stage=Stage.TRIAGE)
    made.rated_on, made.rated_colour = localdate(at), ratings[0].colour
    made.rated_met = kept(history, at)
    made.rated_working, made.rated_elapsed = _lengths(contact.received_at, at, week)


def _decided(made: Course, contact: Contact, held: _Held, decision: Decision, week: WorkingWeek) -> None:
    at = decision.made_at
    assert at  # noqa: S101 - only those that stood were read
    made.decided_on, made.decided_colour = localdate(at), decision.colour
    made.decided_working, made.decided_elapsed = _lengths(contact.received_at, at, week)
    ratings, pauses = held.ratings, held.pauses
    strict = history_of(contact, ratings, [], contact.received_at, stage=Stage.HUB_DECISION, ended_at=at)
    made.decided_met = made.decided_rested = kept(strict, at)
    if pauses:
        rested = history_of(
            contact, ratings, pauses, contact.received_at, stage=Stage.HUB_DECISION, ended_at=at
        )
        made.decided_rested = kept(rested, at)


def _lengths(begin: datetime, end: datetime, week: WorkingWeek) -> tuple[int, int]:
    """Return working and elapsed seconds; none where the record says that it ended before it began."""
    if end <= begin:
        return 0, 0
    return int(week.working_time(begin, end).total_seconds()), int((end - begin).total_seconds())


def _stands(made: Course, held: _Held, counted: list[Decision], about: _About) -> None:
    reopened = {one.decision_id for one in held.reopenings}
    standing = next((one for one in reversed(counted) if one.pk not in reopened), None)
    if standing is None:
        return
    said = list(standing.outcomes.all())
    names, new = {one.outcome for one in said}, _new_referrals()
    made.stands = True
    made.to_referral = bool(names & new)
    made.to_assessment = not names.isdisjoint(_assessed())
    made.to_section_47 = SECTION_47 in names or any(one.section_47 for one in held.strategies)
    made.nfa = names == {NO_FURTHER_ACTION}
    if made.to_referral and made.decided_on:
        day = made.decided_on
        since = a_year_before(day)
        children = {about.of[one.about_id] for one in said if one.outcome in new and one.about_id in about.of}
        made.again = any(since <= on < day for child in children for on in about.referred.get(child, ()))


def _turned(made: Course, people: list[History]) -> None:
    """Say which rules of bouncing fired on somebody at risk on the day of the decision."""
    if not people or not made.decided_on:
        return
    rules = [fired.rule for one in people for fired in one.bounced(made.decided_on)]
    made.to_and_fro = any(map(bouncing.is_of_tiers, rules))
    made.nfa_again = any(map(bouncing.is_of_nothing_more, rules))
    made.worry_again = any(map(bouncing.is_of_the_same_worry, rules))


def _overridden(made: Course, contact: Contact, routes: list[Route], decision: Decision) -> None:
    """Say whether the first decision was another than was proposed, rated or agreed."""
    made.without_agreement = decision.overrides_agreement
    said = list(decision.outcomes.all())
    rated = rating_meanings().get(decision.colour)
    named = levels().get(rated.level) if rated else None
    decided = max((one.level for one in said if one.level), default=None)
    if named and decided:
        made.off_rating = decided != named.number
    proposed = [one for one in routes if one.at <= decision.at]
    if decision.contact_id == contact.pk and proposed and proposed[-1].route in outcomes():
        newest = proposed[-1]
        made.otherwise = any(
            one.outcome
            != (newest.for_adult if newest.for_adult and one.about.role == ADULT else newest.route)
            for one in said
        )


def _told(made: Course, contact: Contact, told: list[Told], decision: Decision) -> None:
    """Say by when the referrer was to be told, whether they were, and whether they had read it by then."""
    row = next((one for one in told if one.decision_id == decision.pk), None)
    if row is None or row.reply is None or row.reply.kind not in TOLD_OF_A_DECISION or not decision.made_at:
        return
    on = localdate(decision.made_at)
    time = hub_time(contact.hub, on)
    limits = [
        limit.due_at(decision.made_at, time.week)
        for by_rating in time.limits(Stage.FEEDBACK, contact.subject)
        if (limit := by_rating.get(decision.colour or "red"))
    ]
    if not limits:
        return
    due = min(limits)
    seen = min((one.at for one in row.reply.seen.all()), default=None)
    made.told_due_on = localdate(due)
    made.told = row.reply.at <= due
    made.read = seen is not None and seen <= due


def _enquired(hub: Hub, one: Enquiry, week: WorkingWeek) -> Enquired:
    whole = min((row for row in one.returns.all() if not row.part), key=lambda row: row.at, default=None)
    given_up = one.let_go_at is not None and one.let_go_at < one.due_at and whole is None
    made = Enquired(
        hub_id=hub.pk,
        enquiry_id=one.pk,
        contact_id=one.check_asked.contact_id,
        agency_id=one.agency_id,
        source=one.check_asked.contact.source_kind,
        colour=one.check_asked.colour,
        counts=one.withdrawn_at is None and not given_up,
        due_on=localdate(one.due_at),
        met=whole is not None and whole.at <= one.due_at,
    )
    if whole is not None:
        made.returned_on, made.nil = localdate(whole.at), whole.nil
        made.working, made.elapsed = _lengths(one.sent_at, whole.at, week)
    return made
