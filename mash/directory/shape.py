"""The shape of an entry in Open Referral UK 3.0, as it is read.  Pure.

Only what the standard fixes is asked for; whatever else a publisher wrote is kept with the entry.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

LONGEST_TEXT, LONGEST_NAME, LONGEST_ENTRY = 20_000, 300, 400_000  # characters
MOST_OF_ONE = 500  # things in one list of an entry
OLDEST = 150  # years
COMPLAINTS_SHOWN = 5  # of one entry
ADDRESS = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
DAYS = re.compile(r"[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)")
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def _address(value: str) -> str:
    """Refuse an address that a browser would run, or that leads nowhere."""
    if value and not ADDRESS.match(value):
        raise ValueError("must begin with http:// or https://")
    return value


def _days(value: str) -> str:
    wrong = [one for one in value.split(",") if one.strip() and not DAYS.fullmatch(one.strip().upper())]
    if wrong:
        raise ValueError(f"{wrong[0].strip()[:12]} is not a day: MO, TU, WE, TH, FR, SA or SU")
    return value


def _day(value: Any) -> Any:
    """Take a day, or a moment of which only the day counts."""
    if isinstance(value, str) and value:
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            raise ValueError("is not a day such as 2026-11-30") from None
    return value or None


def _clock(value: Any) -> Any:
    if isinstance(value, str) and value:
        try:
            return time.fromisoformat(value.removesuffix("Z"))
        except ValueError:
            raise ValueError("is not a time of day such as 09:30") from None
    return value or None


Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Address = Annotated[str, Field(max_length=2_000), AfterValidator(_address)]
Day = Annotated[date | None, BeforeValidator(_day)]
Clock = Annotated[time | None, BeforeValidator(_clock)]
Age = Annotated[float, Field(ge=0, le=OLDEST)]


class Thing(BaseModel):
    """Anything that has a key of its own."""

    model_config = ConfigDict(extra="allow")

    id: UUID


class TermIn(Thing):
    name: Name
    description: Text | None = None
    parent_id: UUID | None = None
    taxonomy: Text | None = None
    taxonomy_id: UUID | None = None
    term_uri: Address | None = None


class TaxonomyIn(Thing):
    name: Name
    description: Text | None = None
    uri: Address | None = None


class Attribute(Thing):
    taxonomy_term_id: UUID | None = None
    taxonomy_term: TermIn | None = None


class Postal(Thing):
    address_1: Text | None = None
    city: Text | None = None
    postal_code: Text | None = None


class LocationIn(Thing):
    location_type: Literal["physical", "postal", "virtual"]
    name: Text | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    addresses: Annotated[list[Postal], Field(max_length=MOST_OF_ONE)] | None = None
    attributes: Annotated[list[Attribute], Field(max_length=MOST_OF_ONE)] | None = None


class Schedule(Thing):
    valid_from: Day = None
    valid_to: Day = None
    dtstart: Day = None
    freq: Literal["WEEKLY", "MONTHLY"] | None = None
    byday: Annotated[Text, AfterValidator(_days)] | None = None
    opens_at: Clock = None
    closes_at: Clock = None
    schedule_link: Address | None = None
    description: Text | None = None


class Phone(Thing):
    number: Text | None = None


class ContactIn(Thing):
    name: Text | None = None
    title: Text | None = None
    email: Text | None = None
    phones: Annotated[list[Phone], Field(max_length=MOST_OF_ONE)] | None = None


class At(Thing):
    location_id: UUID | None = None
    location: LocationIn | None = None
    schedules: Annotated[list[Schedule], Field(max_length=MOST_OF_ONE)] | None = None
    contacts: Annotated[list[ContactIn], Field(max_length=MOST_OF_ONE)] | None = None
    phones: Annotated[list[Phone], Field(max_length=MOST_OF_ONE)] | None = None


class Area(Thing):
    name: Text | None = None
    service_area: Text | None = None


class Cost(Thing):
    option: Text | None = None
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    amount_description: Text | None = None
    valid_from: Day = None
    valid_to: Day = None


class Language(Thing):
    name: Text | None = None
    language: Text | None = None
    code: Text | None = None


class OrganisationIn(Thing):
    name: Name
    description: Text | None = None
    email: Text | None = None
    website: Address | None = None
    parent_organization_id: UUID | None = None


class ServiceIn(Thing):
    organization_id: UUID | None = None
    name: Name
    description: Text | None = None
    url: Address | None = None
    email: Text | None = None
    status: Literal["active", "inactive", "defunct", "temporarily closed"]
    fees: Text | None = None
    accreditations: Text | None = None
    eligibility_description: Text | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    assured_date: Day = None
    alert: Text | None = None
    last_modified: datetime | None = None
    schedules: Annotated[list[Schedule], Field(max_length=MOST_OF_ONE)] | None = None
    service_areas: Annotated[list[Area], Field(max_length=MOST_OF_ONE)] | None = None
    service_at_locations: Annotated[list[At], Field(max_length=MOST_OF_ONE)] | None = None
    languages: Annotated[list[Language], Field(max_length=MOST_OF_ONE)] | None = None
    organization: OrganisationIn | None = None
    funding: Annotated[list[Thing], Field(max_length=MOST_OF_ONE)] | None = None
    cost_options: Annotated[list[Cost], Field(max_length=MOST_OF_ONE)] | None = None
    contacts: Annotated[list[ContactIn], Field(max_length=MOST_OF_ONE)] | None = None
    phones: Annotated[list[Phone], Field(max_length=MOST_OF_ONE)] | None = None
    attributes: Annotated[list[Attribute], Field(max_length=MOST_OF_ONE)] | None = None


SHAPES: dict[str, type[Thing]] = {
    "services": ServiceIn,
    "organizations": OrganisationIn,
    "locations": LocationIn,
    "taxonomies": TaxonomyIn,
    "taxonomy_terms": TermIn,
}
"""The lists of a file, each with the shape of one of its things."""

WORDS = {
    "missing": "is missing",
    "uuid_parsing": "is not a key such as 70cdfa3c-d290-51e0-bb3c-c086ca27eadf",
    "uuid_type": "is not a key such as 70cdfa3c-d290-51e0-bb3c-c086ca27eadf",
    "string_type": "must be text",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "list_type": "must be a list",
    "too_long": "holds too many things",
    "model_type": "must be an object in braces",
    "model_attributes_type": "must be an object in braces",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "datetime_from_date_parsing": "is not a moment such as 2026-11-30T12:00:00Z",
    "datetime_parsing": "is not a moment such as 2026-11-30T12:00:00Z",
    "datetime_type": "is not a moment such as 2026-11-30T12:00:00Z",
}


class Wrong(ValueError):
    """An entry cannot be kept; each of its lines names the place and says what is wrong there."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("; ".join(self.lines))


def check(kind: str, raw: Any, place: str) -> Thing:
    """Read one thing of a list.

    kind: one of SHAPES.  place: how the thing is called in what is said of it, such as "services[12]".

    Raises Wrong.
    """
    if not isinstance(raw, dict):
        raise Wrong([f"{place}: must be an object in braces"])
    said = json.dumps(raw, ensure_ascii=False)
    if len(said) > LONGEST_ENTRY:
        raise Wrong([f"{place}: is longer than {LONGEST_ENTRY:,} characters"])
    if UNKEEPABLE.search(said) or "\\u0000" in said:
        raise Wrong([f"{place}: holds a character that no text has"])
    try:
        found = SHAPES[kind].model_validate(raw)
    except ValidationError as error:
        raise Wrong(_said(error, place)) from None
    if isinstance(found, ServiceIn):
        _agree(found, place)
    return found


def _agree(service: ServiceIn, place: str) -> None:
    low, high = service.minimum_age, service.maximum_age
    if low is not None and high is not None and low > high:
        raise Wrong([f"{place}.maximum_age: is below minimum_age"])
    if service.organization is None and service.organization_id is None:
        raise Wrong([f"{place}.organization: is missing, and there is no organization_id"])


def _said(error: ValidationError, place: str) -> Iterator[str]:
    for one in error.errors(include_url=False)[:COMPLAINTS_SHOWN]:
        yield f"{place}{''.join(_step(step) for step in one['loc'])}: {_why(one)}"


def _step(step: int | str) -> str:
    return f"[{step}]" if isinstance(step, int) else f".{step}"


def _why(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "literal_error":
        return f"must be {context['expected']}"
    if kind == "value_error":
        return str(context["error"])
    if kind in {"greater_than_equal", "less_than_equal"}:
        return f"must be {'at least' if kind.startswith('g') else 'at most'} {context.get('ge', context.get('le')):g}"
    return WORDS.get(kind, str(error["msg"]).lower())
