"""Groups that an analyst names, with a reason."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.partnership.models import Staff
from mash.people.models import InHub, Person


class Group(InHub):
    """People who belong together in somebody's view: why, and who said so.  Its name and reason name nobody.

    key: of the form.
    """

    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=120)
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(why=""), name="harm_group_for_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
                name="harm_group_ends_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Member(InHub):
    """That somebody counts to a group, why, and until when.  Seen by whoever may see the person."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(ended_at=None), name="harm_member_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="harm_member_for_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
                name="harm_member_ends_for_a_reason",
            ),
        ]
