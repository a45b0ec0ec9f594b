"""What the rules find in the record of one hub: each with its facts, found again under the same key."""

import statistics
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from mash.common.clock import LONDON
from mash.desk.auditing import rules
from mash.desk.auditing.lines import CONTACT, PERSON, key_in, references_of, staff_of
from mash.partnership.models import Duty, Staff
from mash.partnership.queries.rota import working_week

NAMESPACE = uuid.UUID("6f1d9c0e-9a55-4f5b-8f0e-2b1c7f6f2a10")
PAIRS = f"""
    SELECT actor, about, min(at), max(at), count(DISTINCT (at AT TIME ZONE 'Europe/London')::date)
    FROM ledger_entry
    WHERE hub_id = %(hub)s AND at >= %(since)s AND at < %(until)s AND event ~ '{rules.SEEN}'
      AND actor LIKE 'staff:%%' AND (about LIKE '{CONTACT}%%' OR about LIKE '{PERSON}%%')
    GROUP BY actor, about
"""  # noqa: S608 (ours)
DID_SOMETHING = f"""
    SELECT actor, about FROM ledger_entry
    WHERE hub_id = %(hub)s AND about = ANY (%(abouts)s) AND at >= %(since)s AND NOT event ~ '{rules.SEEN}'
    GROUP BY actor, about
"""  # noqa: S608 (ours)
LAST_DONE = f"""
    SELECT asked.about, asked.at, max(e.at)
    FROM unnest(%(abouts)s::text[], %(firsts)s::timestamptz[]) AS asked(about, at)
    JOIN ledger_entry e ON e.hub_id = %(hub)s AND e.about = asked.about AND e.at < asked.at
      AND NOT e.event ~ '{rules.SEEN}'
    GROUP BY asked.about, asked.at
"""  # noqa: S608 (ours)
QUARTERS = f"""
    SELECT actor, to_timestamp(floor(extract(epoch FROM at) / 900) * 900), count(DISTINCT about), min(at), max(at)
    FROM ledger_entry
    WHERE hub_id = %(hub)s AND at >= %(since)s AND at < %(until)s AND event ~ '{rules.SEEN}'
      AND actor LIKE 'staff:%%' AND (about LIKE '{CONTACT}%%' OR about LIKE '{PERSON}%%')
    GROUP BY 1, 2
"""  # noqa: S608 (ours)
DAYS = f"""
    SELECT actor, (at AT TIME ZONE 'Europe/London')::date, count(DISTINCT about) FROM ledger_entry
    WHERE hub_id = %(hub)s AND at >= %(since)s AND at < %(until)s AND event ~ '{rules.SEEN}'
      AND actor LIKE 'staff:%%' AND (about LIKE '{CONTACT}%%' OR about LIKE '{PERSON}%%')
    GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 (ours)
TOO_FAST = """
    SELECT actor, (at AT TIME ZONE 'Europe/London')::date, detail ->> 'kind',
      count(*) FILTER (WHERE event = 'page.slowed'), count(*) FILTER (WHERE event = 'page.too_often')
    FROM ledger_entry
    WHERE hub_id = %(hub)s AND at >= %(since)s AND at < %(until)s AND event IN ('page.slowed', 'page.too_often')
      AND actor LIKE 'staff:%%'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
KINDS = {
    "searches": "Searching",
    "records": "Opening cases and people",
    "lists": "Opening lists",
    "given_out": "Printing and opening files",
}
NAMESAKES = "SELECT staff_id, thing, which FROM identity.audited_namesakes(%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something unusual: which rule found it, about whom, on which day, and the facts in words.

    contact: the case it is about, where it is of one; reference: its reference.
    """

    rule: str
    staff: Staff
    on: date
    facts: str
    thing: str = ""
    contact: uuid.UUID | None = None

    @property
    def key(self) -> uuid.UUID:
        """Return the same key each time the rule finds this."""
        return uuid.uuid5(NAMESPACE, f"{self.rule}|{self.staff.pk}|{self.thing}|{self.on}")


@dataclass(frozen=True, slots=True)
class _Pair:
    actor: str
    about: str
    first: datetime
    last: datetime
    days: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the rules are asked about: an auditor's hub, from one moment until another."""

    by: Staff
    since: datetime
    until: datetime

    def rows(self, statement: str, **more: Any) -> list[tuple[Any, ...]]:
        values: dict[str, Any] = {"hub": self.by.hub_id, "since": self.since, "until": self.until} | more
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())


def signals(by: Staff, *, since: datetime, until: datetime) -> list[Signal]:
    """Return what is unusual in the auditor's hub, newest day first.

    Source: docs/rules.md, "Auditing".
    """
    asked = _Asked(by, since, until)
    pairs = [_Pair(*row) for row in asked.rows(PAIRS)]
    workers = staff_of(one.actor for one in pairs)
    pairs = [one for one in pairs if one.actor in workers]
    said = {key for one in pairs if (key := key_in(one.about, CONTACT))}
    references = references_of(said)
    found = [
        *_namesakes(pairs, workers, references),
        *_nothing_done(asked, pairs, workers, references),
        *_long_closed(asked, pairs, workers, references),
        *_out_of_hours(asked, workers),
        *_volume(asked, workers),
        *_too_fast(asked),
    ]
    return sorted(found, key=lambda one: (-one.on.toordinal(), one.staff.account.name, one.rule, one.thing))


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _of(about: str, references: dict[uuid.UUID, str]) -> str:
    contact = key_in(about, CONTACT)
    return f"case {references[contact]}" if contact in references and contact else "a person’s record"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _signal(rule: str, pair: _Pair, worker: Staff, facts: str) -> Signal:
    return Signal(rule, worker, _day(pair.last), facts, pair.about, key_in(pair.about, CONTACT))


def _namesakes(
    pairs: Sequence[_Pair], workers: dict[str, Staff], references: dict[uuid.UUID, str]
) -> Iterator[Signal]:
    by_keys = {(workers[one.actor].pk, one.about.partition(":")[2]): one for one in pairs}
    staff = [workers[one.actor].pk for one in pairs]
    people, contacts = ([key_in(one.about, kind) for one in pairs] for kind in (PERSON, CONTACT))
    with connection.cursor() as cursor:
        cursor.execute(NAMESAKES, [staff, people, contacts])
        found = cursor.fetchall()
    words = {"own": "has the worker’s own name", "family": "has the worker’s family name"}
    for worker_key, thing, which in found:
        pair = by_keys[worker_key, str(thing)]
        facts = f"Somebody in {_of(pair.about, references)} {words[which]}. Looked at on {_counted(pair.days, 'day')}."
        yield _signal("own_name" if which == "own" else "family_name", pair, workers[pair.actor], facts)


def _nothing_done(
    asked: _Asked, pairs: Sequence[_Pair], workers: dict[str, Staff], references: dict[uuid.UUID, str]
) -> Iterator[Signal]:
    often = [
        one for one in pairs if one.days >= rules.TWICE_LOOKED and key_in(one.about, CONTACT) in references
    ]
    since = asked.since - timedelta(days=30)
    abouts = sorted({one.about for one in often})
    did = set(asked.rows(DID_SOMETHING, abouts=abouts, since=since)) if often else set()
    for one in often:
        if (one.actor, one.about) not in did:
            facts = f"Looked at {_of(one.about, references)} on {one.days} days and did nothing on it."
            yield _signal("nothing_done", one, workers[one.actor], facts)


def _long_closed(
    asked: _Asked, pairs: Sequence[_Pair], workers: dict[str, Staff], references: dict[uuid.UUID, str]
) -> Iterator[Signal]:
    of_cases = [one for one in pairs if key_in(one.about, CONTACT) in references]
    firsts = sorted({(one.about, one.first) for one in of_cases})
    rows = asked.rows(LAST_DONE, abouts=[one for one, _ in firsts], firsts=[at for _, at in firsts])
    last = {(about, at): done for about, at, done in rows}
    for one in of_cases:
        done = last.get((one.about, one.first))
        quiet = (one.first - done).days if done else 0
        if quiet > rules.LONG_CLOSED:
            facts = (
                f"Looked at {_of(one.about, references)}, on which nobody had done anything for {quiet} days."
            )
            yield _signal("long_closed", one, workers[one.actor], facts)


def _out_of_hours(asked: _Asked, workers: dict[str, Staff]) -> Iterator[Signal]:
    week = working_week(asked.by.hub)
    found: dict[tuple[str, date], list[tuple[int, datetime, datetime]]] = defaultdict(list)
    for actor, quarter, count, first, last in asked.rows(QUARTERS):
        worker = workers.get(actor)
        if worker and not worker.has(Duty.OUT_OF_HOURS) and not week.is_open(quarter):
            found[actor, _day(first)].append((count, first, last))
    for (actor, on), spans in found.items():
        first, last = min(one[1] for one in spans), max(one[2] for one in spans)
        begins, ends = (f"{at.astimezone(LONDON):%H:%M}" for at in (first, last))
        times = f"at {begins}" if begins == ends else f"from {begins} to {ends}"
        facts = (
            f"Looked at records {times}, {sum(one[0] for one in spans)} time(s), while the hub was closed."
        )
        yield Signal("out_of_hours", workers[actor], on, facts)


def _volume(asked: _Asked, workers: dict[str, Staff]) -> Iterator[Signal]:
    days: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for actor, on, count in asked.rows(DAYS, since=asked.since - timedelta(days=60)):
        days[actor].append((on, count))
    for actor, seen in days.items():
        for place, (on, count) in enumerate(seen):
            past = [number for day, number in seen[:place] if day >= on - timedelta(days=60)]
            if actor not in workers or on < _day(asked.since) or len(past) < rules.DAYS_BEFORE:
                continue
            middle = statistics.median(past)
            if count >= rules.MANY_AT_LEAST and count > rules.MANY_TIMES * middle:
                usual = f"the middle of their own {len(past)} days before is {middle:g}"
                facts = f"Looked at {count} different records; {usual}."
                yield Signal("volume", workers[actor], on, facts)


def _too_fast(asked: _Asked) -> Iterator[Signal]:
    rows = asked.rows(TOO_FAST)
    workers = staff_of(row[0] for row in rows)
    for actor, on, kind, slowed, stopped in rows:
        if actor in workers:
            facts = f"{KINDS.get(kind, 'Looking')}: slowed down {_times(slowed)}, stopped {_times(stopped)}."
            yield Signal("too_fast", workers[actor], on, facts, str(kind))


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times" if number else "never"
