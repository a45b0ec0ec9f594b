"""A service as a page shows it: read out of its entry, in words.  Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mash.common.templates import day
from mash.directory import facts
from mash.directory.content import Need
from mash.directory.facts import DAYS, Raw
from mash.directory.models import Service
from mash.directory.published import without_people

OUTWARD = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service is.  lines: of its address, the postcode last."""

    name: str
    lines: tuple[str, ...]
    kind: str
    access: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody at a service is reached.  name: "" on public pages."""

    title: str
    name: str
    telephones: tuple[str, ...]
    email: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that a page says of a service."""

    service: Service
    facts: facts.Facts
    needs: tuple[str, ...]
    ages: str
    cost: str
    hours: tuple[str, ...]
    places: tuple[Place, ...]
    areas: tuple[str, ...]
    reached: tuple[Reach, ...]
    verified_on: date | None
    is_stale: bool

    @property
    def entry(self) -> dict[str, Any]:
        found: dict[str, Any] = self.service.entry
        return found

    @property
    def website(self) -> str:
        """Its own page, "" if its address is none that a browser may safely follow."""
        address = str(self.entry.get("url") or "")
        return address if address.lower().startswith(OUTWARD) else ""

    def says(self, name: str) -> str:
        """Return a text of its entry, "" where there is none."""
        return str(self.entry.get(name) or "").strip()


def shown(
    service: Service,
    *,
    needs: Mapping[str, Need],
    vocabulary: Mapping[str, Sequence[Sequence[str]]],
    verified_on: date | None,
    stale_before: date,
    at_work: bool,
) -> Shown:
    """Read a service for a page.

    at_work: for a worker's page, on which the names of its contacts stand.
    """
    entry = service.entry if at_work else without_people(service.entry)
    read = facts.facts_of(entry, vocabulary)
    return Shown(
        service=service,
        facts=read,
        needs=tuple(needs[one].label for one in read.needs if one in needs),
        ages=ages(service.minimum_age, service.maximum_age),
        cost=cost(entry),
        hours=tuple(filter(None, map(hours, facts.schedules_of(entry)))),
        places=tuple(filter(None, map(_place, facts.sites_of(entry)))),
        areas=tuple(
            str(one.get("name") or one.get("service_area") or "") for one in _list(entry, "service_areas")
        ),
        reached=tuple(_reached(entry)),
        verified_on=verified_on,
        is_stale=verified_on is None or verified_on < stale_before,
    )


def ages(low: int | None, high: int | None) -> str:
    """Say for which ages: "11 to 18", "from 16", "up to 5", "any age"."""
    if low and high is not None:
        return f"{low} to {high}"
    if low:
        return f"from {low}"
    return f"up to {high}" if high is not None else "any age"


def cost(entry: Raw) -> str:
    """Say what it costs, in the publisher's words."""
    fees = str(entry.get("fees") or "").strip()
    said = [fees, *(_price(one) for one in _list(entry, "cost_options"))]
    return "; ".join({one.casefold(): one for one in said if one}.values())


def hours(schedule: Raw) -> str:
    """Say when it is open: "Monday to Friday, 09:00 to 17:00"; the publisher's own words where no time is given."""
    wanted = {one.strip()[-2:] for one in str(schedule.get("byday") or "").upper().split(",")}
    days = [label for day, label in DAYS if day in wanted]
    opens, closes = (str(schedule.get(name) or "")[:5] for name in ("opens_at", "closes_at"))
    said = str(schedule.get("description") or schedule.get("notes") or "").strip()
    if not days or not opens:
        return said
    every = "" if schedule.get("freq") != "MONTHLY" else " (monthly)"
    return f"{_run(days)}, {opens}{f' to {closes}' if closes else ''}{every}"


def _run(days: list[str]) -> str:
    places = [label for _, label in DAYS]
    first, last = places.index(days[0]), places.index(days[-1])
    if len(days) > 2 and last - first == len(days) - 1:
        return f"{days[0]} to {days[-1]}"
    return " and ".join(filter(None, [", ".join(days[:-1]), days[-1]]))


def _price(one: Raw) -> str:
    amount, option = one.get("amount"), str(one.get("option") or "").strip()
    if amount is None:
        return option
    if not amount and (not option or "free" in option.casefold()):
        return option or "Free"
    price = "free" if not amount else f"£{amount:,.2f}".removesuffix(".00")
    about = str(one.get("amount_description") or "").strip()
    return ": ".join(filter(None, [option, " ".join(filter(None, [price, about]))]))


def _place(site: Raw) -> Place | None:
    location = site.get("location")
    if not isinstance(location, dict):
        return None
    address = next(iter(_list(location, "addresses")), {})
    parts = (
        address.get(name) for name in ("address_1", "address_2", "city", "state_province", "postal_code")
    )
    lines = tuple(dict.fromkeys(str(one).strip() for one in parts if one))
    access = tuple(str(one.get("description") or "") for one in _list(location, "accessibility"))
    return Place(
        str(location.get("name") or ""), lines, str(location["location_type"]), tuple(filter(None, access))
    )


def _reached(entry: Raw) -> Iterator[Reach]:
    for one in _list(entry, "contacts"):
        numbers = tuple(str(phone.get("number")) for phone in _list(one, "phones") if phone.get("number"))
        found = Reach(
            str(one.get("title") or ""), str(one.get("name") or ""), numbers, str(one.get("email") or "")
        )
        if found.telephones or found.email or found.name or found.title:
            yield found
    numbers = tuple(str(phone.get("number")) for phone in _list(entry, "phones") if phone.get("number"))
    if numbers:
        yield Reach("", "", numbers, "")


def _list(entry: Raw, name: str) -> list[dict[str, Any]]:
    return [one for one in entry.get(name) or [] if isinstance(one, dict)]


# What a change changes

UNSEEN = {
    "id",
    "service_id",
    "location_id",
    "contact_id",
    "link_id",
    "taxonomy_term_id",
    "taxonomy_id",
    "organization_id",
}
UNSEEN |= {
    "link_type",
    "freq",
    "interval",
    "term_uri",
    "taxonomy",
    "address_type",
    "location_type",
    "country",
}
CALLED = {
    "assured_date": "Last verified",
    "byday": "Days",
    "url": "Website",
    "fees": "Cost",
    "eligibility_description": "Who can use it",
    "address_1": "Address",
    "postal_code": "Postcode",
    "state_province": "County",
    "service_at_locations": "Place",
    "cost_options": "Cost",
    "phones": "Telephone",
}


def differences(before: Raw, after: Raw) -> list[tuple[str, str, str]]:
    """Return what differs between two states of an entry: place, before and after, in words."""
    was, now = dict(_lines(before)), dict(_lines(after))
    return [
        (place, was.get(place, ""), now.get(place, ""))
        for place in dict.fromkeys([*was, *now])
        if was.get(place, "") != now.get(place, "")
    ]


def _lines(entry: Raw) -> Iterator[tuple[str, str]]:
    for name, value in entry.items():
        if name in UNSEEN or value in (None, "", []):
            continue
        if name == "attributes":
            yield from _terms(value)
            continue
        said = "; ".join(_words(value)) if isinstance(value, list | dict) else _one(name, value)
        yield _label(name), said


def _terms(attributes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield what an entry is sorted under, taxonomy by taxonomy: the order in which terms stand says nothing."""
    found: dict[str, set[str]] = {}
    for one in attributes:
        term = one.get("taxonomy_term") or {}
        found.setdefault(str(term.get("taxonomy") or "Terms"), set()).add(str(term.get("name") or ""))
    for taxonomy, names in found.items():
        yield taxonomy, "; ".join(sorted(names))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield ", ".join(_words(one)) if isinstance(one, dict) else str(one)
    elif isinstance(value, dict):
        if "taxonomy_term" in value:
            yield str(value["taxonomy_term"].get("name") or "")
            return
        for name, one in value.items():
            if name in UNSEEN or one in (None, "", []):
                continue
            if isinstance(one, list | dict):
                yield from _words(one)
            else:
                yield _one(name, one)


def _one(name: str, value: Any) -> str:
    if name == "byday":
        return ", ".join(label for day, label in DAYS if day in str(value).upper())
    if name == "assured_date":
        return day(date.fromisoformat(str(value)[:10]))
    return str(value)[:5] if name in {"opens_at", "closes_at"} else str(value)


def _label(name: str) -> str:
    return CALLED.get(name) or name.replace("_", " ").capitalize()
