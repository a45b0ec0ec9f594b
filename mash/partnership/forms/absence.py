"""The shape of input on the page of absences."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from mash.common.clock import LONDON
from mash.common.fields import DateInputField
from mash.partnership.models import Staff
from mash.partnership.rota import AbsenceKind


class MarkAway(forms.Form):
    """Who is away, and until when.  Nobody need give a reason."""

    who = forms.ModelChoiceField(
        label="Who is away?", queryset=Staff.objects.none(), empty_label="Choose a person"
    )
    first = DateInputField(
        label="First day away", name="First day away", required=False, help_text="Leave it out for today."
    )
    last = DateInputField(
        label="Last day away",
        name="Last day away",
        required=False,
        help_text="Leave it out while nobody knows.",
    )
    kind = forms.ChoiceField(
        label="Why?",
        required=False,
        choices=[("", "Not said"), *AbsenceKind.choices],
        help_text="Nobody needs a reason to say that a colleague is not here today. “Has left” and “Suspended” end "
        "access at once.",
    )

    def clean(self) -> dict[str, Any]:
        """Put the days in order."""
        said: dict[str, Any] = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", "Last day away must be the first day or later")
        return said

    def span(self, now: datetime) -> tuple[datetime, datetime | None, bool]:
        """Return from when, until when (None for not known), and whether it was planned: said before it began."""
        first: date | None = self.cleaned_data["first"]
        last: date | None = self.cleaned_data["last"]
        begins = _start_of(first) if first else now
        ends = _start_of(last + timedelta(days=1)) if last else None
        return max(begins, now) if localdate(begins) == localdate(now) else begins, ends, begins > now


class ComeBack(forms.Form):
    """Which absence has ended."""

    absence = forms.UUIDField()


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), LONDON)
