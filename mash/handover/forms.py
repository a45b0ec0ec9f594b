"""The shape of what is sent to a service, what it says, and steps between tiers.  Nothing is chosen beforehand."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from mash.common.fields import DateInputField
from mash.decision.content import back_reasons
from mash.decision.forms import hidden, line, words
from mash.handover.content import StepRoute
from mash.handover.queries import Draft
from mash.partnership.models import Agency

SHORT = 240


class SendPack(forms.Form):
    """Which service receives somebody, what is left out, and what the worker adds."""

    key = hidden(forms.UUIDField())
    seen = hidden(forms.CharField())
    left_out = forms.MultipleChoiceField(
        label="Leave out",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what this service does not need. What stays out by itself is not listed.",
    )
    words = words(
        "What else does the service need to know?",
        required=False,
        help_text="In your own words: what to do first, a safe way to meet them. No address.",
    )
    agency = forms.ModelChoiceField(
        label="Which service receives it?",
        queryset=Agency.objects.none(),
        empty_label="Choose a service",
        error_messages={"required": "Choose the service"},
    )

    def __init__(self, data: Any, *, draft: Draft, **options: Any) -> None:
        super().__init__(data, **options)
        may = [(one.key, one.heading) for one in draft.passages if not (one.fixed or one.kept_out)]
        self.fields["left_out"].choices = may  # type: ignore[attr-defined]
        self.fields["agency"].queryset = draft.agencies  # type: ignore[attr-defined]


class TakeBack(forms.Form):
    """Why a hand-over that waits is taken back."""

    why = line("Why do you take it back?", longest=SHORT, help_text="The service reads this.")


class Remark(forms.Form):
    """A question of the service."""

    key = hidden(forms.UUIDField())
    words = words("What do you need to know?")


class Reply(forms.Form):
    """An answer of the hub."""

    key = hidden(forms.UUIDField())
    words = words("Your answer", help_text="No address, and nothing that an agency holds in confidence.")


class Accept(forms.Form):
    """Who of the service works with somebody, from when and for how long."""

    worker_name = line("Who works with them?", longest=120)
    worker_email = forms.EmailField(label="Their e-mail address", required=False)
    team = line("Team", required=False, longest=120)
    manager_name = line("Their manager", required=False, longest=120)
    manager_email = forms.EmailField(label="The manager’s e-mail address", required=False)
    from_on = DateInputField(label="From which day?", name="The first day")
    last_on = DateInputField(
        label="Until which day does that count, at the latest?",
        name="The last day",
        help_text="After it the hub counts the work as ended, unless you say before that it ended.",
    )
    words = words("Anything the hub should know", required=False)

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it: the first day without the work, not the last with it."""
        said = dict(self.cleaned_data)
        last: date = said.pop("last_on")
        return said | {"until_on": last + timedelta(days=1)}


class Return(forms.Form):
    """Why a service does not take somebody."""

    reason = forms.ChoiceField(label="Why?", widget=forms.RadioSelect)
    words = words("What should the hub know, and what have you done so far?")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        reasons = [(one.id, one.label) for one in back_reasons().values() if not one.retired]
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]


class ExportAgain(forms.Form):
    """Why an export is needed again; empty the first time."""

    why = line("Why is it needed again?", required=False, longest=SHORT)


class Number(forms.Form):
    """The number that the service's system gave."""

    number = line("Case number in your system", longest=40)
    same_case_because = line(
        "If the number is on another case too, why?",
        required=False,
        longest=SHORT,
        help_text="For example: one family, one case.",
    )


class NewKey(forms.Form):
    """For which system a key is."""

    label = line("Which system is it for?", longest=80)


class SendOn(forms.Form):
    """Where somebody is sent, why, and what was made for it."""

    key = hidden(forms.UUIDField())
    route = forms.ChoiceField(
        label="Where do they go?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where they go"},
    )
    to = forms.ModelChoiceField(
        label="Which service?",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="The hub decides",
        help_text="Only for a step that goes straight to a service.",
    )
    reason = words("What has changed, so that they need another tier?")
    product = words(
        "The assessment so far, or the closing summary",
        help_text="For whoever receives it: what changed, what works, what is left to do. Never a copy of the file.",
    )
    agreement = line("What do the family know of it, and what did they say?", longest=SHORT)

    def __init__(
        self, data: Any, *, routes: Sequence[StepRoute], services: QuerySet[Agency], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["route"].choices = [(one.id, one.label) for one in routes]  # type: ignore[attr-defined]
        self.fields["to"].queryset = services  # type: ignore[attr-defined]
        if all(one.way == "hub" for one in routes):
            del self.fields["to"]


class PassStep(forms.Form):
    """A cleared person's word on a step down."""

    passed = forms.ChoiceField(
        label="May it go on?",
        choices=[
            ("yes", "Yes: nothing that I know of speaks against it"),
            ("no", "No: the sender should ring the hub"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it may go on"},
    )
    why = words(
        "If not, why?",
        required=False,
        help_text="The sender reads this. Nothing that is held in confidence, and no sign of it.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where it is stopped."""
        said = super().clean() or {}
        if said.get("passed") == "no" and not str(said.get("why", "")).strip():
            self.add_error("why", "Say why, in words that the sender may read")
        return said
