"""Needs, actions, and the plan's own words."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.decision.forms import line
from mash.decision.forms import words as text
from mash.partnership.models import Agency
from mash.plans.models import FamilyMember, Status

EVERYBODY = "all"


def offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Set what a form offers to choose from."""
    form.fields[name].choices = choices  # type: ignore[attr-defined]


class Versioned(forms.Form):
    """Something that changes what the page showed.  version: of the row, then."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return dict(self.cleaned_data)


class Write(Versioned):
    """The plan's own words."""

    assessment = line(
        "When were the needs of the whole family looked at?",
        required=False,
        longest=400,
        help_text="By whom and on which day; or by when somebody will",
    )
    family_view = text("What does the family say of the plan?", required=False)
    backup = text("What will we do if it does not work, and who will notice first?", required=False)


class Wants(Versioned):
    """What somebody wants to be different."""

    wants = text("What do they say should be different?", help_text="In their own words, or what they showed")


class AddNeed(forms.Form):
    """What is needed, for whom, and what will be different."""

    whom = forms.ChoiceField(label="For whom?", widget=forms.RadioSelect)
    words = text("What is needed?")
    outcome = text("What will be different?", help_text="So that everybody can tell when it is")

    def __init__(self, data: Any, *, members: Sequence[FamilyMember], **options: Any) -> None:
        super().__init__(data, **options)
        self.members = {str(one.pk): one for one in members}
        named = [(key, str(one)) for key, one in self.members.items()]
        offer(self, "whom", [*named, (EVERYBODY, "The whole family")])

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return dict(self.cleaned_data) | {"whom": self.members.get(self.cleaned_data["whom"])}


class ChangeNeed(Versioned):
    """What a need says now, or since when it is met."""

    words = text("What is needed?")
    outcome = text("What will be different?")
    met_on = DateInputField(
        label="Since when is it met?", name="The day", required=False, help_text="Leave empty while it is not"
    )


class AddAction(forms.Form):
    """One thing that will be done, by whom, by when."""

    words = text("What will be done?", help_text="One thing that one person can do")
    agency = forms.ChoiceField(label="Which agency owns it?", widget=forms.Select)
    person_name = line(
        "Who will do it?", longest=160, help_text="A person by name. Somebody of the family may"
    )
    due_on = DateInputField(label="By when?", name="The day by which it is done")
    look_again_on = DateInputField(label="When do we look at it again?", name="The day to look again")

    def __init__(self, data: Any, *, agencies: Sequence[Agency], **options: Any) -> None:
        super().__init__(data, **options)
        self.agencies = {str(one.pk): one for one in agencies}
        offer(self, "agency", [("", "Choose"), *((key, str(one)) for key, one in self.agencies.items())])

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return dict(self.cleaned_data) | {"agency": self.agencies[self.cleaned_data["agency"]]}


class ChangeAction(AddAction):
    """The same, of an action that is there.  version: of the action that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class Progress(Versioned):
    """Where an action stands, and what difference it made."""

    status = forms.ChoiceField(label="Where does it stand?", choices=Status.choices, widget=forms.RadioSelect)
    difference = text(
        "What difference did it make?",
        required=False,
        help_text="Asked once it is done, did not work or is not needed: then say why",
    )
    difference_by = line(
        "Who says so?", required=False, longest=160, help_text="The child, a parent, a worker: by name"
    )
