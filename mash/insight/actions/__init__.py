"""What is done with figures: they are counted, and a report of them is made."""

from mash.insight.actions.counting import SERVICE, Counted, roll_up, roll_up_every_hub
from mash.insight.actions.reporting import Made, NotWhole, make_report, written

__all__ = [
    "SERVICE",
    "Counted",
    "Made",
    "NotWhole",
    "make_report",
    "roll_up",
    "roll_up_every_hub",
    "written",
]
