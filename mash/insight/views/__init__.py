"""Pages of performance."""

from mash.insight.views.looking import behind, demand, measure, now, over_time, share, waiting
from mash.insight.views.reporting import report

__all__ = ["behind", "demand", "measure", "now", "over_time", "report", "share", "waiting"]
