"""What is typed to let a register be compared, to end that, and to say what became of somebody who was met."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.partnership.models import Hub
from mash.region.models import Basis, WordKind

FEW = forms.Textarea(attrs={"rows": 3})


class Letting(forms.Form):
    """With which hubs a register may be compared, why and how long."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    others = forms.MultipleChoiceField(
        label="With which hubs may our register be compared?",
        help_text="It is compared with a hub only while that hub has chosen ours too",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one hub"},
    )
    basis = forms.ChoiceField(
        label="On which lawful basis?",
        choices=Basis,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the lawful basis"},
    )
    agreement = forms.CharField(
        label="Which agreement and which assessment (DPIA) does it rest on?",
        help_text="By name and date, so that an auditor finds them",
        max_length=400,
        error_messages={"required": "Enter the agreement and the assessment (DPIA)"},
    )
    purpose = forms.CharField(
        label="What is it compared for?",
        max_length=1000,
        widget=FEW,
        error_messages={"required": "Say what it is compared for"},
    )
    from_on = DateInputField(
        label="From which day?", name="The first day", error_messages={"required": "Enter the first day"}
    )
    until_on = DateInputField(
        label="Through which day?",
        name="The last day",
        help_text="That day is the last on which it is compared, a year from the first at most",
        error_messages={"required": "Enter the last day"},
    )

    def __init__(self, data: Any, *, hubs: Sequence[Hub], today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.hubs = {str(one.pk): one for one in hubs}
        self.fields["others"].choices = [(key, one.name) for key, one in self.hubs.items()]  # type: ignore[attr-defined]
        self.fields["until_on"].earliest = today  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return the hubs themselves."""
        said = super().clean() or {}
        said["others"] = [self.hubs[key] for key in said.get("others", ())]
        return said


class Ending(forms.Form):
    """Why it ends."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="Why may it be compared no longer?",
        max_length=1000,
        widget=FEW,
        error_messages={"required": "Say why it may be compared no longer"},
    )


class Saying(forms.Form):
    """What became of somebody who may be known to another hub."""

    kind = forms.ChoiceField(
        label="What became of it?",
        choices=WordKind,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what became of it"},
    )
    why = forms.CharField(
        label="What did they say, or why is there no need?",
        help_text="It stays in our own record; the other hub does not read it",
        max_length=1000,
        widget=FEW,
        error_messages={"required": "Say what they said, or why there is no need"},
    )
