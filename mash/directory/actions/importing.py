"""Taking in the directory of another system, a few entries at a time.  The same file again changes nothing."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from mash.directory.actions.indexing import describe, index
from mash.directory.facts import Facts
from mash.directory.models import Entry, Location, Organisation, Past, Service, Taxonomy, Term
from mash.directory.shape import LONGEST_NAME, SHAPES, ServiceIn, Wrong, check
from mash.directory.streaming import Found, Unreadable
from mash.ledger.actions import record
from mash.partnership.models import Hub

IMPORTED = "imported"
KEPT_TABLES: dict[str, type[Entry]] = {
    "organizations": Organisation,
    "locations": Location,
    "taxonomies": Taxonomy,
    "taxonomy_terms": Term,
}
Named = TypeVar("Named", bound=Entry)
Raw = dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """What became of some entries.

    refused: why each line of what could not be kept was refused.  kept: the keys of services that were changed here
    after they came, and so were not overwritten.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    others: int = 0
    refused: list[str] = field(default_factory=list)
    refused_things: int = 0
    kept: list[str] = field(default_factory=list)

    def refuse(self, *lines: str) -> None:
        self.refused += lines
        self.refused_things += 1


@dataclass(slots=True)
class Intake:
    """One file on its way into one hub.  seen: digest by key of every service that came in it."""

    hub: Hub
    seen: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def take_in(intake: Intake, things: Iterable[Found], *, at: datetime) -> Outcome:
    """Take some things of a file in, in one transaction.  Acts as the service `directory_import`.

    A thing that cannot be kept is left out with the place and the reason.  A service whose content is what it was
    stays as it is; one that was changed here since is left as it is, and named.

    Source: docs/rules.md, "The directory".
    """
    outcome = Outcome()
    kept: dict[str, dict[str, Raw]] = {name: {} for name in KEPT_TABLES}
    services: list[tuple[str, ServiceIn, Raw]] = []
    for kind, place, raw in things:
        if kind not in SHAPES:
            continue
        if isinstance(raw, Unreadable):
            outcome.refuse(f"{place}: {raw}")
            continue
        try:
            found = check(kind, raw, place)
        except Wrong as wrong:
            outcome.refuse(*wrong.lines)
            continue
        if isinstance(found, ServiceIn):
            services.append((place, found, raw))
            _nested(raw, kept)
        else:
            _put(kept[kind], raw)
    for kind, rows in kept.items():
        outcome.others += _upsert(KEPT_TABLES[kind], intake.hub, rows)
    _take_services(intake, services, outcome, at)
    detail = {"new": outcome.new, "changed": outcome.changed, "refused": outcome.refused_things}
    record("directory.imported", about=intake.hub, at=at, hub_id=intake.hub.pk, detail=detail)
    return outcome


def _take_services(
    intake: Intake, services: list[tuple[str, ServiceIn, Raw]], outcome: Outcome, at: datetime
) -> None:
    keys = {
        str(found.organization.id if found.organization else found.organization_id)
        for _, found, _ in services
    }
    organisations = {str(one.key): one for one in Organisation.objects.filter(hub=intake.hub, key__in=keys)}
    known = Service.objects.select_for_update().filter(
        hub=intake.hub, key__in=[one.id for _, one, _ in services]
    )
    there = {str(one.key): one for one in known}
    new, changed, read = [], [], {}
    for place, found, raw in services:
        key, digest = str(found.id), _digest(raw)
        if intake.seen.setdefault(key, digest) != digest:
            outcome.refuse(f"{place}.id: came before in this file with other content")
            continue
        offered_by = str(found.organization.id if found.organization else found.organization_id)
        organisation = organisations.get(offered_by)
        if organisation is None:
            outcome.refuse(f"{place}.organization_id: no organisation has this key")
            continue
        was = there.get(key)
        if was is None:
            made = Service(hub=intake.hub, key=found.id, received=digest)
            read[made.pk] = _fill(made, raw, organisation, at)
            there[key] = made
            new.append(made)
        elif was.received == digest:
            outcome.unchanged += 1
        elif was.change_id is not None:
            outcome.kept.append(f"{place}: {was.name} ({key})")
        else:
            changed.append((was, raw, organisation, digest))
    Service.objects.bulk_create(new)
    index(new, are_new=True, read=read)
    outcome.new += len(new)
    outcome.changed += len(changed)
    _replace(changed, at)


def _replace(changed: list[tuple[Service, Raw, Organisation, str]], at: datetime) -> None:
    Past.objects.bulk_create(
        Past(hub_id=one.hub_id, service=one, version=one.version, entry=one.entry, origin=IMPORTED, at=at)
        for one, *_ in changed
    )
    for one, raw, organisation, digest in changed:
        one.received, one.version = digest, one.version + 1
        _fill(one, raw, organisation, at)
        one.save()
    index([one for one, *_ in changed])


def _fill(service: Service, raw: Raw, organisation: Organisation, at: datetime) -> Facts:
    service.organisation = organisation
    service.entry = {name: value for name, value in raw.items() if name != "organization"}
    service.entry["organization_id"] = str(organisation.key)
    return describe(service, at)


def _nested(service: Raw, kept: dict[str, dict[str, Raw]]) -> None:
    """Put what stands within a service, and has a list of its own, with the rest of it."""
    if service.get("organization"):
        _put(kept["organizations"], service["organization"])
    for one in service.get("attributes") or []:
        term = one.get("taxonomy_term")
        if term:
            _put(kept["taxonomy_terms"], term)
            if term.get("taxonomy_id") and term.get("taxonomy"):
                named = {
                    "id": term["taxonomy_id"],
                    "name": str(term["taxonomy"])[:LONGEST_NAME],
                    "description": "",
                }
                kept["taxonomies"].setdefault(str(uuid.UUID(term["taxonomy_id"])), named)


def _put(rows: dict[str, Raw], raw: Raw) -> None:
    key = str(uuid.UUID(raw["id"]))
    rows[key] = _joined(rows.get(key, {}), raw)


def _joined(before: Mapping[str, Any], after: Mapping[str, Any]) -> Raw:
    """Return what is known of a thing, with what is said anew; what a shorter form leaves out stays."""
    return {
        **before,
        **{name: value for name, value in after.items() if value not in (None, "") or name not in before},
    }


def keep_terms(hub: Hub, entry: Raw) -> None:
    """Keep the terms and taxonomies that an entry uses in their own lists, as those of an import are."""
    kept: dict[str, dict[str, Raw]] = {name: {} for name in KEPT_TABLES}
    _nested(entry, kept)
    for kind, rows in kept.items():
        _upsert(KEPT_TABLES[kind], hub, rows)


def _upsert(table: type[Named], hub: Hub, rows: dict[str, Raw]) -> int:
    """Write the rows that are new or say something new; return how many."""
    there = {str(one.key): one for one in table._default_manager.filter(hub=hub, key__in=list(rows))}
    new: list[Named] = []
    changed: list[Named] = []
    for key, raw in rows.items():
        one = there.get(key)
        entry = _joined(one.entry, raw) if one else raw
        if one and one.entry == entry:
            continue
        made = one or table(hub=hub, key=uuid.UUID(key))
        made.entry, made.name = entry, str(entry.get("name") or "")[:LONGEST_NAME]
        if isinstance(made, Term):
            made.taxonomy_key, made.parent_key = _key(entry, "taxonomy_id"), _key(entry, "parent_id")
        (changed if one else new).append(made)
    table._default_manager.bulk_create(new)
    for made in changed:
        made.save()
    return len(new) + len(changed)


def _key(entry: Raw, name: str) -> uuid.UUID | None:
    return uuid.UUID(entry[name]) if entry.get(name) else None


def _digest(raw: Raw) -> str:
    said = json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
