"""The shape of input on the pages of who may open a case."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils.timezone import localdate

from mash.common.clock import LONDON
from mash.common.fields import DateInputField
from mash.partnership.models import Staff

LONGEST = 200
AT_MOST = timedelta(days=366)


class Conflict(forms.Form):
    """A worker's own conflict of interest."""

    why = forms.CharField(
        label="How does this case concern you or yours?",
        help_text="A few words are enough, such as “a neighbour” or “my child’s school”. The hub’s manager reads them.",
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": "Enter how this case concerns you or yours"},
    )


class KeepOut(forms.Form):
    """Who is kept out of a case."""

    who = forms.ModelChoiceField(
        label="Who is kept out?",
        queryset=Staff.objects.none(),
        empty_label="Choose a worker",
        error_messages={"required": "Choose who is kept out"},
    )
    why = forms.CharField(
        label="Why?", max_length=LONGEST, error_messages={"required": "Enter why they are kept out"}
    )


class LetIn(forms.Form):
    """Who is let into one contact."""

    who = forms.ModelChoiceField(
        label="Who is let in?",
        queryset=Staff.objects.none(),
        empty_label="Choose a worker",
        error_messages={"required": "Choose who is let in"},
    )
    why = forms.CharField(
        label="Why do they need it?",
        max_length=LONGEST,
        error_messages={"required": "Enter why they need it"},
    )
    last = DateInputField(
        label="Last day", name="Last day", help_text="After it they no longer see the contact."
    )

    def clean_last(self) -> date:
        """Refuse a day that has passed, and one more than a year away."""
        last: date = self.cleaned_data["last"]
        today = localdate()
        if last < today:
            raise forms.ValidationError("Last day must be today or later")
        if last > today + AT_MOST:
            raise forms.ValidationError("Last day must be within a year")
        return last

    @property
    def until_at(self) -> datetime:
        """Return the moment after which they no longer see it."""
        return datetime.combine(self.cleaned_data["last"] + timedelta(days=1), time.min, LONDON)


class Lift(forms.Form):
    """Why a restricted case is open to the whole desk again."""

    why = forms.CharField(
        label="Why?",
        max_length=LONGEST,
        error_messages={"required": "Enter why the whole desk may see it again"},
    )


class End(forms.Form):
    """Why a worker is let back, or no longer let in."""

    which = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.CharField(label="Why?", max_length=LONGEST, error_messages={"required": "Enter why"})
