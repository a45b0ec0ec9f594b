"""What can be drawn of a month, what was known of it, and who can decide it again or anew."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any

from django.db.models import Q

from mash.common.clock import LONDON
from mash.contact import queries as contacts
from mash.contact.models import Contact, ContactPerson, Settlement
from mash.decision import queries as decisions
from mash.decision.content import offered_outcomes, outcomes
from mash.decision.models import Outcome
from mash.decision.needs import BACK_FOR_AGREEMENT
from mash.partnership.models import Access, Duty, Restriction, Staff
from mash.partnership.queries import has_stopped, lasting
from mash.people.joined import as_one
from mash.quality.content import own_decisions as content
from mash.quality.own import seen
from mash.quality.own.models import Again, Reviewer
from mash.quality.own.policy import decides_again
from mash.quality.own.took_part import took_part
from mash.triage.content import agreement_scopes
from mash.triage.models import Returned

RESTRICTED, PASSED_ON, NO_PICTURE = "restricted", "passed_on", "no_picture"
ABOUT_SHARING = {"referral", "agency_checks"}
LEFT_OUT = {
    RESTRICTED: "restricted",
    PASSED_ON: "passed on to the worker who has the case",
    NO_PICTURE: "without a picture of what was known",
}


@dataclass(frozen=True, slots=True)
class Framed:
    """One decision on one person that could be drawn.  key: a hash, which names nobody.

    outcome: the row that says what was decided; None of a contact that went back for agreement.
    """

    key: str
    half: str
    outcome: Outcome | None
    returned: Returned | None
    about: ContactPerson

    @property
    def contact(self) -> Contact:
        return self.returned.contact if self.returned else self.about.contact


def month_before(today: date) -> date:
    """Return the first day of the month before this one."""
    years, month = divmod(today.year * 12 + today.month - 2, 12)
    return date(years, month + 1, 1)


def next_month(begins_on: date) -> date:
    """Return the first day of the month after."""
    years, month = divmod(begins_on.year * 12 + begins_on.month, 12)
    return date(years, month + 1, 1)


def key_in_frame(what: uuid.UUID, about: uuid.UUID) -> str:
    """Return the name of a decision on one person in a frame."""
    return sha256(f"{what}:{about}".encode()).hexdigest()


def frame_of(staff: Staff, begins_on: date) -> tuple[list[Framed], dict[str, int]]:
    """Return every decision on one person that was made in a month, and how many are left out, by why.

    Children and adults, by day and out of hours, and what went back for agreement, each person of it by themselves.
    Left out are restricted cases, which few may know of; what was passed on to a worker who had the case already,
    which is no decision; and decisions brought in from elsewhere without what was known.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    begin = datetime.combine(begins_on, time(), LONDON)
    end = datetime.combine(next_month(begins_on), time(), LONDON)
    readable = contacts.readable(staff)
    closed = {
        *Restriction.objects.filter(hub=staff.hub_id, until_at=None).values_list("contact_id", flat=True)
    }
    decided = Outcome.objects.filter(
        decision__contact__in=readable,
        decision__made_at__gte=begin,
        decision__made_at__lt=end,
        decision__turned_down_at=None,
        alongside=False,
    ).select_related("decision__contact", "decision__by", "about__contact", "person")
    back = Returned.objects.filter(contact__in=readable, at__gte=begin, at__lt=end).select_related(
        "contact", "by"
    )
    excluded = dict.fromkeys(LEFT_OUT, 0)
    frame = []
    for one in decided.order_by("pk"):
        why = _why_not(one, closed)
        if why:
            excluded[why] += 1
            continue
        key = key_in_frame(one.decision_id, one.about_id)
        frame.append(Framed(key, content.half_of(one.outcome), one, None, one.about))
    for returned in back.order_by("pk"):
        for about in decisions.at_risk(returned.contact):
            if returned.contact_id in closed:
                excluded[RESTRICTED] += 1
                continue
            key = key_in_frame(returned.pk, about.pk)
            frame.append(Framed(key, content.half_of(BACK_FOR_AGREEMENT), None, returned, about))
    return sorted(frame, key=lambda one: one.key), excluded


def _why_not(outcome: Outcome, closed: set[uuid.UUID]) -> str:
    if outcome.decision.contact_id in closed:
        return RESTRICTED
    if outcome.outcome in content.own_content().passed_on:
        return PASSED_ON
    return "" if outcome.decision.snapshot.get("contacts") else NO_PICTURE


@dataclass(frozen=True, slots=True)
class Known:
    """What a copy is made of.  contacts: of the event.  named, people: all that it speaks of.  hide: names to cover."""

    picture: seen.Picture
    as_of: datetime
    contacts: Sequence[uuid.UUID]
    named: Sequence[uuid.UUID]
    people: Sequence[uuid.UUID]
    hide: Sequence[str]


def known_of(staff: Staff, one: Framed) -> Known:
    """Return what was known when it was decided: the frozen picture; drawn back to that moment, where none was frozen.

    Other contacts that are restricted now are not spoken of.
    """
    event = decisions.Event(one.contact)
    if one.outcome:
        decision = one.outcome.decision
        picture, at = decision.snapshot, decision.at
        deciders = [decision.by, decision.second_by, decision.cleared_by]
    else:
        assert one.returned  # noqa: S101 - one of both
        at, deciders = one.returned.at, [one.returned.by]
        picture = _as_it_was(decisions.draw(event, at), at)
    keys, told, people = seen.speaks_of(picture)
    rows = list(
        contacts.readable(staff).filter(Q(pk__in=keys) | Q(reference__in=told)).values_list("pk", "reference")
    )
    open_to_all = Restriction.objects.filter(contact_id__in=[key for key, _ in rows], until_at=None)
    restricted = {*open_to_all.values_list("contact_id", flat=True)}
    readable = {said for key, name in rows if key not in restricted for said in (str(key), name)}
    picture = seen.without(picture, (keys | told) - readable)
    still, still_told, people = seen.speaks_of(picture)
    named = {key for key, name in rows if str(key) in still or name in still_told}
    return Known(
        picture,
        at,
        [contact.pk for contact in event.contacts],
        sorted(named | {contact.pk for contact in event.contacts}),
        sorted(as_one(uuid.UUID(key) for key in people)),
        [post.account.name for post in deciders if post],
    )


def _as_it_was(picture: seen.Picture, at: datetime) -> seen.Picture:
    """Return a picture drawn today as it was at a moment, earlier decisions too: each as it stood then."""
    before = seen.as_it_was(picture, at)
    keys = [each["key"] for one in before.get("history", ()) for each in one["earlier"]]
    rows = Outcome.objects.filter(decision__contact__in=keys, decision__made_at__lte=at, alongside=False)
    stood = {
        str(contact): outcomes()[name].label
        for contact, name in rows.order_by("decision__made_at", "pk").values_list(
            "decision__contact", "outcome"
        )
    }
    history = [
        {
            **one,
            "decided_here": [],
            "earlier": [{**each, "outcome": stood.get(each["key"], "")} for each in one["earlier"]],
        }
        for one in before.get("history", ())
    ]
    return {**before, "history": history}


def agreed_to_help() -> set[str]:
    """Return what an agreement to help is for, by label: all but passing a worry on, and asking agencies."""
    return {one.label for name, one in agreement_scopes().items() if name not in ABOUT_SHARING}


def person_of(about: ContactPerson) -> Any:
    """Return who somebody in a contact is on record, None while nobody can tell."""
    settled = Settlement.objects.filter(contact_person=about, undone_at=None, person__isnull=False).first()
    return settled.person if settled else None


def who_decides_again(hub_id: uuid.UUID, at: datetime) -> list[Staff]:
    """Return the posts of a hub that may be asked to decide again, by key: trained to, cleared, at work, not the lead.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    found = Staff.objects.filter(
        lasting(at), ~Q(has_stopped()), hub=hub_id, duties__contains=[Duty.REVIEW, Duty.CLEAR]
    )
    here = found.filter(Q(away_until=None) | Q(away_until__lte=at)).select_related("account", "agency")
    return [one for one in here.order_by("pk") if decides_again(one)]


def who_decides_anew(again: Again, reviewers: Iterable[Staff], at: datetime) -> list[Staff]:
    """Return the decision makers of a hub who took no part in a case, nor decided it again, and are at work.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    found = Staff.objects.filter(
        lasting(at), ~Q(has_stopped()), hub=again.hub_id, duties__contains=[Duty.DECIDE]
    )
    here = found.filter(Q(away_until=None) | Q(away_until__lte=at)).select_related("account", "agency")
    event = [one.pk for one in decisions.episode_of(again.contact)]
    part = {account for accounts in took_part(event).values() for account in accounts}
    part |= {one.account_id for one in reviewers} | {again.decided_by.account_id}
    free = [one for one in here.order_by("pk") if one.account_id not in part]
    kept = closed_to(free, event, [])
    return [one for one in free if one.pk not in kept]


def closed_to(
    posts: Iterable[Staff],
    named: Iterable[uuid.UUID],
    people: Iterable[uuid.UUID],
    *,
    but: Iterable[uuid.UUID] = (),
) -> set[uuid.UUID]:
    """Return the keys of the posts that are, or once were, kept from any of these contacts or people.

    but: rows of access that do not count.
    """
    keys = [one.pk for one in posts]
    closed = Q(contact_id__in=list(named)) | Q(person_id__in=list(people))
    rows = Access.objects.filter(closed, staff__in=keys, bars=True).exclude(pk__in=list(but))
    return {key for key in rows.values_list("staff_id", flat=True) if key}


def _asked_now(posts: Iterable[Staff]) -> list[uuid.UUID]:
    """Return the rows by which these posts are kept from cases that they decide again now.

    Whoever decides again on a child may on a brother of the same event.  Who has done may not: it is open to them.
    """
    rows = Reviewer.objects.filter(staff__in=[one.pk for one in posts], ended_at=None)
    return [key for kept in rows.values_list("kept", flat=True) for key in kept]


def may_take(again: Again, part: set[uuid.UUID], posts: Sequence[Staff]) -> list[Staff]:
    """Return which of these posts may decide a case again: no part in it, not of the decider's agency, not kept out.

    An agency is the smallest team that the product knows of.
    """
    of = again.decided_by.agency_id
    free = [one for one in posts if one.account_id not in part and one.agency_id != of]
    kept = closed_to(free, again.named, again.people, but=_asked_now(free))
    return [one for one in free if one.pk not in kept]


def load_of(hub_id: uuid.UUID) -> Mapping[uuid.UUID, int]:
    """Return how many copies each post decides again now."""
    found: dict[uuid.UUID, int] = {}
    for key in Reviewer.objects.filter(hub=hub_id, ended_at=None).values_list("staff_id", flat=True):
        found[key] = found.get(key, 0) + 1
    return found


def chosen_outcomes(subject: str) -> list[tuple[str, str]]:
    """Return the outcomes that may be decided again for a child or an adult, with their labels."""
    offered = {one.id for one in offered_outcomes()} | {BACK_FOR_AGREEMENT}
    passed_on = content.own_content().passed_on
    return [
        (one.id, one.label)
        for one in outcomes().values()
        if one.kind == "main" and one.is_about(subject) and one.id in offered and one.id not in passed_on
    ]
