"""What a hub has made of its content, what is being made of it, and what was ever changed in how the hub is set up."""

import json
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from mash.partnership.models import Account, Duty, Hub, Staff, new_key


class Words(models.TextField):  # type: ignore[type-arg]
    """Plain lists and mappings, kept as they were written: jsonb would put the keys in an order of its own."""

    def get_prep_value(self, value: Any) -> str | None:
        """Write them down."""
        return None if value is None else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)

    def from_db_value(self, value: str | None, *_: object) -> Any:
        """Read them back."""
        return None if value is None else json.loads(value)


class OfAHub(models.Model):
    """A row of one hub's set-up, with a key that nobody can guess."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Edition(OfAHub):
    """One published version of one content of a hub.  Nobody changes it; the newest counts.

    content: name of the file it stands in for, such as "outcomes".  words: plain lists and mappings.
    version: 2 and up: the product's own is 1.  back_to: the version that it publishes again.
    second: who took the second look, where one was due.
    carried: what the product carried when the hub last compared its own with it.
    """

    content = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    words = Words()
    carried = Words(null=True)
    note = models.TextField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    back_to = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "content", "version"], name="edition_once_a_version"),
            models.CheckConstraint(condition=~Q(note=""), name="edition_says_why"),
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("by")), name="edition_seconded_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content} {self.version} of {self.hub}"


class Compared(OfAHub):
    """That what the product carries was compared with a hub's own, and what was not taken in is left as the hub has it.

    digest: of what the product carried then.
    """

    content = models.CharField(max_length=40)
    digest = models.CharField(max_length=16)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "compared"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "content", "digest"], name="compared_once_a_content"),
        ]

    def __str__(self) -> str:
        return f"{self.content} of {self.hub} compared"


class Draft(OfAHub):
    """What is being made of one content of a hub: one at a time, seen by nobody but who sets up the hub.

    based_on: the version it was begun from.  saved: counts the saves, so that two people never overwrite each other.
    asked_by: who wants it published and waits for somebody else's look; `note` is theirs.
    """

    content = models.CharField(max_length=40)
    words = Words()
    based_on = models.PositiveIntegerField()
    saved = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    back_to = models.PositiveIntegerField(null=True)
    asked_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "content"], name="draft_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"draft of {self.content} of {self.hub}"


class Logo(OfAHub):
    """A picture that a hub has shown, or may show, in its header: checked, and written anew by us.  Nobody changes it.

    digest: SHA-256 of the body, in hexadecimal; the hub names the one that is shown.
    """

    digest = models.CharField(max_length=64)
    media_type = models.CharField(max_length=20)
    body = models.BinaryField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "digest"], name="logo_once_a_hub"),
        ]

    def __str__(self) -> str:
        return f"logo of {self.hub}"


class Part(models.TextChoices):
    """What of a hub's set-up a change was made to."""

    HUB = "hub", "Name and colour"
    LOGO = "logo", "Logo"
    HOURS = "hours", "Opening hours"
    CLOSURES = "closures", "Closures"
    CLOCKS = "clocks", "Clocks"
    AGENCIES = "agencies", "Agencies"
    POSTS = "posts", "People and posts"
    SYSTEMS = "systems", "Systems of agencies"
    CONTENT = "content", "Questions, words and rules"
    MATCHING = "matching", "How people are recognised"


class Change(OfAHub):
    """One line of a hub's change log.  Nobody changes a line.

    differences: [place, before, after], in words that a worker reads.  by: empty for a program.
    """

    part = models.CharField(max_length=10, choices=Part)
    what = models.CharField(max_length=240)
    why = models.TextField(blank=True)
    differences = models.JSONField(default=list)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(F("hub"), F("at").desc(), name="change_newest")]

    def __str__(self) -> str:
        return self.what


class Grant(OfAHub):
    """Duties that one person asks for a post and another confirms: to know what is sealed, to audit and the like.

    used: its duties were given.  The database marks it, so that one confirmation opens them once.
    """

    post = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    duties = ArrayField(models.CharField(max_length=20, choices=Duty))
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)
    used = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(answered_at=None), name="grant_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("by")), name="grant_answered_by_another"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) ^ Q(confirmed__isnull=False), name="grant_answered_or_not"
            ),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.duties)} for {self.post}"


class LostFactor(OfAHub):
    """That somebody lost their second factor: one person asks that it be taken off, another confirms it.

    why: also how whoever asks made sure that it is them.
    used: it was taken off.  The database marks it, so that one confirmation takes off one, once.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)
    used = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "account"], condition=Q(answered_at=None), name="lost_factor_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="lost_factor_says_why"),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("by")),
                name="lost_factor_answered_by_another",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) ^ Q(confirmed__isnull=False),
                name="lost_factor_answered_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"lost second factor of {self.account}"
