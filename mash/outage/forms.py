"""The shape of input on the pages of a bad day."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict

from mash.common.clock import LONDON
from mash.common.fields import DateInputField, TimeInputField
from mash.contact.telephone import Note
from mash.outage import paper
from mash.outage.actions import Paper
from mash.outage.actions.entering import LONGEST_WHY
from mash.outage.actions.keeping import LONGEST, TooWeak, refuse_weak
from mash.partnership.models import Staff

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another on paper
GROUPS, IN_A_GROUP = 6, 4
HIDDEN = forms.PasswordInput(attrs={"autocomplete": "new-password"})


def suggested() -> str:
    """Return a passphrase made at random: 24 letters and digits in groups, some 118 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(IN_A_GROUP)) for _ in range(GROUPS))


class NewPassphrase(forms.Form):
    """The passphrase of the packs, twice."""

    words = forms.CharField(
        label="Passphrase",
        max_length=LONGEST,
        strip=False,
        widget=HIDDEN,
        error_messages={"required": "Enter a passphrase"},
    )
    again = forms.CharField(
        label="The same again",
        max_length=LONGEST,
        strip=False,
        widget=HIDDEN,
        error_messages={"required": "Enter the passphrase again"},
    )

    def __init__(self, data: Any = None, *, by: Staff) -> None:
        super().__init__(data)
        self.by = by

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        try:
            refuse_weak(words, self.by)
        except TooWeak as why:
            raise forms.ValidationError(str(why)) from why
        return words

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if {"words", "again"} <= said.keys() and said["words"] != said["again"]:
            self.add_error("again", "This is not the same as above")
        return said


class SayAway(forms.Form):
    """From when until when the product was away."""

    from_on = DateInputField(
        label="Day it went away",
        name="The day it went away",
        error_messages={"required": "Enter the day it went away"},
    )
    from_time = TimeInputField(
        label="Time it went away",
        help_text="For example 09:30",
        error_messages={"required": "Enter the time it went away"},
    )
    until_on = DateInputField(
        label="Day it was back",
        name="The day it was back",
        error_messages={"required": "Enter the day it was back"},
    )
    until_time = TimeInputField(
        label="Time it was back",
        help_text="For example 14:05",
        error_messages={"required": "Enter the time it was back"},
    )
    why = forms.CharField(
        label="What was away, and how was it noticed?",
        max_length=LONGEST_WHY,
        widget=forms.Textarea,
        error_messages={"required": "Say what was away"},
    )

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it."""
        said = self.cleaned_data
        return {
            "began_at": datetime.combine(said["from_on"], said["from_time"], LONDON),
            "ended_at": datetime.combine(said["until_on"], said["until_time"], LONDON),
            "why": said["why"],
        }


class ToEnter(forms.Form):
    """What of which contact is entered from paper."""

    reference = forms.CharField(
        label="Reference of the contact",
        max_length=40,
        error_messages={"required": "Enter the reference"},
    )
    what = forms.ChoiceField(
        label="What does the form say?",
        choices=[
            ("rating", "A rating"),
            ("answer", "What an agency answered"),
            ("decision", "A decision"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the form says"},
    )


class PaperNote(Note):
    """A contact that was written on paper: it was told at the time on the paper, and counts from then."""

    def __init__(
        self,
        days: Sequence[date],
        data: QueryDict | None,
        at: datetime,
        kept: Mapping[str, list[str]] | None = None,
    ) -> None:
        super().__init__(data, at, kept)
        paper.ask(self.call, days)

    @property
    def paper(self) -> Paper:
        """What stands on the paper, once the note is whole."""
        said = self.call.cleaned_data
        return Paper(datetime.combine(said[paper.ON], said[paper.TIME], LONDON), said[paper.NUMBER])

    def as_said(self) -> dict[str, Any]:
        """Return the message: sent when it was said, and not when it was entered."""
        said = super().as_said()
        on_paper = paper.paper_of(self.call.cleaned_data)
        return said | ({"sent_at": on_paper.happened_at.isoformat()} if on_paper else {})
