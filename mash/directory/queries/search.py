"""Finding services by need, place, words and filters: equality on tokens, and a few plain columns.

Source: docs/rules.md, "The directory".
"""

import math
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, QuerySet

from mash.directory import words
from mash.directory.facts import EVERYWHERE
from mash.directory.models import OFFERED, Service, Site
from mash.directory.spelling import begun_otherwise, nearest
from mash.partnership.models import Hub

PAGE = 20
MILE = 1609.344  # metres
WORDS = """
    JOIN (
      SELECT service_id, count(*) FILTER (WHERE token < 'b') AS in_name FROM directory_token
      WHERE hub_id = %s AND token = ANY(%s) GROUP BY service_id HAVING count(*) FILTER (WHERE token > 'w') = %s
    ) w ON w.service_id = s.id
"""
HELD = "SELECT DISTINCT token FROM directory_token WHERE hub_id = %s AND token = ANY(%s)"
EVERY_WORD = """
    WITH RECURSIVE every(token) AS (
      (SELECT token FROM directory_token WHERE hub_id = %s AND token >= %s ORDER BY token LIMIT 1)
      UNION ALL
      SELECT (SELECT t.token FROM directory_token t WHERE t.hub_id = %s AND t.token > every.token
              ORDER BY t.token LIMIT 1)
      FROM every WHERE starts_with(every.token, %s)
    )
    SELECT token FROM every WHERE starts_with(token, %s)
"""  # one step of the index for each word: the table itself holds each word many times
DEGREE = 111_320.0  # metres from one degree of latitude to the next


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for.

    text: words, in any order; each must stand in an entry.  needs: any of them.  place: a postcode or how one begins.
    miles: at most so far from there, where the data says where that is.  age: whole years.  level: "1" to "4".
    days, languages: any of them.  free: True for what costs nothing, False for what is paid.
    statuses: the standard's words.
    """

    text: str = ""
    needs: tuple[str, ...] = ()
    place: str = ""
    miles: int | None = None
    age: int | None = None
    level: str = ""
    free: bool | None = None
    languages: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    statuses: tuple[str, ...] = tuple(OFFERED)


@dataclass(frozen=True, slots=True)
class Hit:
    """One service found.  metres: from the place that was asked for, None where it is not known."""

    service: Service
    metres: float | None = None

    @property
    def miles(self) -> str:
        """The distance in words."""
        if self.metres is None:
            return ""
        if self.metres < MILE:
            return "less than a mile away"
        number = round(self.metres / MILE)
        return f"about {number} mile{'' if number == 1 else 's'} away"


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.  total: how many in all.  centre: latitude and longitude of the place, if known.

    respelt: words as they were typed that no entry holds, in whose place one was looked for that is spelt nearly so.
    """

    hits: tuple[Hit, ...]
    total: int
    centre: tuple[float, float] | None = None
    words: tuple[str, ...] = field(default=())
    respelt: tuple[str, ...] = ()


def search(hub: Hub, asked: Asked, *, first: int = 0, most: int = PAGE) -> Results:
    """Return the services of a hub that meet all of what is asked, the likeliest first.

    first, most: which of them.  Nearer comes first where a place is asked for and the data says where things are;
    then what holds the words in weightier places; then by name.
    Where nothing is found, a word that no entry holds gives way to one that is spelt nearly so.
    """
    looked_for = words.asked(asked.text)
    found = _search(hub, asked, looked_for, first, most)
    if found.total or not looked_for:
        return found
    instead = _respelt(hub, looked_for)
    if instead == looked_for:
        return found
    again = _search(hub, asked, list(dict.fromkeys(instead)), first, most)
    typed = {words.stem_of(one): one for one in asked.text.split()}
    odd = [typed.get(one, one) for one, other in zip(looked_for, instead, strict=True) if one != other]
    return replace(again, respelt=tuple(odd)) if again.total else found


def _respelt(hub: Hub, looked_for: Sequence[str]) -> list[str]:
    """Return the words of a search, each that no entry of the hub holds replaced by the one spelt most like it."""
    held = set(_held(hub, looked_for))
    return [one if one in held else _meant(hub, one) or one for one in looked_for]


def _meant(hub: Hub, word: str) -> str:
    """Return the word of the hub's entries that is spelt most like this one, "" where none is like it.

    Few mistake the first letter: all words are gone through only where none is a single mistake away.
    """
    close = [*_every_word(hub, word[0]), *_held(hub, begun_otherwise(word))]
    return nearest(word, close, most=1) or nearest(word, _every_word(hub))


def _held(hub: Hub, some: Iterable[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(HELD, [hub.pk, [f"w:{one}" for one in some]])
        return [row[0][2:] for row in cursor.fetchall()]


def _every_word(hub: Hub, begins: str = "") -> list[str]:
    begun = f"w:{begins}"
    with connection.cursor() as cursor:
        cursor.execute(EVERY_WORD, [hub.pk, begun, hub.pk, begun, begun])
        return [row[0][2:] for row in cursor.fetchall()]


def _search(hub: Hub, asked: Asked, looked_for: list[str], first: int, most: int) -> Results:
    if asked.text.strip() and not looked_for:
        return Results((), 0)
    area = words.area_of(asked.place)
    if asked.place.strip() and not area:
        return Results((), 0)
    centre = centre_of(hub, asked.place, area) if area else None
    statement = _statement(hub, asked, looked_for, area, centre)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement.rows} LIMIT %s OFFSET %s", [*statement.said, most, first])
        rows = cursor.fetchall()
        cursor.execute(statement.number, statement.said)
        total = cursor.fetchone()[0]
    found = in_order([row[0] for row in rows])
    hits = tuple(Hit(one, row[1]) for one, row in zip(found, rows, strict=True))
    return Results(hits, total, centre, tuple(looked_for))


def in_order(keys: Sequence[uuid.UUID]) -> list[Service]:
    """Return services by their keys, in that order, each with its organisation."""
    there = Service.objects.select_related("organisation").in_bulk(list(keys))
    return [there[key] for key in keys]


def centre_of(hub: Hub, place: str, area: str) -> tuple[float, float] | None:
    """Return where a postcode lies, as far as the directory's own places tell: None where none does.

    Nothing is looked up elsewhere: it is the middle of the places that have this postcode, or that begin as it does.
    """
    whole = words.postcode_in(place)
    located = Site.objects.filter(hub=hub, latitude__isnull=False, longitude__isnull=False)
    for found in (located.filter(postcode=whole) if whole else None, _beginning(located, area)):
        if found is None:
            continue
        middle = found.aggregate(n=Count("pk"), latitude=Avg("latitude"), longitude=Avg("longitude"))
        if middle["n"]:
            return middle["latitude"], middle["longitude"]
    return None


def _beginning(sites: QuerySet[Site], area: str) -> QuerySet[Site]:
    """Return the places whose postcode begins with an area: a range, which an index serves under the wall."""
    first, last = (f"{area} ", f"{area}!") if area[-1].isdigit() or len(area) > 2 else (area, f"{area}~")
    return sites.filter(postcode__gte=first, postcode__lt=last)


@dataclass(frozen=True, slots=True)
class _Statement:
    """The SQL that yields key and metres of what is asked for, in order; and that which says how many there are."""

    rows: str
    number: str
    said: list[Any]


def _statement(
    hub: Hub, asked: Asked, looked_for: list[str], area: str, centre: tuple[float, float] | None
) -> _Statement:
    chosen = ["s.hub_id = %s", "s.status = ANY(%s)"]
    said: list[Any] = [hub.pk, list(asked.statuses)]
    order, join = ["s.name", "s.id"], ""
    joined: list[Any] = []
    if looked_for:
        join = WORDS
        joined = [hub.pk, [f"{letter}:{one}" for letter in "wa" for one in looked_for], len(looked_for)]
        order.insert(0, "w.in_name DESC")
    for letter, values in (
        ("n", asked.needs),
        ("l", (asked.level,) if asked.level else ()),
        ("g", [one.casefold()[:40] for one in asked.languages]),
        ("d", asked.days),
    ):
        if values:
            _any_of(chosen, said, hub, [f"{letter}:{one}" for one in values])
    if asked.age is not None:
        chosen.append("coalesce(s.minimum_age, 0) <= %s AND coalesce(s.maximum_age, 999) >= %s")
        said += [asked.age, asked.age]
    if asked.free is not None:
        chosen.append("s.is_free = %s")
        said.append(asked.free)
    metres = "NULL::float8"
    if centre:
        metres, more, where = _distance(hub, centre, asked.miles)
        join, joined = f"{join} {more}", [*joined, *where]
        order.insert(0, "d.metres NULLS LAST")
    if area and not (centre and asked.miles):
        _any_of(chosen, said, hub, [f"p:{area}", EVERYWHERE])
    if centre and asked.miles:
        chosen.append("d.metres <= %s")
        said.append(asked.miles * MILE)
    source = (
        f"FROM directory_service s {join} WHERE {' AND '.join(chosen)}"  # our own words, whatever is asked
    )
    return _Statement(
        rows=f"SELECT s.id, {metres} {source} ORDER BY {', '.join(order)}",
        number=f"SELECT count(*) {source}",
        said=[*joined, *said],
    )


def _any_of(chosen: list[str], said: list[Any], hub: Hub, tokens: Iterable[str]) -> None:
    chosen.append("s.id IN (SELECT service_id FROM directory_token WHERE hub_id = %s AND token = ANY(%s))")
    said += [hub.pk, list(tokens)]


def _distance(hub: Hub, centre: tuple[float, float], miles: int | None) -> tuple[str, str, list[Any]]:
    """Return what says how far the nearest place of a service is, flat, which is right for a county.

    Within so many miles only the places of a square around the middle are looked at.
    """
    latitude, longitude = centre
    across = DEGREE * math.cos(math.radians(latitude))
    far = "min(sqrt(power((latitude - %s) * %s, 2) + power((longitude - %s) * %s, 2))) AS metres"
    said: list[Any] = [latitude, DEGREE, longitude, across]
    if miles is None:
        near = f"LEFT JOIN LATERAL (SELECT {far} FROM directory_site WHERE service_id = s.id) d ON true"  # noqa: S608
        return "d.metres", near, said
    up, aside = miles * MILE / DEGREE, miles * MILE / across
    near = (
        f"JOIN (SELECT service_id, {far} FROM directory_site WHERE hub_id = %s AND latitude BETWEEN %s AND %s "  # noqa: S608
        "AND longitude BETWEEN %s AND %s GROUP BY service_id) d ON d.service_id = s.id"
    )
    said += [hub.pk, latitude - up, latitude + up, longitude - aside, longitude + aside]
    return "d.metres", near, said
