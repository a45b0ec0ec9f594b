"""The shape of a newer wording or grading of something sealed."""

from typing import Any

from django import forms

from mash.check.forms.answering import CLASSIFICATION, HANDLING, INFORMATION, LONGEST, SOURCES
from mash.sealed.grading import Grading

NOT_KEPT = {"classification"}  # asked so that what is SECRET is refused


class Reseal(forms.Form):
    """What stands for an earlier sealed answer from now on; whoever grades does so anew."""

    words = forms.CharField(
        label="What you know, as it should read from now on",
        widget=forms.Textarea,
        max_length=LONGEST,
        error_messages={"required": "Write what you know"},
    )
    source_grade = forms.ChoiceField(label="Source", choices=SOURCES, required=False)
    information_grade = forms.ChoiceField(label="Information", choices=INFORMATION, required=False)
    classification = forms.ChoiceField(label="Protective marking", choices=CLASSIFICATION, required=False)
    handling = forms.ChoiceField(label="Handling code", choices=HANDLING, required=False)
    conditions = forms.CharField(label="Conditions", widget=forms.Textarea, max_length=1000, required=False)

    def __init__(self, *args: Any, graded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.graded = graded
        if not graded:
            for name in ("source_grade", "information_grade", "classification"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Refuse what is the same as before: it would end the approval of every release that rests on it."""
        said = super().clean() or {}
        kept = said.keys() - NOT_KEPT
        if not self.errors and all(_plain(said[name]) == _plain(self.initial.get(name)) for name in kept):
            raise forms.ValidationError(
                "Nothing is different: change the words, the grading or the handling code"
            )
        return said

    @property
    def grading(self) -> Grading:
        """The grading that was chosen."""
        said = self.cleaned_data
        return Grading(
            said.get("source_grade", ""),
            said.get("information_grade", ""),
            said["handling"],
            said["conditions"].strip(),
        )


def _plain(words: str | None) -> str:
    """Return words as they compare: a browser ends lines in another way than they are kept."""
    return (words or "").replace("\r\n", "\n").strip()
