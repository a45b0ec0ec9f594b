"""What is done with returns: asked for, made, taken out; and a hub's past taken in."""

from mash.returns.actions.making import SERVICE, NotWhole, ask_for, forget_old, make
from mash.returns.actions.taking_in import Taken, take_in
from mash.returns.actions.taking_out import Gone, take_out

__all__ = ["SERVICE", "Gone", "NotWhole", "Taken", "ask_for", "forget_old", "make", "take_in", "take_out"]
