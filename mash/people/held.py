"""What we hold on people, read as details in one query; row-level security lies beneath."""

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from mash.people import tokens
from mash.people.details import Details, Home, OtherName

MOST_WEIGHED = 60  # people set beside what came in, at most
MOST_OF_ONE = 300  # people who are found by one and the same thing, at most
HEAVY = {
    tokens.NUMBER: 8, tokens.YEAR: 6, tokens.LETTER: 5, tokens.INITIAL: 4, tokens.HOME: 4, tokens.STREET: 4,
    tokens.MONTH: 4, tokens.DAY: 4, tokens.BORN: 3, tokens.PHONE: 2, tokens.PAIR: 2,
}  # fmt: skip
"""How much each thing in common counts when only so many people can be set beside what came in."""

Held = dict[uuid.UUID, tuple[uuid.UUID, Details]]
"""By the key of a record: the key of the one that counts for it, and what is held on it."""
Row = tuple[Any, ...]
"""What is held on a record as the database says it: lists as JSON, then the columns of `OWN`."""
READ = json.JSONDecoder().raw_decode
"""Reads what the database wrote: it begins at once and nothing follows, which `json.loads` would look for."""
OWN = (
    "given", "family", "pronunciation", "born_on", "expected_on", "age_words", "age_as_of", "sex", "ethnicity",
    "language", "interpreter", "disabilities", "school", "gp", "died_on", "source", "source_key",
)  # fmt: skip
"""Columns of a person that are details under the same name."""
_HELD = f"""
    SELECT person.id,
      (SELECT json_agg(json_build_array(given, family, kind) ORDER BY id)::text
       FROM people_name WHERE person_id = person.id),
      (SELECT json_agg(json_build_array(lines, postcode, from_on, until_on)
                       ORDER BY until_on DESC NULLS FIRST, from_on DESC NULLS LAST, id)::text
       FROM people_address WHERE person_id = person.id),
      (SELECT json_agg(number ORDER BY until_on DESC NULLS FIRST, id)::text
       FROM people_phone WHERE person_id = person.id),
      (SELECT json_agg(json_build_array(scheme, value) ORDER BY id)::text
       FROM people_identifier WHERE person_id = person.id),
      (SELECT json_agg(json_build_array(other.given, other.family) ORDER BY other.id)::text
       FROM people_person AS other WHERE other.id IN (
         SELECT from_person_id FROM people_relationship WHERE to_person_id = person.id AND kind <> 'other'
         UNION SELECT to_person_id FROM people_relationship WHERE from_person_id = person.id AND kind <> 'other'
         UNION SELECT beside.person_id FROM people_resident AS mine
           JOIN people_resident AS beside ON beside.household_id = mine.household_id WHERE mine.person_id = person.id
       ) AND coalesce(other.merged_into_id, other.id) <> coalesce(person.merged_into_id, person.id)),
      {", ".join(f"person.{name}" for name in OWN)}
"""  # noqa: S608  # fixed words; the query builder would take longer to write them than PostgreSQL to answer
WHAT_WE_HOLD = f"{_HELD} FROM people_person person"
_WHOSE = f"{_HELD}, coalesce(person.merged_into_id, person.id)"
WHAT_WE_HOLD_OF_WHOM = f"{_WHOSE} FROM people_person person"
WHAT_WE_HOLD_OF_EACH = f"{_WHOSE}, nearest.one FROM people_person person"
HIT = """
      CROSS JOIN LATERAL (
        SELECT person_id FROM people_token WHERE hub_id = %s AND people_token.token = wanted.token LIMIT %s
      ) AS hit
"""
MOST_FIRST = "GROUP BY hit.person_id ORDER BY sum(wanted.heavy) DESC, hit.person_id LIMIT %s"
NEAREST = f"""
    JOIN (
      SELECT hit.person_id FROM unnest(%s::bytea[], %s::int[]) AS wanted (token, heavy)
      {HIT} {MOST_FIRST}
    ) AS nearest ON nearest.person_id = person.id
"""  # noqa: S608
NEAREST_TO_EACH = f"""
    JOIN (
      SELECT sought.one, near.person_id FROM generate_series(0, %s) AS sought (one)
      CROSS JOIN LATERAL (
        SELECT hit.person_id FROM unnest(%s::bytea[], %s::int[], %s::int[]) AS wanted (token, heavy, one)
        {HIT} WHERE wanted.one = sought.one {MOST_FIRST}
      ) AS near
    ) AS nearest ON nearest.person_id = person.id
"""  # noqa: S608


def nearest(hub_id: uuid.UUID, asked: Iterable[tokens.Word]) -> Held:
    """Return what we hold on those who have most of this in common, in one query."""
    sought, heavy = _weighted(hub_id, asked)
    if not sought:
        return {}
    given = [sought, heavy, hub_id, MOST_OF_ONE, MOST_WEIGHED]
    rows = _rows(f"{WHAT_WE_HOLD_OF_WHOM} {NEAREST}", given)
    return {key: (counts, details_of(said)) for key, *said, counts in rows}


def nearest_to_each(hub_id: uuid.UUID, asked: Sequence[Iterable[tokens.Word]]) -> list[Held]:
    """Return, for each of several, what we hold on those who have most of it in common; in one query for all."""
    if len(asked) == 1:  # planned in less time
        return [nearest(hub_id, asked[0])]
    found: list[Held] = [{} for _ in asked]
    sought: list[bytes] = []
    heavy: list[int] = []
    places: list[int] = []
    for place, words in enumerate(asked):
        tokens_of_one, weights = _weighted(hub_id, words)
        sought, heavy, places = sought + tokens_of_one, heavy + weights, places + [place] * len(weights)
    if sought:
        given = [len(asked) - 1, sought, heavy, places, hub_id, MOST_OF_ONE, MOST_WEIGHED]
        for key, *said, counts, place in _rows(f"{WHAT_WE_HOLD_OF_EACH} {NEAREST_TO_EACH}", given):
            found[place][key] = (counts, details_of(said))
    return found


def _weighted(hub_id: uuid.UUID, asked: Iterable[tokens.Word]) -> tuple[list[bytes], list[int]]:
    wanted = sorted(tokens.of(hub_id, asked))
    return [token for _, token in wanted], [HEAVY.get(kind, 1) for kind, _ in wanted]


def known(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, Details]:
    """Return what we hold on several people as details, in one query; nothing of whom the worker may not see."""
    return {key: details_of(said) for key, said in rows_of(people).items()}


def rows_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, Row]:
    """Return the same as the database says it, for `details_of` to read: another process may do that."""
    rows = _rows(f"{WHAT_WE_HOLD} WHERE person.id = ANY (%s)", [list(people)])
    return {key: tuple(said) for key, *said in rows}


def _rows(words: str, given: list[Any]) -> list[tuple[Any, ...]]:
    """Return rows as they come: a model for each takes as long as all the rest."""
    with connection.cursor() as cursor:
        cursor.execute(words, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def details_of(said: Sequence[Any]) -> Details:
    """Return what a row says.  Pure."""
    names, homes, phones, numbers, kin, *rest = said
    own = dict(zip(OWN, rest, strict=True))
    own["disabilities"] = tuple(own["disabilities"])
    return Details(
        other_names=tuple(OtherName(*name) for name in _list(names)),
        addresses=tuple(_home(*home) for home in _list(homes)),
        phones=tuple(_list(phones)),
        other_numbers=tuple((scheme, value) for scheme, value in _list(numbers)),
        kin=tuple(OtherName(given, family) for given, family in _list(kin)),
        **own,
    )


def _list(text: str | None) -> list[Any]:
    found: list[Any] = READ(text)[0] if text else []
    return found


def _home(lines: list[str], postcode: str, from_on: str | None, until_on: str | None) -> Home:
    return Home(tuple(lines), postcode, _day(from_on), _day(until_on))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
