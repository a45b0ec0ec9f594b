"""The shape of input about a hub's agencies and posts."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from mash.common.clock import LONDON
from mash.common.fields import DateInputField
from mash.partnership.models import Agency, AgencyKind, Duty
from mash.setup.forms.hub import why_field
from mash.setup.policy import GUARDED

SECOND_PERSON = "Another administrator or the manager confirms this one"


class Reach(forms.Form):
    """Where a reminder reaches an agency."""

    email = forms.EmailField(
        label="E-mail address",
        required=False,
        help_text="It gets references to sign in for, and nothing of a case",
    )
    telephone = forms.CharField(label="Telephone", max_length=30, required=False)


class Join(Reach):
    """An agency that joins the hub."""

    name = forms.CharField(
        label="Name of the agency",
        max_length=120,
        help_text="As it is known in other hubs, if it works in several",
    )
    kind = forms.ChoiceField(
        label="What kind of agency is it?",
        choices=[("", "Choose a kind"), *AgencyKind.choices],
        help_text="The kind says which questions it is asked",
    )


class Leave(forms.Form):
    """Why an agency leaves."""

    why = why_field("Why does it leave?")


class Wake(forms.Form):
    """Why a post that nobody used may work again."""

    why = forms.CharField(max_length=240)


class EndSessions(forms.Form):
    """Why somebody is signed out everywhere."""

    why = forms.CharField(max_length=240)


class Duties(forms.Form):
    """A post's title, duties and end."""

    title = forms.CharField(label="Title of the post", max_length=80)
    duties = forms.MultipleChoiceField(
        label="What may the post do?",
        choices=Duty.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A post without duties may do nothing",
    )
    until_on = DateInputField(
        label="Until which day?",
        name="The last day",
        required=False,
        help_text="Leave empty if no end is known",
    )
    why = why_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duties"].hints = dict.fromkeys((duty.value for duty in GUARDED), SECOND_PERSON)  # type: ignore[attr-defined]

    @property
    def until_at(self) -> datetime | None:
        """Return the moment at which the last day is over; None for no end."""
        last: date | None = self.cleaned_data.get("until_on")
        return _midnight(last + timedelta(days=1)) if last else None


class NewPost(Duties):
    """Somebody who is to work here."""

    name = forms.CharField(label="Name of the person", max_length=120)
    email = forms.EmailField(label="E-mail address they sign in with")
    agency = forms.ModelChoiceField(
        queryset=Agency.objects.none(), label="For which agency?", empty_label="Choose an agency"
    )
    from_on = DateInputField(label="From which day?", name="The first day")

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]

    @property
    def from_at(self) -> datetime:
        """Return the moment at which the first day begins."""
        return _midnight(self.cleaned_data["from_on"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("from_on"), said.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", "The last day must be the first day or later")
        return said


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(0), LONDON)
