"""What the list of families who go to and fro is narrowed to."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mash.contact.wards import wards
from mash.decision.queries.to_and_fro import Wanted
from mash.triage.content import bounce_rules

MOST_DAYS = 366  # nothing older is shown


class Narrow(forms.Form):
    """The filters of the list.  services: those that work or worked with anybody on it."""

    rule = forms.ChoiceField(label="Rule", required=False)
    ward = forms.ChoiceField(label="Ward", required=False)
    service = forms.ChoiceField(label="Service", required=False)
    days = forms.IntegerField(
        label="Last fact no more than so many days ago",
        help_text="Leave it empty for a year",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        error_messages={
            "invalid": "Write the days as a number, such as 30",
            "min_value": "Write a number from 1 to 366",
            "max_value": "Write a number from 1 to 366: nothing older is shown",
        },
    )

    def __init__(self, *args: Any, services: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self._offer("rule", [(one.id, one.label) for one in bounce_rules().values()])
        self._offer("service", [(one, one) for one in services])
        self._offer("ward", [(one.id, one.label) for one in wards().values()])
        if not wards():
            del self.fields["ward"]

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", "All"), *choices]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        """Return what is wanted; everything while the form says nothing, or nothing sound."""
        if not self.is_valid():
            return Wanted()
        said = self.cleaned_data
        ward = wards().get(said.get("ward", ""))
        return Wanted(rule=said["rule"], ward=ward, service=said["service"], days=said["days"])
