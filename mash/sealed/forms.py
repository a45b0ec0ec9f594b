"""The shape of input before what is held, and on the pages about people whom only the unit knows."""

import re
import uuid
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.people import identifiers, streets
from mash.people.details import Details
from mash.people.identifiers import NHS, UPN
from mash.sealed.subjects import Words, can_be_recognised, homes

LONGEST_WHY = 2000
MOST_LINES = 10
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")


class Subject(forms.Form):
    """Who somebody is whom only the unit knows.

    key: drawn with the form, so that the same form sent twice is one person on the list.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    given = forms.CharField(
        label="Given names", max_length=120, error_messages={"required": "Enter their given name"}
    )
    family = forms.CharField(label="Family name", max_length=120, required=False)
    known_as = forms.CharField(
        label="Other names they go by, one on each line",
        help_text="A former name, a name used online, another spelling.",
        max_length=600,
        required=False,
        widget=forms.Textarea,
    )
    born_on = DateInputField(label="Date of birth", required=False)
    postcodes = forms.CharField(
        label="Postcodes they may be described with, one on each line",
        max_length=200,
        required=False,
        widget=forms.Textarea,
    )
    streets = forms.CharField(
        label="Houses they may be described with, one on each line",
        help_text="The number and the street, for example 7 Larkspur Yard.",
        max_length=400,
        required=False,
        widget=forms.Textarea,
    )
    phones = forms.CharField(
        label="Telephone numbers, one on each line", max_length=300, required=False, widget=forms.Textarea
    )
    nhs_number = forms.CharField(label="NHS number", max_length=20, required=False)
    upn = forms.CharField(label="Unique pupil number", max_length=20, required=False)
    why = forms.CharField(
        label="Why may only the unit know of them?",
        help_text="Only cleared staff of this hub who open this entry read it, and each of them says why first. "
        "Nothing marked SECRET or above belongs here.",
        max_length=LONGEST_WHY,
        widget=forms.Textarea,
        error_messages={"required": "Enter why only the unit may know of them"},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **({"initial": {"key": uuid.uuid4()}} | kwargs))
        self.fields["born_on"].latest = today  # type: ignore[attr-defined]

    def clean_known_as(self) -> list[str]:
        """Return each further name."""
        return self._lines("known_as")

    def clean_postcodes(self) -> list[str]:
        """Return each postcode tidied.  Refuses what is none: it would recognise nobody."""
        found = [identifiers.tidy_postcode(one) for one in self._lines("postcodes")]
        for one in found:
            if not POSTCODE.fullmatch(one):
                raise forms.ValidationError(f"“{one}” is not a whole postcode")
        return found

    def clean_streets(self) -> list[str]:
        """Return each house with its street.  Refuses what names no house in a street: it would recognise nobody."""
        found = self._lines("streets")
        for one in found:
            house = streets.read((one,))
            if not (house.houses and house.street):
                raise forms.ValidationError(f"“{one}” is not a number and a street")
        return found

    def clean_phones(self) -> list[str]:
        """Return each number.  Refuses what has no figures."""
        found = self._lines("phones")
        for one in found:
            if identifiers.is_no_phone(identifiers.digits(one)):
                raise forms.ValidationError(f"“{one}” is not a telephone number")
        return found

    def clean_nhs_number(self) -> str:
        """Refuse a number whose check digit is wrong: it would recognise nobody."""
        return self._number("nhs_number", NHS, "NHS number")

    def clean_upn(self) -> str:
        """Refuse a number whose check letter is wrong."""
        return self._number("upn", UPN, "unique pupil number")

    def clean(self) -> dict[str, Any]:
        """Refuse too little to recognise somebody by."""
        said = super().clean() or {}
        if not self.errors and not can_be_recognised(self.words.details):
            self.add_error(
                "born_on",
                "Enter a date of birth, a postcode, a house and street, a telephone number, an NHS number or a unique "
                "pupil number: by a name alone somebody else would be taken for them",
            )
        return said

    @property
    def words(self) -> Words:
        """Who it is and why, as far as the form is right."""
        said = self.cleaned_data
        details = Details(
            given=said["given"],
            family=said["family"],
            known_as=tuple(said["known_as"]),
            born_on=said["born_on"],
            addresses=homes(said["postcodes"], said["streets"]),
            phones=tuple(said["phones"]),
            nhs_number=said["nhs_number"],
            upn=said["upn"],
        )
        return Words(details, said["why"])

    def _lines(self, name: str) -> list[str]:
        found = [line.strip() for line in str(self.cleaned_data[name]).splitlines() if line.strip()]
        if len(found) > MOST_LINES:
            raise forms.ValidationError(f"Enter {MOST_LINES} at most")
        return found

    def _number(self, name: str, scheme: str, called: str) -> str:
        said = identifiers.tidy(str(self.cleaned_data[name]))
        if said and not identifiers.is_valid(scheme, said):
            raise forms.ValidationError(f"This is not a right {called}: look at it again, or leave it out")
        return said


class WhyOpen(forms.Form):
    """Why somebody cleared opens what is held."""

    why = forms.CharField(
        label="Why do you open it?",
        help_text="For example: “To pass the closing proposed today.” Your name, the time and these words go into the "
        "record, so do not write here what is held or on whom.",
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": "Enter why you open what is held"},
    )


class End(forms.Form):
    """Why nobody need be told any more to ask the unit."""

    prefix = "end"
    why = forms.CharField(
        label="Why need nobody ask the unit about them any more?",
        max_length=LONGEST_WHY,
        widget=forms.Textarea,
        error_messages={"required": "Enter why the entry ends"},
    )
