"""Work done later, by the worker.  An order is signed whole, so a row smuggled into the queue is refused."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import InterfaceError, OperationalError, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from mash.common.identity import Identity, Kind, acting_as, as_service, presence
from mash.common.turns import is_free

AGAIN_IN_A_MOMENT = RetryStrategy(
    max_attempts=8, exponential_wait=2, retry_exceptions=(OperationalError, InterfaceError)
)
"""A job for which the database went away, was full or made it wait too long is tried again, for some eight minutes.

Its transaction was undone.  Whatever else goes wrong would go wrong again.
"""


class NobodyOrders(Exception):
    """A job was ordered while nobody acts; it could not be carried out with anybody's rights."""


def _as_whoever_acts(name: str, ids: Mapping[str, str]) -> str:
    actor = presence().identity
    if actor is None:
        raise NobodyOrders(name)
    return signing.dumps({"actor": [actor.kind, actor.key], "ids": ids}, salt=name)


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work that can be ordered."""

    task: Task[Any, Any, Any]

    def later(self, **ids: str) -> None:
        """Order the work in the transaction that is open: a cause rolled back orders nothing.

        Carries ids and the actor, who needs the right to it when it is done, not only now.

        Raises NobodyOrders when nobody acts.
        """
        self.task.defer(order=_as_whoever_acts(self.task.name, ids))


def job(work: Callable[..., None]) -> Job:
    """Make a function of ids a job.  It runs as whoever ordered it, in one transaction."""
    name = f"{work.__module__}.{work.__qualname__}"

    @app.task(name=name, retry=AGAIN_IN_A_MOMENT)
    def carry_out(order: str) -> None:
        said = signing.loads(order, salt=name)
        kind, key = said["actor"]
        with acting_as(Identity(Kind(kind), key)), transaction.atomic():
            work(**said["ids"])

    return Job(carry_out)


def order_from(service: str, name: str, **ids: str) -> None:
    """Order a job by its name in the transaction that is open, to be carried out as a listed service.

    For what follows from a change whose maker may not see what it moves: their duty is checked now, not then.

    Raises NobodyOrders when nobody acts.
    """
    if presence().identity is None:
        raise NobodyOrders(name)
    order = signing.dumps({"actor": [Kind.SERVICE, service], "ids": ids}, salt=name)
    app.configure_task(name).defer(order=order)


def order(name: str, **ids: str) -> None:
    """Order a job by its name, as `Job.later` does: for an action, which knows no jobs.

    Raises NobodyOrders when nobody acts.
    """
    app.configure_task(name).defer(order=_as_whoever_acts(name, ids))


def on_a_timetable(
    *, cron: str, service: str, one_transaction: bool = True
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run a function on a timetable, as a named service, in one transaction; while one such runs, no other does.

    cron: five fields, UTC.  one_transaction: False where it opens several itself, since what each did has to stand
        before it goes on.
    """

    def scheduled(work: Callable[[], None]) -> Callable[[], None]:
        name = f"{work.__module__}.{work.__qualname__}"

        @app.periodic(cron=cron)
        @app.task(name=name, queueing_lock=name)
        def carry_out(timestamp: int) -> None:  # noqa: ARG001 (procrastinate says when it was due)
            with as_service(service), transaction.atomic() if one_transaction else nullcontext():
                if not one_transaction or is_free(f"timetable:{name}"):
                    work()

        return work

    return scheduled
