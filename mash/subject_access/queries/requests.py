"""Requests as their list and their pages show them: whose, how far, how long is left."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from mash.partnership.models import Agency, Staff
from mash.people import queries as people
from mash.people.joined import as_one
from mash.people.models import Person
from mash.subject_access import policy
from mash.subject_access.due import Due, due
from mash.subject_access.models import (
    Extension,
    Found,
    Handling,
    Identity,
    IdentityStep,
    Marking,
    OwnerAsked,
    Request,
    Sent,
    Step,
    StepKind,
)
from mash.subject_access.passages import Cut


class Stage(StrEnum):
    """How far a request has come, as everybody who sees it may know."""

    IDENTITY = "Waits to see who asks"
    MARKING = "Being marked"
    UNIT = "With the unit, and then a second person"
    SENT = "Sent"
    WITHDRAWN = "Withdrawn"
    REFUSED = "Refused"


ENDED = {Stage.SENT, Stage.WITHDRAWN, Stage.REFUSED}
BY_STEP = {
    StepKind.READY: Stage.UNIT,
    StepKind.WITHDRAWN: Stage.WITHDRAWN,
    StepKind.REFUSED: Stage.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One request with all that says where it stands."""

    request: Request
    handler: Staff
    stage: Stage
    due: Due
    identity: tuple[Identity, ...]
    extension: Extension | None
    steps: tuple[Step, ...]
    handed: tuple[Handling, ...]
    sent: Sent | None

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be answered."""
        return self.stage not in ENDED

    @property
    def with_the_unit(self) -> bool:
        """Tell whether its handler has marked it and handed it on."""
        return self.stage == Stage.UNIT

    def seen(self, step: str) -> Identity | None:
        """Return what was asked for, or seen, of identity and authority."""
        return next((one for one in self.identity if one.step == step), None)


def find(staff: Staff, request_id: uuid.UUID) -> Standing:
    """Return a request that this worker may see.  Raises Http404, never 403, for any other."""
    found = Request.objects.filter(policy.seen_by(staff)).select_related("person__hub", "hub", "by__account")
    return _standing([get_object_or_404(found, pk=request_id)])[0]


def again(request: Request) -> Standing:
    """Return where a request stands now, for an action that holds it."""
    return _standing([request])[0]


def requests_of(staff: Staff) -> list[Standing]:
    """Return the requests that this worker may see: open ones by when they are due, then those that ended.

    Raises Http404 for whoever has no list.

    Source: docs/rules.md, "Subject access".
    """
    if not policy.may_see_requests(staff):
        raise Http404
    found = Request.objects.filter(policy.seen_by(staff)).select_related("person", "hub", "by__account")
    every = _standing(list(found.order_by("received_on", "pk")))
    still = sorted((one for one in every if one.is_open), key=_urgency)
    done = sorted((one for one in every if not one.is_open), key=lambda one: one.due.ended_on or date.min)
    return still + done[::-1]


def open_on(staff: Staff, persons: Iterable[uuid.UUID]) -> list[Standing]:
    """Return the requests on these people that still wait for an answer, as far as this worker may see them.

    Source: docs/rules.md, "Legal hold".
    """
    found = Request.objects.filter(policy.seen_by(staff), person__in=list(persons))
    found = found.select_related("person", "hub", "by__account").order_by("received_on", "pk")
    return [one for one in _standing(list(found)) if one.is_open]


def _urgency(one: Standing) -> date:
    return one.due.due_on or one.due.without_waiting


def _standing(found: list[Request]) -> list[Standing]:
    """Read what belongs to several requests, each table once."""
    keys = [one.pk for one in found]
    identities = _by_request(Identity.objects.filter(request__in=keys).select_related("by__account"))
    steps = _by_request(
        Step.objects.filter(request__in=keys).select_related("by__account").order_by("number")
    )
    handed = Handling.objects.filter(request__in=keys).select_related("to__account", "by__account")
    by_request = _by_request(handed.order_by("number"))
    extended = {one.request_id: one for one in Extension.objects.filter(request__in=keys)}
    sent = _by_request(Sent.objects.filter(request__in=keys).select_related("by__account").order_by("at"))
    return [
        _one(
            request,
            identity=tuple(identities.get(request.pk, ())),
            steps=tuple(steps.get(request.pk, ())),
            handed=tuple(by_request.get(request.pk, ())),
            extension=extended.get(request.pk),
            sent=next(iter(sent.get(request.pk, ())), None),
        )
        for request in found
    ]


def _one(
    request: Request,
    *,
    identity: tuple[Identity, ...],
    steps: tuple[Step, ...],
    handed: tuple[Handling, ...],
    extension: Extension | None,
    sent: Sent | None,
) -> Standing:
    asked = next((one.on for one in identity if one.step == IdentityStep.ASKED), None)
    shown = next((one.on for one in identity if one.step == IdentityStep.SEEN), None)
    stage = _stage(steps, sent, shown=shown is not None)
    ended_on = sent.sent_on if sent else (localdate(steps[-1].at) if stage in ENDED and steps else None)
    time = due(
        request.received_on, asked_on=asked, shown_on=shown, extended=extension is not None, ended_on=ended_on
    )
    return Standing(request, handed[-1].to, stage, time, identity, extension, steps, handed, sent)


def _stage(steps: tuple[Step, ...], sent: Sent | None, *, shown: bool) -> Stage:
    if sent:
        return Stage.SENT
    newest = BY_STEP.get(StepKind(steps[-1].kind)) if steps else None
    return newest or (Stage.MARKING if shown else Stage.IDENTITY)


def _by_request(rows: Iterable[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for one in rows:
        found.setdefault(one.request_id, []).append(one)
    return found


def may_handle(staff: Staff, person: Person) -> list[Staff]:
    """Return the posts that may be given a request about a person, by name: those that decide, and are not kept out."""
    posts = Staff.objects.filter(hub=staff.hub_id, until_at=None).select_related("account")
    return [one for one in posts.order_by("account__name", "pk") if policy.may_be_handler(one, person)]


def person_asked_about(staff: Staff, person_id: uuid.UUID) -> Person:
    """Return the record that counts of a person whom this worker may see.  Raises Http404 for any other."""
    found = people.find(staff, person_id)
    return people.find(staff, found.merged_into_id) if found.merged_into_id else found


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What a person's page says of requests about them.  may_record: whether this worker may write one down."""

    person: Person
    requests: list[Standing]
    may_record: bool


def on_a_record(staff: Staff, person: Person, at: datetime) -> OnRecord:  # noqa: ARG001
    """Return the requests about a person, in every record of theirs, as far as this worker may see them."""
    seen = Request.objects.filter(policy.seen_by(staff), person__in=as_one([person.pk]))
    rows = list(seen.select_related("person", "hub", "by__account").order_by("received_on", "pk"))
    return OnRecord(person, _standing(rows) if rows else [], bool(policy.may_record(staff, person)))


# What was gathered


@dataclass(frozen=True, slots=True)
class Marked:
    """One gathered text with what was decided on it.  marking: the newest, None while nobody has."""

    found: Found
    marking: Marking | None

    @property
    def cuts(self) -> list[Cut]:
        """Return what becomes of its words; none while nobody has decided."""
        return [Cut(*one) for one in self.marking.cuts] if self.marking else []


def gathered(request: Request) -> list[Marked]:
    """Return the texts gathered for a request, the newest of each place, as far as whoever acts may see them."""
    rows = Found.objects.filter(request=request).select_related("agency").order_by("place", "-at", "-pk")
    newest = list(rows.distinct("place"))
    return sorted(_marked(newest), key=lambda one: (one.found.on or date.min, one.found.at, one.found.place))


def find_text(staff: Staff, found_id: uuid.UUID) -> tuple[Standing, Marked]:
    """Return one gathered text, with its request.  Raises Http404 for one that this worker may not see."""
    seen = Found.objects.filter(request__in=Request.objects.filter(policy.seen_by(staff)))
    one = get_object_or_404(seen.select_related("agency", "request"), pk=found_id)
    return find(staff, one.request_id), _marked([one])[0]


def markings_of(found: Found) -> "QuerySet[Marking]":
    """Return every marking of a text, newest first."""
    return Marking.objects.filter(found=found).select_related("by__account").order_by("-number")


def _marked(texts: list[Found]) -> list[Marked]:
    newest = Marking.objects.filter(found=OuterRef("found")).order_by("-number").values("pk")[:1]
    rows = Marking.objects.filter(found__in=[one.pk for one in texts], pk=Subquery(newest))
    by_text = {one.found_id: one for one in rows.select_related("by__account")}
    return [Marked(one, by_text.get(one.pk)) for one in texts]


# Whose information it is


@dataclass(frozen=True, slots=True)
class Owner:
    """An agency that shared something, and what was said with it.  newest: None while it was not asked."""

    agency: Agency
    texts: int
    newest: OwnerAsked | None

    @property
    def is_settled(self) -> bool:
        """Tell whether it said something, or was asked and let the time pass."""
        return self.newest is not None and bool(self.newest.says)


def owners(request: Request, texts: Iterable[Marked]) -> list[Owner]:
    """Return the agencies that shared something of what was gathered, by name."""
    count: dict[uuid.UUID, int] = {}
    agencies: dict[uuid.UUID, Agency] = {}
    for one in texts:
        if one.found.agency:
            agencies[one.found.agency.pk] = one.found.agency
            count[one.found.agency.pk] = count.get(one.found.agency.pk, 0) + 1
    rows = OwnerAsked.objects.filter(request=request, agency__in=count).select_related("by__account")
    newest = {one.agency_id: one for one in rows.order_by("number")}
    found = [Owner(agency, count[key], newest.get(key)) for key, agency in agencies.items()]
    return sorted(found, key=lambda one: one.agency.name)


def asked_of(request: Request) -> "QuerySet[OwnerAsked]":
    """Return all that was asked of agencies and said by them, newest first."""
    found = OwnerAsked.objects.filter(request=request).select_related("agency", "by__account")
    return found.order_by("-at", "-number")
