"""What must hold whatever was killed: asked of the database as its administrator, beside what was acknowledged."""

import time
from collections.abc import Iterator

from tests.faults.outages.installation import Installation
from tests.faults.outages.load import PEOPLE, Load

JOB = "mash.returns.jobs.make_return"
NAMED = 3  # examples of each thing that is wrong
UNTIL_TAKEN_UP = 300  # seconds: a job whose worker was killed is taken up by another after two minutes
CONTACTS = (
    "SELECT sender_reference, count(*), min(reference), min(received_at) FROM contact_contact GROUP BY 1"
)
HALF = f"""
    SELECT c.sender_reference, p.many, l.many, r.many, a.many FROM contact_contact c
    LEFT JOIN (SELECT contact_id, count(*) AS many FROM contact_contactperson GROUP BY 1) p ON p.contact_id = c.id
    LEFT JOIN (SELECT about, count(*) AS many FROM ledger_entry WHERE event = 'contact.received' GROUP BY 1) l
      ON l.about = 'contact.contact:' || c.id
    LEFT JOIN (SELECT contact_id, count(*) AS many FROM contact_reply GROUP BY 1) r ON r.contact_id = c.id
    LEFT JOIN (SELECT contact_id, count(*) AS many FROM systems_arrival GROUP BY 1) a ON a.contact_id = c.id
    WHERE (p.many, l.many, r.many, a.many) IS DISTINCT FROM ({PEOPLE}::bigint, 1::bigint, 1::bigint, 1::bigint)
"""
LOOSE = """
    SELECT about FROM ledger_entry WHERE event = 'contact.received'
    AND NOT EXISTS (SELECT FROM contact_contact c WHERE about = 'contact.contact:' || c.id)
"""
SAID_NEW = (
    "SELECT coalesce(sum((detail->>'new')::int), 0) FROM ledger_entry WHERE event = 'messages.received'"
)
OPENED = "SELECT about, count(*) FROM ledger_entry WHERE event = 'contact.seen' AND actor = %s GROUP BY 1"
RETURNS = """
    SELECT r.key::text, count(*) OVER (PARTITION BY r.key), m.many, asked.many, said.many
    FROM returns_run r
    LEFT JOIN (SELECT run_id, count(*) AS many FROM returns_made GROUP BY 1) m ON m.run_id = r.id
    LEFT JOIN (SELECT about, count(*) AS many FROM ledger_entry WHERE event = 'return.asked_for' GROUP BY 1) asked
      ON asked.about = 'returns.run:' || r.id
    LEFT JOIN (SELECT about, count(*) AS many FROM ledger_entry WHERE event IN ('return.made', 'return.not_made')
      GROUP BY 1) said ON said.about = 'returns.run:' || r.id
"""
JOBS = f"SELECT status::text, count(*) FROM procrastinate_jobs WHERE task_name = '{JOB}' GROUP BY 1"
WAIT = f"SELECT count(*) FROM procrastinate_jobs WHERE task_name = '{JOB}' AND status IN ('todo', 'doing')"


def wait_for_jobs(installed: Installation, seconds: float = UNTIL_TAKEN_UP) -> float:
    """Wait until no job waits; return for how long, in seconds."""
    began = time.monotonic()
    while installed.ask(WAIT)[0][0] and time.monotonic() - began < seconds:
        time.sleep(0.5)
    return time.monotonic() - began


def wrong(installed: Installation, load: Load, *, all_jobs_done: bool = True) -> list[str]:
    """Return, in words, everything that does not hold."""
    found = [*_contacts(installed, load), *_lines(installed, load), *_returns(installed, load, all_jobs_done)]
    return found + [f"{many} times: {what}" for what, many in load.untidy.items()]


def unverified(installed: Installation, *, excused: str = "") -> list[str]:
    """Make a root, as the worker does each minute, and return what the ledger says that does not agree with itself.

    excused: words of findings that are as they must be.
    """
    installed.run("ledger", "root", role="mash_worker")
    verified = installed.run("ledger", "verify")
    if not verified.returncode:
        return []
    said = [one for one in verified.stderr.splitlines() if one and not one.startswith(("CommandError", "{"))]
    found = [one for one in said if not (excused and excused in one)]
    return [f"the ledger does not verify: {one[:300]}" for one in (found if said else [verified.stderr])]


def _few(what: str, those: list) -> Iterator[str]:
    if those:
        yield f"{len(those)} {what}: {', '.join(map(str, those[:NAMED]))}"


def _contacts(installed: Installation, load: Load) -> Iterator[str]:
    there = {row[0]: row[1:] for row in installed.ask(CONTACTS)}
    yield from _few("acknowledged and lost", [one for one in load.acknowledged if one not in there])
    yield from _few("there twice", [one for one, (many, *_) in there.items() if many > 1])
    yield from _few("there that nobody sent", [one for one in there if one not in load.sent])
    yield from _few("sent and never acknowledged", [one for one in load.sent if one not in load.acknowledged])
    kept = [(one, ours, there[one]) for one, ours in load.acknowledged.items() if one in there]
    yield from _few(
        "with another reference than was said", [one for one, ours, is_ in kept if is_[1] != ours]
    )
    reset = [one for one, at in load.received.items() if one in there and there[one][2] != at]
    yield from _few("whose clock begins at another moment than was said", reset)
    yield from _few("(people, lines, answers, arrivals) that are not whole", installed.ask(HALF))


def _lines(installed: Installation, load: Load) -> Iterator[str]:
    yield from _few("lines about contacts that are not there", installed.ask(LOOSE))
    (said,), (there,) = *installed.ask(SAID_NEW), *installed.ask("SELECT count(*) FROM contact_contact")
    if said != there:
        yield f"the lines tell of {said} new contacts, and {there} are there"
    lines = dict(installed.ask(OPENED, (f"staff:{load.cast.reader.pk}",)))
    unsaid = [one for one, many in load.shown.items() if many > lines.get(f"contact.contact:{one}", 0)]
    yield from _few("cases shown more often than lines say", unsaid)


def _returns(installed: Installation, load: Load, all_jobs_done: bool) -> Iterator[str]:
    there = {key: rest for key, *rest in installed.ask(RETURNS)}
    yield from _few(
        "returns acknowledged and lost", [key for key, ok in load.returns.items() if ok and key not in there]
    )
    yield from _few("returns there that nobody asked for", [key for key in there if key not in load.returns])
    many = dict(installed.ask(JOBS))
    if sum(many.values()) != len(there):
        yield f"{len(there)} returns were asked for, and {sum(many.values())} jobs ordered"
    if many.get("failed"):
        yield f"{many['failed']} jobs failed"
    for key, (rows, made, asked, said) in there.items():
        done = (rows, made, asked, said) == (1, 1, 1, 1)
        waits = (rows, made, asked, said) == (1, None, 1, None) and not all_jobs_done
        if not (done or waits):
            yield f"return {key}: {rows} rows, {made} made, {asked} lines that say asked for, {said} made"
