"""The shape of input on the pages about two records of one person."""

from typing import Any

from django import forms

from mash.people.models import Person

LONGEST_SEARCH = 200  # characters
LONGEST_WHY = 2000
SAME_INTO_THIS, SAME_INTO_OTHER, APART = "into_this", "into_other", "apart"


class FindSame(forms.Form):
    """Who else on record may be the same person."""

    q = forms.CharField(
        label="Find the other record",
        help_text="Name, date of birth, postcode or a number.",
        max_length=LONGEST_SEARCH,
        error_messages={"required": "Enter whom to find"},
    )


class TwoRecords(forms.Form):
    """What two records are to each other.  Nothing is chosen beforehand."""

    answer = forms.ChoiceField(
        label="Are these two records one person?",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what these two records are"),
    )
    why = forms.CharField(
        label="How do you know?",
        help_text="What agrees, and who confirmed it. Another worker will read this.",
        max_length=LONGEST_WHY,
        widget=forms.Textarea,
        error_messages={"required": "Say how you know"},
    )

    def __init__(self, *args: Any, this: Person, other: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            (SAME_INTO_THIS, f"One person. Keep {this} as the record that counts, the first of the two"),
            (SAME_INTO_OTHER, f"One person. Keep {other} as the record that counts, the second of the two"),
            (APART, "Not the same person: remember it"),
        ]


class Separate(forms.Form):
    """Why two records are not one person after all."""

    why = forms.CharField(
        label="Why are they not one person after all?",
        max_length=LONGEST_WHY,
        widget=forms.Textarea,
        error_messages={"required": "Say why they are not one person"},
    )
