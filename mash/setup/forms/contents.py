"""The shape of input about a hub's content: forms made of the fields that may be changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from mash.setup import lettering
from mash.setup.forms.hub import why_field
from mash.setup.parts import Field, value_at
from mash.setup.questions import ASKS_ABOUT, TYPES

LONGEST_LINE = 240
LONGEST_TEXT = 4000
LONGEST_LETTER = 8000
MOST = 1000


class Thing(forms.Form):
    """One thing of a content: a box for each of its fields, with what it says now.

    saved: how often the draft had been saved when this was opened, so that nothing is overwritten unseen.
    """

    saved = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, parts: Iterable[Field], thing: Mapping[str, Any], saved: int) -> None:
        self.parts = list(parts)
        now = {one.name: _shown(one, value_at(thing, one.path)) for one in self.parts}
        super().__init__(data, initial={"saved": saved, **now})
        for one in self.parts:
            self.fields[one.name] = _drawn(one)

    @property
    def boxes(self) -> list[Any]:
        """Return the boxes in order, without the hidden one."""
        return [self[one.name] for one in self.parts]

    @property
    def values(self) -> dict[str, Any]:
        """Return what was said, by path."""
        return {one.path: _kept(one, self.cleaned_data[one.name]) for one in self.parts}


class Discard(forms.Form):
    """Throwing a draft away: how often it had been saved when it was read."""

    saved = forms.IntegerField()


class Publish(forms.Form):
    """Why a draft is published; the change log and the edition keep it."""

    saved = forms.IntegerField(widget=forms.HiddenInput)
    why = why_field("What changes for those who work here, and who agreed it?")


class AQuestion(forms.Form):
    """The words of a question that is asked already."""

    saved = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label="The question", max_length=LONGEST_TEXT, widget=forms.Textarea)
    hint = forms.CharField(label="What to put there", max_length=LONGEST_TEXT, widget=forms.Textarea)
    sensitive_by_default = forms.TypedChoiceField(
        label="Does the answer start sealed?",
        choices=[("True", "Yes"), ("False", "No")],
        coerce=lambda said: said == "True",
        widget=forms.RadioSelect,
    )
    protective = forms.TypedChoiceField(
        label="Does it ask for strengths?",
        choices=[("True", "Yes"), ("False", "No")],
        coerce=lambda said: said == "True",
        widget=forms.RadioSelect,
    )

    @property
    def values(self) -> dict[str, Any]:
        """Return what was said, as content has it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "saved"}


class NewQuestion(AQuestion):
    """A question that was not asked before."""

    type = forms.ChoiceField(label="What kind of answer?", choices=TYPES, widget=forms.RadioSelect)
    asks_about = forms.ChoiceField(label="Whom is it about?", choices=ASKS_ABOUT, widget=forms.RadioSelect)
    choices = forms.CharField(
        label="The answers to choose from",
        required=False,
        widget=forms.Textarea,
        help_text="One on each line; only for one of several",
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["choices"] = _lines(said.get("choices", ""))
        if said.get("type") == "choice" and len(said["choices"]) < 2:
            self.add_error("choices", "Write at least two answers, one on each line")
        if said.get("type") != "choice":
            said["choices"] = []
        return said


def _drawn(one: Field) -> forms.Field:
    common: dict[str, Any] = {"label": one.label, "required": one.required, "help_text": one.hint}
    if one.kind == "number":
        return forms.IntegerField(min_value=0, max_value=MOST, **common)
    if one.kind == "choice":
        return forms.ChoiceField(choices=one.choices, widget=forms.RadioSelect, **common)
    if one.kind == "choices":
        return forms.MultipleChoiceField(choices=one.choices, widget=forms.CheckboxSelectMultiple, **common)
    if one.kind == "yes_no":
        return forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect, **common)
    if one.kind == "line":
        return forms.CharField(max_length=LONGEST_LINE, **common)
    longest = LONGEST_LETTER if one.kind == "letter" else LONGEST_TEXT
    return forms.CharField(max_length=longest, widget=forms.Textarea, **common)


def _shown(one: Field, value: Any) -> Any:
    if one.kind == "yes_no":
        return None if value is None else "yes" if value else "no"
    if one.kind == "letter":
        return lettering.as_text(value or [])
    return "\n".join(value or ()) if one.kind == "lines" else value


def _kept(one: Field, said: Any) -> Any:
    if one.kind == "yes_no":
        return said == "yes"
    if one.kind == "letter":
        return lettering.as_body(said)
    return _lines(said) if one.kind == "lines" else said


def _lines(said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if line.strip()]
