"""The shape of input on the pages about people."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.people.models import KINDS, Person
from mash.people.tokens import LONGEST_SEARCH

RELATIONS = [(kind, words.capitalize()) for kind, words in KINDS.items()]
RESPONSIBILITY = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]


class Search(forms.Form):
    """One box for any part of what is known."""

    q = forms.CharField(
        label="Name, date of birth, postcode, telephone, NHS number, UPN or school",
        help_text="Any part, in any order. For example: smith dan NF2, or 04/03/2016.",
        max_length=LONGEST_SEARCH,
        error_messages={"required": "Enter what you know of the person"},
    )


class Alert(forms.Form):
    """Something that whoever opens the record must know."""

    words = forms.CharField(
        label="What must whoever opens this record know?",
        help_text="For example: two workers at every visit, because of the dog.",
        max_length=240,
        widget=forms.Textarea,
        error_messages={"required": "Enter what must be known"},
    )
    expires_on = DateInputField(
        label="Until when?",
        name="The last day of the alert",
        help_text="It is shown until this day and no longer. For example, 24 5 2027.",
        error_messages={"required": "Enter the last day of the alert"},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].earliest = today  # type: ignore[attr-defined]


class CourtOrder(forms.Form):
    """An order of a court."""

    kind = forms.CharField(
        label="What kind of order?",
        help_text="For example: care order, non-molestation order.",
        max_length=80,
        error_messages={"required": "Enter what kind of order it is"},
    )
    court = forms.CharField(label="Which court?", max_length=120, required=False)
    made_on = DateInputField(
        label="When was it made?",
        name="The date of the order",
        error_messages={"required": "Enter when the order was made"},
    )
    until_on = DateInputField(label="Until when, if it ends?", name="The end of the order", required=False)
    words = forms.CharField(
        label="What does it say that must be known?", max_length=4000, required=False, widget=forms.Textarea
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["made_on"].latest = today  # type: ignore[attr-defined]

    def clean_until_on(self) -> date | None:
        """Refuse an order that ends before it was made."""
        made_on, until_on = self.cleaned_data.get("made_on"), self.cleaned_data.get("until_on")
        if made_on and until_on and until_on < made_on:
            raise forms.ValidationError("The end of the order must be after it was made", code="day")
        return until_on


class Relate(forms.Form):
    """How somebody else on record stands to this person.  Without `other`, it only asks who `q` finds."""

    q = forms.CharField(
        label="Find the other person",
        help_text="Name, date of birth, postcode or a number.",
        max_length=LONGEST_SEARCH,
        required=False,
    )
    other = forms.ChoiceField(
        label="Who is it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select who it is, or search again"},
    )
    kind = forms.ChoiceField(
        label="They are this person’s",
        choices=RELATIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how they are related"},
    )
    responsibility = forms.ChoiceField(
        label="Do they have parental responsibility for this person?",
        choices=RESPONSIBILITY,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether they have parental responsibility"},
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        born = {
            key: f", born {person.born_on:%-d %B %Y}" if person.born_on else ""
            for key, person in self.people.items()
        }
        choices = [(key, f"{person}{born[key]}") for key, person in self.people.items()]
        self.fields["other"].choices = choices  # type: ignore[attr-defined]
