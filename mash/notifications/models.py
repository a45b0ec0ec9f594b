"""How somebody wishes to be told.  What they are told of is `partnership.Email`, kept with its cause."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.partnership.models import Account, Hub, new_key


class How(models.TextChoices):
    """When an e-mail follows a notification."""

    AT_ONCE = "at_once", "An e-mail at once"
    ONE_A_DAY = "one_a_day", "One e-mail a day"
    ONLY_HERE = "only_here", "No e-mail: I look here"


class QuietHours(models.TextChoices):
    """Whose quiet hours count for somebody."""

    HUB = "hub", "As the hub has them"
    OWN = "own", "My own"
    NONE = "none", "None: send at any hour"


class Wish(models.Model):
    """How one account wishes to be told of what waits for it in one hub.  Without one: at once, the hub's quiet hours.

    quiet_from, quiet_until: local to Europe/London, over midnight where the first is later.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How, default=How.AT_ONCE)
    quiet = models.CharField(max_length=4, choices=QuietHours, default=QuietHours.HUB)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "wishes"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "account"], name="one_wish_a_hub"),
            models.CheckConstraint(
                name="own_quiet_hours_are_whole",
                condition=Q(quiet="own", quiet_from__isnull=False, quiet_until__isnull=False)
                | (~Q(quiet="own") & Q(quiet_from=None, quiet_until=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.get_how_display()
