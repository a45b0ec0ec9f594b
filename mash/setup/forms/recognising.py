"""The shape of input about the weights that people are recognised by."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mash.setup.forms.hub import why_field


class Choice(forms.Form):
    """Which weights are to count, and why."""

    what = forms.ChoiceField(
        label="Which weights should count here?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose which weights should count",
            "invalid_choice": "That cannot be chosen any more. What counts now is shown on the page",
        },
    )
    why = why_field("Why?", "Who looked at the figures with you, and what decided it")

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
