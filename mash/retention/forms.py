"""The shape of input where a record is reviewed, put into a class, or held."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.people.models import Household
from mash.retention.models import LONGEST_REASON, Ground, What
from mash.setup.retention import Period

YES, NO = "yes", "no"
EVERYTHING, PERSON = "everything", "person"


def _why(label: str, missing: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_REASON,
        widget=forms.Textarea,
        error_messages={"required": missing},
        **options,
    )


class Beside(forms.Form):
    """A form that stands on one page with others.  called: begins its fields' ids, which are then its own."""

    called = ""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id=f"{self.called}_%s", **options)


class Propose(forms.Form):
    """What is proposed for a record that is due."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.ChoiceField(
        label="What do you propose?",
        choices=What.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you propose"},
    )
    keep_until = DateInputField(
        label="Until which day is it kept?", name="The day until which it is kept", required=False
    )
    why = _why("Why?", "Enter why", help_text="Another person reads it before they agree.")

    def __init__(self, data: Any = None, *, today: date, held: bool, **options: Any) -> None:
        super().__init__(data, **options)
        self.today = today
        if held:
            self.fields["what"].choices = [(What.KEEP.value, What.KEEP.label)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a day to come where the record is kept longer."""
        said = super().clean() or {}
        until = said.get("keep_until")
        if said.get("what") == What.KEEP and "keep_until" not in self.errors:
            if until is None:
                self.add_error("keep_until", "Enter the day until which it is kept")
            elif until <= self.today:
                self.add_error("keep_until", "The day until which it is kept must be after today")
        return said


class Answer(forms.Form):
    """Another person's word on what was proposed."""

    agreed = forms.ChoiceField(
        label="Do you agree?",
        choices=[(YES, "Yes, I agree"), (NO, "No, it goes back")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you agree"},
    )
    why = forms.CharField(
        label="Why?",
        help_text="Needed where it goes back.",
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where somebody does not agree."""
        said = super().clean() or {}
        if said.get("agreed") == NO and not said.get("why", "").strip():
            self.add_error("why", "Enter why you do not agree")
        return said


class TakeBack(Beside):
    """Why a proposal is stopped."""

    called = "stop"

    why = forms.CharField(
        label="Why is it stopped?",
        max_length=240,
        widget=forms.Textarea,
        error_messages={"required": "Enter why it is stopped"},
    )


class Place(Beside):
    """Which class a record belongs to, if not the one that its facts say."""

    called = "class"

    period = forms.ChoiceField(
        label="Which class does it belong to?",
        error_messages={"required": "Choose a class"},
    )
    why = _why("Why?", "Enter why")

    def __init__(self, data: Any = None, *, periods: Iterable[Period], placed: bool, **options: Any) -> None:
        super().__init__(data, **options)
        offered = [(one.id, one.label) for one in periods if not one.retired]
        back = [("facts", "The class that its facts say")] if placed else []
        self.fields["period"].choices = [("", "Choose a class"), *back, *offered]  # type: ignore[attr-defined]


class PlaceHold(forms.Form):
    """A hold: whom it covers, why, and by whose order."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    covers = forms.ChoiceField(
        label="What does it cover?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it covers"},
    )
    ground = forms.ChoiceField(
        label="On what ground?",
        choices=Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the ground"},
    )
    why = _why("Why is nothing of it disposed of?", "Enter why nothing of it is disposed of")
    ordered_by = forms.CharField(
        label="Who ordered it?",
        help_text="Name and role, or the court or inquiry",
        max_length=200,
        error_messages={"required": "Enter who ordered it"},
    )
    reference = forms.CharField(label="Their reference, if there is one", max_length=120, required=False)
    from_on = DateInputField(label="From which day?", name="The first day")
    until_on = DateInputField(
        label="When may it end, if that is known?",
        name="The day on which it may end",
        help_text="It does not end by itself: it is looked at then, and two people lift it.",
        required=False,
    )

    def __init__(self, data: Any = None, *, covers: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["covers"].choices = covers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a hold that would end before it begins."""
        said = super().clean() or {}
        first, last = said.get("from_on"), said.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", "The day on which it may end must not be before the first day")
        return said


def covers_of_a_person(name: str, homes: Iterable[Household]) -> list[tuple[str, str]]:
    """Return what a hold placed from a person's record can cover: them, or everybody of a home of theirs."""
    households = [
        (str(one.pk), f"Everybody of the household: {one.label or 'no name given'}") for one in homes
    ]
    return [(PERSON, name), *households]


def covers_of_a_hub(periods: Iterable[Period]) -> list[tuple[str, str]]:
    """Return what a hold can cover that is of nobody by name: everything, or one class of record."""
    return [
        (EVERYTHING, "Everything that this hub holds"),
        *((one.id, f"Class: {one.label}") for one in periods),
    ]


class StillNeeded(Beside):
    """Why a hold is still needed."""

    called = "still"

    why = _why("Why is it still needed?", "Enter why it is still needed")


class ProposeLifting(Beside):
    """Why a hold can end."""

    called = "lift"

    why = _why("Why can it end?", "Enter why it can end")
