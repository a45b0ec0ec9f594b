"""The shape of input on the pages of a hand-over."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from mash.desk.hand_over import queries
from mash.desk.models import HandedOver, HandOver
from mash.partnership.content import hand_overs

ANSWERS = [("accepted", "I accept it"), ("questioned", "I question it"), ("refused", "I refuse it")]
SETTLEMENTS = [("goes", "It goes over"), ("stays", "It stays with whoever handed it over")]


class Begin(forms.Form):
    """Which hand-over is begun."""

    which = forms.ChoiceField(choices=lambda: [(one, one) for one in hand_overs()])
    key = forms.UUIDField()


class Write(forms.Form):
    """What is said of each line, and a note for the whole shift."""

    def __init__(self, *args: Any, hand_over: HandOver, lines: Sequence[HandedOver], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.asked = queries.asked_of(hand_over.which)
        for line in lines:
            for name, label in self.asked:
                self.fields[f"{line.pk}-{name}"] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=1000,
                    initial=line.says.get(name, ""),
                    widget=forms.Textarea(attrs={"aria-label": f"{label}: {line}"}),
                )
        self.fields["note"] = forms.CharField(
            label="Note for the whole shift",
            required=False,
            max_length=4000,
            initial=hand_over.note,
            widget=forms.Textarea,
        )

    def lacks(self, missing: Mapping[uuid.UUID, Sequence[str]]) -> None:
        """Say at each field that it is still to be written.  missing: key of a line to ids of what it lacks."""
        labels = dict(self.asked)
        for line in self.lines:
            for name in missing.get(line.pk, ()):
                words = f"Say “{labels[name].lower()}” of {line}: “nothing” is an answer"
                self.add_error(f"{line.pk}-{name}", words)

    @property
    def rows(self) -> list[tuple[HandedOver, list[Any]]]:
        """Return each line with its fields."""
        return [(line, [self[f"{line.pk}-{name}"] for name, _ in self.asked]) for line in self.lines]

    @property
    def says(self) -> dict[uuid.UUID, dict[str, str]]:
        """Return what was said, by key of a line."""
        return {
            line.pk: {name: self.cleaned_data[f"{line.pk}-{name}"] for name, _ in self.asked}
            for line in self.lines
        }


class AddLine(forms.Form):
    """Something that no list can know."""

    listed = forms.ChoiceField(label="What is it?", widget=forms.RadioSelect)
    words = forms.CharField(label="Say it in a few words", max_length=1000, widget=forms.Textarea)

    def __init__(self, *args: Any, which: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in hand_overs()[which].lists if one in queries.BY_HAND]
        self.fields["listed"].choices = [(one, queries.WORDS[one]) for one in offered]  # type: ignore[attr-defined]


class AnswerLine(forms.Form):
    """What the other side says to one line."""

    line = forms.UUIDField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label="This line", choices=ANSWERS, widget=forms.RadioSelect)
    words = forms.CharField(label="Why, if you question or refuse it", required=False, max_length=1000)
    spoken = forms.BooleanField(label="We have spoken about it", required=False)


class SettleLine(forms.Form):
    """What the manager on call settles."""

    line = forms.UUIDField(widget=forms.HiddenInput)
    settled = forms.ChoiceField(label="You settle it", choices=SETTLEMENTS, widget=forms.RadioSelect)
    words = forms.CharField(label="Why", max_length=1000)
