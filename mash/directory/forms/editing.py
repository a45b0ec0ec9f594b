"""The form on which an entry is changed, and those by which a change is answered."""

from datetime import time
from typing import Any

from django import forms
from django.core.validators import URLValidator

from mash.common.fields import DateInputField
from mash.directory.composing import clean_postcode
from mash.directory.content import needs, roles
from mash.directory.facts import DAYS, LEVELS
from mash.directory.models import Organisation, Status
from mash.partnership.models import Agency

LONG, LINE, OLDEST = 5_000, 200, 120
COSTS = [("free", "Free"), ("paid", "Paid for"), ("", "Not said")]
Boxes = forms.CheckboxSelectMultiple


def line(label: str, *, most: int = LINE, required: bool = False, **options: Any) -> forms.CharField:
    """Return one line of text."""
    return forms.CharField(label=label, max_length=most, required=required, **options)


def words(label: str, **options: Any) -> forms.CharField:
    """Return a few lines of text."""
    return forms.CharField(label=label, max_length=LONG, required=False, widget=forms.Textarea, **options)


class Entry(forms.Form):
    """What an entry says."""

    saved = forms.IntegerField(widget=forms.HiddenInput)
    name = line(
        "Name of the service", required=True, error_messages={"required": "Enter the name of the service"}
    )
    description = words("What it does", help_text="In plain words, for whoever has never heard of it")
    status = forms.ChoiceField(label="Is it open?", choices=Status.choices)
    alert = words("What people must know just now", help_text="For example, that it is full until January")
    needs = forms.MultipleChoiceField(label="What does it help with?", required=False, widget=Boxes)
    levels = forms.MultipleChoiceField(
        label="At which levels of need?", choices=LEVELS, required=False, widget=Boxes
    )
    eligibility_description = words("Who can use it?")
    minimum_age = forms.IntegerField(label="Youngest age", required=False, min_value=0, max_value=OLDEST)
    maximum_age = forms.IntegerField(label="Oldest age", required=False, min_value=0, max_value=OLDEST)
    languages = line("Languages", help_text="Parted by commas, such as English, Somali")
    route = words("How to refer", help_text="Who may refer, and what they do")
    wait = line("How long do people wait?", help_text="For example, about two weeks")
    contact_title = line(
        "Who answers", help_text="A role, such as duty worker. It is shown to everybody; a name is not."
    )
    contact_name = line("Their name", help_text="Shown to workers of this hub’s agencies who are signed in")
    telephone = line("Telephone", most=40)
    email = forms.EmailField(label="E-mail address", required=False)
    url = line("Website", most=400)
    days = forms.MultipleChoiceField(
        label="On which days is it open?", choices=DAYS, required=False, widget=Boxes
    )
    opens_at = line("Opens at", most=5, help_text="Such as 09:00")
    closes_at = line("Closes at", most=5, help_text="Such as 17:00")
    hours_words = line("Opening times in words", help_text="If days and times do not say it all")
    address_1 = line("Address", help_text="The first line. Leave it out if where it is must not be known.")
    city = line("Town")
    postcode = line("Postcode", most=10)
    cost = forms.ChoiceField(
        label="What does it cost?", choices=COSTS, required=False, widget=forms.RadioSelect
    )
    fees = line("Cost in words")
    accreditations = line("Accreditation")
    note = words("What changed, for whoever approves it")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].choices = [(one.id, one.label) for one in needs().values()]  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        said: str = self.cleaned_data["url"].strip()
        if said and not said.lower().startswith(("http://", "https://")):
            said = f"https://{said}"
        if said:
            try:
                URLValidator(schemes=["http", "https"])(said)
            except forms.ValidationError:
                raise forms.ValidationError("Enter a website, such as https://www.example.org") from None
        return said

    def clean_postcode(self) -> str:
        said: str = self.cleaned_data["postcode"]
        found = clean_postcode(said)
        if said.strip() and not found:
            raise forms.ValidationError("Enter a whole postcode, such as NF1 2AB")
        return found

    def clean_opens_at(self) -> str:
        return self._time("opens_at")

    def clean_closes_at(self) -> str:
        return self._time("closes_at")

    def clean(self) -> dict[str, Any]:
        """Refuse ages and times that contradict each other."""
        said = super().clean() or {}
        low, high = said.get("minimum_age"), said.get("maximum_age")
        if low is not None and high is not None and low > high:
            self.add_error("maximum_age", "Oldest age must be the youngest age or more")
        if said.get("opens_at") and not said.get("days"):
            self.add_error("days", "Choose the days on which it opens at this time")
        return said

    def _time(self, name: str) -> str:
        said: str = self.cleaned_data[name].strip()
        if not said:
            return ""
        try:
            return time.fromisoformat(said.zfill(5)).strftime("%H:%M")
        except ValueError:
            raise forms.ValidationError("Enter a time such as 09:00") from None


class NewEntry(Entry):
    """An entry for a service that the directory has not."""

    organisation = forms.ModelChoiceField(
        label="Who offers it?",
        queryset=Organisation.objects.none(),
        empty_label="Choose an organisation",
        error_messages={"required": "Choose who offers it"},
    )


class TurnDown(forms.Form):
    """Why a change is turned down."""

    why = forms.CharField(
        label="Why is it turned down?",
        help_text="Whoever wrote it reads this.",
        max_length=400,
        widget=forms.Textarea,
        error_messages={"required": "Enter why it is turned down"},
    )


class Link(forms.Form):
    """Whose posts keep an organisation's entries."""

    agency = forms.ModelChoiceField(
        label="Which agency keeps its entries?",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="None: the hub itself",
    )


class Named(forms.Form):
    """Who holds a role."""

    role = forms.ChoiceField(label="Role", error_messages={"required": "Choose the role"})
    agency = forms.ModelChoiceField(
        label="Of which agency?",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Choose an agency",
    )
    at_school = line("Or of which school or other body?", most=160)
    name = line("Name", most=120, required=True, error_messages={"required": "Enter who it is"})
    telephone = line("Telephone", most=30)
    email = forms.EmailField(label="E-mail address", required=False)
    note = line("When and how to reach them", most=240)
    from_on = DateInputField(label="From which day?", name="From which day")
    until_on = DateInputField(
        label="Until which day, if that is known?", name="Until which day", required=False
    )
    published = forms.ChoiceField(
        label="Who may see it?",
        choices=[
            ("no", "Workers of this hub’s agencies, signed in"),
            ("role", "Everybody: the role, telephone and e-mail address, without the name"),
            ("name", "Everybody, with the name: they know of it and agree"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who may see it"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            ("", "Choose a role"),
            *((one.id, one.label) for one in roles().values() if not one.retired),
        ]
        self.fields["role"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse somebody of nowhere or of two places, who cannot be reached, or who ends before they begin."""
        said = super().clean() or {}
        if bool(said.get("agency")) == bool(said.get("at_school", "").strip()):
            self.add_error("agency", "Choose an agency, or enter a school or other body: one of the two")
        if not (said.get("telephone") or said.get("email")) and "email" not in self.errors:
            self.add_error("telephone", "Enter a telephone number or an e-mail address")
        first, last = said.get("from_on"), said.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", "Until which day must be the first day or later")
        return said
