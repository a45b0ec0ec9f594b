"""What an entry says, read out of its standard form; and the entry as a form writes it.  Pure.

The standard has no place of its own for how to refer, how long one waits, which need is met and at which level:
they are attributes of four taxonomies, which any other system can read too.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mash.directory.words import has_phrase, postcode_in, words_of

Raw = Mapping[str, Any]
OURS = uuid.UUID("5a3e6c1a-7d0b-5f0e-9b0c-2f6d8f3f9a10")
NEED, LEVEL, ROUTE, WAIT = "Need", "Level of need", "Referral route", "Waiting time"
TAXONOMIES = {
    NEED: "What a service helps with",
    LEVEL: "At which level of need a service helps, from 1 (universal) to 4 (acute)",
    ROUTE: "Who may refer, and how",
    WAIT: "How long somebody waits",
}
LEVELS = (
    ("1", "Level 1: universal"),
    ("2", "Level 2: early help"),
    ("3", "Level 3: complex"),
    ("4", "Level 4: acute"),
)
DAYS = (
    ("MO", "Monday"),
    ("TU", "Tuesday"),
    ("WE", "Wednesday"),
    ("TH", "Thursday"),
    ("FR", "Friday"),
    ("SA", "Saturday"),
    ("SU", "Sunday"),
)
ROUTE_BEGINS = ("who may refer:", "how to refer:")
FREE = ("free", "no charge", "no cost", "nothing to pay")
ENGLISH = "English"
EVERYWHERE = "p:*"
LETTERS = re.compile(r"[A-Z]{1,2}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a search and a page need of one entry."""

    needs: tuple[str, ...]
    levels: tuple[str, ...]
    routes: tuple[str, ...]
    wait: str
    languages: tuple[str, ...]
    days: tuple[str, ...]
    postcodes: tuple[str, ...]
    is_free: bool | None
    terms: tuple[str, ...]
    taxonomies: tuple[str, ...]


@lru_cache(maxsize=4096)
def key_of(*parts: str) -> uuid.UUID:
    """Return the key that goes with these words for ever."""
    return uuid.uuid5(OURS, "/".join(parts))


def facts_of(entry: Raw, vocabulary: Mapping[str, Sequence[Sequence[str]]]) -> Facts:
    """Read an entry.

    vocabulary: by need, the phrases that speak of it, each as words that are looked for.
    """
    terms = [term for one in _list(entry, "attributes") if isinstance(term := one.get("taxonomy_term"), dict)]
    stated = [str(key) for key, label in _named(terms, NEED)]
    text = list(words_of(" ".join((entry["name"], entry.get("description") or ""))))
    held = frozenset(text)
    spoken = [need for need, said in vocabulary.items() if any(has_phrase(text, held, one) for one in said)]
    by_id = {str(key_of(NEED, need)): need for need in vocabulary}
    needs = [by_id[key] for key in stated if key in by_id]
    return Facts(
        needs=tuple(dict.fromkeys([*needs, *spoken])),
        levels=tuple(label[:1] for _, label in _named(terms, LEVEL) if label[:1] in dict(LEVELS)),
        routes=tuple(_routes(terms)),
        wait=next((label for _, label in _named(terms, WAIT)), ""),
        languages=tuple(dict.fromkeys(_languages(entry))),
        days=tuple(day for day, _ in DAYS if day in set(_days(entry))),
        postcodes=tuple(dict.fromkeys(filter(None, map(postcode_of, sites_of(entry))))),
        is_free=_is_free(entry),
        terms=tuple(dict.fromkeys(str(one["id"]).lower() for one in terms)),
        taxonomies=tuple(
            dict.fromkeys(str(one["taxonomy_id"]).lower() for one in terms if one.get("taxonomy_id"))
        ),
    )


def tokens_of(entry: Raw, organisation: str, facts: Facts) -> set[str]:
    """Return what a service is found by.

    A word stands as "w:…", and as "a:…" too where it stands in the name; facts have a letter of their own.
    """
    texts = [entry["name"], organisation]
    texts += [str(entry.get(one) or "") for one in ("description", "eligibility_description", "alert")]
    texts += [str(one.get("name") or "") for one in _list(entry, "service_areas")]
    texts += [str((one.get("taxonomy_term") or {}).get("name") or "") for one in _list(entry, "attributes")]
    found = {f"w:{word}" for word in words_of(" ".join(texts))}
    found |= {f"a:{word}" for word in words_of(entry["name"])}
    for letter, values in (
        ("n", facts.needs),
        ("l", facts.levels),
        ("g", [one.casefold()[:40] for one in facts.languages]),
        ("d", facts.days),
        ("t", facts.terms),
        ("x", facts.taxonomies),
        ("p", list(_areas(facts.postcodes))),
    ):
        found |= {f"{letter}:{value}" for value in values}
    if not facts.postcodes:
        found.add(EVERYWHERE)
    return found


def sites_of(entry: Raw) -> list[dict[str, Any]]:
    """Return the places of a service."""
    return _list(entry, "service_at_locations")


def postcode_of(site: Raw) -> str:
    """Return the postcode of a place, "" if it has none."""
    location = site.get("location") or {}
    found = (postcode_in(str(one.get("postal_code") or "")) for one in _list(location, "addresses"))
    return next(filter(None, found), "")


def term(taxonomy: str, label: str, key: str = "") -> dict[str, Any]:
    """Return a term of one of our taxonomies, as the standard writes it."""
    return {
        "id": str(key_of(taxonomy, key or label)),
        "name": label,
        "description": TAXONOMIES[taxonomy],
        "taxonomy": taxonomy,
        "taxonomy_id": str(key_of(taxonomy)),
    }


def with_terms(entry: Raw, chosen: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the attributes of an entry with these terms of our taxonomies in place of those that it had."""
    others = [one for one in _list(entry, "attributes") if not _is_ours(one)]
    service = str(entry["id"])
    made = [
        {
            "id": str(key_of(service, one["id"])),
            "link_id": service,
            "link_type": "service",
            "taxonomy_term_id": one["id"],
            "taxonomy_term": one,
        }
        for one in chosen
    ]
    return [*others, *made]


def _is_ours(attribute: Raw) -> bool:
    one = attribute.get("taxonomy_term")
    return isinstance(one, dict) and (one.get("taxonomy") in TAXONOMIES or _is_a_route(one))


def _is_a_route(one: Raw) -> bool:
    return str(one.get("name") or "").casefold().startswith(ROUTE_BEGINS)


def _named(terms: Iterable[Raw], taxonomy: str) -> Iterator[tuple[str, str]]:
    for one in terms:
        if taxonomy.casefold() in {
            str(one.get("taxonomy") or "").casefold(),
            str(one.get("description") or "").casefold(),
        }:
            yield str(one["id"]).lower(), str(one.get("name") or "")


def _routes(terms: list[dict[str, Any]]) -> Iterator[str]:
    for one in terms:
        name = str(one.get("name") or "")
        if _is_a_route(one):
            said = name.partition(":")[2].strip()
            yield said[:1].upper() + said[1:]
        elif str(one.get("taxonomy") or "").casefold() == ROUTE.casefold():
            yield name


def _languages(entry: Raw) -> Iterator[str]:
    for one in _list(entry, "languages"):
        said = str(one.get("name") or one.get("language") or one.get("code") or "").strip()
        if said:
            yield said[:40]


def schedules_of(entry: Raw) -> list[dict[str, Any]]:
    """Return when a service is open, wherever that is said."""
    return [
        *_list(entry, "schedules"),
        *(one for site in sites_of(entry) for one in _list(site, "schedules")),
    ]


def _days(entry: Raw) -> Iterator[str]:
    for one in schedules_of(entry):
        for day in str(one.get("byday") or "").upper().split(","):
            yield day.strip()[-2:]


def _is_free(entry: Raw) -> bool | None:
    costs = _list(entry, "cost_options")
    amounts = [one["amount"] for one in costs if one.get("amount") is not None]
    if amounts:
        return not any(amounts)
    said = " ".join(
        [str(entry.get("fees") or ""), *(str(one.get("option") or "") for one in costs)]
    ).casefold()
    if not said.strip():
        return None
    return any(one in said for one in FREE)


def _areas(postcodes: Iterable[str]) -> Iterator[str]:
    for one in postcodes:
        outward = one.split(" ")[0]
        yield outward
        yield LETTERS.match(outward)[0]  # type: ignore[index]


def _list(entry: Raw, name: str) -> list[dict[str, Any]]:
    return [one for one in entry.get(name) or [] if isinstance(one, dict)]
