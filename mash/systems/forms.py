"""The shape of input about systems and their keys."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from mash.partnership.models import Agency
from mash.setup.forms.hub import why_field
from mash.systems.actions.letting_in import LONGEST_DAYS
from mash.systems.models import News, Scope

USUAL_DAYS = 180


class SayAnew(forms.Form):
    """In whose name a system sends, and what it may do."""

    organisation = forms.CharField(
        label="In whose name does it send?",
        max_length=200,
        help_text="As its messages name their sender. It can send in no other name",
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=Scope.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A system without a tick may do nothing",
    )


class LetSpeak(SayAnew):
    """A system that is to speak with the hub."""

    field_order = ("name", "agency", "organisation", "scopes")

    name = forms.CharField(label="What is the system called?", max_length=80)
    agency = forms.ModelChoiceField(
        label="Whose system is it?",
        queryset=Agency.objects.none(),
        empty_label="Choose an agency",
        help_text="Whoever leads this agency here gives it its key",
        error_messages={"required": "Choose the agency"},
    )

    def __init__(self, data: Any, *, agencies: "QuerySet[Agency]", **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]


class End(forms.Form):
    """Why a system no longer speaks with the hub."""

    why = why_field("Why does it end?")


class GiveKey(forms.Form):
    """Which key it is, and how long it lasts."""

    label = forms.CharField(
        label="Which key is this?", max_length=80, help_text="For example where it is kept, or the year"
    )
    days = forms.IntegerField(
        label="For how many days does it last?",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=USUAL_DAYS,
        help_text=f"At most {LONGEST_DAYS}. Give the next one before this ends",
    )


class AskForHook(forms.Form):
    """Where a system is to be called, and about what."""

    address = forms.CharField(
        label="Which address does it listen at?",
        max_length=500,
        help_text="Whole, beginning with https://. It must lead to a public server",
    )
    kinds = forms.MultipleChoiceField(
        label="What is it called about?",
        choices=News.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what it is called about"},
    )
