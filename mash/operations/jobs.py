"""What a worker that was killed left behind is taken up again."""

from typing import Any

import structlog
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

NAME = "mash.operations.jobs.take_up_again"
SILENT_FOR = 120  # seconds; a worker gives a sign of life every ten
TRIES = 5
log: Any = structlog.stdlib.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name=NAME, queueing_lock=NAME)
async def take_up_again(timestamp: int) -> None:  # noqa: ARG001 (procrastinate says when it was due)
    """Order again each job whose worker has gone: its transaction was undone with the connection.

    One that was begun five times counts as failed: it may be what ends the worker.  Touches the queue alone, which is
    nobody's record, so nobody acts.
    """
    for one in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_FOR):
        again = one.attempts + 1 < TRIES
        log.warning("a worker went away", job=one.id, task=one.task_name, again=again)
        if again:
            await app.job_manager.retry_job(one)
        elif one.id is not None:
            await app.job_manager.finish_job_by_id_async(one.id, Status.FAILED, delete_job=False)
