"""A referral while it is written, the files put to it, and who sent it from a post."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from mash.contact.models import Contact
from mash.partnership.models import Staff
from mash.people.models import InHub
from mash.referral.keeping import Answers, opened_answers

KEPT_FOR = timedelta(days=28)


def initials_of(*parts: str | None) -> str:
    """Return the first letters of a name, or that there is none."""
    letters = [part.strip()[:1].upper() for part in parts if part and part.strip()]
    return "".join(f"{letter}." for letter in letters) or "No name"


class Kind(models.TextChoices):
    PROFESSIONAL = "professional", "A professional"
    PUBLIC = "public", "A member of the public"


class Draft(InHub):
    """A referral that is not sent: its owner's alone, and nobody's at the hub.

    The contact that it becomes takes over its key and its reference, so that one code and one reference lead to both.

    owner: the post that writes it.  email: where a code is sent to whoever has none.
    code_hash: of the code shown on screen, which leads a member of the public back.
    nonce, body: the answers, encrypted.  sent_at: from then on there are none; the contact holds them.

    Source: docs/rules.md, "Drafts of a referral".
    """

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    owner = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    nonce = models.BinaryField(default=b"")
    body = models.BinaryField(default=b"")
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code_hash"], condition=~Q(code_hash=""), name="draft_one_a_code"
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(kind="professional", email="", code_hash=""),
                name="draft_of_a_post_or_by_code",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["saved_at"], name="draft_oldest")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("referral:draft", args=[self.pk])

    @property
    def kept_until(self) -> datetime:
        """When it is deleted unless something is saved before."""
        return self.saved_at + KEPT_FOR

    @property
    def is_public(self) -> bool:
        return self.kind == Kind.PUBLIC

    @property
    def answers(self) -> Answers:
        """What was typed: page to {"said": {name: [values]}, "editor", "version"}."""
        return opened_answers(bytes(self.nonce), bytes(self.body), self)

    @property
    def initials(self) -> str:
        """The initials of the child or adult, as far as they are typed: names are on no list."""
        said = self.answers.get("person", {}).get("said", {})
        return initials_of(*("".join(said.get(part, [])) for part in ("given", "family")))


class DraftFile(InHub):
    """A file put to a draft: kept, listed, and opened by nobody while it is one."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()  # bytes
    body = models.BinaryField()
    at = models.DateTimeField()


class Sent(InHub):
    """That a post sent a referral by the form: whose own page about it that is."""

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="sent_by")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "sent"
        indexes: ClassVar = [models.Index(fields=["staff", "-at"], name="sent_newest")]
