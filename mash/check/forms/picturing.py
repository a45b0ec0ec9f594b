"""The shape of input on the pages of chronology and risk."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from mash.check.chronology import KINDS
from mash.check.content import risk_matrix
from mash.common.fields import DateInputField, VagueDateField
from mash.contact.models import ContactPerson
from mash.partnership.models import Agency
from mash.triage.models import Colour

LONGEST = 8000


class Filters(forms.Form):
    """What to see of a chronology; it lives in the address of the page."""

    q = forms.CharField(label="Word", max_length=80, required=False)
    agency = forms.ChoiceField(label="Agency", required=False)
    person = forms.ChoiceField(label="Person", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("", "All"), *KINDS.items()], required=False)
    since = DateInputField(label="From", required=False)
    until = DateInputField(label="Until", required=False)
    significant = forms.BooleanField(label="Significant only", required=False)

    def __init__(self, data: Mapping[str, Any], *, agencies: Sequence[str], people: Sequence[str]) -> None:
        super().__init__(data, auto_id="filter_%s")
        for name, values in (("agency", agencies), ("person", people)):
            field: Any = self.fields[name]
            field.choices = [("", "All"), *((value, value) for value in values)]


class TickIn(forms.Form):
    """Which shared answers go into the chronology."""

    answers = forms.MultipleChoiceField(
        label="Answers to take in", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data: Mapping[str, Any] | None, *, offered: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        chosen: Any = self.fields["answers"]
        chosen.choices = list(offered)


class WriteEvent(forms.Form):
    """Something that happened, as the hub writes it down."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label="What happened?", max_length=200)
    on = VagueDateField(
        label="When was it?",
        help_text="As precisely as is known. Leave it blank if nobody knows.",
        required=False,
    )
    agency = forms.CharField(label="Who told us?", max_length=120)
    person = forms.ChoiceField(label="About whom?", required=False)
    words = forms.CharField(label="More about it", widget=forms.Textarea, max_length=LONGEST, required=False)
    significance = forms.CharField(
        label="Why does it matter? (optional)",
        help_text="An entry with a reason is marked as significant.",
        max_length=240,
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None, *, people: Sequence[ContactPerson]) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()})
        about: Any = self.fields["person"]
        about.choices = [("", "Nobody in particular"), *((str(one.pk), str(one)) for one in people)]


class Mark(forms.Form):
    """Why an entry matters; blank takes the mark away."""

    why = forms.CharField(label="Why does it matter?", max_length=240, required=False)


class Risk(forms.Form):
    """The risk picture.  Nothing is preselected and nothing is added up."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    worries = forms.CharField(widget=forms.Textarea, max_length=LONGEST, required=False)
    strengths = forms.CharField(widget=forms.Textarea, max_length=LONGEST, required=False)
    needs_to_happen = forms.CharField(widget=forms.Textarea, max_length=LONGEST, required=False)
    childs_voice = forms.CharField(
        label="The child's, or the adult's, own voice",
        widget=forms.Textarea,
        max_length=LONGEST,
        required=False,
    )
    missing = forms.CharField(
        label="What is missing, and who will find it out?",
        widget=forms.Textarea,
        max_length=LONGEST,
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()})
        matrix = risk_matrix()
        for dimension in matrix.dimensions:
            field = forms.ChoiceField(
                label=dimension.question,
                choices=[(level.id, level.label) for level in dimension.levels],
                widget=forms.RadioSelect,
                required=False,
            )
            field.hints = {level.id: level.means or f"Act {level.act_within}" for level in dimension.levels}  # type: ignore[attr-defined]
            self.fields[dimension.id] = field
        self.fields["band"] = forms.ChoiceField(
            label="Which band do you judge right?",
            choices=[(band.id, f"{band.label}: talk about {band.talk_about}") for band in matrix.bands],
            widget=forms.RadioSelect,
            required=False,
        )
        groups = (
            ("vulnerabilities", "What makes harm easier", matrix.vulnerabilities),
            ("aggravating", "What makes it worse", matrix.aggravating),
            ("protective", "What protects", matrix.protective),
        )
        for name, words, factors in groups:
            several = forms.MultipleChoiceField(
                label=words,
                choices=[(factor.id, factor.label) for factor in factors],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
            several.hints = {factor.id: factor.test for factor in factors if factor.test}  # type: ignore[attr-defined]
            self.fields[name] = several
        columns = dict(zip(("worries", "strengths", "needs_to_happen"), matrix.columns, strict=True))
        for name, column in columns.items():
            self.fields[name].label = column.label
            self.fields[name].help_text = " ".join(column.prompts)
        self.fields["childs_voice"].help_text = " ".join(matrix.childs_voice.prompts)

    def picked(self) -> dict[str, Any]:
        """Return what was picked of the matrix."""
        said = self.cleaned_data
        found = {name: said.get(name, "") for name in ("harm", "likelihood", "imminence", "band")}
        factors = [*said["vulnerabilities"], *said["aggravating"], *said["protective"]]
        return {name: value for name, value in {**found, "factors": factors}.items() if value}

    def words(self) -> dict[str, str]:
        """Return what was written."""
        names = ("worries", "strengths", "needs_to_happen", "childs_voice", "missing")
        return {name: self.cleaned_data.get(name, "") for name in names}


class AgencyView(forms.Form):
    """What one agency thinks, disagreement included."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    agency = forms.ChoiceField(label="Which agency?")
    colour = forms.ChoiceField(
        label="How would they rate it? (optional)",
        choices=[("", "Not said"), *Colour.choices],
        required=False,
    )
    disagrees = forms.BooleanField(label="They disagree with the hub", required=False)
    words = forms.CharField(label="In their own words", widget=forms.Textarea, max_length=LONGEST)

    def __init__(self, data: Mapping[str, Any] | None, *, agencies: Sequence[Agency]) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()})
        which: Any = self.fields["agency"]
        which.choices = [("", "Select an agency"), *((str(one.pk), one.name) for one in agencies)]
