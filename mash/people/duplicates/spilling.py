"""A place on the disk for what does not fit into memory: nobody else's to read, and gone afterwards."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "mash-duplicates-"
HELD = "held"


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a folder that only this account can open, and delete it with all that lies in it.

    What a run left that was killed is deleted first: whoever works in a folder holds a lock on it, and the lock of
    the dead is free.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        _delete_if_nobodys(left)
    with tempfile.TemporaryDirectory(prefix=PREFIX) as made:  # for this account alone
        folder = Path(made)
        with (folder / HELD).open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            inside = folder / "spilled"
            inside.mkdir()
            yield inside


def _delete_if_nobodys(folder: Path) -> None:
    try:
        with (folder / HELD).open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
    except OSError:  # in use, another account's, or gone by now
        return
