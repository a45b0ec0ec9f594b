"""How each return is written and looked at again.  Pure: what goes in was gathered before."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mash.returns import annex_a, cin, ssd
from mash.returns.facts import Gathered
from mash.returns.models import Kind
from mash.returns.years import Year

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a file is made for.

    hub: two or three letters that begin its references.  authority: its number, of a census.
    """

    hub: str
    from_on: date
    until_on: date
    authority: str = ""
    every_episode: bool = False


Maker = Callable[[Path, Gathered, Wanted, Year], dict[str, int]]
"""Writes a file, opens it again and checks it; returns how many rows each list has.  Raises Differs."""


@dataclass(frozen=True, slots=True)
class Format:
    """How one return is made: what its file is, and the most days it may cover."""

    make: Maker
    suffix: str
    media_type: str
    most_days: int

    def name(self, kind: str, wanted: Wanted) -> str:
        """Return what the file is called: of which hub and days, and whether it is a part; nobody is named in it."""
        part = "-part" if kind == Kind.CIN and not wanted.every_episode else ""
        days = f"{wanted.from_on:%Y%m%d}-{wanted.until_on:%Y%m%d}"
        return f"{kind.replace('_', '-')}-{wanted.hub.lower()}-{days}{part}.{self.suffix}"


def _annex_a(file: Path, found: Gathered, wanted: Wanted, rules: Year) -> dict[str, int]:
    rows = annex_a.rows_of(found, wanted.from_on, wanted.until_on, rules)
    annex_a.write(file, rows, rules)
    annex_a.check(file, rows, rules)
    return {sheet.sheet: len(rows[sheet.holds]) for sheet in rules.columns.annex_a}


def _cin(file: Path, found: Gathered, wanted: Wanted, rules: Year) -> dict[str, int]:
    head = cin.header(wanted.until_on, wanted.authority, every_episode=wanted.every_episode)
    cin.write(file, head, cin.children(found, wanted.until_on, rules))
    return cin.check(file, head, cin.children(found, wanted.until_on, rules), rules)


def _ssd(file: Path, found: Gathered, wanted: Wanted, rules: Year) -> dict[str, int]:
    rows = ssd.tables(found, wanted.from_on, wanted.until_on, rules)
    ssd.write(file, rows, rules)
    return ssd.check(file, rows, rules)


FORMATS: dict[str, Format] = {
    Kind.ANNEX_A: Format(_annex_a, annex_a.SUFFIX, annex_a.MEDIA_TYPE, 400),
    Kind.CIN: Format(_cin, cin.SUFFIX, cin.MEDIA_TYPE, 366),
    Kind.SSD: Format(_ssd, ssd.SUFFIX, ssd.MEDIA_TYPE, 366 * 6),
}
"""The returns that the product makes."""


def digest(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with file.open("rb") as held:
        while piece := held.read(PIECE):
            found.update(piece)
    return found.hexdigest()
