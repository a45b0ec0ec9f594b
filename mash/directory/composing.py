"""Between an entry in its standard form and the form on which somebody changes it.  Pure.

The form holds the first contact, the first opening times and the first place of a service; further ones are kept.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from mash.directory import facts
from mash.directory.facts import LEVEL, NEED, ROUTE, WAIT, key_of, term
from mash.directory.words import postcode_in

Said = Mapping[str, Any]
TEXTS = (
    "name",
    "description",
    "url",
    "email",
    "status",
    "fees",
    "eligibility_description",
    "alert",
    "accreditations",
)
FREE_OPTION = "Free"


def values_of(entry: facts.Raw, read: facts.Facts) -> dict[str, Any]:
    """Return what the form shows of an entry."""
    contact, schedule, site = (
        _first(entry, name) for name in ("contacts", "schedules", "service_at_locations")
    )
    address = _first(site.get("location") or {}, "addresses")
    stated = {str(key_of(NEED, need)): need for need in read.needs}
    attributes = [str(one.get("taxonomy_term_id") or "") for one in entry.get("attributes") or []]
    return {name: entry.get(name) or "" for name in TEXTS} | {
        "contact_title": contact.get("title") or "",
        "contact_name": contact.get("name") or "",
        "telephone": _first(contact, "phones").get("number") or "",
        "minimum_age": _whole(entry.get("minimum_age")),
        "maximum_age": _whole(entry.get("maximum_age")),
        "cost": {True: "free", False: "paid", None: ""}[read.is_free],
        "needs": [stated[key] for key in attributes if key in stated],
        "levels": list(read.levels),
        "route": read.routes[0] if read.routes else "",
        "wait": read.wait,
        "days": [day for day, _ in facts.DAYS if day in str(schedule.get("byday") or "").upper()],
        "opens_at": str(schedule.get("opens_at") or "")[:5],
        "closes_at": str(schedule.get("closes_at") or "")[:5],
        "hours_words": schedule.get("description") or "",
        "languages": ", ".join(read.languages),
        "address_1": address.get("address_1") or "",
        "city": address.get("city") or "",
        "postcode": address.get("postal_code") or "",
    }


def written(
    before: facts.Raw, said: Said, *, organisation: uuid.UUID, needs: Mapping[str, str], today: str
) -> dict[str, Any]:
    """Return the entry with what a form says, everything else kept.

    before: the entry as it stands; for a new one its id alone.  needs: label by id.  today: YYYY-MM-DD; whoever
    writes an entry says that it is right.
    """
    entry = dict(before) | {"organization_id": str(organisation), "assured_date": today}
    entry |= {name: said[name] for name in TEXTS}
    for name in ("minimum_age", "maximum_age"):
        entry[name] = said[name]
    entry["contacts"] = _with_contact(before, said)
    entry["schedules"] = _with_schedule(before, said)
    entry["service_at_locations"] = _with_site(before, said, organisation)
    entry["languages"] = _languages(before, said["languages"])
    entry["cost_options"] = _with_cost(before, said["cost"])
    entry["attributes"] = facts.with_terms(before, _terms(said, needs))
    return {name: value for name, value in entry.items() if value not in ("", None, [])}


def _terms(said: Said, needs: Mapping[str, str]) -> list[dict[str, Any]]:
    levels = dict(facts.LEVELS)
    found = [term(NEED, needs[one], one) for one in said["needs"]]
    found += [term(LEVEL, levels[one].replace("Level ", "", 1), one) for one in said["levels"]]
    found += [term(ROUTE, said["route"])] if said["route"] else []
    return found + ([term(WAIT, said["wait"])] if said["wait"] else [])


def _with_contact(before: facts.Raw, said: Said) -> list[dict[str, Any]]:
    first, *rest = before.get("contacts") or [{}]
    if not (said["contact_title"] or said["contact_name"] or said["telephone"]):
        return rest
    contact = {"id": _key(before, "contact"), "service_id": before["id"], **first}
    contact |= {"title": said["contact_title"], "name": said["contact_name"]}
    phone, *others = first.get("phones") or [{}]
    phone = {"id": _key(before, "phone"), "contact_id": contact["id"], **phone, "number": said["telephone"]}
    contact["phones"] = [*([phone] if said["telephone"] else []), *others]
    return [_kept(contact), *rest]


def _with_schedule(before: facts.Raw, said: Said) -> list[dict[str, Any]]:
    first, *rest = before.get("schedules") or [{}]
    if not (said["days"] or said["hours_words"]):
        return rest
    schedule = {"id": _key(before, "schedule"), "service_id": before["id"], **first}
    schedule |= {"byday": ",".join(said["days"]), "description": said["hours_words"]}
    schedule["freq"] = first.get("freq") or ("WEEKLY" if said["days"] else "")
    for name in ("opens_at", "closes_at"):
        schedule[name] = f"{said[name]}:00" if said[name] else ""
    return [_kept(schedule), *rest]


def _with_site(before: facts.Raw, said: Said, organisation: uuid.UUID) -> list[dict[str, Any]]:
    first, *rest = before.get("service_at_locations") or [{}]
    was = first.get("location") or {}
    address, *others = was.get("addresses") or [{}]
    typed = {"address_1": said["address_1"], "city": said["city"], "postal_code": said["postcode"]}
    if all(str(address.get(name) or "") == value for name, value in typed.items()):
        return [*([first] if first else []), *rest]
    if not any(typed.values()):
        return rest
    location = {
        "id": str(key_of(str(organisation), before["id"], said["address_1"], said["postcode"])),
        "location_type": "physical",
        "name": was.get("name") or "",
    }
    address = {
        "id": str(key_of(location["id"], "address")),
        "location_id": location["id"],
        "state_province": address.get("state_province") or said["city"],
        "country": address.get("country") or "GB",
        "address_type": "physical",
        **typed,
    }
    moved = {
        "id": first.get("id") or _key(before, "site"),
        "service_id": before["id"],
        "location_id": location["id"],
    }
    location |= {"addresses": [address, *others]}
    return [
        {
            **{name: one for name, one in first.items() if name not in moved},
            **moved,
            "location": _kept(location),
        },
        *rest,
    ]


def _languages(before: facts.Raw, said: str) -> list[dict[str, Any]]:
    there = {
        str(one.get("name") or one.get("language") or one.get("code") or ""): one
        for one in before.get("languages") or []
    }
    names = list(dict.fromkeys(filter(None, (one.strip() for one in said.split(",")))))
    return [
        there.get(name)
        or {
            "id": _key(before, f"language {name}"),
            "service_id": before["id"],
            "name": name,
            "language": name,
        }
        for name in names
    ]


def _spoken(one: Mapping[str, Any]) -> str:
    return str(one.get("name") or one.get("language") or one.get("code") or "")


def _with_cost(before: facts.Raw, cost: str) -> list[dict[str, Any]]:
    """Say that it is free or paid for, where the options did not say so already."""
    options = list(before.get("cost_options") or [])
    if cost == "free":
        free = [one for one in options if not one.get("amount")]
        return free or [
            {"id": _key(before, "cost"), "service_id": before["id"], "option": FREE_OPTION, "amount": 0}
        ]
    return [one for one in options if one.get("amount")] if cost == "paid" else options


def clean_postcode(said: str) -> str:
    """Return a postcode as it is written, "" if it is none."""
    return postcode_in(said)


def _kept(thing: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if value not in ("", None, [])}


def _key(entry: facts.Raw, what: str) -> str:
    return str(key_of(str(entry["id"]), what))


def _first(thing: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = [one for one in thing.get(name) or [] if isinstance(one, dict)]
    return found[0] if found else {}


def _whole(value: float | None) -> str:
    return "" if value is None else str(int(value))
