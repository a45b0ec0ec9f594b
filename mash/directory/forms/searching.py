"""What somebody looks for.  It all stands in the address: a search can be shared, and names nobody."""

from typing import Any

from django import forms

from mash.directory import words
from mash.directory.content import needs
from mash.directory.facts import DAYS, LEVELS
from mash.directory.queries.search import Asked

ANY = [("", "Any")]
COSTS = [*ANY, ("free", "Free"), ("paid", "Paid for")]
MILES = [("", "Any distance"), ("1", "1 mile"), ("3", "3 miles"), ("5", "5 miles"), ("10", "10 miles")]
LONGEST = 120
NOT_THERE = "The address asks for something that does not exist. Choose from the list"


class Search(forms.Form):
    """Need, words, place and filters."""

    q = forms.CharField(label="What are you looking for?", max_length=LONGEST, required=False, strip=True)
    need = forms.ChoiceField(label="Help with", required=False)
    place = forms.CharField(
        label="Postcode", max_length=LONGEST, required=False, help_text="Whole, or how it begins, such as NF1"
    )
    miles = forms.ChoiceField(label="How far?", choices=MILES, required=False)
    age = forms.CharField(label="Age", max_length=3, required=False, help_text="In years")
    level = forms.ChoiceField(label="Level of need", choices=[("", "Any level"), *LEVELS], required=False)
    cost = forms.ChoiceField(label="Cost", choices=COSTS, required=False)
    language = forms.ChoiceField(label="Language", required=False)
    day = forms.ChoiceField(label="Open on", choices=[("", "Any day"), *DAYS], required=False)

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [("", "Anything"), *((one.id, one.label) for one in needs().values())]
        self.fields["need"].choices = known  # type: ignore[attr-defined]
        spoken = [("", "Any language"), *((one, one[:1].upper() + one[1:]) for one in languages)]
        self.fields["language"].choices = spoken  # type: ignore[attr-defined]
        for one in self.fields.values():
            one.error_messages["invalid_choice"] = NOT_THERE

    def clean_place(self) -> str:
        place: str = self.cleaned_data["place"]
        if place and not words.area_of(place):
            raise forms.ValidationError("Enter a postcode, or how one begins, such as NF1")
        return place

    def clean_age(self) -> int | None:
        said: str = self.cleaned_data["age"].strip()
        if not said:
            return None
        if not (said.isascii() and said.isdigit() and int(said) <= 120):
            raise forms.ValidationError("Age must be a whole number of years, such as 14")
        return int(said)

    @property
    def asked(self) -> Asked:
        """Return what to look for; everything, if something that was typed cannot be."""
        if not self.is_valid():
            return Asked()
        said = self.cleaned_data
        return Asked(
            text=said["q"],
            needs=(said["need"],) if said["need"] else (),
            place=said["place"],
            miles=int(said["miles"]) if said["miles"] else None,
            age=said["age"],
            level=said["level"],
            free={"free": True, "paid": False}.get(said["cost"]),
            languages=(said["language"],) if said["language"] else (),
            days=(said["day"],) if said["day"] else (),
        )
