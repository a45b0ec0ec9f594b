"""The shape of what is said of a report.  Nothing is chosen before somebody chooses."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms

from mash.insight.days import Period

LONGEST_WHY = 240  # characters


class MakeReport(forms.Form):
    """Of which quarter a report is, and whom it is for."""

    key = forms.UUIDField(widget=forms.HiddenInput())
    quarter = forms.ChoiceField(
        label="Which quarter?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a quarter",
            "invalid_choice": "Choose one of the quarters that are shown",
        },
    )
    why = forms.CharField(
        label="Whom is it for, and why?",
        max_length=LONGEST_WHY,
        help_text="For example, the safeguarding partnership’s board of 3 March. Name nobody of a case.",
        error_messages={"required": "Say whom it is for, and why"},
    )

    def __init__(self, data: Any, *, quarters: Iterable[Period]) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()})
        choices = [(one.code, one.label) for one in quarters]
        self.fields["quarter"].choices = choices  # type: ignore[attr-defined]  # of a field made above
