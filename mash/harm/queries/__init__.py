"""What is read of what harm comes back to.  Every page's function starts from the worker who asks."""

from mash.harm.queries.counted import hubs, newest_counting

__all__ = ["hubs", "newest_counting"]
