"""Everything that is measured about recognising people, in one run on one register."""

import hashlib
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from bench.matching import badly
from bench.matching.badly import Asked
from bench.matching.families import Human
from bench.matching.figures import (
    CLAIMED,
    Answer,
    Quality,
    Share,
    likely,
    milliseconds,
    quality,
    share,
    threshold_for,
)
from bench.matching.systems import Exact, Floor, Ours, asked, asked_as_worker
from bench.matching.telling import Query, Record, known_of_each, population, queries_of, unregistered_of
from bench.seeding import analyse, open_hub
from mash.common import embedded, running
from mash.common.identity import as_service
from mash.partnership.models import Staff
from mash.people import tokens
from mash.people.matching.weights import shipped

TESTED = 7303  # seed; other families than those that the weights and thresholds were fitted to
MOST_SIBLINGS, MOST_TWINS = 3000, 1000
EACH = 800  # descriptions of each group of names
ALONE = 40  # queries that Splink is asked one by one


@dataclass(slots=True)
class Figures:
    """What was measured.  shares: by what they say, each beside its goal."""

    about: dict[str, Any]
    systems: dict[str, tuple[Quality, dict[str, float]]] = field(default_factory=dict)
    shares: dict[str, tuple[Share, str]] = field(default_factory=dict)
    times: dict[str, tuple[dict[str, float], str]] = field(default_factory=dict)
    badly: list[Asked] = field(default_factory=list)


def everything(
    server: embedded.Server,
    environment: running.Environment,
    *,
    people: int,
    queries: int,
    seeded: Path,
    without: Sequence[str],
) -> Figures:
    """Seed once, ask every system the same, and return the figures.

    seeded: a file that says which register the server holds.
    """
    humans, records = population(TESTED, people)
    ours, floor = _ours(server, environment, records, seeded)
    same = queries_of(humans, TESTED + 5, queries)
    about = {"people": len(records), "queries": queries, "weights": shipped().edition}
    figures = Figures(about | {"cores": os.cpu_count(), "python": platform.python_version()})
    asked_as_worker(ours, same[:200])  # warm
    figures.times["primary key alone"] = milliseconds(asked_as_worker(floor, same)), ""
    answers = asked_as_worker(ours, same)
    line = ours.line
    figures.about["line"] = line
    figures.systems[ours.name] = quality(answers, line), milliseconds(answers)
    _shares(figures, ours, humans, answers)
    figures.badly = badly.asked_badly(ours, records, server.url(embedded.ADMINISTRATOR, "mash"))
    _peers(figures, server, records, same, without)
    return figures


def told_badly(
    server: embedded.Server, environment: running.Environment, *, people: int, seeded: Path
) -> list[Asked]:
    """Ask only what is told badly, of the same register, and return what came of it."""
    _, records = population(TESTED, people)
    ours, _ = _ours(server, environment, records, seeded)
    asked_as_worker(ours, [Query(-1, "stranger", "", one.details) for one in records[:200]])  # warm
    return badly.asked_badly(ours, records, server.url(embedded.ADMINISTRATOR, "mash"))


def digest(records: Sequence[Record]) -> str:
    """Return what tells a register from another, and how it is found now from how it was."""
    made = hashlib.sha256()
    for one in records:
        made.update(repr((one, sorted(tokens.findable(one.details)))).encode())
    return made.hexdigest()


def _ours(
    server: embedded.Server, environment: running.Environment, records: Sequence[Record], seeded: Path
) -> tuple[Ours, Floor]:
    wanted = digest(records)
    afresh = not seeded.exists() or seeded.read_text(encoding="ascii") != wanted
    if afresh:
        seeded.unlink(missing_ok=True)
    running.prepare(server, environment, afresh=afresh)
    if afresh:
        hub, worker = open_hub(0)
        Ours(hub, worker).load(records, timezone.now())
        analyse(server)
        seeded.write_text(wanted, encoding="ascii")
    with as_service("setup"), transaction.atomic():
        worker = Staff.objects.select_related("hub", "agency", "account").get(duties__contains=["screen"])
    ours = Ours(worker.hub, worker)
    ours.remember()
    floor = Floor(worker.hub, worker)
    floor.whose = ours.whose
    return ours, floor


def _shares(figures: Figures, ours: Ours, humans: Sequence[Human], answers: Sequence[Answer]) -> None:
    line, shown, half = ours.line, likely(answers), len(answers) // 2
    figures.shares |= {
        "known, shown as likely the same": (shown["likely"], ""),
        "shown as likely, and right": (shown["likely_precision"], f"at least {CLAIMED}"),
        "first and above the threshold, and right": (quality(answers, line).precision, "at least .985"),
    }
    for kind, most, goal in (("sibling", MOST_SIBLINGS, "at most .01"), ("twin", MOST_TWINS, "none")):
        found = asked_as_worker(ours, unregistered_of(humans, TESTED + 6, kind, most))
        name = f"unregistered {kind}s for whom a brother or sister is shown as likely"
        figures.shares[name] = share(one.likely_relative for one in found), goal
    each = quality(asked_as_worker(ours, known_of_each(humans, TESTED + 9, EACH)), line)
    for origin, share_of in sorted(each.by_origin.items(), key=lambda one: one[1].value):
        figures.shares[f"R@5 of {origin.replace('_', ' ')} names"] = share_of, ""
    figures.about["gap"] = each.gap
    worse = asked_as_worker(ours, queries_of(humans, TESTED + 7, half, worse=1.7))
    figures.shares["R@P.99 under 1.7 times the errors"] = quality(worse, line).taken, "at least .90"
    figures.shares["its precision"] = quality(worse, line).precision, ""
    strange = asked_as_worker(ours, queries_of(humans, TESTED + 8, half, unknown=0.8))
    figures.shares["R@P.99 where 80 % are unknown"] = quality(strange, line).taken, ""
    figures.shares["precision where 80 % are unknown"] = quality(strange, line).precision, ""
    figures.shares["likely and right where 80 % are unknown"] = likely(strange)["likely_precision"], ""


def _peers(
    figures: Figures,
    server: embedded.Server,
    records: Sequence[Record],
    same: Sequence[Query],
    without: Sequence[str],
) -> None:
    """Ask the others.  Their thresholds are set on these very answers, in their favour."""
    found = asked(Exact(records), same)
    figures.systems[Exact.name] = quality(found, threshold_for(found, CLAIMED)), milliseconds(found)
    if "trigrams" not in without:
        from bench.matching.trigrams import Trigrams

        system = Trigrams(server.url(embedded.ADMINISTRATOR, "mash"), records)
        found = asked(system, same)
        system.close()
        figures.systems[system.name] = quality(found, threshold_for(found, CLAIMED)), milliseconds(found)
    if "splink" not in without:
        from bench.matching.splinking import Splink

        peer = Splink(records)
        found = peer.answers(same)
        took = sorted(peer.seconds(same[:ALONE]))
        times = {
            "p50": round(statistics.median(took) * 1000, 1),
            "p95": round(took[int(ALONE * 0.95)] * 1000, 1),
        }
        figures.systems[peer.name] = quality(found, threshold_for(found, CLAIMED)), times


def table(figures: Figures) -> str:
    """Return the figures as lines of text, each share with its interval and n."""
    about = figures.about
    what = f"{about['people']:,} records, {about['queries']:,} descriptions, weights {about['weights']}"
    lines = [
        f"{what}; {about['cores']} cores",
        f"line {about['line']}; gap in R@5 of as many of each group of names {about['gap']:.3f}",
        "",
        f"{'':<24}{'R@5':<34}{'R@P.99':<34}{'gap':>6}{'p50 ms':>9}{'p95 ms':>9}",
    ]
    for name, (good, took) in figures.systems.items():
        gap = f"{good.gap:.3f}"
        lines.append(
            f"{name:<24}{good.found!s:<34}{good.taken!s:<34}{gap:>6}{took['p50']:>9}{took['p95']:>9}"
        )
    lines += ["", "OpenMASH"]
    lines += [f"  {name:<72}{value!s:<36}{goal}" for name, (value, goal) in figures.shares.items()]
    lines += [
        f"  {name:<72}p50 {took['p50']} ms, p95 {took['p95']} ms, p99 {took['p99']} ms   {goal}"
        for name, (took, goal) in figures.times.items()
    ]
    return "\n".join([*lines, "", badly.table(figures.badly)])


def plain(figures: Figures) -> dict[str, Any]:
    """Return the figures for a file."""
    return {
        "about": figures.about,
        "systems": {name: good.plain() | {"ms": took} for name, (good, took) in figures.systems.items()},
        "shares": {name: value.plain() | {"goal": goal} for name, (value, goal) in figures.shares.items()},
        "badly": badly.plain(figures.badly),
        "ms": {name: took | {"goal": goal} for name, (took, goal) in figures.times.items()},
    }
