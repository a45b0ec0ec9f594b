"""The shape of input when a list is taken out."""

import uuid
from datetime import date
from typing import Any

from django import forms

from mash.desk.exports.columns import labels
from mash.desk.models import TakingOut
from mash.triage.content import bases_in_force


class Ask(forms.Form):
    """Which columns, what for and on what ground; no purpose and no ground is chosen beforehand."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=800)
    columns = forms.MultipleChoiceField(
        label="Columns",
        choices=labels,
        widget=forms.CheckboxSelectMultiple,
        help_text="Take only what is needed. No column names a person of a case",
        error_messages={"required": "Choose at least one column"},
    )
    purpose = forms.ChoiceField(
        label="What is it for?",
        choices=TakingOut.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the list is for"},
    )
    why = forms.CharField(
        label="In particular",
        max_length=240,
        required=False,
        help_text="Stands in the record. Needed for another purpose. Name no person of a case",
    )
    ground = forms.ChoiceField(
        label="Legal ground", error_messages={"required": "Choose the legal ground on which it goes out"}
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {one.id: one for who in ("child", "adult") for one in bases_in_force(today, who)}
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a ground"),
            *((one.id, f"{one.label} ({one.cite})") for one in offered.values()),
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for words where the purpose is another."""
        said = super().clean() or {}
        if said.get("purpose") == TakingOut.OTHER and not said.get("why"):
            self.add_error("why", "Say what it is for")
        return said


class SecondWord(forms.Form):
    """Whether a long list goes out."""

    agreed = forms.ChoiceField(
        label="Does this list go out?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the list goes out"},
    )
    why = forms.CharField(label="Why not", max_length=240, required=False, help_text="Needed for a no")

    def clean(self) -> dict[str, Any]:
        """Ask for a reason for a no."""
        said = super().clean() or {}
        if said.get("agreed") == "no" and not said.get("why"):
            self.add_error("why", "Say why it does not go out")
        return said
