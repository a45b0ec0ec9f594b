"""Saying who holds a role, and that they no longer do."""

from datetime import date, datetime

from django.db import transaction

from mash.common.verdict import require
from mash.directory import policy
from mash.directory.models import NamedContact
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff


@transaction.atomic
def name_somebody(
    *,
    role: str,
    agency: Agency | None,
    at_school: str = "",
    name: str,
    telephone: str,
    email: str,
    note: str = "",
    from_on: date,
    until_on: date | None = None,
    published: bool,
    with_name: bool,
    by: Staff,
    at: datetime,
) -> NamedContact:
    """Say who holds a role for an agency or a school.  What an agency's worker writes is kept by that agency.

    agency: None with `at_school`, for a school or body that is no agency of the hub.

    Raises PermissionDenied.

    Source: docs/rules.md, "Named contacts".
    """
    require(policy.may_name(by))
    made = NamedContact(
        hub_id=by.hub_id,
        role=role,
        agency=None if at_school else agency,
        at_school=at_school,
        name=name,
        telephone=telephone,
        email=email,
        note=note,
        from_on=from_on,
        until_on=until_on,
        keeps=None if policy.keeps(by) else by.agency,
        published=published,
        with_name=published and with_name,
        by=by,
        at=at,
    )
    NamedContact.objects.bulk_create([made])
    detail = {"role": role, "published": published, "with_name": made.with_name}
    record("contact_of_agency.named", about=made, at=at, hub_id=made.hub_id, detail=detail)
    return made


@transaction.atomic
def end_named(*, named: NamedContact, on: date, by: Staff, at: datetime) -> None:
    """Let a named contact end with a day: from the next on it is shown nowhere, and it stays on record.

    Said again it changes nothing.  Raises PermissionDenied.

    Source: docs/rules.md, "Named contacts".
    """
    require(policy.may_end_named(by, named))
    if named.until_on is not None and named.until_on <= on:
        return
    named.until_on, named.ended_by = max(on, named.from_on), by
    named.save(update_fields=["until_on", "ended_by"])
    record("contact_of_agency.ended", about=named, at=at, hub_id=named.hub_id)
