"""What is done with figures: they are counted, and a report of them is made."""

from mash.insight.actions.counting import SERVICE, Counted, roll_up, roll_up_every_hub

__all__ = ["SERVICE", "Counted", "roll_up", "roll_up_every_hub"]
