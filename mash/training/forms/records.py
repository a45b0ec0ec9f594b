"""What is typed where learning is logged, signed and taken over."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from mash.common.choosing_columns import ChooseColumns
from mash.common.fields import DateInputField
from mash.training.content import WAYS, Module, Topic
from mash.training.forms.keeping import LONGEST, line, number
from mash.training.models import Evidence
from mash.training.sheets import COLUMNS, NEEDED

OTHER = "other"


class Log(forms.Form):
    """One thing learnt: what, when, how long, by whom, what shows it, and what one will do differently."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.ChoiceField(
        label="What did you learn?", error_messages={"required": "Choose what you learnt"}
    )
    label = line("If something else: what was it about?", "", longest=160, required=False)
    done_on = DateInputField(
        label="On which day?", name="The day", error_messages={"required": "Enter the day"}
    )
    minutes = number("How many minutes?", low=1, high=LONGEST, missing="Enter how many minutes")
    way = forms.ChoiceField(
        label="How?", choices=tuple(WAYS.items()), widget=forms.RadioSelect,
        error_messages={"required": "Choose how you learnt it"},
    )  # fmt: skip
    provider = line("Who delivered it? (optional)", "", required=False)
    evidence = forms.ChoiceField(
        label="What shows it?", choices=Evidence.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what shows it"},
    )  # fmt: skip
    evidence_words = line("Where is that, or what is it? (optional)", "", longest=240, required=False)
    different = forms.CharField(
        label="What will you do differently? (optional)",
        help_text="Write of nobody whom you work with.",
        required=False,
        max_length=2000,
        widget=forms.Textarea,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        modules: Sequence[Module],
        topics: Sequence[Topic],
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.fields["done_on"].latest = today  # type: ignore[attr-defined]
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((one.id, f"Module: {one.label}") for one in modules),
            *((one.id, one.label) for one in topics),
            (OTHER, "Something else"),
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for words where it is something else."""
        said = super().clean() or {}
        if said.get("what") == OTHER and not said.get("label"):
            self.add_error("label", "Say what it was about")
        return said

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, as the action takes it."""
        said = dict(self.cleaned_data)
        said["what"] = "" if said["what"] == OTHER else said["what"]
        return said


class Sign(forms.Form):
    """A signature, or what is needed before it."""

    answer = forms.ChoiceField(
        label="Do you sign?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes, I sign"), ("no", "Not yet")],
        error_messages={"required": "Choose whether you sign"},
    )
    words = forms.CharField(
        label="If not yet: what is needed next?", required=False, max_length=400, widget=forms.Textarea
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where it is not signed."""
        said = super().clean() or {}
        if said.get("answer") == "no" and not said.get("words", "").strip():
            self.add_error("words", "Say what is needed next")
        return said


class PutIn(forms.Form):
    """A spreadsheet as CSV."""

    file = forms.FileField(
        label="The spreadsheet, saved as CSV",
        help_text="The first line names the columns. At most 2 MB and 5,000 rows.",
        error_messages={
            "required": "Choose the file",
            "empty": "The file is empty",
            "missing": "Choose the file",
            "invalid": "Choose the file",
        },
        widget=forms.FileInput,
    )


class Columns(ChooseColumns):
    """Which of their columns is which of ours."""

    def __init__(self, data: Any = None, *, header: Sequence[str], columns: Mapping[str, int]) -> None:
        super().__init__(data, header=header, columns=columns, labels=COLUMNS, needed=NEEDED)
