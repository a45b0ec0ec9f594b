"""The shape of input when a school is told.  Nothing is chosen before the worker chooses."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from mash.common.clock import LONDON
from mash.common.fields import DateInputField, TimeInputField
from mash.decision.actions.schooling import Notice
from mash.decision.schools import NAMED_AS, NOT_SENT
from mash.directory.models import NamedContact
from mash.partnership.models import Agency

SHORT = 200  # characters
NOBODY = "nobody"


class TellSchool(forms.Form):
    """Which school is told, and what of it is not fixed."""

    agency = forms.ModelChoiceField(
        label="Which school?",
        queryset=Agency.objects.none(),
        empty_label="Choose a school",
        error_messages={"required": "Choose the school"},
    )
    was_there = forms.ChoiceField(
        label="Was the child there?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the child was there"},
    )
    police_contact = forms.CharField(
        label="Whom of the police can the school call?",
        max_length=SHORT,
        help_text="A unit and its number. No officer’s own number",
    )
    order = forms.ChoiceField(
        label="Does a court order say who may not collect the child?",
        choices=[("yes", "Yes"), ("no", "No, or none is known")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether a court order says who may not collect the child"},
    )
    collection_note = forms.CharField(
        label="Who may not collect",
        max_length=SHORT,
        required=False,
        help_text="Only if an order says so: the name, and the order. No address and no reason",
    )
    day_on = DateInputField(
        label="When does the school’s next day start, if otherwise?",
        name="The day on which school starts",
        required=False,
        help_text="After holidays or a day off. Leave empty if it is as said above",
    )
    day_clock = TimeInputField(
        label="At what time, if otherwise",
        required=False,
        help_text="For example, 09:10",
    )

    def __init__(
        self,
        data: Any,
        *,
        schools: QuerySet[Agency],
        was_there: Iterable[str],
        named: Sequence[NamedContact] = (),
    ) -> None:
        """named: the key adults and deputies of the hub's schools."""
        super().__init__(data)
        self.named = {str(one.pk): one for one in named}
        if named:
            choices = [(key, _called(one)) for key, one in self.named.items()]
            self.fields["recipient"] = forms.ChoiceField(
                label="Whom at the school is it for?",
                widget=forms.RadioSelect,
                choices=[*choices, (NOBODY, "The school has named nobody: whoever answers for it")],
                error_messages={"required": "Choose whom at the school it is for"},
            )
            self.fields["involved"] = forms.ChoiceField(
                label="Is the key adult, or somebody of their family, involved?",
                widget=forms.RadioSelect,
                choices=[("no", "No, or nothing is known of it"), ("yes", "Yes")],
                help_text="Then it goes to the deputy, or the head is called",
                error_messages={"required": "Choose whether the key adult is involved"},
            )
            self.order_fields(["agency", "involved", "recipient"])
        self.fields["agency"].queryset = schools  # type: ignore[attr-defined]
        self.fields["was_there"].choices = [(words, words) for words in was_there]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a name where an order is said to be in force, and for a day and a time together."""
        said = super().clean() or {}
        if said.get("order") == "yes" and not said.get("collection_note"):
            self.add_error("collection_note", "Say who may not collect the child")
        if said.get("order") == "no" and said.get("collection_note"):
            self.add_error("order", "You name somebody who may not collect: choose yes, or take the name out")
        for missing, given in (("day_on", "day_clock"), ("day_clock", "day_on")):
            if said.get(given) and not said.get(missing) and missing not in self.errors:
                self.add_error(missing, "Give both the day and the time, or neither")
        return said

    @property
    def notice(self) -> Notice:
        """Return what was said, as the action takes it."""
        said = self.cleaned_data
        on, clock = said.get("day_on"), said.get("day_clock")
        return Notice(
            agency=said["agency"],
            was_there=said["was_there"],
            police_contact=said["police_contact"],
            collection_note=said["collection_note"],
            day_starts_at=datetime.combine(on, clock, LONDON) if on and clock else None,
            recipient=self.named.get(said.get("recipient", "")),
            involved=said.get("involved") == "yes",
        )


def _called(one: NamedContact) -> str:
    return ", ".join(
        part for part in (one.name or one.email or one.telephone, NAMED_AS[one.role], one.of) if part
    )


class Called(forms.Form):
    """Whom of the school somebody told by telephone."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    who = forms.CharField(label="With whom did you speak?", max_length=120)
    role = forms.ChoiceField(
        label="As what?",
        choices=[(key, words.capitalize()) for key, words in NAMED_AS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose as what you spoke with them"},
    )
    on = DateInputField(label="On which day?", name="The day")
    clock = TimeInputField(
        label="At what time?", help_text="For example, 08:05",
    )  # fmt: skip
    words = forms.CharField(
        label="Anything to know",
        max_length=SHORT,
        required=False,
        help_text="Say no more than the notice does.",
    )

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it."""
        said = dict(self.cleaned_data)
        said["happened_at"] = datetime.combine(said.pop("on"), said.pop("clock"), LONDON)
        return said


class NotTold(forms.Form):
    """Why a school is not told, who decided that, and how the child is supported instead."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label="Why is the school not told?",
        choices=list(NOT_SENT.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the school is not told"},
    )
    decided_by = forms.CharField(label="Who decided that?", max_length=120, help_text="Name and post")
    support = forms.CharField(
        label="How is the child supported instead?", max_length=1000, widget=forms.Textarea
    )
