"""Figures for Prometheus, of the machine's work alone: no label ever comes from what somebody sent.

A route is called by its name, never by its path.  The rooms of the sealed unit are one route, whichever page it was.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse

from mash.common import replica
from mash.common.identity import as_service
from mash.common.patience import MOST_TRIES
from mash.ledger.models import Root

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = {"GET", "HEAD", "POST"}
NO_ROUTE, OTHER = "none", "OTHER"
KEPT_TOGETHER = {"sealed"}  # how often which of its pages was opened is nobody's to know
JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1"
OLDEST = """
    SELECT extract(epoch FROM %s - min(coalesce(job.scheduled_at, event.at)))
    FROM procrastinate_jobs job
    JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.status = 'todo' AND coalesce(job.scheduled_at, event.at) < %s
"""
EMAILS = """
    SELECT count(*) FILTER (WHERE e.tries = 0), count(*) FILTER (WHERE e.tries > 0 AND e.tries < %s),
      count(*) FILTER (WHERE e.tries >= %s)
    FROM partnership_email e JOIN partnership_hub h ON h.id = e.hub_id
    WHERE e.sent_at IS NULL AND NOT e.only_here AND h.exercise_for_id IS NULL
"""
WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s - interval '1 minute'"
Measure = Callable[[HttpRequest, HttpResponse, float], None]


@lru_cache(maxsize=1)
def measuring(folder: Path) -> Measure:
    """Return what counts one answer.  folder: where every process of this machine keeps its counts."""
    client = _client(folder)
    labels = ["route", "method", "status"]
    answers = client.Counter("mash_answers_total", "Answers, by name of route", labels, registry=None)
    seconds = client.Histogram(
        "mash_answer_seconds", "Time to answer", ["route"], buckets=SECONDS, registry=None
    )

    by = client.Counter(
        "mash_replica_pages_total", "Pages that a replica may answer, by who did", ["by"], registry=None
    )

    def measure(request: HttpRequest, response: HttpResponse, took: float) -> None:
        route = route_of(request)
        method = request.method if request.method in METHODS else OTHER
        answers.labels(route, method, f"{response.status_code // 100}xx").inc()
        seconds.labels(route).observe(took)
        if read_by := getattr(request, "read_by", None):
            by.labels(read_by).inc()

    return measure


def route_of(request: HttpRequest) -> str:
    """Return the name of the route that a request took; none where it led nowhere."""
    match = request.resolver_match
    if match is None:
        return NO_ROUTE
    together = KEPT_TOGETHER & set(match.namespaces)
    return next(iter(together)) if together else match.view_name


def exposed(folder: Path, *, at: datetime) -> bytes:
    """Return every figure in Prometheus' own text: what all processes counted, and how queue and ledger stand."""
    client = _client(folder)
    from prometheus_client import multiprocess

    registry = client.CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library types this one not
    registry.register(_Standing(at))
    return bytes(client.generate_latest(registry))


def _client(folder: Path) -> Any:
    """Import the library, which asks its environment once whether several processes count together."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    import prometheus_client

    return prometheus_client


class _Standing:
    """How queue and ledger stand, asked when it is read; nothing where the database does not answer."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Any]:
        """Yield each family of figures."""
        from prometheus_client.core import GaugeMetricFamily

        try:
            with as_service("ledger_keeper"), transaction.atomic():
                jobs, oldest, workers = (
                    dict(_all(JOBS)),
                    _all(OLDEST, self.at, self.at),
                    _all(WORKERS, self.at),
                )
                emails = _all(EMAILS, MOST_TRIES, MOST_TRIES)[0]
                root = Root.objects.order_by("-number").values_list("number", "made_at").first()
        except DatabaseError:
            return
        families = GaugeMetricFamily("mash_jobs", "Jobs, by how they stand", labels=["status"])
        for status in ("todo", "doing", "failed"):
            families.add_metric([status], jobs.get(status, 0))
        yield families
        late = float(oldest[0][0] or 0)
        yield GaugeMetricFamily(
            "mash_oldest_job_seconds", "How long the oldest due job has waited", value=late
        )
        yield GaugeMetricFamily(
            "mash_workers", "Workers that gave a sign of life in a minute", value=workers[0][0]
        )
        post = GaugeMetricFamily(
            "mash_emails", "E-mails that have not left, by how they stand", labels=["status"]
        )
        for status, count in zip(("waiting", "failing", "given_up"), emails, strict=True):
            post.add_metric([status], count)
        yield post
        if root:
            age = (self.at - root[1]).total_seconds()
            yield GaugeMetricFamily("mash_ledger_root_number", "The newest root of the ledger", value=root[0])
            yield GaugeMetricFamily("mash_ledger_root_age_seconds", "How old it is", value=age)
        if replica.is_set():
            yield from _of_the_replica()


def _of_the_replica() -> Iterator[Any]:
    from prometheus_client.core import GaugeMetricFamily

    behind = replica.behind_by()
    yield GaugeMetricFamily(
        "mash_replica_answers",
        "Whether the replica answers as a copy of this primary",
        value=behind is not None,
    )
    if behind is not None:
        yield GaugeMetricFamily(
            "mash_replica_behind_seconds", "How old what it shows is", value=behind.total_seconds()
        )


def _all(words: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        return list(cursor.fetchall())
