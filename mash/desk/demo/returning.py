"""Returns in the demo: the manager asked for one of each, and what is wrong with them waits to be mended."""

import uuid
from datetime import date, timedelta

from django.utils.timezone import localdate

from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage
from mash.returns import actions
from mash.returns.models import Kind, Run

LEAD = "manager"
AUTHORITY = "999"  # of no authority


def tell(stage: Stage) -> None:
    """Make one of each, of the last six months."""
    until_on = localdate(stage.now) - timedelta(days=1)
    for kind in (Kind.SSD, Kind.CIN, Kind.ANNEX_A):
        ask(stage, until_on - timedelta(days=180), until_on, kind)


def ask(stage: Stage, from_on: date, until_on: date, kind: Kind = Kind.ANNEX_A) -> Run:
    """Ask for a return of these days, and let the program make it."""
    lead = stage.posts[LEAD]
    with as_worker(lead):
        run = actions.ask_for(
            key=uuid.uuid4(),
            kind=kind,
            from_on=from_on,
            until_on=until_on,
            authority=AUTHORITY,
            why="To see what to mend before inspectors ask",
            hub=stage.hub,
            by=lead,
            at=stage.now,
        )
    with as_program(actions.SERVICE):
        actions.make(run_id=run.pk, at=stage.now)
    return run
