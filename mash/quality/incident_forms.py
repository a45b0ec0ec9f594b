"""What is said about a file of incidents: the file, its columns, and how its days are read."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from mash.common.choosing_columns import ChooseColumns
from mash.common.fields import Refusable
from mash.quality.incidents import COLUMNS, NEEDED

DAY_FIRST, MONTH_FIRST = "day", "month"


class PutIncidentsIn(Refusable):
    """A file of incidents as CSV."""

    file = forms.FileField(
        label="The file of incidents, as CSV",
        help_text="The first line names the columns. At most 250 MB.",
        error_messages={
            "required": "Choose the file",
            "empty": "The file is empty",
            "missing": "Choose the file",
            "invalid": "Choose the file",
        },
        widget=forms.FileInput,
    )


class ChooseIncidentColumns(Refusable, ChooseColumns):
    """Which column is which, and how days in numbers are read, where the file has any."""

    def __init__(
        self, data: Any, *, header: Sequence[str], columns: Mapping[str, int], slashed: bool, day_first: bool
    ) -> None:
        super().__init__(data, header=header, columns=columns, labels=COLUMNS, needed=NEEDED)
        if slashed:
            self.fields["order"] = forms.ChoiceField(
                label="How are days written as numbers, such as 03/04/2026?",
                choices=[
                    (DAY_FIRST, "Day first: the 3rd of April"),
                    (MONTH_FIRST, "Month first: the 4th of March"),
                ],
                widget=forms.RadioSelect,
                initial=DAY_FIRST if day_first else MONTH_FIRST,
                error_messages={"required": "Choose how days are written"},
            )

    @property
    def day_first(self) -> bool:
        """Tell whether the day comes first."""
        return bool(self.cleaned_data.get("order", DAY_FIRST) == DAY_FIRST)
