"""A return in the demo: the manager asked for Annex A, and what is wrong with it waits to be mended."""

import uuid
from datetime import date, timedelta

from django.utils.timezone import localdate

from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage
from mash.returns import actions
from mash.returns.models import Kind, Run

LEAD = "manager"


def tell(stage: Stage) -> None:
    """Make one of the last six months."""
    until_on = localdate(stage.now) - timedelta(days=1)
    ask(stage, until_on - timedelta(days=180), until_on)


def ask(stage: Stage, from_on: date, until_on: date) -> Run:
    """Ask for a return of these days, and let the program make it."""
    lead = stage.posts[LEAD]
    with as_worker(lead):
        run = actions.ask_for(
            key=uuid.uuid4(),
            kind=Kind.ANNEX_A,
            from_on=from_on,
            until_on=until_on,
            why="To see what to mend before inspectors ask",
            hub=stage.hub,
            by=lead,
            at=stage.now,
        )
    with as_program(actions.SERVICE):
        actions.make(run_id=run.pk, at=stage.now)
    return run
