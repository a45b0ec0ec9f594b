"""What stands beside a dump: what it was made of and from, so that it can be known whole before it is needed."""

import hashlib
import json
import os
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from mash.operations.stock import LEFT_OUT, Stock

NAME, DUMP, FORMAT = "manifest.json", "dump", 1
KEYS = {
    "MASH_SEAL_KEY": "opens sealed items and drafts; with MASH_SEAL_KEYS_BEFORE, until all was wrapped anew",
    "MASH_SECRET_KEY": "signs jobs that wait and the codes of referrers; with another key these are worth nothing",
    "MASH_HUBS_KEY": "hubs that ask each other find nobody with another key",
    "MASH_IDENTITY_KEY": "people are found by words hashed with it, and every transaction says with it who acts",
    "MASH_LEDGER_KEY": "signs the next root; its public half checks the roots in here",
}


class NotWhole(Exception):
    """A folder is no backup, or no longer the one that was made; the message says which part."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of one backup.  made_at: ISO 8601, when its one moment was.  files: name to size and SHA-256."""

    made_at: str
    product: str
    pg_dump: str
    stock: Stock
    files: dict[str, dict[str, Any]]

    def write(self, folder: Path) -> None:
        """Write it last of all: a folder without one is no backup."""
        said = {
            "OpenMASH backup": FORMAT,
            "made_at": self.made_at,
            "product": self.product,
            "pg_dump": self.pg_dump,
            "holds": self.stock.as_json(),
            "left_out": LEFT_OUT,
            "keys_needed_and_not_in_here": KEYS,
            "files": self.files,
        }
        with (folder / NAME).open("w", encoding="utf-8") as file:
            file.write(json.dumps(said, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a backup.

        Raises NotWhole where there is none, or it cannot be read.
        """
        try:
            said = json.loads((folder / NAME).read_text("utf-8"))
            if said["OpenMASH backup"] != FORMAT:
                raise NotWhole(f"{folder / NAME} is of a format that this version does not know")
            stock = Stock.from_json(said["holds"])
            return cls(said["made_at"], said["product"], said["pg_dump"], stock, said["files"])
        except FileNotFoundError as why:
            raise NotWhole(
                f"{folder} has no {NAME}: it is no backup, or one that was interrupted. Take another."
            ) from why
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as why:
            raise NotWhole(f"{folder / NAME} cannot be read: it is not as `mash backup` wrote it") from why


def product() -> str:
    """Return which version of the product this is."""
    return metadata.version("openmash")


def files_in(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and SHA-256 of each file of the dump, written to the disk for good on the way."""
    found = {}
    for path in sorted(one for one in (folder / DUMP).rglob("*") if one.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[str(path.relative_to(folder))] = {"bytes": path.stat().st_size, "sha256": digest}
    return found


def refuse_if_spoilt(folder: Path, manifest: Manifest) -> None:
    """Compare every file of the dump with the manifest.

    Raises NotWhole, naming the files.
    """
    there = files_in(folder)
    wrong = [
        f"{name} {'is missing' if name not in there else 'was changed' if name in manifest.files else 'was put in'}"
        for name in sorted(manifest.files.keys() | there.keys())
        if manifest.files.get(name) != there.get(name)
    ]
    if wrong:
        raise NotWhole(f"{folder} is not as it was made: {'; '.join(wrong[:20])}")
