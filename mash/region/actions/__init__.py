"""What is done about registers of a region.  Every door calls these."""

from mash.region.actions.comparing import look_over
from mash.region.actions.granting import NotThen, NotWhole, SpokenMeanwhile, end, grant
from mash.region.actions.saying import say

__all__ = ["NotThen", "NotWhole", "SpokenMeanwhile", "end", "grant", "look_over", "say"]
