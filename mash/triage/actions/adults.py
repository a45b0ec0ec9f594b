"""Recording what is known of an adult at risk: the three-part test, what they want, their capacity."""

import uuid
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from mash.common.verdict import require
from mash.contact.models import ContactPerson
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage import policy
from mash.triage.actions.once import key_for
from mash.triage.models import AboutAdult, Capacity, ThreePartTest, Wishes

ADULT = "adult_at_risk"
Row = TypeVar("Row", bound=AboutAdult)


class NotAnAdult(Exception):
    """That is recorded of an adult at risk alone: of no child, and of no parent."""


class NotSaid(Exception):
    """Each part is put into words; the message says which is not."""


@transaction.atomic
def record_test(
    *,
    about: ContactPerson,
    needs: str,
    needs_words: str,
    harm: str,
    harm_words: str,
    protect: str,
    protect_words: str,
    by: Staff,
    at: datetime,
    key: uuid.UUID | None = None,
) -> ThreePartTest:
    """Record the three parts of section 42(1) of the Care Act for one adult.  The same form twice records once.

    Raises PermissionDenied; NotAnAdult; NotSaid.

    Source: docs/rules.md, "Adults at risk".
    """
    said = {"needs_words": needs_words, "harm_words": harm_words, "protect_words": protect_words}
    answers = {"needs": needs, "harm": harm, "protect": protect}
    return _record(ThreePartTest, about, said, answers, by=by, at=at, key=key)


@transaction.atomic
def record_wishes(
    *,
    about: ContactPerson,
    asked: str,
    words: str,
    spoken_for_by: str = "",
    by: Staff,
    at: datetime,
    key: uuid.UUID | None = None,
) -> Wishes:
    """Record what one adult wants to happen, or why they were not asked.  The same form twice records once.

    Raises PermissionDenied; NotAnAdult; NotSaid.

    Source: docs/rules.md, "Adults at risk".
    """
    said = {"words": words} | ({"spoken_for_by": spoken_for_by} if asked == "advocate" else {})
    rest = {"asked": asked} | ({} if asked == "advocate" else {"spoken_for_by": spoken_for_by.strip()})
    return _record(Wishes, about, said, rest, by=by, at=at, key=key)


@transaction.atomic
def record_capacity(
    *,
    about: ContactPerson,
    decision: str,
    finding: str,
    words: str,
    assessed_by: str = "",
    decides_for_them: str = "",
    by: Staff,
    at: datetime,
    key: uuid.UUID | None = None,
) -> Capacity:
    """Record what is known of one adult's capacity for one decision.  The same form twice records once.

    Raises PermissionDenied; NotAnAdult; NotSaid.

    Source: docs/rules.md, "Adults at risk".
    """
    who = {"assessed_by": assessed_by, "decides_for_them": decides_for_them}
    said = {"decision": decision, "words": words} | (who if finding == "lacks" else {})
    rest = {"finding": finding} | (
        {} if finding == "lacks" else {name: one.strip() for name, one in who.items()}
    )
    return _record(Capacity, about, said, rest, by=by, at=at, key=key)


def _record(
    model: type[Row],
    about: ContactPerson,
    said: dict[str, str],
    answers: dict[str, str],
    *,
    by: Staff,
    at: datetime,
    key: uuid.UUID | None,
) -> Row:
    """said: what must be put into words.  answers: the rest, as it is."""
    require(policy.may_work_on(by, about.contact))
    if about.role != ADULT:
        raise NotAnAdult
    empty = [name for name, words in said.items() if not words.strip()]
    if empty:
        raise NotSaid(empty[0])
    rows = model._default_manager
    pk = key_for(by, uuid.uuid5(key, f"{model.__name__} {about.pk}") if key else None)
    made: Row | None = rows.filter(pk=pk).first()
    if made:
        return made
    words = {name: one.strip() for name, one in said.items()}
    row = model(
        id=pk, hub_id=about.hub_id, contact=about.contact, about=about, by=by, at=at, **words, **answers
    )
    rows.bulk_create([row])
    record(
        f"adult.{model._meta.model_name}_recorded",
        about=about.contact,
        at=at,
        hub_id=about.hub_id,
        detail={"about": about.ref, "row": str(row.pk)},
    )
    return row
