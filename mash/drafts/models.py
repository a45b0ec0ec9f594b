"""What somebody has typed and not sent, who is writing where, and which forms were sent."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.partnership.models import Hub, Staff, new_key


class Draft(models.Model):
    """What was typed into one form and not sent.  Whoever typed it reads it, and nobody else.

    staff: the post that typed it.  referral: what was sent, where whoever shows its code typed it.
    page: name of the form, as the list of forms has it.  about: key of what the form is about, or all zeros.
    body: the fields, encrypted, since words meant to be sealed may stand in them.  field: typed in last.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    referral = models.UUIDField(null=True)
    page = models.CharField(max_length=80)
    about = models.UUIDField()
    nonce = models.BinaryField()
    body = models.BinaryField()
    field = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "page", "about"], name="draft_once_a_form"),
            models.UniqueConstraint(fields=["referral", "page", "about"], name="draft_once_a_form_by_code"),
            models.CheckConstraint(
                condition=Q(staff=None) ^ Q(referral=None), name="draft_of_a_post_or_of_whoever_shows_a_code"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["saved_at"])]


class Writing(models.Model):
    """Somebody writes in a form that is about something shared: their name and since when, never what.

    agency: whose page it is; none for the hub's own desk.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    agency_id_opaque = models.UUIDField(null=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=80)
    about = models.UUIDField()
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "page", "about"], name="writing_once_a_form")
        ]
        indexes: ClassVar = [models.Index(fields=["about", "page"])]


class Sent(models.Model):
    """A form that was sent and did its work: the same one sent again is answered alike and does nothing.

    id: made of who sent what to where, the form's own token included, which is another each time a form is drawn.
    drawing: names the form as it was drawn.  location: where the first sending led.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    actor = models.CharField(max_length=90)
    drawing = models.CharField(max_length=64)
    location = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["drawing"]), models.Index(fields=["at"])]
