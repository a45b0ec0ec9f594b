"""What a watch, or something done, is about: one person, one place or one group."""

from django.db import models
from django.db.models import Q

from mash.harm.models.groups import Group
from mash.people.models import InHub, Person


class About(models.TextChoices):
    """What it is about."""

    PERSON = "person", "Person"
    PLACE = "place", "Place"
    GROUP = "group", "Group"


class Subject(InHub):
    """A row about one person, one place or one group.

    subject: the person's or the group's key, or the key of the place, as in a `Touch`.  label: the place in words.
    """

    about = models.CharField(max_length=6, choices=About)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.UUIDField()
    label = models.CharField(max_length=240, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.person or self.group or self.label)


def one_subject(name: str) -> models.CheckConstraint:
    """Return that a row is about one thing, and says it as that kind of thing is said."""
    return models.CheckConstraint(
        condition=Q(about="person", person=models.F("subject"), group=None, label="")
        | Q(about="group", group=models.F("subject"), person=None, label="")
        | (Q(about="place", person=None, group=None) & ~Q(label="")),
        name=name,
    )
