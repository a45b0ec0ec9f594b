"""What to see of a network; it lives in the address of the page."""

from typing import Any

from django import forms
from django.http import QueryDict

from mash.common.fields import DateInputField
from mash.contact.content import categories
from mash.harm.network.queries import WHYS, Wanted

STEPS = [("1", "1 step"), ("2", "2 steps"), ("3", "3 steps")]
AT_FIRST = 2


class Narrow(forms.Form):
    """How far to go, and by which facts."""

    steps = forms.ChoiceField(label="How far", choices=STEPS, required=False)
    why = forms.MultipleChoiceField(
        label="Linked by",
        help_text="All, where none is chosen.",
        choices=list(WHYS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    since = DateInputField(label="Events from", required=False)
    until = DateInputField(label="Events until", required=False)
    harm = forms.ChoiceField(label="Kind of harm", required=False)

    def __init__(self, data: QueryDict) -> None:
        asked = data.copy()
        asked.setdefault("steps", str(AT_FIRST))
        super().__init__(asked, auto_id="filter_%s")
        choice: Any = self.fields["harm"]
        choice.choices = [("", "All"), *((one.id, one.label) for one in categories().values())]

    @property
    def wanted(self) -> Wanted:
        """What was asked for; everything where nothing was, or what was asked cannot be read."""
        said = self.cleaned_data
        return Wanted(
            whys=frozenset(said.get("why") or WHYS),
            since=said.get("since"),
            until=said.get("until"),
            harm=said.get("harm", ""),
        )

    @property
    def how_far(self) -> int:
        """How many steps."""
        return int(self.cleaned_data.get("steps") or AT_FIRST)
