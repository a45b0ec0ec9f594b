"""What can happen about what harm comes back to.  Each function is one thing somebody does; only these write."""

from mash.harm.actions.counting import SERVICE, count

__all__ = ["SERVICE", "count"]
