"""The shape of input about systems and their keys."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from mash.partnership.models import Agency
from mash.setup.forms.hub import why_field
from mash.systems.actions.letting_in import LONGEST_DAYS
from mash.systems.mapping import NotRead, read_rules
from mash.systems.models import News, Scope

USUAL_DAYS = 180
LONGEST_TEXT, LONGEST_SAMPLE = 40_000, 200_000


class SayAnew(forms.Form):
    """In whose name a system sends, and what it may do."""

    organisation = forms.CharField(
        label="In whose name does it send?",
        max_length=200,
        help_text="As its messages name their sender. It can send in no other name",
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=Scope.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A system without a tick may do nothing",
    )


class LetSpeak(SayAnew):
    """A system that is to speak with the hub."""

    field_order = ("name", "agency", "organisation", "scopes")

    name = forms.CharField(label="What is the system called?", max_length=80)
    agency = forms.ModelChoiceField(
        label="Whose system is it?",
        queryset=Agency.objects.none(),
        empty_label="Choose an agency",
        help_text="Whoever leads this agency here gives it its key",
        error_messages={"required": "Choose the agency"},
    )

    def __init__(self, data: Any, *, agencies: "QuerySet[Agency]", **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]


class WriteMapping(forms.Form):
    """How a system's words become the message's, and a message to try it with.

    sample: is looked at, and kept nowhere.
    """

    passes = forms.BooleanField(
        label="What has our names already is taken as it is",
        required=False,
        help_text="Leave it unticked where the system’s own names mean something else",
    )
    fields_ = forms.CharField(
        label="Fields",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text="One a line: theirs -> ours. For a date add how it is written: nominals[].dob -> people[].born_on | "
        "day/month/year. With - for ours, it stands in the original alone",
    )
    codes = forms.CharField(
        label="Codes",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text="One a line, with the place of ours: people[].ethnicity: W1 = WBRI. A code that stands in no line is "
        "kept as written and shown to whoever settles the message",
    )
    fixed = forms.CharField(
        label="What the system never says",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="One a line: subject = child",
    )
    why = forms.CharField(
        label="Why is it so, or why does it change?",
        max_length=400,
        required=False,
        help_text="For whoever adopts it: for example the edition of the system’s own code lists",
    )
    sample = forms.CharField(
        label="A message to try it with",
        required=False,
        max_length=LONGEST_SAMPLE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="As the system sends it, about made-up people. It is kept nowhere",
    )

    def clean(self) -> dict[str, Any]:
        """Say at its own text what cannot be read."""
        said = super().clean() or {}
        try:
            read_rules(
                fields=said.get("fields_", ""),
                codes=said.get("codes", ""),
                fixed=said.get("fixed", ""),
                passes=bool(said.get("passes")),
            )
        except NotRead as no:
            self.add_error("fields_" if no.text == "fields" else no.text, str(no))
        return said


class End(forms.Form):
    """Why a system no longer speaks with the hub."""

    why = why_field("Why does it end?")


class GiveKey(forms.Form):
    """Which key it is, and how long it lasts."""

    label = forms.CharField(
        label="Which key is this?", max_length=80, help_text="For example where it is kept, or the year"
    )
    days = forms.IntegerField(
        label="For how many days does it last?",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=USUAL_DAYS,
        help_text=f"At most {LONGEST_DAYS}. Give the next one before this ends",
    )


class AskForHook(forms.Form):
    """Where a system is to be called, and about what."""

    address = forms.CharField(
        label="Which address does it listen at?",
        max_length=500,
        help_text="Whole, beginning with https://. It must lead to a public server",
    )
    kinds = forms.MultipleChoiceField(
        label="What is it called about?",
        choices=News.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what it is called about"},
    )
