"""One page of a referral that two screens type on.  Pure: what only one of them changed is kept from both.

Source: docs/rules.md, "Drafts of a referral".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mash.drafts.merging import EMPTY, Values, digest

WHOLE = {"family", "agreement"}  # people by their place, and one statement: never made of two halves


@dataclass(frozen=True, slots=True)
class Base:
    """What a screen showed last, and what was kept then: field to digest, without those that are empty."""

    shown: Mapping[str, str]
    kept: Mapping[str, str]


def merged(base: Base, kept: Values, said: Values) -> tuple[dict[str, list[str]], bool]:
    """Return both in one, and whether both changed one field to different words: there it holds `said`.

    The parts of a date are one field.
    """
    both: dict[str, list[str]] = {}
    clash = False
    fields: dict[str, list[str]] = {}
    for name in [*said, *(one for one in kept if one not in said)]:
        fields.setdefault(name.partition("-")[0], []).append(name)
    for names in fields.values():
        i_left = all(digest(said.get(name, [])) == base.shown.get(name, EMPTY) for name in names)
        they_left = all(digest(kept.get(name, [])) == base.kept.get(name, EMPTY) for name in names)
        alike = all(digest(said.get(name, [])) == digest(kept.get(name, [])) for name in names)
        clash = clash or not (i_left or they_left or alike)
        source = kept if i_left else said
        both |= {name: source[name] for name in names if name in source}
    return both, clash
