"""The form that asks which column of somebody's sheet is which of ours."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms


class ChooseColumns(forms.Form):
    """Which of their columns is which of ours.

    labels: ours, in the order in which they are asked for.  needed: those without which nothing is read.
    columns: what is chosen to begin with, ours to the place of theirs.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        header: Sequence[str],
        columns: Mapping[str, int],
        labels: Mapping[str, str],
        needed: Collection[str],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.labels = labels
        theirs = [
            (str(place), name or f"Column {place + 1}, without a name") for place, name in enumerate(header)
        ]
        for ours, label in labels.items():
            self.fields[ours] = forms.ChoiceField(
                label=label if ours in needed else f"{label} (optional)",
                required=ours in needed,
                choices=[("", "Not in the file"), *theirs],
                initial=str(columns[ours]) if ours in columns else "",
                error_messages={"required": f"Choose the column with: {label}"},
            )

    @property
    def columns(self) -> dict[str, int]:
        """Return what was chosen."""
        return {ours: int(self.cleaned_data[ours]) for ours in self.labels if self.cleaned_data[ours]}
