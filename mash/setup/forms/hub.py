"""The shape of input about a hub's name, colour, hours, closures and clocks."""

import re
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mash.common.clock import Kind, Target
from mash.common.fields import DateInputField
from mash.setup.actions.hub import DAYS, LABELS
from mash.triage.limits import Wanted
from mash.triage.models import Colour, Stage

UNITS = [
    ("working_days", "Working days"),
    ("working", "Hours of the hub’s working time"),
    ("elapsed", "Hours by the clock: nights and weekends count"),
]
SUBJECTS = [("child", "A child"), ("adult", "An adult")]
WHY_LENGTH = 500
LONGEST_LIMIT = 400
FIELDS = {"prefix": "letters"}  # a form has a prefix of its own


def why_field(label: str = "Why?", hint: str = "") -> forms.CharField:
    """Return the box for the reason that the change log keeps."""
    return forms.CharField(label=label, help_text=hint, max_length=WHY_LENGTH, widget=forms.Textarea)


class Particulars(forms.Form):
    """A hub's name, prefix, colour, and how to reach it."""

    name = forms.CharField(label="Name of the hub", max_length=80)
    letters = forms.RegexField(
        r"^[A-Za-z]{2,3}$",
        label="Prefix of its references",
        help_text="Two or three letters. References already given keep theirs",
        error_messages={"invalid": "Prefix must be two or three letters"},
    )
    colour = forms.RegexField(
        r"^#?[0-9A-Fa-f]{6}$",
        label="Colour of the header",
        help_text="Six hexadecimal digits, for example #0b3d5c. White words must be easy to read on it",
        error_messages={"invalid": "Colour must be # and six of the digits 0 to 9 and a to f"},
    )
    telephone = forms.CharField(label="Telephone", max_length=30, required=False)
    out_of_hours_telephone = forms.CharField(label="Telephone out of hours", max_length=30, required=False)
    email = forms.EmailField(label="E-mail address", required=False)
    family_first = forms.TypedChoiceField(
        label="How are names of people shown?",
        choices=[("True", "Family name first"), ("False", "Given name first")],
        coerce=lambda said: said == "True",
        widget=forms.RadioSelect,
    )

    def clean_letters(self) -> str:
        return str(self.cleaned_data["letters"]).upper()

    @property
    def particulars(self) -> dict[str, Any]:
        """Return what was said under the names that a hub has for it."""
        return {name: self.cleaned_data[FIELDS.get(name, name)] for name in LABELS}

    def clean_colour(self) -> str:
        return "#" + str(self.cleaned_data["colour"]).lower().lstrip("#")


class Week(forms.Form):
    """When the hub is staffed, day by day; a day left empty is closed."""

    why = why_field("Why do the hours change?")

    def __init__(self, *args: Any, hours: dict[str, list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in enumerate(DAYS):
            opens, closes = hours.get(str(day), ["", ""])
            for part, value in (("opens", opens), ("closes", closes)):
                self.fields[f"{part}_{day}"] = forms.CharField(
                    label=f"{name} {part}", required=False, max_length=20, initial=value
                )

    @property
    def days(self) -> list[dict[str, Any]]:
        """Return each weekday's name with its two boxes."""
        return [
            {"name": name, "opens": self[f"opens_{day}"], "closes": self[f"closes_{day}"]}
            for day, name in enumerate(DAYS)
        ]

    @property
    def hours(self) -> dict[str, list[str]]:
        """Return the hours as a hub keeps them."""
        said = self.cleaned_data
        return {
            str(day): [said[f"opens_{day}"], said[f"closes_{day}"]]
            for day in range(len(DAYS))
            if said.get(f"opens_{day}")
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for day, name in enumerate(DAYS):
            self._clean_day(day, name)
        if not self.errors and not self.hours:
            raise ValidationError("A hub is open on at least one day of the week")
        return said

    def _clean_day(self, day: int, name: str) -> None:
        opens, closes = (_time(self.cleaned_data.get(f"{part}_{day}", "")) for part in ("opens", "closes"))
        for part, said in (("opens", opens), ("closes", closes)):
            if said is None:
                self.add_error(f"{part}_{day}", f"{name}: say the time as 09:00 or 17:30")
            elif said != self.cleaned_data.get(f"{part}_{day}"):
                self.cleaned_data[f"{part}_{day}"] = said
        if opens is not None and closes is not None:
            if bool(opens) != bool(closes):
                self.add_error(
                    f"{'closes' if opens else 'opens'}_{day}", f"{name}: give both times, or neither"
                )
            elif opens and closes <= opens:
                self.add_error(f"closes_{day}", f"{name}: the hub closes after it opens")


def _time(said: str) -> str | None:
    """Return a time of day as "09:00", or "24:00" for midnight at the end; "" for none; None if it is no time."""
    words = said.strip().replace(".", ":")
    if not words or words == "24:00":
        return words
    if not re.fullmatch(r"\d{1,2}(:\d{2})?", words):
        return None
    hour, _, minute = words.partition(":")
    try:
        return time(int(hour), int(minute or 0)).strftime("%H:%M")
    except ValueError:
        return None


class OneClosure(forms.Form):
    """A day on which the hub is closed although its week says open."""

    on = DateInputField(label="Which day?", name="The day")
    reason = forms.CharField(label="Why is the hub closed?", max_length=120)


class OneClock(forms.Form):
    """How long a stage may take, from a day on."""

    stage = forms.ChoiceField(label="Which stage?", choices=Stage.choices, widget=forms.RadioSelect)
    subject = forms.ChoiceField(label="For whom?", choices=SUBJECTS, widget=forms.RadioSelect)
    rating = forms.ChoiceField(label="At which rating?", choices=Colour.choices, widget=forms.RadioSelect)
    value = forms.IntegerField(label="How many?", min_value=1, max_value=LONGEST_LIMIT)
    unit = forms.ChoiceField(label="Of what?", choices=UNITS, widget=forms.RadioSelect)
    from_on = DateInputField(label="From which day?", name="The day", help_text="Today or later")
    why = why_field("Why does it change, and who agreed it?")

    @property
    def wanted(self) -> Wanted:
        """Return the limit as triage knows it."""
        said = self.cleaned_data
        days = said["unit"] == "working_days"
        limit = Target(
            said["value"],
            "working_days" if days else "hours",
            Kind.WORKING if days else Kind(said["unit"]),
        )
        return Wanted(Stage(said["stage"]), Colour(said["rating"]), said["subject"], limit)


class SendLogo(forms.Form):
    """A picture for the header."""

    picture = forms.FileField(
        label="The picture",
        help_text="A drawing (SVG) or a picture (PNG) of at most 100 kB, without words that are hard to read",
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
    )


class DescribeLogo(forms.Form):
    """What a logo shows."""

    alt = forms.CharField(
        label="What does it show, for those who do not see it?",
        max_length=120,
        required=False,
        help_text="For example: a lighthouse. Leave it empty if it only repeats the name of the hub",
    )
