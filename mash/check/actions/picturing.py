"""Making the picture: the chronology, the risk, and what each agency thinks."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from mash.check import policy
from mash.check.content import risk_matrix
from mash.check.models import Answer, Happened, Risk, View
from mash.check.queries.picture import question_text, words_of
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact, ContactPerson
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff

LONGEST_TITLE = 200


class NotReadable(Exception):
    """That answer is not one that this worker may read on this contact."""


class NothingWritten(Exception):
    """There is nothing to keep."""


class NotOfTheMatrix(Exception):
    """A level or a factor was picked that the risk matrix does not have."""


@transaction.atomic
def tick_in(*, contact: Contact, answers: Sequence[Answer], by: Staff, at: datetime) -> int:
    """Take shared answers into the chronology without retyping; return how many are new there.

    Raises PermissionDenied, NotReadable.

    Source: docs/rules.md, "The check".
    """
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    if any(
        one.check_asked.contact_id != contact.pk or not policy.may_read_answer(by, one) for one in answers
    ):
        raise NotReadable
    there = set(
        Happened.objects.filter(contact=contact, from_answer__in=answers).values_list(
            "from_answer", flat=True
        )
    )
    people = {one.pk: one for one in contact.people.all()}
    new = [_from_answer(contact, one, people, by, at) for one in answers if one.pk not in there]
    Happened.objects.bulk_create(new)
    if new:
        record(
            "chronology.added_to", about=contact, at=at, hub_id=contact.hub_id, detail={"entries": len(new)}
        )
    return len(new)


def _from_answer(
    contact: Contact, answer: Answer, people: Mapping[uuid.UUID, ContactPerson], by: Staff, at: datetime
) -> Happened:
    about = answer.person.contact_person_id_opaque if answer.person else None
    return Happened(
        hub_id=contact.hub_id,
        contact=contact,
        person=people.get(about) if about else None,
        on=answer.on,
        precision=answer.on_precision if answer.on else "unknown",
        title=question_text(answer.enquiry, answer)[:LONGEST_TITLE],
        words=words_of(answer.enquiry, answer),
        agency=answer.enquiry.agency.name,
        kind=answer.question,
        from_answer=answer,
        by=by,
        recorded_at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, as the hub writes it down.  on: None when nobody knows when."""

    title: str
    words: str = ""
    on: date | None = None
    precision: str = "day"
    agency: str
    person: ContactPerson | None = None
    significance: str = ""


@transaction.atomic
def record_event(*, contact: Contact, event: Event, by: Staff, at: datetime, key: uuid.UUID) -> Happened:
    """Write something into the chronology.  The same form twice writes once.

    Raises PermissionDenied, NothingWritten.

    Source: docs/rules.md, "The check".
    """
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    made = Happened.objects.filter(pk=_key(by, key), contact=contact).first()
    if made:
        return made
    if not event.title.strip():
        raise NothingWritten
    row = Happened(
        id=_key(by, key),
        hub_id=contact.hub_id,
        contact=contact,
        person=event.person,
        on=event.on,
        precision=event.precision if event.on else "unknown",
        title=event.title.strip(),
        words=event.words.strip(),
        agency=event.agency,
        significant=bool(event.significance.strip()),
        significance=event.significance.strip(),
        by=by,
        recorded_at=at,
    )
    Happened.objects.bulk_create([row])
    record("chronology.added_to", about=contact, at=at, hub_id=contact.hub_id, detail={"entries": 1})
    return row


@transaction.atomic
def mark_significant(*, contact: Contact, entry: Happened, why: str, by: Staff, at: datetime) -> Happened:
    """Say why an entry matters, or with no words that it does not.  Safe to repeat."""
    require(policy.may_work_on(by, contact))
    entry.significance, entry.significant = why.strip(), bool(why.strip())
    entry.save(update_fields=["significance", "significant"])
    detail = {"entry": str(entry.pk), "significant": entry.significant}
    record("chronology.marked", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return entry


@transaction.atomic
def record_risk(
    *,
    contact: Contact,
    picked: Mapping[str, Any],
    words: Mapping[str, str],
    by: Staff,
    at: datetime,
    key: uuid.UUID,
) -> Risk:
    """Write down the risk picture; the newest counts and none is changed.  Nothing is added up.

    picked: "harm", "likelihood", "imminence" and "band" to one id each, "factors" to several, of the risk matrix.
    words: worries, strengths, needs_to_happen, childs_voice, missing.

    Raises PermissionDenied, NothingWritten, NotOfTheMatrix.

    Source: docs/rules.md, "The check".
    """
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    made = Risk.objects.filter(pk=_key(by, key), contact=contact).first()
    if made:
        return made
    said = {name: text.strip() for name, text in words.items()}
    if not any(said.values()) and not any(picked.values()):
        raise NothingWritten
    _make_sure_of_the_matrix(picked)
    row = Risk(
        id=_key(by, key), hub_id=contact.hub_id, contact=contact, picked=dict(picked), by=by, at=at, **said
    )
    Risk.objects.bulk_create([row])
    record("risk.recorded", about=contact, at=at, hub_id=contact.hub_id)
    return row


def _make_sure_of_the_matrix(picked: Mapping[str, Any]) -> None:
    matrix = risk_matrix()
    levels: dict[str, set[str]] = {one.id: {level.id for level in one.levels} for one in matrix.dimensions}
    levels["band"] = {band.id for band in matrix.bands}
    factors = {one.id for one in (*matrix.vulnerabilities, *matrix.aggravating, *matrix.protective)}
    for name, chosen in picked.items():
        known = factors if name == "factors" else levels.get(name, set())
        if not set(_several(chosen)) <= known:
            raise NotOfTheMatrix(name)


def _several(chosen: Any) -> Iterable[str]:
    return [chosen] if isinstance(chosen, str) and chosen else chosen or []


@transaction.atomic
def record_view(
    *,
    contact: Contact,
    agency: Agency,
    words: str,
    colour: str = "",
    disagrees: bool = False,
    by: Staff,
    at: datetime,
    key: uuid.UUID,
) -> View:
    """Write down what an agency thinks, in its own words; each view stays as given.

    Raises PermissionDenied, NothingWritten.

    Source: docs/rules.md, "Disagreement".
    """
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    made = View.objects.filter(pk=_key(by, key), contact=contact).first()
    if made:
        return made
    if not words.strip():
        raise NothingWritten
    row = View(
        id=_key(by, key),
        hub_id=contact.hub_id,
        contact=contact,
        agency=agency,
        colour=colour,
        disagrees=disagrees,
        words=words.strip(),
        by=by,
        at=at,
    )
    View.objects.bulk_create([row])
    detail = {"agency": str(agency.pk), "disagrees": disagrees}
    record("view.recorded", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return row


def _key(by: Staff, key: uuid.UUID) -> uuid.UUID:
    return uuid.uuid5(by.pk, f"picture:{key}")
