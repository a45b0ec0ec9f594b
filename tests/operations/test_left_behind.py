"""A job whose worker was killed is done after all, and one that kills its workers is given up."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from mash.operations import jobs
from mash.returns.jobs import make_return
from tests.operations.test_backup import address

pytestmark = pytest.mark.usefixtures("transactional_db")


def begun(*, heard_of, attempts=0):
    """Put a job into the queue that a worker is at, who was heard of so many seconds ago; None: it was struck off."""
    with connections["builder"].cursor() as cursor:
        worker = None
        if heard_of is not None:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now() - make_interval(secs => %s)) RETURNING id",
                [heard_of],
            )
            (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, status, worker_id, attempts) "
            "VALUES ('some.job', 'default', 'doing', %s, %s) RETURNING id",
            [worker, attempts],
        )
        return cursor.fetchone()[0]


def stands(job):
    with connections["builder"].cursor() as cursor:
        cursor.execute("SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", [job])
        return cursor.fetchone()


def look():
    """Run the job as the worker runs it: as mash_worker, in a loop of its own."""

    async def run():
        connector = PsycopgConnector(conninfo=address("mash_worker"))
        with app.replace_connector(connector):
            async with app.open_async():
                await jobs.take_up_again(timestamp=0)

    with ThreadPoolExecutor(1) as hand:
        hand.submit(asyncio.run, run()).result()


def test_a_job_of_a_worker_that_has_gone_is_ordered_again_and_no_other():
    gone, struck_off, at_it = begun(heard_of=jobs.SILENT_FOR + 5), begun(heard_of=None), begun(heard_of=5)
    look()
    assert [stands(one) for one in (gone, struck_off, at_it)] == [("todo", 1), ("todo", 1), ("doing", 0)]


def test_a_job_that_ends_its_worker_each_time_is_given_up():
    job = begun(heard_of=None, attempts=jobs.TRIES - 1)
    look()
    assert stands(job)[0] == "failed"


@pytest.mark.parametrize(
    ("went_wrong", "attempts", "again"),
    [
        (OperationalError("no room"), 0, True),
        (OperationalError("no room"), 8, False),
        (IntegrityError("it was there"), 0, False),
    ],
)
def test_a_job_that_found_the_database_away_is_tried_again_for_a_while_and_one_that_is_wrong_is_not(
    went_wrong, attempts, again
):
    job = Job(
        id=1,
        queue="default",
        lock=None,
        queueing_lock=None,
        task_name=make_return.task.name,
        attempts=attempts,
    )
    assert bool(make_return.task.get_retry_exception(went_wrong, job)) == again
