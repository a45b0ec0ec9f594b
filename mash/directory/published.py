"""Entries as anybody may read them, in the shape of Open Referral UK 3.0.  Pure.

Left out is who a person is: the name of a contact, whom post is addressed to, and who assures an entry.  A contact is
published by title, telephone and e-mail.

Source: docs/rules.md, "Named contacts".
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

Raw = dict[str, Any]
OF_A_PERSON = {"assurer_email", "attention"}
SERVICE_BASIC = (
    "id",
    "organization_id",
    "name",
    "description",
    "url",
    "email",
    "status",
    "fees",
    "accreditations",
    "eligibility_description",
    "minimum_age",
    "maximum_age",
    "assured_date",
    "alert",
    "last_modified",
)
ORGANISATION_BASIC = (
    "id",
    "name",
    "description",
    "email",
    "website",
    "logo",
    "uri",
    "parent_organization_id",
)
LOCATION_BASIC = (
    "id",
    "location_type",
    "name",
    "description",
    "latitude",
    "longitude",
    "external_identifier",
    "external_identifier_type",
)
TERM_BASIC = ("id", "name", "description", "parent_id", "taxonomy", "taxonomy_id", "term_uri", "term")


def without_people(value: Any, *, within: str = "") -> Any:
    """Return an entry without who its people are, at any depth, and without what is empty."""
    if isinstance(value, list):
        return [without_people(one, within=within) for one in value]
    if not isinstance(value, dict):
        return value
    hidden = OF_A_PERSON | ({"name"} if within == "contacts" else set())
    return {
        name: without_people(one, within=name)
        for name, one in value.items()
        if name not in hidden and one is not None
    }


def organisation(entry: Mapping[str, Any]) -> Raw:
    """Return an organisation in its short form."""
    found = _only(entry, ORGANISATION_BASIC)
    return {"description": "", **found}


def service(
    entry: Mapping[str, Any],
    offered_by: Mapping[str, Any],
    *,
    modified_at: datetime,
    verified_on: date | None,
    full: bool = True,
    locations: Mapping[str, Raw] | None = None,
) -> Raw:
    """Return a service, fully nested or in its short form.

    locations: by key, those that are listed by themselves, for places that name one and do not hold it.
    """
    found = without_people(dict(entry)) if full else _only(entry, SERVICE_BASIC)
    found |= {"organization": without_people(dict(offered_by)) if full else organisation(offered_by)}
    found["organization"].setdefault("description", "")
    found["last_modified"] = modified_at.isoformat().replace("+00:00", "Z")
    if verified_on:
        found["assured_date"] = verified_on.isoformat()
    for site in found.get("service_at_locations") or [] if full else []:
        other = (locations or {}).get(str(site.get("location_id")))
        if "location" not in site and other:
            site["location"] = without_people(other)
    return found


def site(entry: Mapping[str, Any], of: Raw, *, full: bool, location: Raw | None = None) -> Raw:
    """Return a service at a location.  of: its service, as `service` returns it."""
    there = entry.get("location") or location or {}
    found = without_people(dict(entry)) if full else _only(entry, ("id", "service_id", "location_id"))
    found["service_id"] = of["id"]
    if there:
        found["location_id"] = there["id"]
        found["location"] = without_people(there) if full else _only(there, LOCATION_BASIC)
    nested = {name: one for name, one in of.items() if name != "service_at_locations"}
    return found | {"service": nested}


def term(entry: Mapping[str, Any]) -> Raw:
    """Return a term of a taxonomy."""
    return {"description": "", **_only(entry, TERM_BASIC)}


def taxonomy(entry: Mapping[str, Any], terms: Iterable[Raw] | None = None) -> Raw:
    """Return a taxonomy.  terms: None in a list, where they are left out."""
    found = {"description": "", **_only(entry, ("id", "name", "description", "uri", "version"))}
    return found if terms is None else found | {"taxonomy_terms": list(terms)}


def page(contents: list[Raw], *, total: int, number: int, size: int) -> Raw:
    """Return a page of a list.  number: from 1.  size: how many stand on a page at most."""
    pages = max(1, -(-total // size))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": contents,
    }


def _only(entry: Mapping[str, Any], names: Iterable[str]) -> Raw:
    return {name: entry[name] for name in names if entry.get(name) is not None}
