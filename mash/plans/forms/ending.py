"""A look together, the way up, and the end."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.decision.forms import line
from mash.decision.forms import words as text
from mash.plans.actions import CarryOver
from mash.plans.content import closing_reasons, questions, triggers
from mash.plans.forms.doing import offer
from mash.plans.models import Different, Onward, PlanAction

YES_NO = (("yes", "Yes"), ("no", "No"))
ASKED = {
    "different_words": "different",
    "family_says": "family_says",
    "not_done": "not_done",
    "onward": "onward",
}


class LookAgain(forms.Form):
    """The four questions, and for every late action the day to which it is carried over.

    For the k-th late action: `to<k>` and `why<k>`.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    follows = forms.IntegerField(widget=forms.HiddenInput)
    held_on = DateInputField(label="On which day did you look at it together?", name="The day")
    present = text("Who was there?", help_text="The family first")
    different = forms.ChoiceField(
        label="Is anything different for the child?", choices=Different.choices, widget=forms.RadioSelect
    )
    different_words = text("")
    family_says = text("")
    not_done = text("", required=False)
    onward = forms.ChoiceField(label="", choices=Onward.choices, widget=forms.RadioSelect)
    why = text("Why this way?")
    next_on = DateInputField(
        label="When do you look at it again?",
        name="The next day",
        required=False,
        help_text="Leave empty where the plan is to close",
    )

    def __init__(self, data: Any, *, late: Sequence[PlanAction], **options: Any) -> None:
        super().__init__(data, **options)
        asked = questions()
        for name, one in ASKED.items():
            self.fields[name].label, self.fields[name].help_text = asked[one].label, asked[one].hint
        self.late = list(late)
        for place, _ in enumerate(self.late):
            self.fields[f"to{place}"] = DateInputField(label="By which day now?", name="The new day")
            self.fields[f"why{place}"] = line("Why was it not done?", longest=400)

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        said = dict(self.cleaned_data)
        over = [CarryOver(one, said.pop(f"to{n}"), said.pop(f"why{n}")) for n, one in enumerate(self.late)]
        return said | {"carried": over}


class StepUpForm(forms.Form):
    """Why more is needed, in the words of whoever tells the hub."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    danger = forms.ChoiceField(
        label="Is somebody in immediate danger?",
        help_text="Then ring 999 first",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    trigger = forms.ChoiceField(label="Why does it go up?", widget=forms.RadioSelect)
    words = text("What happened?", help_text="What was seen or heard, by whom, on which day")
    product = text(
        "What was tried, and where does it stand?",
        required=False,
        help_text="Who leads, which agencies help and when you looked at the plan go along by themselves",
    )
    voice = text("What does the child say?", required=False)
    family_aware = forms.ChoiceField(
        label="Does the family know that you tell the hub?", choices=YES_NO, widget=forms.RadioSelect
    )

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        offer(self, "trigger", [(one.id, one.label) for one in triggers().values() if not one.retired])

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        said = dict(self.cleaned_data)
        return said | {name: said[name] == "yes" for name in ("danger", "family_aware")}


class Close(forms.Form):
    """Why a plan ends, and the note that everybody takes along."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label="Why does it end?", widget=forms.RadioSelect)
    detail = text(
        "What that asks for",
        required=False,
        help_text="It stands beside the reason; leave empty where nothing does",
    )
    what_changed = text("What has changed?")
    what_helped = text("What helped?")
    watch_for = text("What should people watch for?")
    call_whom = text("Whom can the family call?")
    told_child_by = line("Who told the child?", longest=160)
    told_child_how = text("How were they told, and what did they say?")
    closed_on = DateInputField(label="On which day does it end?", name="The day")

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        known = [one for one in closing_reasons().values() if not one.retired]
        offer(self, "reason", [(one.id, one.label) for one in known])
        self.fields["reason"].hints = {one.id: one.asks for one in known if one.asks}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what the reason asks for, at its place."""
        said = super().clean() or {}
        known = closing_reasons().get(said.get("reason", ""))
        if known and known.asks and not said.get("detail", "").strip():
            self.add_error("detail", f"Say: {known.asks}")
        return said

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return dict(self.cleaned_data)


class Answer(forms.Form):
    """A cleared person's word on a closing."""

    answer = forms.ChoiceField(
        label="May it end?",
        choices=[("pass", "Yes"), ("return", "Not yet: it goes on")],
        widget=forms.RadioSelect,
    )
    why = text(
        "What is to be done before it can close?",
        required=False,
        help_text="Whoever leads the plan reads this, and is not cleared: say nothing of what only the unit knows",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words with a no."""
        said = super().clean() or {}
        if said.get("answer") == "return" and not said.get("why", "").strip():
            self.add_error("why", "Enter what is to be done before it can close")
        return said


class After(forms.Form):
    """Whether the family came back."""

    came_back = forms.ChoiceField(
        label="Has the family come back to the hub?", choices=YES_NO, widget=forms.RadioSelect
    )
    words = text("What did you find?")
    on = DateInputField(label="On which day did you look?", name="The day")

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return dict(self.cleaned_data) | {"came_back": self.cleaned_data["came_back"] == "yes"}
