"""How a system's own words are read: written by one person, adopted by another, and applied to what comes."""

import json
from collections.abc import Mapping as Said
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.contact.actions import Sent
from mash.contact.reading import read
from mash.contact.refusals import Refused, first_at_each_path
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.setup.actions.log import note
from mash.setup.models import Part
from mash.systems import policy, queries
from mash.systems.actions.refusals import NotWhole
from mash.systems.mapping import Mapped, NotRead, Rules, apply, as_bytes, read_rules, without_files
from mash.systems.models import Mapping, MappingAdopted, System

TEXTS = ("fields", "codes", "fixed")


@transaction.atomic
def write_mapping(
    *, system: System, fields: str, codes: str, fixed: str, passes: bool, why: str, by: Staff, at: datetime
) -> Mapping:
    """Write another version of how a system's words are read.  Nothing is read by it until somebody else adopts it.

    Raises PermissionDenied; NotWhole where a line cannot be read, without a reason, or where nothing differs.

    Source: docs/rules.md, "The words of a system".
    """
    require(policy.may_set_up_systems(by))
    if system.hub_id != by.hub_id or system.ended_at:
        raise NotWhole("It no longer speaks with the hub.")
    if not why.strip():
        raise NotWhole("Say why.")
    try:
        read_rules(fields=fields, codes=codes, fixed=fixed, passes=passes)
    except NotRead as no:
        raise NotWhole(f"{no.text.capitalize()}: {no}") from no
    take_turn(f"system_mapping:{system.pk}")
    newest = next(iter(queries.mappings_of(system)), None)
    made = Mapping(
        hub_id=by.hub_id,
        system=system,
        number=newest.number + 1 if newest else 1,
        fields=fields,
        codes=codes,
        fixed=fixed,
        passes=passes,
        why=why.strip(),
        by=by,
        at=at,
    )
    if newest and not _differences(newest, made):
        raise NotWhole("Nothing differs from the newest version.")
    Mapping.objects.bulk_create([made])
    record("system_mapping.written", about=made, at=at, hub_id=by.hub_id, detail={"system": str(system.pk)})
    return made


@transaction.atomic
def adopt_mapping(*, mapping: Mapping, by: Staff, at: datetime) -> None:
    """Adopt a version that somebody else wrote: messages are read by it from now on.  Safe to repeat.

    Raises PermissionDenied; NotWhole where a newer version was written meanwhile, which nobody has looked at.
    """
    require(policy.may_adopt(by, mapping))
    take_turn(f"system_mapping:{mapping.system_id}")
    versions = queries.mappings_of(mapping.system)
    if versions[0].pk != mapping.pk:
        raise NotWhole("A newer version was written meanwhile. Look at that one.")
    if MappingAdopted.objects.filter(mapping=mapping).exists():
        return
    before = queries.mapping_in_force(mapping.system)
    MappingAdopted.objects.bulk_create([MappingAdopted(hub_id=by.hub_id, mapping=mapping, by=by, at=at)])
    system = mapping.system
    note(
        Part.SYSTEMS,
        f"How the words of {system.name} are read, version {mapping.number}",
        hub=by.hub,
        by=by,
        at=at,
        why=mapping.why,
        differences=_differences(before, mapping),
    )
    record("system_mapping.adopted", about=mapping, at=at, hub_id=by.hub_id)


def _differences(before: Mapping | None, after: Mapping) -> list[tuple[str, str, str]]:
    """Return what one version says otherwise than another, a line each."""
    found: list[tuple[str, str, str]] = []
    for name in TEXTS:
        old = getattr(before, name).splitlines() if before else []
        new = getattr(after, name).splitlines()
        found += [(name, one.strip(), "nothing") for one in old if one.strip() and one not in new]
        found += [(name, "nothing", one.strip()) for one in new if one.strip() and one not in old]
    if (before.passes if before else True) != after.passes:
        words = ("only what a rule names is taken", "what has our names is taken as it is")
        found.append(("Other fields", words[not after.passes], words[after.passes]))
    return found


# Applied to a message


@lru_cache(maxsize=256)
def _rules(fields: str, codes: str, fixed: str, passes: bool) -> Rules:
    return read_rules(fields=fields, codes=codes, fixed=fixed, passes=passes)


def rules_of(mapping: Mapping) -> Rules:
    """Return a version as it is applied."""
    return _rules(mapping.fields, mapping.codes, mapping.fixed, mapping.passes)


def in_our_words(raw: bytes, rules: Rules, organisation: str) -> tuple[bytes, Mapped, dict[str, Any]]:
    """Return a message in our words as bytes, what was made of it, and what was sent, as JSON without its files.

    organisation: who sends, where the message does not say.

    Raises Refused for bytes that hold no object.
    """
    said, refusals = read(raw, numbers_as_text=True)
    if refusals:
        raise Refused(first_at_each_path(refusals))
    made = apply(rules, said)
    source = made.message.setdefault("source", {})
    if isinstance(source, dict):
        source.setdefault("organisation", organisation)
    return as_bytes(made.message), made, without_files(said, made.files)


def as_sent(raw: bytes, mapping: Mapping, system: System) -> tuple[bytes, Sent]:
    """Return a message in our words as bytes, beside what its sender's system wrote.  Raises Refused."""
    found, made, original = in_our_words(raw, rules_of(mapping), system.organisation)
    said, _ = read(raw, numbers_as_text=True)
    return found, Sent(original, _digest(said), system.name, mapping.number, made.said)


def _digest(said: Said[str, Any]) -> str:
    plain = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return salted_hmac("systems.original", plain, algorithm="sha256").hexdigest()
