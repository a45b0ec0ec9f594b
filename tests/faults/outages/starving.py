"""What is not there when it is needed: room on the disk, the ledger, the right time, the primary."""

import os
import random
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from mash.common import embedded
from tests.deploy import servers
from tests.faults.outages.installation import COMES_BACK, MB, Installation
from tests.faults.outages.load import Load

LOCK_WAITS = 5  # seconds: the product's own MASH_LOCK_MILLISECONDS
STEPS = ("+2h", "-2h", "+3d", "-90s", "+30s", "-1h", "+400d")
FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


def works_again(load: Load) -> float:
    """Return after how many seconds something is acknowledged that was sent from now on."""
    began = time.monotonic()
    servers.until(lambda: load.newest > began, "a write afterwards", COMES_BACK)
    return time.monotonic() - began


def fill_the_disk(installed: Installation, load: Load, seconds: float) -> float:
    """Leave no room at all for so long; return after how many seconds of having room again it works."""
    ballast = installed.primary.home / "ballast"
    until = time.monotonic() + seconds
    with ballast.open("wb") as file:
        while time.monotonic() < until:
            with suppress(OSError):  # full, which is the point
                file.write(b"\0" * MB)
                file.flush()
                continue
            time.sleep(0.05)
    ballast.unlink()
    return works_again(load)


def lock_the_ledger(installed: Installation, load: Load, seconds: float) -> tuple[float, list[str]]:
    """Let nobody write into the ledger for so long; return when it works again, and what was shown meanwhile."""
    address = installed.primary.url(embedded.ADMINISTRATOR, installed.name)
    with psycopg.connect(address) as holder:
        holder.execute("LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE")
        held = time.monotonic()
        time.sleep(seconds)
        until = time.monotonic()
        holder.rollback()
    took = works_again(load)
    servers.until(lambda: load.pages and load.pages[-1][0] > until, "a page afterwards", COMES_BACK)
    pages = [one for one in load.pages if held < one[0] < until]
    shown = sum(status == 200 and ended < until for _, ended, status in pages)
    said = [f"{shown} of {len(pages)} pages were shown while no line could be written"] if shown else []
    if not pages:
        said.append("no page was asked for while the ledger was locked: nothing was shown of it")
    return took, said


def wrong_clock(folder: Path) -> dict[str, str]:
    """Return the environment of a web process whose clock follows a file."""
    file = folder / "time"
    file.write_text("+0")
    return {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def step_the_clock(
    installed: Installation, load: Load, times: int, chance: random.Random, seconds: float = 4
) -> float:
    """Set the web's clock wrong so many times, for some seconds each; return the longest it then took to work again."""
    longest = 0.0
    for number in range(times):
        step = STEPS[number % len(STEPS)] if number < len(STEPS) else chance.choice(STEPS)
        _set(installed, step)
        time.sleep(seconds)
        _set(installed, "+0")
        longest = max(longest, works_again(load))
    return longest


def _set(installed: Installation, words: str) -> None:
    """Write the time at once: half a file would be read as no time at all."""
    part = installed.folder / "time.part"
    part.write_text(words)
    part.replace(installed.folder / "time")


def promote_the_replica(installed: Installation, load: Load) -> float:
    """Kill the primary, promote what followed it; return after how many seconds it works again."""
    began = time.monotonic()
    gone = installed.primary
    gone.program.held = True
    gone.program.kill()
    installed.databases.reverse()
    installed.primary.ask("SELECT pg_promote()")
    works_again(load)
    return time.monotonic() - began


def restore_and_compare(installed: Installation) -> list[str]:
    """Take a backup while work goes on, bring it back beside, and compare rows, rights and roots."""
    folder, other = installed.folder / "backup", f"{installed.name}_back"
    passwords = installed.folder / "passwords"
    passwords.touch(mode=0o600)
    roles = ("mash_migrate", "mash_app", "mash_worker", "mash_backup")
    passwords.write_text("".join(f"{role} {installed.like.password_of(role)}\n" for role in roles))
    taken = installed.run("backup", str(folder), role="mash_backup")
    if taken.returncode:
        return [f"no backup was taken: {taken.stderr.strip()[-300:]}"]
    back = installed.run(
        "restore",
        str(folder),
        "--into",
        installed.primary.url(embedded.ADMINISTRATOR, other),
        "--passwords",
        str(passwords),
    )
    if back.returncode:
        return [f"it did not come back equal: {(back.stdout + back.stderr).strip()[-300:]}"]
    roots = "SELECT number, root, count FROM ledger_root ORDER BY number"
    restored = installed.primary.ask(roots, other)
    if not restored or restored != installed.primary.ask(roots, installed.name)[: len(restored)]:
        return [f"the roots differ: {len(restored)} came back"]
    return []


def can_mount() -> bool:
    """Tell whether a small disk of its own can be had: only root mounts one."""
    return os.geteuid() == 0
