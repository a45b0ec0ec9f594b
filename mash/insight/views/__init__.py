"""Pages of performance."""

from mash.insight.views.looking import behind, demand, measure, now, over_time, share, waiting

__all__ = ["behind", "demand", "measure", "now", "over_time", "share", "waiting"]
