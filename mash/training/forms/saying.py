"""What somebody says of themselves, and of a session."""

from typing import Any

from django import forms

from mash.training.content import Offer
from mash.training.models import Moment

SCALE = (
    (1, "1: not at all yet"),
    (2, "2: a little"),
    (3, "3: with help"),
    (4, "4: on my own"),
    (5, "5: and could show others"),
)
WORTH = ((1, "1: not at all"), (2, "2: a little"), (3, "3: somewhat"), (4, "4: much"), (5, "5: very much"))


class Say(forms.Form):
    """Each outcome from 1 to 5; after the session also what it was worth."""

    def __init__(self, data: Any = None, *, offer: Offer, moment: str, **options: Any) -> None:
        super().__init__(data, **options)
        for one in offer.outcomes:
            self.fields[f"o_{one.id}"] = forms.TypedChoiceField(
                label=f"{one.label}: where am I?",
                coerce=int,
                choices=SCALE,
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose where you are: {one.label}"},
            )
        if moment == Moment.AFTER:
            self.fields["worth"] = forms.TypedChoiceField(
                label="What was the session worth to your work?",
                coerce=int,
                choices=WORTH,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose what it was worth"},
            )
            self.fields["words"] = forms.CharField(
                label="What should stay, and what should change? (optional)",
                help_text="Whoever trains reads it without your name. Write of nobody whom you work with.",
                required=False,
                max_length=2000,
                widget=forms.Textarea,
            )

    @property
    def ratings(self) -> dict[str, int]:
        """Return what was said, by id of the outcome."""
        return {name[2:]: value for name, value in self.cleaned_data.items() if name.startswith("o_")}
