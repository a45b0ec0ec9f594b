"""Figures in the demo: counted once when all is told, as the timetable does every few minutes from then on."""

from mash.desk.demo.setting_up import as_program
from mash.desk.demo.story import Stage
from mash.insight import actions


def count(stage: Stage) -> None:
    """Count everything that was told of a borough."""
    with as_program(actions.SERVICE):
        actions.roll_up(stage.hub, at=stage.now)
