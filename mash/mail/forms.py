"""The shape of input on the pages about e-mail."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from mash.contact.forms import LONGEST_TEXT, YES_NO, Call, line, one_of
from mash.contact.telephone import Note
from mash.mail.models import Mail

LABELS = {
    "kind": "Who wrote it?",
    "anonymous": "The sender does not want to be named",
    "what_happened": "What happened?",
    "opinion": "What does the sender think?",
    "family_aware": "Does the family know about this e-mail?",
}


class Wrote(Call):
    """Who wrote, about what, and what they said: the questions of a call, asked of an e-mail."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            said = str(field.label).replace("Caller", "Sender").replace("caller", "sender")
            field.label = LABELS.get(name, said)
            field.help_text = str(field.help_text).replace("caller", "sender")


class MailNote(Note):
    """The referral that a worker writes from an e-mail.  It is known under the e-mail's own key."""

    asks: ClassVar[type[Call]] = Wrote
    who = "sender"

    def __init__(
        self, mail: Mail, data: QueryDict | None, at: datetime, kept: Mapping[str, list[str]] | None = None
    ) -> None:
        super().__init__(data, at, kept)
        self.mail, self.with_files = mail, False
        self.reference, self.begun_at = f"MAIL-{mail.pk}", mail.received_at
        self.call.fields["what_happened"].initial = mail.words[:LONGEST_TEXT]

    def as_said(self) -> dict[str, Any]:
        """Return the message, with the e-mail's files where it is sent."""
        said = super().as_said()
        if not self.with_files:
            return said
        files = self.mail.files.filter(refused="").order_by("place")
        sent = [
            {
                "name": one.name,
                "media_type": one.media_type,
                "base64": base64.b64encode(bytes(one.body)).decode(),
            }
            for one in files
        ]
        return said | ({"attachments": sent} if sent else {})


class NotAReferral(forms.Form):
    """Why an e-mail is no referral."""

    why = forms.CharField(
        label="Why is it not a referral?",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Say why it is not a referral"},
    )


class AddTo(forms.Form):
    """To which contact an e-mail belongs."""

    reference = line(
        "Reference of the contact", required=True, longest=40, help_text="For example NFC-7K3M-2Q9"
    )


class Acknowledge(forms.Form):
    """Whether e-mails are answered with their reference."""

    on = one_of("Answer each e-mail with its reference?", YES_NO)

    def clean_on(self) -> bool:
        return bool(self.cleaned_data["on"] == "yes")
